"""Fine-tuning a trained generator against a discriminator, as SRGAN and ESRGAN do."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ganlab.superres import losses
from ganlab.superres.degradation import Crops
from ganlab.superres.discriminators import PatchDiscriminator
from ganlab.superres.features import Features
from ganlab.superres.training import Averaged, Recipe, Record, decay

WEIGHTS = {
    "pixel": 1e-2,
    "features": 1.0,
    "matching": 0.1,
    "adversarial": 5e-3,
    "consistency": 0.1,
    "grid": 4.0,
}


@dataclass(frozen=True)
class AdversarialRecipe(Recipe):
    """A recipe with a second player and a weight for each of the generator's terms."""

    steps: int = 20_000
    rate: float = 2e-4
    d_rate: float = 1e-4
    weights: dict[str, float] = field(default_factory=lambda: dict(WEIGHTS))


class AdversarialTraining:
    """One step of D, one of G, with a relativistic average loss; resumable at every step.

    Without pretrained `features` the generator follows D's own features alone.
    """

    def __init__(
        self,
        network: nn.Module,
        crops: Crops,
        recipe: AdversarialRecipe,
        features: Features | None,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.network = network.to(memory_format=torch.channels_last)
        self.discriminator = PatchDiscriminator().to(memory_format=torch.channels_last)
        self.features = features and features.to(memory_format=torch.channels_last)
        self.crops = crops
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
        if self.features:
            return ""
        return "Without SqueezeNet's weights: D's own features take the place of pretrained ones."

    @property
    def progress(self) -> float:
        """From 0 to 1, by steps or by time, whichever is further."""
        return max(self.step / self.recipe.steps, self.seconds / self.recipe.seconds)

    def run(self, every: int = 50) -> Iterator[Record]:
        """Train to the end of the recipe and tell each term's mean every few steps."""
        sums: dict[str, Tensor] = {}
        count = 0
        while self.progress < 1:
            begin = time.perf_counter()
            for name, value in self._one_step().items():
                sums[name] = sums.get(name, torch.zeros(())) + value.detach()
            count += 1
            self.seconds += time.perf_counter() - begin
            if self.step % every == 0 or self.progress >= 1:
                scalars = {name: float(value) / count for name, value in sums.items()}
                yield Record(self.step, self.seconds, scalars)
                sums, count = {}, 0

    def _one_step(self) -> dict[str, Tensor]:
        # The rate stays for half of the way and then decays, for both players alike.
        warm = min(1.0, (self.step + 1) / self.recipe.warmup)
        factor = warm * decay(2 * self.progress - 1)
        self.g_optimiser.param_groups[0]["lr"] = self.recipe.rate * factor
        self.d_optimiser.param_groups[0]["lr"] = self.recipe.d_rate * factor
        lr, hr = (t.to(memory_format=torch.channels_last) for t in self.crops.draw())
        with torch.autocast("cpu", torch.bfloat16):
            sr = self.network(lr)
            # Neither judge may know where the network's grid lies, or they reward its pattern.
            sr_seen, hr_seen = self._shifted(sr), self._shifted(hr, again=True)
            # D's phase: real and fake pictures in one batch, the generator left alone.
            both = torch.cat([hr_seen, sr_seen.detach()])
            real, fake = self.discriminator(both)[0].float().chunk(2)
            d_loss = losses.relativistic_average_d(real, fake)
        self.d_optimiser.zero_grad(set_to_none=True)
        d_loss.backward()
        self.d_optimiser.step()
        # G's phase: D judges again, frozen, and so do the pretrained features.
        self.discriminator.requires_grad_(False)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                real_logits, real_seen = self.discriminator(hr_seen)
                wanted = self.features(hr_seen) if self.features else []
            fake_logits, fake_seen = self.discriminator(sr_seen)
            found = self.features(sr_seen) if self.features else []
        terms = {
            "pixel": losses.pixel_l1(sr, hr),
            **self._pretrained(found, wanted),
            "matching": losses.feature_distance(_float(fake_seen), _float(real_seen)),
            "adversarial": losses.relativistic_average_g(real_logits.float(), fake_logits.float()),
            "consistency": losses.consistency(sr, lr, self.crops.scale),
            "grid": losses.grid_pattern(sr, hr, self.crops.scale),
        }
        g_loss = torch.stack([self.recipe.weights[name] * terms[name] for name in terms]).sum()
        self.g_optimiser.zero_grad(set_to_none=True)
        g_loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        self.g_optimiser.step()
        self.discriminator.requires_grad_(True)
        self.step += 1
        self.averaging.follow(self.network, self.step)
        return {"d_loss": d_loss, **terms}

    def _pretrained(self, found: list[Tensor], wanted: list[Tensor]) -> dict[str, Tensor]:
        if not self.features:
            return {}
        return {"features": losses.feature_distance(_float(found), _float(wanted))}

    def _shifted(self, pictures: Tensor, again: bool = False) -> Tensor:
        """The pictures cut at a random place of the grid; `again` cuts where the last ones were."""
        scale = self.crops.scale
        if not again:
            place = torch.randint(scale, (2,), generator=self.crops.generator)
            self.place = int(place[0]), int(place[1])
        top, left = self.place
        height, width = (side - scale for side in pictures.shape[-2:])
        return pictures[..., top : top + height, left : left + width]

    def state(self) -> dict[str, Any]:
        """Everything that a later sitting needs: tensors and plain values only."""
        return {
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "g_optimiser": self.g_optimiser.state_dict(),
            "d_optimiser": self.d_optimiser.state_dict(),
            "crops": self.crops.generator.get_state(),
            "step": self.step,
            "seconds": self.seconds,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
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
