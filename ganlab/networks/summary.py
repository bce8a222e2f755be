"""Summary of a network: its layers in the order of execution, with their outputs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized, type_before_parametrizations

LISTS = (nn.ParameterList, nn.ParameterDict)
"""Containers of parameters, which count as parameters of the module that holds them."""


@dataclass(frozen=True)
class Layer:
    """One layer of a network."""

    name: str
    """Its path in the network, such as 'up.3'; '' for the network itself."""
    kind: str
    """Its type and size, such as 'Conv2d 4×4, stride 2'."""
    shape: tuple[int, ...]
    """The shape of its output without the batch axis."""
    parameters: int
    """The number of its own parameters, without its parts'; of a shared layer at its first use."""

    @property
    def is_spatial(self) -> bool:
        """Whether its output is (C, H, W)."""
        return len(self.shape) == 3


def layers(net: nn.Module, *inputs: Any) -> list[Layer]:
    """The layers of net in the order of execution.

    A layer is a module without submodules, or with parameters of its own. Parametrizations, such as
    spectral norm, do not count as submodules.
    """
    found: list[Layer] = []
    counted: set[int] = set()

    def note(name: str, layer: nn.Module, output: Tensor) -> None:
        fresh = [weight for _, weight in _own(layer) if id(weight) not in counted]
        counted.update(map(id, fresh))
        count = sum(weight.numel() for weight in fresh)
        found.append(Layer(name, kind(layer), tuple(output.shape[1:]), count))

    _run_with_hooks(net, note, *inputs)
    return found


def feature_maps(net: nn.Module, name: str, *inputs: Any) -> Tensor:
    """The output of the layer called name for the inputs, (N, ...); KeyError if there is none."""
    found: dict[str, Tensor] = {}
    _run_with_hooks(net, lambda one, _, output: found.setdefault(one, output), *inputs)
    return found[name]


def kind(layer: nn.Module) -> str:
    """The type of a layer with its sizes as text."""
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
    """The modules that count as layers, by path."""
    for name, layer in net.named_modules():
        if "parametrizations" in name.split(".") or isinstance(layer, LISTS):
            continue
        if not any(True for _ in _parts(layer)) or any(True for _ in _own(layer)):
            yield name, layer


def _run_with_hooks(
    net: nn.Module, on_output: Callable[[str, nn.Module, Tensor], Any], *inputs: Any
) -> None:
    """Run net on inputs once in evaluation mode and call on_output for each layer's (N, ...)."""
    handles, was_training, count = [], net.training, len(inputs[0])

    def hook(name: str, layer: nn.Module, output: Any) -> None:
        if len(output) != count:  # windows of a sample: (N · windows, t, D)
            output = output.unflatten(0, (count, -1)).flatten(1, 2)  # (N, windows · t, D)
        on_output(name, layer, output)

    for name, layer in _layers(net):
        handles.append(
            layer.register_forward_hook(lambda one, _, output, name=name: hook(name, one, output))
        )
    try:
        net.eval()
        with torch.no_grad():
            net(*inputs)
    finally:
        net.train(was_training)
        for handle in handles:
            handle.remove()
