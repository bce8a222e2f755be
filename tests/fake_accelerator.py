"""An accelerator without hardware: it computes on the CPU and keeps book of what lies where.

Inside `fake_accelerator`, `DEVICE` is a device that tensors can be made on and moved to. What
CUDA would refuse is refused: operands on two devices (a CPU tensor without axes excepted), and a
generator of another device. What would make CUDA wait is refused too, unless the function that does
it is named: a tensor's value read on the CPU, or a result whose size depends on values.
"""

import sys
import types
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import ganlab
from ganlab import device as devices

KIND = "privateuseone"
"""The name that torch leaves to devices that it does not know."""
DEVICE = torch.device(KIND, 0)
CPU, META = torch.device("cpu"), torch.device("meta")
true_device = torch._C.TensorBase.device.__get__  # type: ignore[attr-defined]
PACKAGE = Path(ganlab.__file__).parent
aten = torch.ops.aten
BY_VALUE = {
    aten._local_scalar_dense.default,
    aten.nonzero.default,
    aten.masked_select.default,
    aten.equal.default,
    aten.bincount.default,
    aten._unique2.default,
    aten.unique_dim.default,
    aten.repeat_interleave.Tensor,
}
"""Operations after which the host has to know a value before it can go on."""
GROUPING = ("nn/utils/clip_grad.py", "optim/optimizer.py", "optim/adam.py")
"""Files of torch that ask C++ for a device, which knows the CPU only, and move things there."""
UPLOADS = {aten.copy_.default}
"""Operations whose operands may lie on two devices."""


class Mixed(AssertionError):
    """An operation on tensors of two devices."""


class Waited(AssertionError):
    """A value was read where nothing may make the accelerator wait."""


class Book(TorchDispatchMode):
    """Which storages are the accelerator's, and who has read what from it."""

    def __init__(self, readers: Mapping[str, str]) -> None:
        super().__init__()
        self.readers = readers
        """'module:function' that may read, with the reason."""
        self.read: dict[str, int] = {}
        """How often each of them did."""
        self.operations = 0
        """How many operations the accelerator was given."""
        self._storages: set[int] = set()
        self._streams: dict[int, tuple[torch.Generator, torch.device]] = {}
        self._naming: torch.device | None = None

    def name(self, generator: torch.Generator, device: torch.device) -> None:
        """Book a stream as one of the device."""
        self._naming = device
        torch.empty(0).uniform_(generator=generator)
        self._naming = None

    def _device_of(self, generator: torch.Generator) -> torch.device:
        return self._streams.get(id(generator), (None, CPU))[1]

    def owns(self, tensor: Tensor) -> bool:
        """Whether the tensor is the accelerator's."""
        return true_device(tensor) != META and tensor.untyped_storage()._cdata in self._storages

    def take(self, made: Any) -> Any:
        """Book what was made as the accelerator's."""
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor) and not self.owns(tensor):
                storage = tensor.untyped_storage()
                self._storages.add(storage._cdata)
                weakref.finalize(storage, self._storages.discard, storage._cdata)
        return made

    def reads(self, what: str) -> None:
        """Refuse a read unless one of the callers may do it."""
        found = list(callers())
        for name in found:
            if name in self.readers:
                self.read[name] = self.read.get(name, 0) + 1
                return
        raise Waited(f"{what} in {' < '.join(found[:4])}")

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        mine = is_fake(given.get("device"))
        if mine:
            given["device"] = CPU
        leaves = [one for one in tree_leaves((args, given)) if isinstance(one, Tensor)]
        if given.get("device") == META or any(true_device(one) == META for one in leaves):
            return func(*args, **given)  # shapes alone, as torch tries them out
        owned = [self.owns(one) for one in leaves]
        mine |= any(owned)
        # What C++ makes anew for a gradient would be made where the rest of that gradient lies.
        mine |= not leaves and torch._C._current_autograd_node() is not None
        if any(owned) and func not in UPLOADS:
            self._check(func, args, leaves, owned)
        generator = given.get("generator")
        if generator is not None and self._naming:
            # C++ hands out an object of its own for a stream, always the same one.
            self._streams[id(generator)] = (generator, self._naming)
            return func(*args, **given)
        if generator is not None and is_fake(self._device_of(generator)) != mine:
            raise Mixed(f"{func} draws on {DEVICE if mine else CPU} by a generator of another one")
        if any(owned) and (func in BY_VALUE or selects_by_mask(func, args)):
            self.reads(str(func))
        if func in UPLOADS:
            target, source = leaves[:2]
            if self.owns(source) and not self.owns(target):
                self.reads(str(func))
            return func(*args, **given)
        made = func(*args, **given)
        self.operations += mine
        return self.take(made) if mine and func not in BY_VALUE - {aten.nonzero.default} else made

    def _check(self, func: Any, args: Any, leaves: list[Tensor], owned: list[bool]) -> None:
        strangers = [one for one, ours in zip(leaves, owned, strict=True) if not ours]
        if any(one.dim() for one in strangers):
            shapes = [tuple(one.shape) for one in strangers if one.dim()]
            raise Mixed(f"{func} meets tensors of the CPU, {shapes}, in {' < '.join(callers())}")
        first = args[0] if args else None
        written = func.overloadpacket.__name__.endswith("_")
        if written and isinstance(first, Tensor) and not self.owns(first):
            raise Mixed(f"{func} writes into a tensor of the CPU, in {' < '.join(callers())}")


def is_fake(device: Any) -> bool:
    """Whether this names the fake accelerator."""
    return device is not None and torch.device(device).type == KIND


