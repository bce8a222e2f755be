"""What a network is made of: its layers in the order of the data, and what each of them gives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Layer:
    """One layer as the data meet it."""

    name: str
    """Its place in the network, such as 'up.3'."""
    kind: str
    """What it is, such as 'Conv2d 4×4, stride 2'."""
    shape: tuple[int, ...]
    """Of what it gives for one sample, without the batch."""
    parameters: int
    """Numbers that are trained, those of a shared layer at its first use only."""

    @property
    def is_spatial(self) -> bool:
        """Whether it gives maps (C, H, W)."""
        return len(self.shape) == 3


def layers(net: nn.Module, *inputs: Any) -> list[Layer]:
    """The layers of net in the order in which a batch of inputs meets them."""
    found: list[Layer] = []
    counted: set[int] = set()

    def note(name: str, layer: nn.Module, output: Tensor) -> None:
        fresh = [weight for weight in layer.parameters() if id(weight) not in counted]
        counted.update(map(id, fresh))
        count = sum(weight.numel() for weight in fresh)
        found.append(Layer(name, kind(layer), tuple(output.shape[1:]), count))

    _listening(net, note, *inputs)
    return found


def feature_maps(net: nn.Module, name: str, *inputs: Any) -> Tensor:
    """What the layer of that name gives for the inputs, (N, ...); KeyError if none has the name."""
    found: dict[str, Tensor] = {}
    _listening(net, lambda one, _, output: found.setdefault(one, output), *inputs)
    return found[name]


def kind(layer: nn.Module) -> str:
    """A layer in words: what it is and the numbers that matter."""
    name = type(layer).__name__
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        rows, columns = layer.kernel_size
        stride = f", stride {layer.stride[0]}" if layer.stride[0] != 1 else ""
        return f"{name} {rows}×{columns}{stride}"
    if isinstance(layer, nn.Linear):
        return f"{name} {layer.in_features} → {layer.out_features}"
    if isinstance(layer, nn.LeakyReLU):
        return f"{name} {layer.negative_slope:g}"
    if isinstance(layer, nn.Dropout):
        return f"{name} {layer.p:g}"
    return name


def _listening(
    net: nn.Module, heard: Callable[[str, nn.Module, Tensor], Any], *inputs: Any
) -> None:
    """Run net on inputs once, telling what each layer without parts gives; net stays as it was."""
    handles, was_training = [], net.training
    for name, layer in net.named_modules():
        if not any(True for _ in layer.children()):
            handles.append(
                layer.register_forward_hook(
                    lambda one, _, output, name=name: heard(name, one, output)
                )
            )
    try:
        net.eval()
        with torch.no_grad():
            net(*inputs)
    finally:
        net.train(was_training)
        for handle in handles:
            handle.remove()
