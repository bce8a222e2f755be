"""How much memory a network's activations take for each pixel of its input, by watching it work."""

import math
import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ganlab.device import device_of

SIDE = 16
"""Of the picture that is tried."""
RESERVE = 1.25
"""What convolutions take besides, for their own work: at most this much was measured."""

Network = Callable[[Tensor], Tensor]

_known: "weakref.WeakKeyDictionary[Network, int]" = weakref.WeakKeyDictionary()


class _Living(TorchDispatchMode):
    """Counts the bytes of all tensors that are made and not yet forgotten."""

    def __init__(self, known: set[int]) -> None:
        super().__init__()
        self.known = known
        self.now = self.peak = 0

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor):
                self._meet(tensor.untyped_storage())
        return made

    def _meet(self, storage: torch.UntypedStorage) -> None:
        name = storage._cdata
        if name in self.known:  # a weight, or a view of what has been counted
            return
        self.known.add(name)
        self.now += storage.nbytes()
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._forget, name, storage.nbytes())

    def _forget(self, name: int, size: int) -> None:
        self.known.discard(name)
        self.now -= size


@torch.inference_mode()
def peak_of(network: Network, side: int = SIDE) -> int:
    """Bytes that live at once, at most, while a picture of side × side pixels goes through."""
    weights: set[int] = set()
    if isinstance(network, nn.Module):
        weights = {one.untyped_storage()._cdata for one in network.state_dict().values()}
    picture = torch.zeros(1, 3, side, side, device=device_of(network))
    picture = picture.contiguous(memory_format=torch.channels_last)
    with _Living(weights) as living:
        network(picture)
    return living.peak


def bytes_per_pixel(network: Network) -> int:
    """Memory for each pixel of the input, in float32; a network is watched once."""
    if network not in _known:
        _known[network] = math.ceil(RESERVE * peak_of(network) / SIDE**2)
    return _known[network]
