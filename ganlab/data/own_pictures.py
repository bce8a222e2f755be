"""Pictures of the user, kept as a whole in the lab's home, so that a run can be resumed.

A run's configuration names kept pictures only, never a path: a link from elsewhere cannot make the
lab read a folder.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from ganlab.config import Choice, RunConfig
from ganlab.config.fit import picture_shape
from ganlab.data.archives import folder_entries, zip_entries
from ganlab.data.ingest import Gathered, gather
from ganlab.data.pictures import PictureSet, fitted
from ganlab.data.progress import Report, silent
from ganlab.errors import DataError
from ganlab.files import write_file
from ganlab.paths import home
from ganlab.registry import Data, Parameter, data, find

MOST_KEPT = 8 * 10**9
"""Bytes of all kept pictures together."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}-[0-9a-f]{8}")


def keep(gathered: Gathered, title: str) -> str:
    """Store gathered pictures; the name by which a configuration finds them.

    The same pictures have the same name, and are stored once.
    """
    facts = {
        "title": title,
        "classes": list(gathered.classes),
        "words": gathered.message,
        "count": len(gathered.labels),
    }
    digest = hashlib.sha256(json.dumps([gathered.classes, list(gathered.pictures.shape)]).encode())
    for tensor in (gathered.pictures, gathered.labels):
        digest.update(tensor.contiguous().numpy().data)
    stem = re.sub(r"[^a-z0-9]+", "-", Path(title).stem.lower()).strip("-")[:40] or "pictures"
    name = f"{stem}-{digest.hexdigest()[:8]}"
    path = kept_file(name)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        used = sum(one.stat().st_size for one in path.parent.iterdir())
        if used + gathered.pictures.numel() > MOST_KEPT:
            raise DataError(
                f"the lab keeps {used / 1e9:.1f} GB of pictures already, and the limit is "
                f"{MOST_KEPT / 1e9:.0f} GB: delete some in {path.parent}"
            )
        tensors = {"pictures": gathered.pictures, "labels": gathered.labels}
        write_file(path, save(tensors, {"facts": json.dumps(facts)}))
    return name


def kept_file(name: str) -> Path:
    """Where the pictures of that name are kept."""
    return home() / "pictures" / f"{name}.safetensors"


def kept_facts(name: str) -> dict[str, Any]:
    """'title', 'classes', 'words' and 'count' of kept pictures; DataError if there are none."""
    check_kept(name)
    try:
        with safe_open(str(kept_file(name)), framework="numpy") as file:
            return json.loads((file.metadata() or {})["facts"])
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise DataError(f"the pictures {name} are damaged: upload them again") from error


def kept_names() -> list[str]:
    """The names of all kept pictures, newest first."""
    found = (home() / "pictures").glob("*.safetensors")
    return [
        path.stem
        for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
        if NAME.fullmatch(path.stem)
    ]


@data(
    "folder",
    title="Your own pictures",
    summary="Your own pictures: a folder or a ZIP of them, cut to squares.",
    space="pictures",
    parameters={
        "path": Parameter(
            "", "A folder, a ZIP file, or the name of pictures the lab keeps.", live=False
        ),
        "size": Parameter(
            64, "Pictures are brought to this height and width: 28, 32 or 64.", 8, 128, live=False
        ),
        "colour": Parameter(
            "colour",
            "Whether pictures keep their colours.",
            options=("colour", "grey"),
            live=False,
        ),
        "classes": Parameter(
            0, "Folders to learn apart; 0 takes all pictures as one.", 0, 1000, live=False
        ),
    },
    channels=3,
    size=64,
    own="path",
)
def load_own(
    path: str, size: int, colour: str, classes: int, report: Report = silent
) -> PictureSet:
    """The kept pictures called path, (N, C, size, size) uint8.

    Raises DataError if they are not there, damaged, or have another number of classes.
    """
    whole = _read(path)
    report(f"{len(whole.labels):,} pictures are ready", 1.0)
    if classes and classes != len(whole.classes):
        raise DataError(
            f"{path} has {len(whole.classes)} classes and the run expects {classes}: "
            "set data.classes"
        )
    return fitted(whole, 1 if colour == "grey" else 3, size)


def kept(config: RunConfig, report: Report = silent) -> RunConfig:
    """The configuration with a path to a folder or a ZIP replaced by the name it is kept under.

    Any other configuration comes back as it is. Raises DataError in one sentence if there are no
    pictures at the path, too few, or they cannot be had safely.
    """
    own = find(Data, config.data.name)
    given = str(config.data.values.get(own.own, ""))
    if not own.own or own.space != "pictures" or NAME.fullmatch(given):
        return config
    if not given:
        raise DataError("which pictures? Set data.path to a folder or a ZIP file of them")
    path = Path(given).expanduser()
    entries = zip_entries(path, path.name) if path.is_file() else folder_entries(path)
    shape = picture_shape(config.data)
    colour = str(config.data.values["colour"])
    gathered = gather(entries, path.name, shape.size, colour, report)
    report(gathered.message, 1.0)
    return config.with_values(
        {"data": as_data(keep(gathered, path.name), gathered.classes, config)}
    )


def as_data(name: str, classes: Sequence[str], config: RunConfig) -> Mapping[str, Any]:
    """The `data` of a configuration that learns from the kept pictures of these classes."""
    several = len(classes) if len(classes) > 1 else 0
    return config.data.to_json() | {"name": "folder", "path": name, "classes": several}


def check_kept(name: str) -> None:
    """Raise DataError if the lab keeps no pictures of that name."""
    if not NAME.fullmatch(name) or not kept_file(name).is_file():
        raise DataError(
            f"this lab keeps no pictures called {name[:80]!r}: upload them on the page, or give "
            "their folder to `train own-pictures --set data.path=FOLDER`"
        )


def _read(name: str) -> PictureSet:
    facts = kept_facts(name)
    damaged = DataError(f"the pictures {name} are damaged: upload them again")
    try:
        with safe_open(str(kept_file(name)), framework="pt") as file:
            pictures, labels = file.get_tensor("pictures"), file.get_tensor("labels")
    except (SafetensorError, OSError, ValueError) as error:
        raise damaged from error
    if pictures.ndim != 4 or pictures.dtype != torch.uint8 or len(pictures) != len(labels):
        raise damaged
    return PictureSet(pictures, labels, tuple(facts["classes"]), name)


def class_names(data: Choice) -> tuple[str, ...]:
    """The names of the classes of a run's pictures, without reading them; numbers where none."""
    record = find(Data, data.name)
    count = picture_shape(data).classes
    names = record.names
    if record.own:
        try:
            names = kept_facts(str(data.values[record.own]))["classes"]
        except DataError:  # pictures that are not kept any more
            names = ()
    return tuple(names) if len(names) == count else tuple(str(k) for k in range(count))


def noun(data: Choice) -> str:
    """What one of the pictures is called: 'digit' or 'picture'."""
    return "digit" if find(Data, data.name).box else "picture"
