import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from ganlab.errors import DataError
from pages.widgets.payload import ALIGN, DTYPES, pack, unpack

ARRAYS = st.dictionaries(
    st.text(max_size=8),
    st.sampled_from(DTYPES).flatmap(lambda kind: stn.arrays(np.dtype(kind), stn.array_shapes())),
    max_size=4,
)


@given(ARRAYS, st.dictionaries(st.text(max_size=5).filter(lambda k: k != "arrays"), st.integers()))
def test_what_is_packed_is_unpacked(arrays, header):
    back, found = unpack(pack(header, arrays))
    assert back == header
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype


@given(st.text(max_size=40))
def test_arrays_start_where_a_typed_array_may_start(text):
    message = pack({"text": text}, {"a": np.zeros(3, np.uint8), "b": np.ones(2)})
    (length,) = struct.unpack_from("<I", message)
    assert (4 + length) % ALIGN == 0
    assert len(message) == 4 + length + 8 + 16


def test_big_endian_arrays_arrive_with_their_values():
    _, arrays = unpack(pack({}, {"x": np.arange(5, dtype=">f4")}))
    np.testing.assert_array_equal(arrays["x"], np.arange(5))


def test_nan_travels_in_arrays_and_is_refused_in_the_header():
    _, arrays = unpack(pack({}, {"x": np.array([np.nan, np.inf], np.float32)}))
    np.testing.assert_array_equal(arrays["x"], [np.nan, np.inf])
    with pytest.raises(DataError, match="finite numbers only"):
        pack({"value": float("nan")}, {})


def test_a_dtype_that_the_browser_lacks_is_refused_by_name():
    with pytest.raises(DataError, match=r"'x' must be one of .* got int64"):
        pack({}, {"x": np.arange(3)})
