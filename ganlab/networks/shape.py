"""The sizes of a pair of networks that follow from the data and the noise."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """The sizes of G's input and output and of D's input."""

    z_dim: int
    channels: int = 1
    size: int = 28
    """Height and width of a picture, in pixels."""
    classes: int = 0
    """How many labels there are; 0 if the networks take none."""
    pack: int = 1
    """How many pictures D scores together, concatenated along their channels."""
    categories: int = 0
    """Values of the categorical code that z begins with; 0 where there is none."""
    continuous: int = 0
    """Uniform codes behind it in z."""

    @property
    def d_channels(self) -> int:
        """The channels of D's input."""
        return self.channels * self.pack
