"""Fine-tuning a trained generator against a discriminator, as SRGAN and ESRGAN do."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ganlab.data.degradation import Crops
from ganlab.device import CPU, autocast
from ganlab.errors import CheckpointError, ConfigError
from ganlab.networks.perceptual_features import FEATURES, Features, features_on
from ganlab.networks.srgan_paper import SRGANDiscriminator
from ganlab.networks.superres_discriminator import PatchDiscriminator
from ganlab.objective import superres_losses
from ganlab.training.superres.loop import (
    SCHEDULES,
    Averaged,
    Recipe,
    Record,
    check_choice,
    records,
)

WEIGHTS = {
    "pixel": 1e-2,
    "features": 1.0,
    "matching": 0.1,
    "adversarial": 5e-3,
    "consistency": 0.1,
    "grid": 4.0,
}
DISCRIMINATORS: Mapping[str, Callable[[int], nn.Module]] = {
    "patch": lambda side: PatchDiscriminator(),
    "paper": SRGANDiscriminator,
}
"""Name of a discriminator to what builds it for pictures of so many pixels a side."""
FEATURE_ERRORS = ("relative", "squared")
"""How pretrained features are compared: `losses.feature_distance` or `losses.feature_error`."""


@dataclass(frozen=True)
class AdversarialRecipe(Recipe):
    """A recipe with a second player and a weight for each of the generator's terms.

    A term without a weight is left out.
    """

    steps: int = 20_000
    rate: float = 2e-4
    d_rate: float = 1e-4
    weights: dict[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    schedule: str = "late"
    adversarial: str = "relativistic"
    """The game: a name of `losses.ADVERSARIAL`."""
    features: str = "squeezenet"
    """The pretrained features: a name of `perceptual_features.FEATURES`."""
    feature_error: str = "relative"
    """How they are compared: one of FEATURE_ERRORS."""
    discriminator: str = "patch"
    """A name of DISCRIMINATORS."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("adversarial", self.adversarial, superres_losses.ADVERSARIAL)
        check_choice("features", self.features, FEATURES)
        check_choice("feature_error", self.feature_error, FEATURE_ERRORS)
        check_choice("discriminator", self.discriminator, DISCRIMINATORS)
        for name in self.weights:
            check_choice("weights", name, WEIGHTS)
        if "matching" in self.weights and self.discriminator == "paper":
            raise ConfigError("the paper's discriminator hands out no features to match")

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the terms that a training of this recipe records."""
        more = ("total_variation",) if self.total_variation else ()
        return ("d_loss", *self.weights, *more)


class AdversarialTraining:
    """One step of D, one of G, in the game that the recipe names; resumable at every step.

    Without pretrained `features` the generator follows its other terms alone.
    """

    def __init__(
        self,
        network: nn.Module,
        crops: Crops,
        recipe: AdversarialRecipe,
        features: Features | None,
        device: torch.device = CPU,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.device = device
        self.network = network.to(device).to(memory_format=torch.channels_last)
        built = DISCRIMINATORS[recipe.discriminator](crops.crop * crops.scale)
        self.discriminator = built.to(device).to(memory_format=torch.channels_last)
        self.features = features and features_on(features, device).to(
            memory_format=torch.channels_last
        )
        self.crops = crops.to(device)
        self.recipe = recipe
        self.averaging = Averaged(self.network, recipe.averaging)
        betas = (0.9, 0.99)
        self.g_optimiser = torch.optim.Adam(network.parameters(), lr=recipe.rate, betas=betas)
        self.d_optimiser = torch.optim.Adam(
            self.discriminator.parameters(), lr=recipe.d_rate, betas=betas
        )
        self.step = 0
        self.seconds = 0.0
        self.place = (0, 0)

    @property
    def averaged(self) -> nn.Module:
        """The averaged generator, which is what one uses."""
        return self.averaging.network

    @property
    def remark(self) -> str:
        """What a person should know of this training, or nothing."""
        wanted = self.recipe.features
        if self.features is not None and self.features.kind != wanted:
            return f"Without VGG19's weights: {self.features.title} take their place."
        if self.features is not None or wanted == "none":
            return ""
        if "matching" in self.recipe.weights:
            instead = "D's own features take the place of pretrained ones"
        else:
            instead = "the squared error is the content term, as in the paper's SRGAN-MSE"
        return f"Without SqueezeNet's weights: {instead}."

    @property
    def progress(self) -> float:
        """From 0 to 1, by steps or by time, whichever is further."""
        return max(self.step / self.recipe.steps, self.seconds / self.recipe.seconds)

    def run(self, every: int = 50, pause: float = math.inf) -> Iterator[Record]:
        """Train to the end of the recipe; each term's mean every few steps, or after a pause."""
        return records(self, every, pause)

    def one_step(self) -> dict[str, Tensor]:
        """Move D, then G: the terms of both by name."""
        recipe, game = self.recipe, superres_losses.ADVERSARIAL[self.recipe.adversarial]
        warm = min(1.0, (self.step + 1) / recipe.warmup)
        factor = warm * SCHEDULES[recipe.schedule](self.progress)  # the same for both players
        self.g_optimiser.param_groups[0]["lr"] = self.recipe.rate * factor
        self.d_optimiser.param_groups[0]["lr"] = self.recipe.d_rate * factor
        lr, hr = (t.to(memory_format=torch.channels_last) for t in self.crops.draw())
        with autocast(self.device):
            sr = self.network(lr)
            # If D or the features knew where the network's grid lies, they would reward it.
            sr_seen, hr_seen = self._shifted(sr), self._shifted(hr, again=True)
            # D's phase: the generator left alone.
            d_loss = game.d(*self._logits(hr_seen, sr_seen.detach()))
        self.d_optimiser.zero_grad(set_to_none=True)
        d_loss.backward()
        self.d_optimiser.step()
        # G's phase: D sees both again, frozen, and so do the pretrained features.
        self.discriminator.requires_grad_(False)
        with autocast(self.device):
            with torch.no_grad():
                real_logits, real_seen = self._judged(hr_seen)
                wanted = self.features(hr_seen) if self.features else []
            fake_logits, fake_seen = self._judged(sr_seen)
            found = self.features(sr_seen) if self.features else []
        sr, scale = sr.float(), self.crops.scale
        asked: dict[str, Callable[[], Tensor]] = {
            "pixel": lambda: superres_losses.PIXEL[recipe.pixel](sr, hr),
            "matching": lambda: superres_losses.feature_distance(
                _float(fake_seen), _float(real_seen)
            ),
            "adversarial": lambda: game.g(real_logits.float(), fake_logits.float()),
            "consistency": lambda: superres_losses.consistency(sr, lr, scale),
            "grid": lambda: superres_losses.grid_pattern(sr, hr, scale),
            "total_variation": lambda: superres_losses.total_variation(sr),
        }
        weights = recipe.weights | {"total_variation": recipe.total_variation}
        if self.features:
            asked["features"] = lambda: self._content(_float(found), _float(wanted))
        chosen = [name for name in weights if name in asked and name in recipe.terms]
        terms = {name: asked[name]() for name in chosen}
        g_loss = torch.stack([weights[name] * terms[name] for name in terms]).sum()
        self.g_optimiser.zero_grad(set_to_none=True)
        g_loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        self.g_optimiser.step()
        self.discriminator.requires_grad_(True)
        self.step += 1
        self.averaging.follow(self.network, self.step)
        return {"d_loss": d_loss, **terms}

    def _logits(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """D's of both, in one batch; in two where batch norm would let one see the other."""
        if self.recipe.discriminator == "paper":
            return self._judged(real)[0].float(), self._judged(fake)[0].float()
        both = self._judged(torch.cat([real, fake]))[0].float()
        return both[: len(real)], both[len(real) :]

    def _judged(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Logits, and what D saw on the way if it hands that out."""
        found = self.discriminator(pictures)
        return found if isinstance(found, tuple) else (found, [])

    def _content(self, found: list[Tensor], wanted: list[Tensor]) -> Tensor:
        if self.recipe.feature_error == "relative":
            return superres_losses.feature_distance(found, wanted)
        assert self.features is not None
        return superres_losses.feature_error(found, wanted, self.features.divisor)

    def _shifted(self, pictures: Tensor, again: bool = False) -> Tensor:
        """The pictures cut at a random place of the grid; `again` cuts where the last ones were.

        The paper's D takes whole crops only: its dense head fixes their size.
        """
        if self.recipe.discriminator == "paper":
            return pictures
        scale = self.crops.scale
        if not again:
            place = torch.randint(scale, (2,), generator=self.crops.generator)
            self.place = int(place[0]), int(place[1])
        top, left = self.place
        height, width = (side - scale for side in pictures.shape[-2:])
        return pictures[..., top : top + height, left : left + width]

    def state(self) -> dict[str, Any]:
        """Everything that is needed to resume: tensors and plain values only."""
        return {
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "g_optimiser": self.g_optimiser.state_dict(),
            "d_optimiser": self.d_optimiser.state_dict(),
            "crops": self.crops.generator.get_state(),
            "features": self.features.kind if self.features else "none",
            "step": self.step,
            "seconds": self.seconds,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave; CheckpointError if it followed other features."""
        mine = self.features.kind if self.features else "none"
        if state.get("features", mine) != mine:
            raise CheckpointError(
                f"the training followed the features {state['features']}, and here are {mine}: "
                f"bring the weights back, or start a new run"
            )
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.discriminator.load_state_dict(state["discriminator"])
        self.g_optimiser.load_state_dict(state["g_optimiser"])
        self.d_optimiser.load_state_dict(state["d_optimiser"])
        self.crops.generator.set_state(state["crops"])
        self.step = state["step"]
        self.seconds = state["seconds"]


def _float(features: list[Tensor]) -> list[Tensor]:
    return [feature.float() for feature in features]
