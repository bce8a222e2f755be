"""What a G that enlarges is asked for beyond the game, each term times its weight.

The formulas are `ganlab.objective.superres_losses`. Every term reports its value without the weight
under the name of its column.
"""

from torch import Tensor

from ganlab.device import autocast
from ganlab.objective import superres_losses
from ganlab.registry import Parameter, term
from ganlab.training.step import Move


def weight(default: float) -> dict[str, Parameter]:
    """The parameter that all of them have."""
    return {"weight": Parameter(default, "What it counts next to the others.", 0.0, 1000.0)}


@term(
    "sr-pixel",
    title="Pixels",
    summary="Each pixel near the original's, by L1, by the square, or by what is measured on luma.",
    source="Ledig et al. 2017, equation 4; Wang et al. 2004",
    parameters=weight(1.0)
    | {"error": Parameter("l1", "How they are compared.", options=("l1", "mse", "luma"))},
    needs="an original",
    sees_real=True,
)
class Pixels:
    """The error of a pixel; without a game its column has the error's own name."""

    @staticmethod
    def g(move: Move, weight: float = 1.0, error: str = "l1") -> Tensor:
        """The error times its weight, ()."""
        sr, hr = move.clean, move.batch.clean
        shown = superres_losses.PIXEL.get(error, superres_losses.pixel_l1)(sr, hr)
        own = "mse" if error == "mse" else "l1"
        move.show("pixel" if move.state.config.adversarial else own, shown)
        if error in superres_losses.PIXEL:
            return weight * shown
        return weight * superres_losses.measured_on_luma(sr, hr)


@term(
    "sr-features",
    title="Pretrained features",
    summary="A network trained on ImageNet must see the same in both pictures.",
    source="Ledig et al. 2017, equation 5; Wang et al. 2018",
    parameters=weight(1.0)
    | {
        "eyes": Parameter(
            "squeezenet",
            "Whose features; where they are not here, the nearest ones take their place.",
            options=("squeezenet", "vgg19", "vgg19-relu"),
            live=False,
        ),
        "error": Parameter(
            "relative", "By their relative distance or the square.", options=("relative", "squared")
        ),
    },
    needs="an original",
    sees_real=True,
)
class PretrainedFeatures:
    """The distance of features; of pixels where there are none and nothing else holds the content.

    That is the paper's SRGAN-MSE.
    """

    @staticmethod
    def g(
        move: Move, weight: float = 1.0, eyes: str = "squeezenet", error: str = "relative"
    ) -> Tensor:
        """The distance times its weight, ()."""
        del eyes
        state, features = move.state, move.state.source.features
        if features is None:
            if not state.source.pixels_instead(state.config):
                return weight * move.clean.new_zeros(())
            value = superres_losses.pixel_mse(move.clean, move.batch.clean)
            move.show("pixel", value)
            return value
        with autocast(state.device, state.config.precision):
            wanted = [one.float() for one in features(move.batch.real)]
            found = [one.float() for one in features(move.fake)]
        if error == "relative":
            value = superres_losses.feature_distance(found, wanted)
        else:
            value = superres_losses.feature_error(found, wanted, features.divisor)
        move.show("features", value)
        return weight * value


@term(
    "sr-matching",
    title="D's own maps",
    summary="D must find the same in both pictures, layer by layer.",
    source="Wang et al. 2018 (pix2pixHD), equation 2",
    parameters=weight(0.1),
    needs="D's own maps",
    sees_real=True,
)
class Matching:
    """Feature matching with the D of the game."""

    @staticmethod
    def g(move: Move, weight: float = 0.1) -> Tensor:
        """The relative distance of D's maps times its weight, ()."""
        value = superres_losses.feature_distance(move.fake_maps, move.real_maps)
        move.show("matching", value)
        return weight * value


@term(
    "sr-consistency",
    title="Consistency",
    summary="Shrunk again, the picture must be the one that was given.",
    parameters=weight(0.1),
    needs="an original",
    sees_real=True,
)
class Consistency:
    """An invented detail must vanish where the input was measured."""

    @staticmethod
    def g(move: Move, weight: float = 0.1) -> Tensor:
        """The error of what is shrunk again times its weight, ()."""
        value = superres_losses.consistency(move.clean, move.batch.z, scale_of(move))
        move.show("consistency", value)
        return weight * value


@term(
    "sr-grid",
    title="Grid pattern",
    summary="No pattern may repeat with the grid in which pixels are shuffled.",
    parameters=weight(4.0),
    needs="an original",
    sees_real=True,
)
class GridPattern:
    """The local means of each place of the grid."""

    @staticmethod
    def g(move: Move, weight: float = 4.0) -> Tensor:
        """The pattern's strength times its weight, ()."""
        value = superres_losses.grid_pattern(move.clean, move.batch.clean, scale_of(move))
        move.show("grid", value)
        return weight * value


@term(
    "sr-variation",
    title="Total variation",
    summary="Neighbouring pixels near each other: a smoother picture.",
    source="Ledig et al. 2017, table 4",
    parameters=weight(2e-8),
    needs="an original",
)
class TotalVariation:
    """Smoothness."""

    @staticmethod
    def g(move: Move, weight: float = 2e-8) -> Tensor:
        """The total variation times its weight, ()."""
        value = superres_losses.total_variation(move.clean)
        move.show("total_variation", value)
        return weight * value


def scale_of(move: Move) -> int:
    """By how many times the run enlarges."""
    return int(move.state.config.data.values["scale"])
