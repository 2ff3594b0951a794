"""What somebody gave to be looked at, as text. Leaves reading pages and pictures to `reading`."""

from dataclasses import dataclass
from enum import StrEnum

from kentongan.text import clean, mask_personal


class GivenKind(StrEnum):
    TEXT = "text"
    PAGE = "page"
    SCREENSHOT = "screenshot"


@dataclass(frozen=True, slots=True)
class Given:
    """`text` is what is judged and shown. `url` (after redirects) and `title` are a page's."""

    kind: GivenKind
    text: str
    url: str = ""
    title: str = ""
    outlet: str = ""  # whose page it is, when it is the press's: nothing is ever stamped there (R9)


def given_text(raw: str) -> Given:
    """Return a text as it may be shown: cleaned, personal data masked."""
    return Given(GivenKind.TEXT, mask_personal(clean(raw)))
