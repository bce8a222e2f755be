"""Super-resolution: G is given small pictures and makes large ones, compared with their originals.

Pictures are (N, 3, H, W) in [0, 1]. G and D meet crops of photographs; what is shown and measured
is one photograph that no training has seen, see `ganlab.training.validation`.
"""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlab.config import RunConfig
from ganlab.data.degradation import Crops, Pairs, crop_of
from ganlab.data.progress import Report
from ganlab.device import autocast
from ganlab.errors import CheckpointError
from ganlab.images.tiling import as_input
from ganlab.networks.perceptual_features import (
    FEATURES,
    Features,
    features_on,
    squeezenet,
    squeezenet_is_there,
)
from ganlab.networks.superres_pair import copy_weights
from ganlab.networks.vgg19 import vgg19_is_here
from ganlab.registry import Data, Network, find
from ganlab.training.state import Arrays, Batch, Parts, State, Task
from ganlab.training.streams import RandomStreams
from ganlab.training.validation import Validation, ValidationResult, tiled

CONTENT = "sr-features"
"""The term of pretrained features."""
HELD = ("sr-pixel", "sr-matching")
"""Terms that hold the content without pretrained features."""


class SuperresTask(Task):
    """One G that enlarges photographs, against a D or against the original alone."""

    name: ClassVar[str] = "superres"
    samples: ClassVar[str] = "crops"
    memory_format: ClassVar[torch.memory_format] = torch.channels_last
    wide: ClassVar[bool] = True
    from_noise: ClassVar[bool] = False
    terms: ClassVar[tuple[str, ...]] = (
        "l1",
        "mse",
        "pixel",
        "features",
        "matching",
        "adversarial",
        "consistency",
        "grid",
        "total_variation",
    )
    scores: ClassVar[tuple[str, ...]] = ("psnr", "ssim")
    looks: ClassVar[tuple[float, float]] = (1.0, 5.0)

    def build(
        self, members: Sequence[RunConfig], device: torch.device, report: Report, source: Any
    ) -> Parts:
        """Both networks begin from the seed; the crops have a stream of their own of that seed."""
        config = members[0]
        values, streams = config.data.values, RandomStreams(config.seed, device)
        crop, scale = crop_of(values), int(values["scale"])
        with streams.own():
            G, D = find(Network, config.network.name).load()(
                scale, crop * scale, lambda: torch.manual_seed(config.seed), **config.network.values
            )
        if source is None:
            found = find(Data, config.data.name).load()(**values, report=report)
            crops = Crops(found.pairs, config.batch, crop, config.seed).to(device)
            source = PhotoSource(found, crops, features_of(config, device), whole(D))
        streams.data = [source.crops.generator]
        return Parts(source, streams, G, D)

    def begin_from(self, state: State, start: Path) -> None:
        """Give G the weights of a file, as far as shapes agree."""
        copy_weights(start, state.G, state.config.seed)
        state.G_mean.load_state_dict(state.G.state_dict())

    # --- training ---------------------------------------------------------------------------------

    def draw_batch(self, state: State) -> Batch:
        """Crops of originals as D sees them and as they are, and the small ones for G."""
        lr, hr = state.source.next()
        return Batch(self.seen_by_d(state, hr), None, lr, hr)

    def draw_for_g(self, state: State) -> Batch:
        """The same as for D: every term compares with the original."""
        return self.draw_batch(state)

    def generate(self, state: State, batch: Batch) -> Tensor:
        """The enlarged crops, in float32."""
        with autocast(state.device, state.config.precision):
            return state.G(batch.z).float()

    def seen_by_d(self, state: State, samples: Tensor) -> Tensor:
        """Crops cut at a random place of the grid, the same for real and fake of a batch."""
        return state.source.cut(samples)

    # --- looking ----------------------------------------------------------------------------------

    def shown_z(self, members: Sequence[RunConfig], device: torch.device) -> Tensor:
        """The small picture of the photograph that is held out, (1, 3, H, W)."""
        return as_input(validation(members[0]).lr).to(device)

    def shown_real(self, state: State) -> NDArray[np.uint8]:
        """The parts of the held-out original that are watched."""
        return tiled(validation(state.config).hr)

    def snapshot(
        self,
        states: Sequence[State],
        z: Sequence[Tensor],
        order: Sequence[Sequence[int]],
        alone: bool,
    ) -> Arrays:
        """{'fake': uint8 (1, 3, H, W)}: four parts of the held-out photograph, enlarged by G."""
        del z, order, alone
        return {"fake": tiled(answer(states[0]).picture)}

    def measure(self, state: State) -> list[dict[str, float]]:
        """PSNR and SSIM on the held-out photograph, and bicubic's."""
        mine, bicubic = answer(state), validation(state.config).bicubic
        return [
            {
                "psnr": mine.psnr,
                "ssim": mine.ssim,
                "bicubic_psnr": bicubic.psnr,
                "bicubic_ssim": bicubic.ssim,
            }
        ]

    def reached(self, state: State, scores: Mapping[str, float]) -> str:
        """That bicubic is beaten, once a step was made."""
        beaten = state.step > 0 and scores["psnr"] > scores["bicubic_psnr"]
        return f"beats bicubic after {state.seconds:.0f} s" if beaten else ""

    def remark(self, state: State) -> str:
        """Which features others stand in for, and which photographs were skipped."""
        return state.source.remark(state.config)


