"""How numbers and states are said on pages."""

from collections import Counter
from collections.abc import Mapping

STATES: dict[str, tuple[str, str, str]] = {
    "queued": ("waiting", "gray", ":material/hourglass_empty:"),
    "preparing": ("preparing", "blue", ":material/downloading:"),
    "running": ("training", "green", ":material/play_circle:"),
    "paused": ("paused", "orange", ":material/pause_circle:"),
    "finished": ("finished", "violet", ":material/check_circle:"),
    "stopped": ("stopped", "gray", ":material/stop_circle:"),
    "diverged": ("diverged", "red", ":material/trending_up:"),
    "failed": ("failed", "red", ":material/error:"),
    "lost": ("interrupted", "red", ":material/link_off:"),
    "unreadable": ("unreadable", "red", ":material/broken_image:"),
}
"""State of a run to the word, colour and icon that people see."""


def badge(state: str) -> str:
    """A state as a coloured badge in Markdown."""
    word, colour, icon = STATES.get(state, (state, "gray", ""))
    return f":{colour}-badge[{icon} {word}]"


def word(state: str) -> str:
    """A state in the word that people see."""
    return STATES.get(state, (state, "", ""))[0]


def sentence(error: object) -> str:
    """What an error says, from a capital letter to a full stop; an id or a path stays as it is."""
    text = str(error).strip()
    if isinstance(error, OSError) and error.filename:
        text = f"{error.filename} cannot be read ({error.strerror}): choose another"
    first = text.partition(" ")[0]
    text = text[:1].upper() + text[1:] if first.isalpha() else text
    return text if text.endswith((".", "!", "?")) else f"{text}."


def duration(seconds: float) -> str:
    """Seconds as '42 s', '3 min 20 s' or '2 h 5 min'."""
    whole = round(max(seconds, 0.0))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def counted(count: int, noun: str) -> str:
    """'1 run', '2 runs'."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def size(count: float) -> str:
    """Bytes as '512 kB' or '3.4 MB'."""
    if count < 1e6:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.2f} GB"


def told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Titles by the id of their run, with the id's end where several runs have one title."""
    count = Counter(titles.values())
    return {
        name: f"{title} · {name[-4:]}" if count[title] > 1 else title
        for name, title in titles.items()
    }


def number(value: float) -> str:
    """A setting as people write it: 0.0002 is 2e-4, 0.5 stays."""
    if value and abs(value) < 0.01:
        mantissa, _, exponent = f"{value:.3e}".partition("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    return f"{value:g}"


def signed(value: float, form: str = ".2g") -> str:
    """A number that may be negative, with a minus sign instead of a hyphen."""
    return f"{value:{form}}".replace("-", "−")


NAMES: dict[str, str] = {
    "d_optimizer.lr": "learning rate of D",
    "g_optimizer.lr": "learning rate of G",
    "d_optimizer.beta1": "β₁ of D",
    "g_optimizer.beta1": "β₁ of G",
    "d_steps": "K",
    "ema": "averaging",
    "loss": "loss",
    "penalties": "penalty",
    "transforms": "transform",
    "loss.smoothing": "label smoothing",
}


def setting(path: str) -> str:
    """A setting's path in people's words."""
    return NAMES.get(path, path.replace("_", " ").replace(".", " "))
