"""The only module of the goldens that knows where the package keeps things inside.

All else goes through `import ganlab` and the command line. When a module moves, its import here
moves with it, and nothing else of the goldens changes.
"""

import contextlib
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import torch

import ganlab
from ganlab import device
from ganlab.cli.main import main
from ganlab.data import cifar10
from ganlab.data.own_pictures import kept
from ganlab.networks import perceptual_features
from ganlab.presets.superres import SUPERRES_PRESETS as SUPERRES
from ganlab.presets.superres import superres_config
from ganlab.registry import Preset, table
from ganlab.training.strategies import NAMES
from tests.golden.made import CIFAR_COUNT

PICTURE_PRESETS = tuple(name for name in table(Preset) if name not in SUPERRES)
SUPERRES_PRESETS = tuple(SUPERRES)


@contextlib.contextmanager
def prepared(float32: bool) -> Iterator[None]:
    """Within it the reader of CIFAR-10 takes the made pictures and nothing found before counts.

    float32 makes this processor one without bfloat16, and super-resolution's trainings, which
    take bfloat16 everywhere, compute in float32 as well.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with contextlib.ExitStack() as stack:
        stack.callback(torch.set_num_threads, threads)
        stack.callback(_forget)
        stack.enter_context(torch.random.fork_rng(devices=[]))
        stack.enter_context(mock.patch.dict(cifar10.COUNTS, {"train": CIFAR_COUNT}))
        if float32:
            for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
                stack.enter_context(mock.patch.object(torch.cpu, name, return_value=False))
            stack.enter_context(mock.patch.object(torch, "autocast", _autocast_off))
        _forget()
        yield


def _autocast_off(device_type: str, *arguments: Any, **options: Any) -> torch.autocast:
    return _AUTOCAST(device_type, enabled=False)


_AUTOCAST = torch.autocast


def _forget() -> None:
    """Empty the caches that answer from an earlier environment."""
    for cached in (
        device.fast_at_bfloat16,
        perceptual_features.squeezenet,
        perceptual_features._squeezenet_in,
        perceptual_features.vgg19,
    ):
        cached.cache_clear()


def configured(name: str, changes: Mapping[str, Any]) -> ganlab.RunConfig:
    """A preset with changes; a folder of pictures in `data.path` is taken into the lab's home."""
    return kept(ganlab.preset(name).with_values(dict(changes)))


def superres_steps(
    name: str,
    steps: int,
    folder: Path,
    *,
    scale: int = 4,
    batch: int = 0,
    crop: int = 0,
    start: str = "",
    **changes: Any,
) -> list[Mapping[str, float]]:
    """What a named super-resolution training reports at each of its first steps.

    folder holds its photographs; batch, and crop in low-resolution pixels, replace the preset's
    where they are given; start is a shipped network whose body it goes on from.
    """
    more = {"data.crop": crop, "batch": batch}
    settings = {key: value for key, value in more.items() if value}
    config = superres_config(name, scale, str(folder), changes, **settings)
    training = ganlab.Training(config, device="cpu", start=_shipped(start) if start else None)
    ticks = [training.advance(1) for _ in range(steps)]
    # What every run reports beside its terms came when super-resolution became a task.
    mine = {"d_loss"} if config.adversarial else set[str]()
    names = mine | (set(ticks[0].scalars) - set(NAMES))
    return [{key: tick.scalars[key] for key in names} for tick in ticks]


def _shipped(name: str) -> Path:
    return Path(__file__).parents[2] / "checkpoints" / f"{name}.safetensors"


def command(arguments: Sequence[str]) -> None:
    """Run a command of the command line in this process; it must succeed."""
    with contextlib.redirect_stdout(io.StringIO()):
        status = main(arguments)
    assert status == 0, f"{' '.join(arguments)} gave {status}"
