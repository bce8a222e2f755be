"""Short runs for tests of pages: made, stored and found like any other."""

import torch

from ganlab.config import RunConfig
from ganlab.data.ingest import Gathered
from ganlab.data.own_pictures import as_data, keep
from ganlab.jobs.recorder import Recorder
from ganlab.jobs.store import Store
from ganlab.training.checkpoint import save_run
from ganlab.training.loop import Training


def short_run(config: RunConfig, preset: str = "digits", state: str = "finished") -> str:
    """The id of a run of one step."""
    record = Store().create(config, "A short run", preset)
    training = Training(config, device="cpu")
    training.advance(1)
    save_run(record.checkpoint, training.state)
    progress = {"step": 1, "seconds": 0.1, "speed": 1.0}
    facts = {"state": state, "progress": progress, "checkpoint_step": 1}
    recorder = Recorder(record, ("d_loss",))
    recorder.write(facts=facts)
    recorder.close()
    return record.id


def own_pictures(
    config: RunConfig,
    size: int,
    count: int = 16,
    classes: tuple[str, ...] = ("noise",),
    colour: str = "colour",
) -> RunConfig:
    """The configuration on kept pictures of noise, each class in turn."""
    stream = torch.Generator().manual_seed(0)
    channels = 3 if colour == "colour" else 1
    pictures = torch.randint(256, (count, channels, size, size), generator=stream)
    gathered = Gathered(
        pictures.to(torch.uint8), torch.arange(count) % len(classes), classes, refused=()
    )
    sized = config.with_values({"data": {"name": "folder", "size": size, "colour": colour}})
    return sized.with_values({"data": as_data(keep(gathered, "noise"), classes, sized)})
