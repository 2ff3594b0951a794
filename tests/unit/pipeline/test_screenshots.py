"""Screenshots: what is read in them, and the pictures that are refused."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from kentongan.text import words
from pipeline import screenshots
from pipeline.screenshots import (
    MAX_IMAGE_BYTES,
    OcrMissing,
    PictureNotRead,
    Unreadable,
    decode,
    find_tesseract,
    prepare,
    read_screenshot,
)

LINES = (
    "Besok pagi semua TPS di Kecamatan",
    "Mekarjaya ditutup jam sembilan karena",
    "surat suara sudah dicoblos duluan.",
    "Hubungi Pak Raka di 0812-3456-7890",
)


@pytest.fixture(scope="module")
def tesseract() -> None:
    try:
        find_tesseract()
    except OcrMissing as exc:
        pytest.skip(str(exc))


def draw(
    ink: str = "black", ground: str = "white", size: int = 28, mode: str = "RGB", margin: int = 30
) -> Image.Image:
    """Return a picture of LINES as a phone would show them."""
    font = ImageFont.load_default(size)
    picture = Image.new(mode, (21 * size, margin * 2 + len(LINES) * size * 2), ground)
    for number, line in enumerate(LINES):
        ImageDraw.Draw(picture).text((margin, margin + number * size * 1.5), line, ink, font)
    return picture


def save(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw))


def refusal(raw: bytes) -> Unreadable:
    with pytest.raises(PictureNotRead) as caught:
        prepare(raw)
    return caught.value.why


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_indonesian_is_read_as_one_paragraph_with_phone_numbers_masked(kind: str) -> None:
    text = read_screenshot(save(draw(), kind))
    assert "Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena surat suara" in text
    assert "3456" not in text
    assert "NOMOR" in text


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize(
    "picture",
    [
        draw("white", "#101418"),
        draw("#e9edef", "#005c4b"),
        draw(size=13, margin=12),
        draw("black", "#00000000", mode="RGBA"),
        draw().convert("P"),
        draw(size=90),
    ],
    ids=["dark", "green bubble", "small", "transparent", "palette", "very large"],
)
def test_screens_of_every_kind_are_read(picture: Image.Image) -> None:
    found = set(words(read_screenshot(save(picture))))
    said = {"besok", "pagi", "semua", "kecamatan", "mekarjaya", "ditutup", "sembilan", "dicoblos", "duluan"}
    assert len(said - found) <= 1, found


@pytest.mark.usefixtures("tesseract")
def test_a_photo_lying_on_its_side_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = draw().rotate(90, expand=True)
    assert "mekarjaya" in words(read_screenshot(save(lying, "JPEG", exif=exif)))


@pytest.mark.usefixtures("tesseract")
def test_a_picture_without_text_is_told() -> None:
    with pytest.raises(PictureNotRead) as caught:
        read_screenshot(save(Image.new("RGB", (400, 300), "white")))
    assert caught.value.why is Unreadable.NO_TEXT


def test_what_a_picture_says_of_itself_is_dropped() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Raka Sudirja")
    exif = Image.Exif()
    exif[0x010E] = "Raka Sudirja"
    made = prepare(save(draw(), pnginfo=told, exif=exif))
    assert b"Raka" not in made
    assert not opened(made).getexif()


def test_a_dark_screen_becomes_dark_on_light() -> None:
    grey = opened(prepare(save(draw("white", "black"))))
    assert grey.mode == "L"
    assert grey.getpixel((0, 0)) == 255


def test_small_pictures_are_enlarged_and_huge_ones_reduced() -> None:
    assert opened(prepare(save(Image.new("L", (400, 300), 255)))).size == (1200, 900)
    width, height = opened(prepare(save(Image.new("L", (4000, 4500), 255)))).size
    assert 3_900_000 < width * height <= 4_010_000
    assert opened(prepare(save(Image.new("L", (3000, 1), 255)))).size == (3000, 1)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int) -> bytes:
    """Return a tiny PNG that claims to be so large, its pixels all alike."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(10_000_000, (width // 8 + 1) * height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [5_000, 12_000, 60_000])
