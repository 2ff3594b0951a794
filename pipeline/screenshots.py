"""The text of a screenshot, read by Tesseract on this machine.

Owns: which pictures are read, making them readable, running the program. The picture goes in and
the text comes out by pipes: nothing is written to disk. What a picture says of itself (EXIF)
is dropped. A picture is hostile until it has been decoded and drawn anew.
"""

import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from kentongan.errors import BadInput, KentonganError
from kentongan.text import clean, mask_personal, words

MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 20_000_000
MAX_SCANS = 200  # of a JPEG: each goes over all pixels and may be 40 bytes long; honest ones have a dozen
FORMATS = ("PNG", "JPEG", "WEBP")
MIN_WORDS = 3
OCR_SECONDS = 20
LANGUAGE, BESIDE = "ind", "eng"
MEND = "apt install tesseract-ocr tesseract-ocr-ind"
_READ_PIXELS = 4_000_000  # more makes Tesseract slower, not better
_GOOD_WIDTH = 1400  # letters of a phone's screen are then about 30 pixels high, as Tesseract likes them
_MOST_TIMES = 3
_DARK = 110  # mean brightness, 0 to 255, of a screen in dark mode
_JPEG, _SCAN = b"\xff\xd8", b"\xff\xda"
_PARAGRAPH = re.compile(r"\n\s*\n")


class Unreadable(StrEnum):
    TOO_LARGE = "picture_too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    NO_PICTURE = "no_picture"
    BROKEN = "broken_picture"
    NO_TEXT = "no_text_in_picture"
    TOO_SLOW = "picture_too_slow"


SENTENCES: Mapping[Unreadable, str] = {
    Unreadable.TOO_LARGE: f"a picture may have {MAX_IMAGE_BYTES // 1024 // 1024} MB at most",
    Unreadable.TOO_MANY_PIXELS: f"a picture may have {MAX_PIXELS // 1_000_000} million pixels at most",
    Unreadable.NO_PICTURE: "only PNG, JPEG and WebP pictures are read",
    Unreadable.BROKEN: "the picture is damaged or cut short",
    Unreadable.NO_TEXT: "no text was found in the picture",
    Unreadable.TOO_SLOW: "reading the picture took too long",
}


class PictureNotRead(BadInput):
    """A picture that cannot be read; `why` is the kind of reason."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__(f"picture: {SENTENCES[why]}")
        self.why = why


class OcrMissing(KentonganError):
    """This machine cannot read pictures; the message says how to mend it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: screenshots cannot be read here; {MEND}")


def read_screenshot(raw: bytes) -> str:
    """Return the text of a picture, cleaned, personal data masked, a line for each paragraph.

    The rows of a paragraph are one line: a row's end says nothing. Raises PictureNotRead for
    what is no picture or has no text, OcrMissing where Tesseract or its Indonesian is not installed.
    """
    program, languages = find_tesseract()
    said = _run(program, languages, prepare(raw))
    paragraphs = (" ".join(part.split()) for part in _PARAGRAPH.split(said))
    text = mask_personal(clean("\n".join(paragraphs)))
    if len(words(text)) < MIN_WORDS:
        raise PictureNotRead(Unreadable.NO_TEXT)
    return text


@cache
def find_tesseract() -> tuple[str, str]:
    """Return the program and the languages to read with. Raises OcrMissing, and then looks again."""
    program = shutil.which("tesseract")
    if program is None:
        raise OcrMissing("Tesseract is not installed")
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=10)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise OcrMissing("Tesseract does not run") from exc
    known = set(listed.stdout.split())
    if LANGUAGE not in known:
        raise OcrMissing("Tesseract reads no Indonesian")
    return program, f"{LANGUAGE}+{BESIDE}" if BESIDE in known else LANGUAGE


def prepare(raw: bytes) -> bytes:
    """Return the picture as Tesseract reads it best: a grey PNG, dark on light, large enough.

    Raises PictureNotRead.
    """
    grey = decode(raw, _grey)
    if ImageStat.Stat(grey).mean[0] < _DARK:
        grey = ImageOps.invert(grey)
    out = io.BytesIO()
    _sized(grey).save(out, "PNG", compress_level=1)
    return out.getvalue()


def decode(raw: bytes, into: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """Return what `into` makes of a picture, upright, or of the first frame of one that moves.

    Raises PictureNotRead.
    """
    if len(raw) > MAX_IMAGE_BYTES:
        raise PictureNotRead(Unreadable.TOO_LARGE)
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureNotRead(Unreadable.TOO_MANY_PIXELS)
            if raw.startswith(_JPEG) and raw.count(_SCAN) > MAX_SCANS:
                raise PictureNotRead(Unreadable.BROKEN)
            picture.load()
            return into(ImageOps.exif_transpose(picture))
    except PictureNotRead:
        raise
    except UnidentifiedImageError as exc:
        raise PictureNotRead(Unreadable.NO_PICTURE) from exc
    except Image.DecompressionBombError as exc:
        raise PictureNotRead(Unreadable.TOO_MANY_PIXELS) from exc
    except Exception as exc:  # decoders of hostile files raise whatever they like
        raise PictureNotRead(Unreadable.BROKEN) from exc


def _grey(picture: Image.Image) -> Image.Image:
    """Return the picture in grey; what is transparent is white."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    coloured = picture.convert("RGBA")
    ground = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(ground, coloured).convert("L")


def _sized(picture: Image.Image) -> Image.Image:
    times = min(_MOST_TIMES, max(1.0, _GOOD_WIDTH / picture.width))
    times = min(times, (_READ_PIXELS / (picture.width * picture.height)) ** 0.5)
    size = max(1, round(picture.width * times)), max(1, round(picture.height * times))
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)


def _run(program: str, languages: str, picture: bytes) -> str:
    # One thread: Tesseract's own threads gain little and take the pages' processor.
    environ = {"OMP_THREAD_LIMIT": "1", "PATH": os.defpath, "LC_ALL": "C.UTF-8"} | {
        name: os.environ[name] for name in ("TESSDATA_PREFIX",) if name in os.environ
    }
    try:
        done = subprocess.run(  # noqa: S603
            [program, "stdin", "stdout", "-l", languages],
            input=picture,
            capture_output=True,
            timeout=OCR_SECONDS,
            env=environ,
        )
    except subprocess.TimeoutExpired as exc:
        raise PictureNotRead(Unreadable.TOO_SLOW) from exc
    if done.returncode:
        raise PictureNotRead(Unreadable.BROKEN)
    return done.stdout.decode("utf-8", "replace").replace("\f", "\n")
