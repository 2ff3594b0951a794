"""Drawing a screenshot anew: its pixels and nothing else."""

import io
from hashlib import sha256

import pytest
from PIL import Image

from pipeline.field_work import read_field_screenshot, redraw
from pipeline.screenshots import PictureNotRead, Unreadable
from tests.field_work import photograph, save, screenshot


def opened(raw: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(raw))
    picture.load()
    return picture


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixels_becomes_one(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    picture = opened(redraw(save(Image.new(mode, (40, 30)), kind)))
    assert (picture.format, picture.mode, picture.size) == ("WEBP", "RGB", (40, 30))


def test_what_is_transparent_is_white() -> None:
    assert opened(redraw(save(Image.new("RGBA", (20, 20), (0, 0, 0, 0))))).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_picture_is_made_smaller_and_a_turned_one_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    raw = save(Image.new("RGB", (4000, 1000), "white"), "JPEG", exif=exif)
    assert opened(redraw(raw)).size == (600, 2400)


def test_the_same_screenshot_is_kept_once() -> None:
    raw = screenshot()
    assert redraw(raw) == redraw(raw)


def test_a_screenshot_is_known_by_the_hash_of_what_is_kept() -> None:
    shot = read_field_screenshot(screenshot("Hubungi 0812-3456-7890 untuk", "mengambil bantuan besok pagi"))
    assert shot.picture.sha256 == sha256(shot.content).hexdigest()
    assert shot.picture.size == len(shot.content)
    assert "bantuan besok pagi" in shot.picture.text
    assert "3456" not in shot.picture.text


def test_a_photograph_is_not_taken() -> None:
    with pytest.raises(PictureNotRead) as raised:
        read_field_screenshot(photograph())
    assert raised.value.why is Unreadable.NO_TEXT
