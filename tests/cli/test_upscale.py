"""The command line's part: files in, files and JSON out."""

import argparse
import json

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from ganlab.cli.upscale import add_bench_superres, add_upscale
from ganlab.errors import ConfigError, DataError, PictureError
from ganlab.networks.files import weights
from ganlab.networks.superres import LeanSRResNet

PHOTO = data.astronaut()[:64, :72]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_CHECKPOINTS", str(tmp_path / "weights"))
    monkeypatch.setattr("ganlab.evaluation.superres.squeezenet_is_there", lambda: False)
    for name in ("sr-x4-psnr", "sr-x4-gan"):
        torch.manual_seed(len(name))
        weights.save(tmp_path / "weights" / f"{name}.safetensors", LeanSRResNet(4, 8, 1), {})
    (tmp_path / "photos").mkdir()
    Image.fromarray(PHOTO).save(tmp_path / "photos" / "in.png")
    return tmp_path


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    add_upscale(subparsers)
    add_bench_superres(subparsers)
    arguments = parser.parse_args([str(word) for word in words])
    return arguments.handler(arguments)


@pytest.mark.parametrize(
    "options",
    [
        ["--method", "sr-x4-gan"],
        ["--method", "sr-x4-gan", "--alpha", "0.5"],
        ["--tile", "20"],
        ["--method", "bicubic"],
        ["--method", "lanczos", "--scale", "4"],
        ["--method", "sr-x4-psnr", "--size", "288x256"],
    ],
)
def test_a_picture_is_enlarged(options, folder):
    assert run("upscale", folder / "photos/in.png", folder / "out.png", *options) == 0
    with Image.open(folder / "out.png") as image:
        assert image.size == (288, 256)
        assert image.mode == "RGB"


def test_a_file_of_weights_is_a_method(folder, capsys):
    weights = folder / "weights/sr-x4-gan.safetensors"
    words = ["--method", weights, "--region", "8,8,16,10", "--json"]
    assert run("upscale", folder / "photos/in.png", folder / "out.webp", *words) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["width"], told["height"], told["bits"]) == (64, 40, 8)
    assert told["notices"] == []


def test_wrong_use_is_refused_before_the_work(folder, capsys):
    with pytest.raises(PictureError, match="must end in"):
        run("upscale", folder / "photos/in.png", folder / "out.xyz")
    with pytest.raises(ConfigError, match="quality must be between"):
        run("upscale", folder / "photos/in.png", folder / "out.jpg", "--quality", "0")
    with pytest.raises(SystemExit):
        run("upscale", "a.png", "b.png", "--size", "tall")
    assert "a size like 640x480" in capsys.readouterr().err


def test_the_table_holds_every_method_that_fits(folder, capsys):
    assert run("superres", folder / "photos", "--scale", "4", "--alphas", "0.5", "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    names = [row["method"] for row in told["rows"]]
    kernels = ["nearest", "bicubic", "lanczos"]
    assert names == [*kernels, "sr-x4-psnr", "sr-x4-gan", "sr-x4-gan α=0.5"]
    assert "BT.601" in told["protocol"]
    nearest, bicubic = told["rows"][:2]
    assert nearest["psnr"] < bicubic["psnr"]
    assert nearest["ssim"] < bicubic["ssim"]


@pytest.mark.parametrize(("scale", "word"), [(2, "shrunk"), (3, "shrunk"), (4, "")])
def test_the_table_holds_networks_of_other_scales_with_their_detour(scale, word, folder, capsys):
    assert run("superres", folder / "photos", "--scale", scale, "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    mark = f" (×4, {word})" if word else ""
    names = [row["method"] for row in told["rows"]]
    assert names[3:] == [f"sr-x4-psnr{mark}", f"sr-x4-gan{mark}"]
    torch.save(LeanSRResNet(2, 8, 1).state_dict(), folder / "mine.pth")
    words = ["--scale", scale, "--methods", folder / "mine.pth", "--json"]
    assert run("superres", folder / "photos", *words) == 0
    (row,) = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
    assert row["method"].endswith("mine.pth" if scale == 2 else "mine.pth (×2, enlarged)")


def test_a_bad_file_is_named_and_the_others_are_measured(folder, capsys):
    (folder / "photos/bad.png").write_bytes(b"no")
    Image.fromarray(PHOTO[:3]).save(folder / "photos/flat.png")
    assert run("superres", folder / "photos", "--methods", "bicubic", "--json") == 0
    out, err = capsys.readouterr()
    assert "skipped: bad.png is not a picture" in err
    assert "skipped: flat.png is too small to be shrunk by 4 (72×3 pixels)" in err
    (folder / "photos/bad.png").unlink()
    (folder / "photos/flat.png").unlink()
    run("superres", folder / "photos", "--methods", "bicubic", "--json")
    alone = json.loads(capsys.readouterr().out)["rows"][0]
    assert json.loads(out)["rows"][0] | {"seconds": 0} == alone | {"seconds": 0}
    (folder / "photos/in.png").write_bytes(b"no")
    with pytest.raises(DataError, match=r"no picture of .* can be read and shrunk by 4"):
        run("superres", folder / "photos", "--methods", "bicubic")


def test_the_table_is_readable_too(folder, capsys):
    assert run("superres", folder / "photos", "--methods", "bicubic") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:4] == ["method", "PSNR-Y", "SSIM-Y", "consistency"]
    assert lines[1].startswith("bicubic")


def test_bicubic_in_the_table_is_scored_like_pillow(folder, capsys):
    from ganlab.images.quality import psnr

    run("superres", folder / "photos", "--methods", "bicubic", "--json")
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    small = Image.fromarray(PHOTO).resize((18, 16), Image.Resampling.BICUBIC)
    again = np.asarray(small.resize((72, 64), Image.Resampling.BICUBIC))
    assert told["rows"][0]["psnr"] == pytest.approx(psnr(again, PHOTO, 4))
