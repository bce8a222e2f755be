import base64
import io

import numpy as np
import pytest
from PIL import Image

from ganlab.errors import PictureError
from pages.explore.latent_inversion import read
from pages.widgets.sketch import SIDE, decode


def test_a_drawing_comes_back_pixel_by_pixel():
    drawing = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)
    text = base64.b64encode(drawing.tobytes()).decode()
    np.testing.assert_array_equal(decode(text), drawing)


@pytest.mark.parametrize("wrong", [None, "", 7, "no base64!", "aGVsbG8=", "x" * 10**6])
def test_what_is_no_drawing_is_nothing(wrong):
    assert decode(wrong) is None


def as_file(array):
    out = io.BytesIO()
    Image.fromarray(array).save(out, "PNG")
    return out.getvalue()


def test_ink_on_paper_is_turned_over_and_chalk_on_slate_is_not():
    paper = np.full((40, 40), 250, np.uint8)
    paper[10:30, 18:22] = 5
    assert read(as_file(paper))[20, 20] == 250
    assert read(as_file(255 - paper))[20, 20] == 250


def test_a_file_that_is_no_picture_is_refused_in_one_sentence():
    with pytest.raises(PictureError, match="no picture"):
        read(b"%PDF-1.4 and so on")
