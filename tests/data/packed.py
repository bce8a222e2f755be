"""Pictures and archives of them, made in memory, and the form of every refusal."""

import io
import zipfile

from PIL import Image

from ganlab.data.ingest import FEWEST


def encoded(colour=(200, 30, 10), size=(40, 30), form="PNG", **options):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def archive(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    out.seek(0)
    return out


def many(count=FEWEST, folder="", **options):
    return {f"{folder}{k:03}.png": encoded((k, 2 * k, 3 * k), **options) for k in range(count)}


def one_sentence(error):
    text = str(error.value)
    assert "\n" not in text
    assert text.count(". ") == 0
    return text