def validation(config: RunConfig) -> Validation:
    """What runs at the configuration's scale are measured on."""
    return _validation(int(config.data.values["scale"]))


_validation = functools.lru_cache(maxsize=3)(Validation)


def answer(state: State) -> ValidationResult:
    """What the G that is shown makes of the held-out photograph; computed once a step."""
    now = state.step, bool(state.config.ema)
    which, found = state.extra.get("answer", (None, None))
    if which != now:
        found = validation(state.config).answer(state.shown_generator)
        state.extra["answer"] = (now, found)
    return found


class PhotoSource:
    """Crops of photographs in memory, and the pretrained features that compare them."""

    def __init__(
        self, pairs: Pairs, crops: Crops, features: Features | None, whole_crops: bool
    ) -> None:
        self.crops, self.features = crops, features
        self._skipped, self._whole = pairs.skipped, whole_crops

    def next(self) -> tuple[Tensor, Tensor]:
        """The next batch (lr, hr), (N, 3, crop, crop) and (N, 3, scale·crop, scale·crop)."""
        lr, hr = (t.to(memory_format=torch.channels_last) for t in self.crops.draw())
        if not self._whole:
            self.crops.move_grid()
        return lr, hr

    def cut(self, pictures: Tensor) -> Tensor:
        """Pictures of the present batch as D sees them."""
        return pictures if self._whole else self.crops.cut(pictures)

    @property
    def kind(self) -> str:
        """The name of the features in FEATURES."""
        return self.features.kind if self.features else "none"

    def pixels_instead(self, config: RunConfig) -> bool:
        """Whether features were asked for, are not there, and nothing else holds the content."""
        names = {one.name for one in config.terms}
        return self.features is None and CONTENT in names and not names & set(HELD)

    def remark(self, config: RunConfig) -> str:
        """What people should know of the photographs and features, or ''."""
        said = [f"{line[0].upper()}{line[1:]}." for line in self._skipped[:3]]
        wanted = features_in(config)
        if self.features is not None and self.kind != wanted:
            said[:0] = [f"Without VGG19's weights: {self.features.title} take their place."]
        elif wanted and self.features is None:
            instead = "D's own features take the place of pretrained ones"
            if self.pixels_instead(config):
                instead = "the squared error is the content term, as in the paper's SRGAN-MSE"
            said[:0] = [f"Without SqueezeNet's weights: {instead}."]
        return " ".join(said)

    def state(self) -> dict[str, Any]:
        """Which features are followed; where the crops are, the run's streams say."""
        return {"features": self.kind}

    def restore(self, state: dict[str, Any]) -> None:
        """Refuse a state that followed other features."""
        followed = state.get("features", self.kind)
        if followed != self.kind:
            raise CheckpointError(
                f"the training followed the features {followed}, and here are {self.kind}: "
                f"bring the weights back, or start a new run"
            )


def whole(D: torch.nn.Module) -> bool:
    """Whether D reads crops of one size only."""
    return getattr(D, "whole", False)


def features_in(config: RunConfig) -> str:
    """The pretrained features that the configuration names; '' without the term."""
    return next((str(one.values["eyes"]) for one in config.terms if one.name == CONTENT), "")


def features_of(config: RunConfig, device: torch.device) -> Features | None:
    """The features that the configuration names, or what is here instead of them."""
    wanted = features_in(config)
    if not wanted:
        return None
    found: Features | None = None
    if not wanted.startswith("vgg"):
        found = squeezenet() if squeezenet_is_there() else None
    elif vgg19_is_here():
        found = FEATURES[wanted]()
    elif squeezenet_is_there():
        found = squeezenet()
    return found and features_on(found, device).to(memory_format=torch.channels_last)
