"""What a network is made of: its layers in the order of the data, and what each of them gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized, type_before_parametrizations

LISTS = (nn.ParameterList, nn.ParameterDict)
"""Parts that hold parameters and compute nothing: what they hold is their owner's own."""


@dataclass(frozen=True)
class Layer:
    """One layer as the data meet it."""

    name: str
    """Its place in the network, such as 'up.3'; '' for the network itself."""
    kind: str
    """What it is, such as 'Conv2d 4×4, stride 2'."""
    shape: tuple[int, ...]
    """Of what it gives for one sample, without the batch."""
    parameters: int
    """Its own numbers without those of its parts; of a shared layer at its first use only."""

    @property
    def is_spatial(self) -> bool:
        """Whether it gives maps (C, H, W)."""
        return len(self.shape) == 3


def layers(net: nn.Module, *inputs: Any) -> list[Layer]:
    """The layers of net in the order in which a batch of inputs meets them.

    A layer is what has no parts, or parameters of its own beside them; a weight that is computed
    from another one, as spectral norm does, is no part.
    """
    found: list[Layer] = []
    counted: set[int] = set()

    def note(name: str, layer: nn.Module, output: Tensor) -> None:
        fresh = [weight for _, weight in _own(layer) if id(weight) not in counted]
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
    name = type_before_parametrizations(layer).__name__
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        rows, columns = layer.kernel_size
        stride = f", stride {layer.stride[0]}" if layer.stride[0] != 1 else ""
        name = f"{name} {rows}×{columns}{stride}"
    elif isinstance(layer, nn.Linear):
        name = f"{name} {layer.in_features} → {layer.out_features}"
    elif isinstance(layer, nn.LeakyReLU):
        name = f"{name} {layer.negative_slope:g}"
    elif isinstance(layer, nn.Dropout):
        name = f"{name} {layer.p:g}"
    elif any(True for _ in _parts(layer)):
        held = dict.fromkeys(path.partition(".")[0] for path, _ in _own(layer))
        name = f"{name} with {', '.join(held)}" if held else name
    if is_parametrized(layer, "weight"):
        (first, *_) = layer.parametrizations["weight"]  # type: ignore[index]  # a ModuleDict
        name = f"{name}, {type(first).__name__.lower()}"
    return name


def _parts(layer: nn.Module) -> Iterator[nn.Module]:
    """The layers inside a layer."""
    for name, part in layer.named_children():
        if name != "parametrizations" and not isinstance(part, LISTS):
            yield part


def _own(layer: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    """The parameters of a layer that belong to none of its parts, by their paths."""
    inside = {id(weight) for part in _parts(layer) for weight in part.parameters()}
    for path, weight in layer.named_parameters():
        if id(weight) not in inside:
            yield path, weight


def _layers(net: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """All that counts as a layer, by its place."""
    for name, layer in net.named_modules():
        if "parametrizations" in name.split(".") or isinstance(layer, LISTS):
            continue
        if not any(True for _ in _parts(layer)) or any(True for _ in _own(layer)):
            yield name, layer


def _listening(
    net: nn.Module, heard: Callable[[str, nn.Module, Tensor], Any], *inputs: Any
) -> None:
    """Run net on inputs once, telling what each layer gives, (N, ...); net stays as it was."""
    handles, was_training, count = [], net.training, len(inputs[0])

    def tell(name: str, layer: nn.Module, output: Any) -> None:
        if len(output) != count:  # windows of a sample: (N · windows, t, D)
            output = output.unflatten(0, (count, -1)).flatten(1, 2)  # (N, windows · t, D)
        heard(name, layer, output)

    for name, layer in _layers(net):
        handles.append(
            layer.register_forward_hook(lambda one, _, output, name=name: tell(name, one, output))
        )
    try:
        net.eval()
        with torch.no_grad():
            net(*inputs)
    finally:
        net.train(was_training)
        for handle in handles:
            handle.remove()
