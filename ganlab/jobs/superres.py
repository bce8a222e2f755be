"""Runs of super-resolution: what they begin with, and the network that they leave for use.

Nothing here loads torch before it is needed: pages that only list runs import it too.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganlab.config import RunConfig
from ganlab.errors import ConfigError
from ganlab.files import write_file
from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import SUPERRES, RunInfo
from ganlab.jobs.store import Store
from ganlab.presets.superres import SUPERRES_PRESETS, needs_start

if TYPE_CHECKING:
    from ganlab.training.state import State


def create(
    store: Store,
    config: RunConfig,
    title: str = "",
    preset: str = "",
    start: Path | None = None,
    start_name: str = "",
) -> RunFolder:
    """A new run of that configuration, not started; `start` is a file of weights to go on from.

    The weights are copied, so that the run stays whole when their own run is deleted.
    """
    if needs_start(config) and start is None:
        first = preset.replace("srgan", "srresnet") if preset else "a network towards the pixels"
        raise ConfigError(
            f"{preset or 'this game'} goes on from trained weights: train {first} first, or name "
            "a file"
        )
    config = checked(config, start)
    if preset in SUPERRES_PRESETS:
        title = title or SUPERRES_PRESETS[preset].title
    record = store.create(config, title, preset)
    record.set_facts(start=start_name or (start.stem if start else None))
    if start is not None:
        write_file(record.start, start.read_bytes())
    return record


def checked(config: RunConfig, start: Path | None) -> RunConfig:
    """The configuration with the size of the network that it goes on from, if from any.

    CheckpointError if that is of another kind.
    """
    from ganlab.training.superres_files import fitted

    if path := str(config.data.values["path"]):
        config = config.with_values({"data.path": str(Path(path).expanduser().absolute())})
    return config if start is None else fitted(config, start)


def load_features(config: RunConfig, preset: str) -> None:
    """Load pretrained features that are not the preset's own: nothing may stand in for those.

    DataError if they cannot be loaded.
    """
    from ganlab.networks.perceptual_features import FEATURES
    from ganlab.training.tasks.superres import features_in

    own = SUPERRES_PRESETS[preset].config if preset in SUPERRES_PRESETS else None
    if (name := features_in(config)) and own and name != features_in(own):
        FEATURES[name]()


def with_networks(store: Store, infos: Iterable[RunInfo]) -> dict[Path, RunInfo]:
    """The super-resolution runs that stand still and have left a network, by its file."""
    ended = (info for info in infos if info.kind == SUPERRES and not info.live)
    found = {store.open(info.id).network: info for info in ended}
    return {path: info for path, info in found.items() if path.is_file()}


def scale_of(info: RunInfo) -> int:
    """By how many times a run enlarges; one of earlier days says so in a place of its own."""
    config = info.config
    return int(config["data"]["scale"] if "data" in config else config.get("scale", 4))


def leave_network(record: RunFolder, state: "State", threads: int) -> None:
    """Write the network as it is for use, with its card."""
    from ganlab.networks.files import weights
    from ganlab.training.superres_files import card_of

    facts = record.facts()
    folder = str(state.config.data.values["path"])
    scores: dict[str, Any] = state.task.measure(state)[0]
    card = card_of(
        state,
        data=Path(folder).name if folder else "the embedded photographs",
        start=facts.get("start"),
        threads=threads,
        scores={"on": "a photograph held out", **scores},
    )
    weights.save(record.network, state.shown_generator, card)
