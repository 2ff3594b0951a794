"""Which readers go with which shape. Growth is by addition: one module, one name, one line."""

from collections.abc import Mapping

from crawler.factchecks import (
    afp,
    cekfakta,
    gfd,
    komdigi,
    kompas,
    liputan6,
    saberhoaks,
    turnbackhoax,
    turnbackhoax_wordpress,
    yudistira,
)
from crawler.factchecks.names import CheckShape
from crawler.factchecks.reading import Shape
from crawler.factchecks.reviews import read_review_page, read_tempo_page

SHAPES: Mapping[CheckShape, Shape] = {
    CheckShape.CLAIM_REVIEW: Shape(read_page=read_review_page),
    CheckShape.TURNBACKHOAX: Shape(read_page=turnbackhoax.read_page, read_list=turnbackhoax.read_list),
    CheckShape.TURNBACKHOAX_WORDPRESS: Shape(
        read_page=turnbackhoax_wordpress.read_page,
        read_list=turnbackhoax_wordpress.read_list,
        read_entry=turnbackhoax_wordpress.read_entry,
    ),
    CheckShape.GFD: Shape(read_page=gfd.read_page, read_list=gfd.read_list),
    CheckShape.CEKFAKTA_JSON: Shape(read_list=cekfakta.read_list, max_lists=1),
    CheckShape.TEMPO: Shape(read_page=read_tempo_page),
    CheckShape.KOMPAS: Shape(read_page=kompas.read_page, read_list=kompas.read_list),
    CheckShape.LIPUTAN6: Shape(read_page=liputan6.read_page, read_list=liputan6.read_list),
    CheckShape.AFP: Shape(read_page=read_review_page, read_list=afp.read_list),
    CheckShape.KOMDIGI_JSON: Shape(read_list=komdigi.read_list, headers=komdigi.HEADERS),
    CheckShape.SABERHOAKS: Shape(read_page=saberhoaks.read_page, read_list=saberhoaks.read_list),
    CheckShape.YUDISTIRA: Shape(read_list=yudistira.read_list),
}