def selects_by_mask(func: Any, args: Any) -> bool:
    """Whether an indexing counts the true values of a mask first."""
    if func not in (aten.index.Tensor, aten.index_put.default, aten.index_put_.default):
        return False
    masks = [one for one in args[1] if one is not None and one.dtype in (torch.bool, torch.uint8)]
    return bool(masks)


def callers() -> Iterator[str]:
    """The functions of ganlab under way as 'module:function', the innermost first."""
    frame = sys._getframe(1)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE):
            yield f"{path.relative_to(PACKAGE).as_posix()}:{frame.f_code.co_name}"
        frame = frame.f_back


def _generators(book: Book) -> type[torch.Generator]:
    class Generator(torch.Generator):
        """A stream of the CPU that says which device it is for."""

        def __new__(cls, device: Any = "cpu") -> "Generator":
            return super().__new__(cls, CPU if is_fake(device) else device)

        def __init__(self, device: Any = "cpu") -> None:
            self._for = DEVICE if is_fake(device) else torch.device(device)
            book.name(self, self._for)

        @property
        def device(self) -> torch.device:
            return self._for

    return Generator


@contextmanager
def fake_accelerator(readers: Mapping[str, str] | None = None) -> Iterator[Book]:
    """Inside, a machine has one accelerator, which is fast at bfloat16 and which 'auto' takes."""
    book = Book(readers or {})
    patch = pytest.MonkeyPatch()
    plain = {name: getattr(torch.Tensor, name) for name in ("to", "cpu", "__deepcopy__")}

    def to(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        like = next((one for one in args if isinstance(one, Tensor)), None)
        if like is not None:
            args = (like.device, like.dtype)
        named = [
            one for one in (*args, kwargs.get("device")) if isinstance(one, torch.device | str)
        ]
        owned = book.owns(self)
        if not named or not (owned or is_fake(named[0])):
            return plain["to"](self, *args, **kwargs)
        args = tuple(CPU if isinstance(one, torch.device | str) else one for one in args)
        rest = {name: CPU if name == "device" else value for name, value in kwargs.items()}
        made = plain["to"](self, *args, **rest)
        if owned and sys._getframe(1).f_code.co_filename.endswith(GROUPING):
            return made
        if not is_fake(named[0]):
            return down(made, "to the CPU")
        return made if owned else book.take(made.clone())

    def down(self: Tensor, what: str = "cpu") -> Tensor:
        if not book.owns(self):
            return self
        book.reads(what)
        with torch.utils._python_dispatch._disable_current_modes():
            return self.detach().clone()

    def reading(name: str) -> Callable[..., Any]:
        original = getattr(torch.Tensor, name)

        def read(self: Tensor, *args: Any, **kwargs: Any) -> Any:
            if book.owns(self):
                if name in ("numpy", "__array__"):
                    raise Mixed(f"{name} of the accelerator's, in {' < '.join(callers())}")
                book.reads(name)
                with torch.utils._python_dispatch._disable_current_modes():
                    return original(self, *args, **kwargs)
            return original(self, *args, **kwargs)

        return read

    def made(original: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def make(data: Any, *args: Any, device: Any = None, **kwargs: Any) -> Tensor:
            if not is_fake(device):
                return original(data, *args, device=device, **kwargs)
            return book.take(original(data, *args, **kwargs))

        return make

    def new_tensor(self: Tensor, data: Any, **kwargs: Any) -> Tensor:
        found = torch.tensor(data, **{"dtype": self.dtype, **kwargs})
        return book.take(found) if book.owns(self) and "device" not in kwargs else found

    def deepcopy(self: Tensor, memo: dict[int, Any]) -> Tensor:
        if not book.owns(self) or id(self) in memo:
            return plain["__deepcopy__"](self, memo)
        return memo.setdefault(id(self), self.detach().clone())

    def one_hot(labels: Tensor, num_classes: int = -1) -> Tensor:
        if not book.owns(labels) or num_classes < 0:
            return plain_one_hot(labels, num_classes)
        made = torch.zeros(*labels.shape, num_classes, dtype=torch.int64, device=DEVICE)
        return made.scatter_(-1, labels[..., None], 1)  # on the CPU torch checks the range first

    plain_one_hot = torch.nn.functional.one_hot
    patch.setattr(torch.nn.functional, "one_hot", one_hot)
    patch.setitem(sys.modules, f"torch.{KIND}", types.ModuleType(f"torch.{KIND}"))
    patch.setattr(
        torch.Tensor,
        "device",
        property(lambda self: DEVICE if book.owns(self) else true_device(self)),
    )
    patch.setattr(torch.Tensor, "is_cpu", property(lambda self: self.device.type == "cpu"))
    patch.setattr(torch.Tensor, "to", to)
    patch.setattr(torch.Tensor, "cpu", lambda self, **_: down(self))
    patch.setattr(torch.Tensor, "new_tensor", new_tensor)
    patch.setattr(torch.Tensor, "__deepcopy__", deepcopy)
    for name in ("item", "tolist", "numpy", "__array__", "__bool__", "__float__", "__int__"):
        patch.setattr(torch.Tensor, name, reading(name))
    for name in ("tensor", "as_tensor"):
        patch.setattr(torch, name, made(getattr(torch, name)))
    patch.setattr(torch, "Generator", _generators(book))
    for name in ("is_autocast_enabled", "get_autocast_dtype", "autocast"):
        original = getattr(torch, name)
        patch.setattr(
            torch,
            name,
            lambda kind, *a, _real=original, **k: _real("cpu" if is_fake(kind) else kind, *a, **k),
        )
    patch.setattr(devices, "accelerators", lambda: {KIND: 1})
    patch.setattr(devices, "fast_at_bfloat16", is_fake)
    try:
        with book:
            yield book
    finally:
        patch.undo()
