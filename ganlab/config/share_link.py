"""A run as a link: its first configuration, everything turned while it trained, and a step.

The text is JSON, deflated, in the letters that a URL takes as they are. Whoever opens it trains the
same run from the same seed, and sees the same picture at the same step on the same kind of device.
"""

import base64
import binascii
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from ganlab.config import RunConfig
from ganlab.errors import ConfigError

VERSION = 1
"""Grows when the meaning of a part changes."""
LONGEST = 16_000
"""Letters of a link; browsers and servers take these."""
MOST_BYTES = 400_000
"""Bytes that a link may inflate to."""
MOST_INTERVENTIONS = 2_000
FIELDS = {"step", "name", "old", "new"}


@dataclass(frozen=True)
class Shared:
    """What a link holds."""

    config: RunConfig
    """As the run began."""
    script: tuple[dict[str, Any], ...] = field(default=())
    """Interventions in the order of their steps: step, name, old and new value."""
    step: int = 0
    """Where the one who shared it stood."""
    title: str = ""


def write_link(shared: Shared) -> str:
    """The text of a link; raise ConfigError if it would be too long."""
    content = {
        "v": VERSION,
        "config": shared.config.to_json(),
        "script": list(shared.script),
        "step": shared.step,
        "title": shared.title[:80],
    }
    plain = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    text = base64.urlsafe_b64encode(zlib.compress(plain, 9)).decode().rstrip("=")
    if len(text) > LONGEST or len(plain) > MOST_BYTES:
        raise ConfigError(
            f"this run is too long for a link ({len(text):,} letters, {LONGEST:,} fit): fewer "
            "drawn points or fewer interventions would do"
        )
    return text


def read_link(text: str) -> Shared:
    """What a link's text holds; raise ConfigError in one sentence for anything else."""
    content = _inflated(text)
    version = content.get("v")
    if not isinstance(version, int) or isinstance(version, bool):
        raise ConfigError("this link holds no run: it may have been cut; ask for it again")
    if version > VERSION:
        raise ConfigError(
            f"this link was made by a newer ganlab (version {version} of links, this one reads "
            f"{VERSION}): update ganlab to open it"
        )
    config = RunConfig.from_json(content.get("config"))
    step, title = content.get("step", 0), content.get("title", "")
    if not _is_step(step) or not isinstance(title, str):
        raise ConfigError("this link names no step of its run: ask for it again")
    return Shared(config, _script(config, content.get("script", [])), step, title[:80])


def _inflated(text: str) -> dict[str, Any]:
    broken = "this link cannot be read: it may have been cut; copy the whole of it"
    if len(text) > LONGEST:
        raise ConfigError(f"a link has at most {LONGEST:,} letters, got {len(text):,}")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        inflater = zlib.decompressobj()
        plain = inflater.decompress(packed, MOST_BYTES)
        if inflater.unconsumed_tail or not inflater.eof:
            raise ConfigError(broken)
        content = json.loads(plain, parse_constant=lambda _: None)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise ConfigError(broken) from error
    if not isinstance(content, dict):
        raise ConfigError(broken)
    return content


def _script(config: RunConfig, given: Any) -> tuple[dict[str, Any], ...]:
    """The interventions, each tried out on the configuration."""
    if not isinstance(given, list) or len(given) > MOST_INTERVENTIONS:
        raise ConfigError(f"a link holds a list of at most {MOST_INTERVENTIONS} interventions")
    for one in given:
        if not isinstance(one, dict) or set(one) != FIELDS or not _is_step(one["step"]):
            raise ConfigError("an intervention in this link is not whole: ask for the link again")
        if one["name"] == "move":
            if one["new"] not in ("D", "G"):
                raise ConfigError(f"a move in this link must be D's or G's, got {one['new']!r}")
        elif not isinstance(one["name"], str) or not config.is_live(one["name"]):
            raise ConfigError(f"{one['name']!r} in this link cannot be turned while a run trains")
        else:
            config = config.with_values({one["name"]: one["new"]})
    return tuple(sorted(given, key=lambda one: one["step"]))


def _is_step(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9
