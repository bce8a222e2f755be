"""Many files: a bad one is named and skipped, the others arrive with their measures."""

import csv
import io
import zipfile

import numpy as np
from PIL import Image
from skimage import data

from ganlab.superres.batch import Done, archive, enlarge_all, unused
from ganlab.superres.tiling import Progress
from ganlab.superres.upscaling import Order


def png(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


PHOTO = data.astronaut()[:20, :24]
FILES = [("a.jpg", png(PHOTO)), ("bad.png", b"no"), ("b/a.png", png(PHOTO[..., 0]))]


def test_a_bad_file_stops_no_other():
    news = list(enlarge_all(FILES, Order("bicubic", 2)))
    assert sum(isinstance(one, Progress) for one in news) == 2
    done = [one for one in news if isinstance(one, Done)]
    assert [one.name for one in done] == ["a.jpg", "bad.png", "b/a.png"]
    assert "bad.png is not a picture" in done[1].refusal
    assert [one.output for one in done] == ["a.png", "", "a-2.png"]


def test_the_archive_holds_pictures_measures_and_refusals():
    done = [one for one in enlarge_all(FILES, Order("bicubic", 2), "JPEG") if isinstance(one, Done)]
    with zipfile.ZipFile(io.BytesIO(archive(done))) as file:
        assert file.namelist() == ["a.jpg", "a-2.jpg", "metrics.csv", "skipped.csv"]
        with Image.open(io.BytesIO(file.read("a-2.jpg"))) as image:
            assert (image.size, image.mode) == ((48, 40), "L")
        rows = list(csv.DictReader(io.StringIO(file.read("metrics.csv").decode())))
        skipped = list(csv.DictReader(io.StringIO(file.read("skipped.csv").decode())))
    assert [row["width"] for row in rows] == ["48", "48"]
    assert float(rows[0]["consistency_db"]) > 30
    assert skipped[0]["input"] == "bad.png"


def test_names_are_never_overwritten():
    assert unused("a.png", set()) == "a.png"
    assert unused("a.png", {"a.png", "a-2.png"}) == "a-3.png"
