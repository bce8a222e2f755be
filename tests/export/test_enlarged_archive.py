"""Many files: a bad one is named and skipped, the others arrive with their measures."""

import csv
import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ganlab.export.enlarged_archive import Batch, Done, Underway, archive, enlarge_all, unused
from ganlab.images import quality
from ganlab.trained.upscaling import UpscaleRequest
from tests.images.files import file


@pytest.fixture(autouse=True)
def without_squeezenet(monkeypatch):
    monkeypatch.setattr("ganlab.evaluation.superres.squeezenet_is_there", lambda: False)


PHOTO = data.astronaut()[:20, :24]
FILES = [
    ("a.jpg", file(Image.fromarray(PHOTO))),
    ("bad.png", b"no"),
    ("b/a.png", file(Image.fromarray(PHOTO[..., 0]))),
]
TWICE = {UpscaleRequest("bicubic", 2): "Bicubic"}


def finished(batch: Batch) -> list[Done]:
    return [one for one in enlarge_all(FILES, batch) if isinstance(one, Done)]


def unpacked(done: list[Done]) -> tuple[zipfile.ZipFile, list[dict[str, str]]]:
    """The archive and the rows of its measures."""
    file = zipfile.ZipFile(io.BytesIO(archive(done)))
    return file, list(csv.DictReader(io.StringIO(file.read("metrics.csv").decode())))


def test_a_bad_file_stops_no_other():
    news = list(enlarge_all(FILES, Batch(TWICE)))
    assert [one.file for one in news if isinstance(one, Underway)] == [0, 2]
    done = [one for one in news if isinstance(one, Done)]
    assert [one.name for one in done] == ["a.jpg", "bad.png", "b/a.png"]
    assert "bad.png is not a picture" in done[1].refusal
    assert [one.output for one in done] == ["a.png", "", "a-2.png"]


def test_the_archive_holds_pictures_measures_and_refusals():
    file, rows = unpacked(finished(Batch(TWICE, format="JPEG")))
    assert file.namelist() == ["a.jpg", "a-2.jpg", "metrics.csv", "skipped.csv"]
    with Image.open(io.BytesIO(file.read("a-2.jpg"))) as image:
        assert (image.size, image.mode) == ((48, 40), "L")
    skipped = list(csv.DictReader(io.StringIO(file.read("skipped.csv").decode())))
    assert [row["width"] for row in rows] == ["48", "48"]
    assert float(rows[0]["consistency_db"]) > 30
    assert "psnr_y_db" not in rows[0]
    assert skipped[0]["input"] == "bad.png"


def test_originals_are_shrunk_and_measured_by_the_protocol():
    file, rows = unpacked(finished(Batch(TWICE, original=True)))
    small = Image.fromarray(PHOTO).resize((12, 10), Image.Resampling.BICUBIC)
    again = np.asarray(small.resize((24, 20), Image.Resampling.BICUBIC))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(file.read("a.png")))), again)
    assert float(rows[0]["psnr_y_db"]) == pytest.approx(quality.psnr(again, PHOTO, 2), abs=1e-3)
    assert float(rows[0]["ssim_y"]) == pytest.approx(quality.ssim(again, PHOTO, 2), abs=1e-5)
    assert float(rows[0]["consistency_db"]) > 20
    assert rows[0]["features"] == ""
    assert "BT.601" in file.read("protocol.txt").decode()


def test_a_width_is_kept_with_every_pictures_proportions():
    done = finished(Batch({UpscaleRequest("lanczos", 2): "Lanczos"}, width=60))
    sizes = [(one.measures["width"], one.measures["height"]) for one in done if one.measures]
    assert sizes == [(60, 50), (60, 50)]


@pytest.mark.parametrize("name", ["../a.png", "/b/a.png", "..\\..\\a.png", "C:\\b\\a.png"])
def test_a_result_never_leaves_the_folder_that_it_is_unpacked_into(name):
    done = [
        one for one in enlarge_all([(name, FILES[0][1])], Batch(TWICE)) if isinstance(one, Done)
    ]
    assert [one.output for one in done] == ["a.png"]


def test_several_methods_give_a_file_each_and_one_that_fails_stops_no_other(tmp_path):
    labels = {
        UpscaleRequest(str(tmp_path / "gone.pth"), 2): "Mine",
        **TWICE,
        UpscaleRequest("nearest", 2): "Nearest",
    }
    news = list(enlarge_all(FILES[:1], Batch(labels)))
    done = [one for one in news if isinstance(one, Done)]
    assert [one.output for one in done] == ["", "a-bicubic.png", "a-nearest.png"]
    assert done[0].refusal.startswith("Mine: ")
    assert [one.share for one in news if isinstance(one, Underway)] == pytest.approx([2 / 3, 1])


def test_metadata_and_quality_are_as_asked_for():
    exif = Image.Exif()
    exif[0x013B] = "Ada"
    photo = [("a.png", file(Image.fromarray(data.astronaut()[:64, :64]), exif=exif))]

    def written(**options) -> bytes:
        (done,) = (d for d in enlarge_all(photo, Batch(TWICE, **options)) if isinstance(d, Done))
        return done.content

    kept = Image.open(io.BytesIO(written())).getexif()
    assert kept[0x013B] == "Ada"
    assert not Image.open(io.BytesIO(written(metadata=False))).getexif()
    assert len(written(format="JPEG", quality=50)) < len(written(format="JPEG", quality=95)) / 2


def test_names_are_never_overwritten():
    assert unused("a.png", set()) == "a.png"
    assert unused("a.png", {"a.png", "a-2.png"}) == "a-3.png"
