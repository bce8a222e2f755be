"""The mutual information between codes and picture, from below. Chen et al. 2016, section 5."""

from torch import Tensor
from torch.nn import functional as F

from ganlab.registry import Parameter, term
from ganlab.training.step import Move


def code_losses(
    reading: Tensor, codes: Tensor, categories: int, continuous: int
) -> tuple[Tensor, Tensor]:
    """-log Q(c | x) of the categorical code and of the continuous ones, (N,) each.

    reading: (N, categories + continuous), logits and means; codes: (N, ...), one-hot and values,
    as z begins. Q is categorical, and normal of variance 1 up to its constant.
    """
    chosen = codes[:, :categories].argmax(1)
    values = codes[:, categories : categories + continuous]
    means = reading[:, categories : categories + continuous]
    categorical = F.cross_entropy(reading[:, :categories], chosen, reduction="none")
    return categorical, 0.5 * (means - values).square().sum(1)


@term(
    "information",
    summary="D's second head reads the codes back off the picture: G must write them into it.",
    formula=r"-\lambda\,\mathbb E[\log Q(c\mid G(z,c))]\;\ge\;\lambda\,(H(c)-I(c;G(z,c)))",
    source="Chen et al. 2016 (InfoGAN), equations 5 and 6",
    parameters={
        "weight": Parameter(1.0, "λ of the categorical code.", 0.0, 10.0),
        "continuous": Parameter(0.1, "λ of the continuous codes.", 0.0, 10.0),
    },
    needs="codes",
)
class Information:
    """D's second head minimises the same term in both moves: it learns to read in D's, too."""

    @staticmethod
    def g(move: Move, weight: float = 1.0, continuous: float = 0.1) -> Tensor:
        """What the second head misreads in G's pictures, (N,): its gradient reaches both players.

        It reads them as D sees them. What is done to a picture adds nothing of the codes to it, so
        that with augmentation too the information is bounded from below.
        """
        reading = move.fake_codes
        assert reading is not None, "D must have a second head for the codes"
        values = move.state.config.noise.values
        categorical, spread = code_losses(
            reading, move.batch.z, int(values["categories"]), int(values["continuous"])
        )
        return weight * categorical + continuous * spread

    d = g
