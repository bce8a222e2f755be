"""`upscale` and `bench superres` of the command line; `handler` carries a parsed command out."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ganlab.cli.settings import add_device
from ganlab.errors import ConfigError
from ganlab.images.methods import METHODS, shipped

if TYPE_CHECKING:
    from ganlab.evaluation.superres import Score

METADATA = {"keep": (True, True), "no-location": (True, False), "none": (False, False)}
"""Choice to (whether metadata is written, whether location is)."""


def add_upscale(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `upscale`."""
    parser = subparsers.add_parser(
        "upscale",
        help="enlarge a picture",
        description="Enlarge a picture with a kernel or a network. Orientation is applied, "
        "colours become sRGB, transparency and depth are kept where the format can.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="methods:\n"
        + "\n".join(f"  {name:<12} {method.summary}" for name, method in METHODS.items())
        + "\n  PATH         A file of weights: .safetensors or .pth",
    )
    parser.add_argument("input", type=Path, help="PNG, JPEG, WebP, TIFF, BMP or GIF")
    parser.add_argument("output", type=Path, help=".png, .jpg, .webp or .tif")
    parser.add_argument("--method", default="sr-x4-gan", help="default: %(default)s")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--scale", type=float, help="from 1 to 8; default: the network's own")
    size.add_argument("--size", type=pixels, metavar="WxH", help="target in pixels")
    parser.add_argument(
        "--alpha",
        type=float,
        help="strength from 0 (towards the pixels) to 1 (the GAN): blends the networks",
    )
    parser.add_argument(
        "--tile", type=int, help="side of a tile, at least 8; default: as memory allows"
    )
    parser.add_argument(
        "--memory", type=int, default=512, help="MB for a tile's activations; default: %(default)s"
    )
    parser.add_argument(
        "--threads", type=int, default=0, help="0 (default) takes the cores that are free"
    )
    add_device(parser)
    parser.add_argument("--region", type=region, metavar="X,Y,W,H", help="enlarge this part only")
    parser.add_argument("--quality", type=int, default=95, help="of JPEG; default: %(default)s")
    parser.add_argument(
        "--metadata",
        choices=METADATA,
        default="no-location",
        help="what of EXIF is written; default: %(default)s",
    )
    parser.add_argument("--json", action="store_true", help="print the result as a JSON object")
    parser.set_defaults(handler=run_upscale)


