"""What one browser tab has been sent of a run, so that each message holds only what it may lack.

Streamlit may replace a message that has not left yet by the next one. So rows overlap over three
messages, things that stand still are sent twice, and whatever is missing even so the browser asks
for through the component's state, as `ask` = {run, n, after} or {run, n, missing}.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

OVERLAP = 3
"""How many messages in a row may be lost before the browser has to ask for rows."""
TIMES = 2
"""How often a thing that stands still is sent unasked."""


@dataclass
class Cursor:
    """How far one browser tab has been sent the rows of a run."""

    run: str = ""
    sent: list[int] = field(default_factory=list)
    """The last step of each of the last messages."""
    answered: int = 0
    """The number of the last request that was answered."""


def next_since(
    cursor: Cursor,
    received: Mapping[str, Any],
    run: str,
    last: int | None,
    overlap: int = OVERLAP,
) -> int | None:
    """The step after which rows must be sent now; None asks for the run from its beginning.

    Moves the cursor on. `received` is what the browser has said: nothing before its second message.
    Large rows may go with an overlap of 1, which is none: a loss then heals by a request alone.
    """
    ask = received.get("ask")
    if cursor.run != run:
        cursor.run, cursor.sent, since = run, [], None
    elif "code" not in received:
        since = None
    elif ask and ask.get("run") == run and ask.get("n") != cursor.answered:
        cursor.answered, since = ask["n"], ask.get("after")
        # An answer may be replaced on its way as any message may: the next ones overlap it too.
        cursor.sent = [] if since is None else [since]
    else:
        since = min(cursor.sent[-overlap:], default=None)
    # A run that was taken back (undo) holds other rows than those sent after its new end.
    if since is not None and (last is None or since > last):
        since = None
    if last is not None:
        cursor.sent = [*cursor.sent, last][-OVERLAP:]
    return since


@dataclass
class Ledger:
    """How often one browser tab has been sent each thing of a run, by a name for its content."""

    run: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    answered: int = 0


def unsent(
    ledger: Ledger, received: Mapping[str, Any], run: str, names: Iterable[str]
) -> list[str]:
    """Those of the named things that must be sent now; counts them and forgets all others."""
    ask = received.get("ask") or {}
    asked: set[str] = set()
    if ledger.run != run or "code" not in received:
        ledger.run, ledger.counts = run, {}
    elif ask.get("run") == run and ask.get("n") != ledger.answered:
        ledger.answered = ask["n"]
        asked = set(ask.get("missing", ()))
    ledger.counts = {name: ledger.counts.get(name, 0) for name in names}
    sending = [name for name, count in ledger.counts.items() if count < TIMES or name in asked]
    for name in sending:
        ledger.counts[name] += 1
    return sending
