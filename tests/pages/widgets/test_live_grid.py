import pytest

from ganlab.errors import PictureError
from pages.widgets.live_grid import digest


def test_equal_sprites_have_equal_names_and_others_differ():
    assert digest(b"\x89PNG one") == digest(b"\x89PNG one") != digest(b"\x89PNG two")


def test_what_is_no_picture_is_refused():
    with pytest.raises(PictureError, match="PNG, WebP or JPEG"):
        digest(b"hello")