def test_a_picture_that_unfolds_into_too_many_pixels_is_refused(side: int) -> None:
    raw = png_of(side, side)
    assert len(raw) < 100_000
    assert refusal(raw) is Unreadable.TOO_MANY_PIXELS


def test_a_picture_that_is_drawn_over_and_over_is_refused() -> None:
    out = io.BytesIO()
    Image.new("L", (2000, 2000), "white").save(out, "JPEG", progressive=True)
    raw = out.getvalue()
    assert decode(raw, lambda picture: picture).size == (2000, 2000)
    scan = raw[raw.rindex(b"\xff\xda") : -2]
    with pytest.raises(PictureNotRead) as raised:
        decode(raw[:-2] + scan * screenshots.MAX_SCANS + raw[-2:], lambda picture: picture)
    assert raised.value.why is Unreadable.BROKEN


def test_too_many_bytes_are_refused() -> None:
    assert refusal(b"\x89PNG\r\n\x1a\n" + b"x" * MAX_IMAGE_BYTES) is Unreadable.TOO_LARGE


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "ICO", "PDF"])
def test_other_kinds_of_pictures_are_refused_whatever_they_are_called(kind: str) -> None:
    assert refusal(save(draw().resize((60, 40)), kind)) is Unreadable.NO_PICTURE


@pytest.mark.parametrize(
    "raw", [b"", b"x", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"GIF89a"]
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    assert refusal(raw) is Unreadable.NO_PICTURE


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    raw = save(draw(), kind)
    assert refusal(raw[: len(raw) // 2]) in (Unreadable.BROKEN, Unreadable.NO_PICTURE)


SMALL = {kind: save(draw(size=8, margin=2), kind) for kind in ("PNG", "JPEG", "WEBP")}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(SMALL)),
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=8))),
)
def test_damaged_pictures_are_read_or_refused(kind: str, damage: list[tuple[int, bytes]]) -> None:
    raw = bytearray(SMALL[kind])
    for at, put in damage:
        raw[at % len(raw) : at % len(raw) + len(put)] = put
    with suppress(PictureNotRead):
        assert opened(prepare(bytes(raw))).format == "PNG"


@pytest.fixture
def other_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    find_tesseract.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    yield tmp_path
    find_tesseract.cache_clear()


def program(folder: Path, script: str) -> None:
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_without_tesseract_the_mend_is_told(other_path: Path) -> None:
    with pytest.raises(
        OcrMissing, match=r"^Tesseract is not installed: .*apt install tesseract-ocr tesseract-ocr-ind$"
    ):
        read_screenshot(save(draw()))


def test_without_indonesian_the_mend_is_told_and_then_found(other_path: Path) -> None:
    program(other_path, "echo eng; echo osd")
    with pytest.raises(OcrMissing, match=r"^Tesseract reads no Indonesian: .*tesseract-ocr-ind$"):
        find_tesseract()
    program(other_path, "echo ind; echo osd")
    assert find_tesseract()[1] == "ind"


def test_a_program_that_never_ends_is_ended(other_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenshots, "OCR_SECONDS", 0.5)
    program(other_path, 'case "$1" in --list-langs) echo ind;; *) exec sleep 60;; esac')
    with pytest.raises(PictureNotRead) as caught:
        read_screenshot(save(draw()))
    assert caught.value.why is Unreadable.TOO_SLOW


def test_a_program_that_fails_is_told(other_path: Path) -> None:
    program(other_path, 'case "$1" in --list-langs) echo ind;; *) exit 1;; esac')
    with pytest.raises(PictureNotRead) as caught:
        read_screenshot(save(draw()))
    assert caught.value.why is Unreadable.BROKEN
