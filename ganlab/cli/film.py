"""`film`: the same z over the training of a run, as an animation."""

import argparse
import json
from pathlib import Path
from typing import Any

from ganlab.errors import ConfigError


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command."""
    parser = commands.add_parser("film", help="a run's training as GIF, WebM or MP4")
    parser.add_argument("run", help="the run's id, as 'runs list' shows it")
    parser.add_argument("out", type=Path, help="a file that ends in .gif, .webm or .mp4")
    parser.add_argument("--frames", type=int, default=120, help="at most so many, 1 to 240")
    parser.add_argument("--seconds", type=float, default=8.0, help="about how long it lasts")
    parser.add_argument(
        "--pictures", type=int, help="of how many fixed z, 1 to 64; by default as the preset says"
    )
    parser.add_argument("--caption", action="store_true", help="the step and epoch below")
    parser.add_argument("--dark", action="store_true", help="a dark page behind points and caption")
    parser.add_argument("--json", action="store_true", help="end with one JSON object on stdout")
    parser.set_defaults(handler=film)


def film(chosen: argparse.Namespace) -> int:
    """Write the film, whole or not at all."""
    from ganlab.export.film.film import film as made_of
    from ganlab.export.film.selection import Cut
    from ganlab.files import write_file
    from ganlab.jobs.store import Store

    if not 0.1 <= chosen.seconds <= 600:
        raise ConfigError(f"--seconds must be between 0.1 and 600, got {chosen.seconds:g}")
    cut = Cut(chosen.frames, chosen.pictures, chosen.caption, chosen.dark)
    made = made_of(Store().open(chosen.run), chosen.out.suffix, cut, chosen.seconds)
    write_file(chosen.out, made.content)
    first, last = made.steps[0], made.steps[-1]
    done = {"file": str(chosen.out), "frames": len(made.steps), "first": first, "last": last}
    line = f"{chosen.out}: {len(made.steps)} frames, steps {first:,} to {last:,}"
    print(json.dumps(done) if chosen.json else line)  # noqa: T201
    return 0
