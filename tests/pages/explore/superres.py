"""What tests of the super-resolution page share: its file, its words, pictures and calls."""

from pathlib import Path

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.images.files import file

PAGE = Path(__file__).parents[3] / "pages" / "explore" / "super_resolution.py"


def png(array: np.ndarray) -> bytes:
    return file(Image.fromarray(array))


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption])


class Calls:
    """Counts the calls of a function that pages call, which goes on as before."""

    def __init__(self, monkeypatch, module, name: str) -> None:
        self.count, inner = 0, getattr(module, name)

        def counted(*arguments, **options):
            self.count += 1
            return inner(*arguments, **options)

        monkeypatch.setattr(module, name, counted)


def select(app: AppTest, label: str):
    return next(one for one in app.selectbox if one.label == label)
