"""The shapes a fact-checker's source file may name."""

from enum import StrEnum


class CheckShape(StrEnum):
    CLAIM_REVIEW = "claim_review"  # any list, and a ClaimReview on each page
    TURNBACKHOAX = "turnbackhoax"  # the site of 2026
    TURNBACKHOAX_WORDPRESS = "turnbackhoax_wordpress"  # the site until 2025
    GFD = "gfd"
    CEKFAKTA_JSON = "cekfakta_json"
    TEMPO = "tempo"
    KOMPAS = "kompas"
    LIPUTAN6 = "liputan6"
    AFP = "afp"
    KOMDIGI_JSON = "komdigi_json"
    SABERHOAKS = "saberhoaks"
    YUDISTIRA = "yudistira"  # answers of an API that wants a key: read from files only


FILES_ONLY = frozenset({CheckShape.YUDISTIRA})
LISTS_ALONE = frozenset({CheckShape.CEKFAKTA_JSON, CheckShape.KOMDIGI_JSON})  # no pages are read
# Their index pages are read by readers of their own, without a selector of links.
OWN_LISTS = frozenset(CheckShape) - {CheckShape.CLAIM_REVIEW, CheckShape.TEMPO}