def add_bench_superres(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `superres` among the benchmarks."""
    parser = subparsers.add_parser(
        "superres",
        help="compare methods of enlarging with originals",
        description="Shrink every picture of a folder, enlarge it with every method and compare. "
        "A network of another scale is marked with the detour that it takes.",
    )
    parser.add_argument("folder", type=Path, help="full-quality originals")
    parser.add_argument("--scale", type=int, default=4, choices=(2, 3, 4), help="default: 4")
    parser.add_argument("--methods", nargs="+", help="default: all that are there")
    parser.add_argument(
        "--alphas", type=float, nargs="+", default=[], help="also blends of sr-x4-gan"
    )
    parser.add_argument(
        "--channels", choices=("Y", "RGB"), default="Y", help="of PSNR and SSIM; default: Y"
    )
    add_device(parser)
    parser.add_argument("--whole", action="store_true", help="measure up to the pictures' border")
    parser.add_argument("--json", action="store_true", help="print the table as a JSON object")
    parser.set_defaults(handler=run_bench_superres)


def pixels(text: str) -> tuple[int, int]:
    """'640x480' as (640, 480)."""
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"a size like 640x480 was wanted, got '{text}'")
    return int(width), int(height)


def region(text: str) -> tuple[int, int, int, int]:
    """'10,20,64,64' as left, top, width and height."""
    parts = text.split(",")
    if len(parts) != 4 or not all(part.strip().isdigit() for part in parts):
        raise argparse.ArgumentTypeError(f"a region like 10,20,64,64 was wanted, got '{text}'")
    left, top, width, height = (int(part) for part in parts)
    return left, top, width, height


def run_upscale(arguments: argparse.Namespace) -> int:
    """Carry `upscale` out."""
    import torch
    from tqdm import tqdm

    from ganlab.device import choose_device
    from ganlab.images.reading import read
    from ganlab.images.writing import format_of, write
    from ganlab.trained.upscaling import Region, UpscaleRequest, Upscaling
    from ganlab.training.threads import use_free_threads

    format_of(arguments.output)  # refuse a wrong ending before the work
    if not 1 <= arguments.quality <= 100:
        raise ConfigError(f"quality must be between 1 and 100, got {arguments.quality}")
    request = UpscaleRequest(
        method=arguments.method,
        scale=arguments.scale,
        size=arguments.size,
        strength=arguments.alpha,
        tile=arguments.tile,
        budget=arguments.memory * 2**20,
        region=Region(*arguments.region) if arguments.region else None,
        device=str(choose_device(arguments.device)),
    )
    if arguments.threads < 0:
        raise ConfigError(f"threads must be at least 0, got {arguments.threads}")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    else:
        use_free_threads()
    picture = read(arguments.input)
    begin = time.perf_counter()
    work = Upscaling(picture, request)
    quiet = not sys.stderr.isatty()
    with tqdm(desc="tiles", unit="tile", file=sys.stderr, disable=quiet) as bar:
        for progress in work:
            bar.total = progress.total
            bar.update()
    assert work.result is not None
    result = work.result
    metadata, location = METADATA[arguments.metadata]
    write(result, arguments.output, arguments.quality, metadata, location)
    seconds = time.perf_counter() - begin
    for notice in result.notices:
        sys.stderr.write(f"{arguments.input.name}: {notice}\n")
    if arguments.json:
        facts = {
            "input": str(arguments.input),
            "output": str(arguments.output),
            "method": arguments.method,
            "alpha": arguments.alpha,
            "width": result.width,
            "height": result.height,
            "bits": result.bits,
            "seconds": round(seconds, 3),
            "notices": list(result.notices),
        }
        sys.stdout.write(json.dumps(facts) + "\n")
    else:
        size = f"{picture.width}×{picture.height} → {result.width}×{result.height}"
        sys.stdout.write(f"{arguments.output}: {size} in {seconds:.1f} s\n")
    return 0


def run_bench_superres(arguments: argparse.Namespace) -> int:
    """Carry `bench superres` out."""
    from ganlab.device import choose_device
    from ganlab.evaluation.superres import as_json, benchmark
    from ganlab.evaluation.superres_distances import FEATURE_NAME
    from ganlab.images.quality import Protocol
    from ganlab.trained.upscaling import UpscaleRequest

    device = str(choose_device(arguments.device))
    requests = [UpscaleRequest(method, device=device) for method in arguments.methods or shipped()]
    requests += [
        UpscaleRequest("sr-x4-gan", strength=alpha, device=device) for alpha in arguments.alphas
    ]

    def say(line: str) -> None:
        sys.stderr.write(line + "\n")

    protocol = Protocol(arguments.channels, not arguments.whole)
    rows = benchmark(arguments.folder, arguments.scale, requests, say, protocol)
    if arguments.json:
        content = {
            "folder": str(arguments.folder),
            "scale": arguments.scale,
            "protocol": protocol.words,
            "features": FEATURE_NAME,
            "rows": [as_json(row) for row in rows],
        }
        sys.stdout.write(json.dumps(content) + "\n")
    else:
        text = table(rows, arguments.channels)
        sys.stdout.write(f"{text}\n\n{protocol.words}. Features: {FEATURE_NAME}.\n")
    return 0


def table(rows: "list[Score]", channels: str = "Y") -> str:
    """Rows as aligned text."""
    head = [
        "method",
        f"PSNR-{channels}",
        f"SSIM-{channels}",
        "consistency",
        "features",
        "texture",
        "gap",
        "s",
    ]
    lines = [head]
    for row in rows:
        values = (row.psnr, row.ssim, row.consistency, row.features, row.texture, row.spectral_gap)
        digits = (2, 4, 2, 4, 3, 3)
        cells = ["n/a" if v is None else f"{v:.{d}f}" for v, d in zip(values, digits, strict=True)]
        lines.append([row.method, *cells, f"{row.seconds:.2f}"])
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
