"""One claim that both the press and public posts put forward: only the posts speak for it (R9)."""

import re
from html import unescape

import pytest

from kentongan.domain import ClaimId, Label, Lane, Stance
from kentongan.queueing import Wanted
from tests.web_city import Browser, Seen, Site, see

ARTICLE = (
    "Jembatan Kali Bening disebut telah retak dan akan ditutup selamanya mulai besok pagi oleh petugas, "
    "kata seorang sumber yang tidak mau disebut namanya kepada redaksi."
)
TITLE = "Jembatan Kali Bening Disebut Retak"
POST = "Awas warga semua: " + ARTICLE
OTHER_POST = ARTICLE + " Jangan lewat sana lagi!!"
PRESS = Seen("warta", ARTICLE, title=TITLE, labels=(Label.HOAX, Label.BLACK_CAMPAIGN), hours=9, probability=0.99,
             because=((ARTICLE, Label.HOAX),), match=0.99, confirmed=True, url="https://warta.example/jembatan")  # fmt: skip
CHANNEL = Seen("kanal-warga", POST, labels=(Label.HOAX,), hours=4, probability=0.6,
               because=((POST, Label.HOAX),))  # fmt: skip
REFUTED = Seen("kanal-ibu", OTHER_POST, labels=(Label.HOAX,), hours=1, probability=0.55, match=0.93,
               confirmed=True, because=((OTHER_POST, Label.HOAX),))  # fmt: skip
HARMLESS = Seen("kabar-pasar", "Benarkah ini? " + ARTICLE, stance=Stance.REPORTS, hours=2)
STAMPS = ("indikasi hoaks", "dibantah cek fakta", "SALAH")


def fill(site: Site, *seen: Seen) -> ClaimId:
    """See items of one claim, one after another."""
    check = next(iter(site.store.fact_checks.all())).id
    (claim,) = {see(site.store, item, 500 + number, check) for number, item in enumerate(seen)}
    return claim


def row_of(page: str, claim: ClaimId) -> str:
    return unescape(page).split(f'id="claim-{claim}"')[1].split('<li class="claim"')[0].split("</ol>")[0]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("seen", [(PRESS, CHANNEL), (CHANNEL, PRESS)], ids=["article first", "post first"])
def test_a_row_never_shows_an_article_under_the_stamp_that_posts_earned(
    site: Site, analyst: Browser, seen: tuple[Seen, ...]
) -> None:
    claim = fill(site, *seen)
    row = row_of(analyst.get("/queue/new").text, claim)
    assert "indikasi hoaks – perlu verifikasi" in row
    assert "Awas warga" in row.split("</h2>")[0]
    assert TITLE not in row
    assert "Warta" not in row
    assert "Awas warga semua" in words(row.split("</h2>")[0])
    for said in ("SALAH", "dibantah", "kampanye hitam"):  # what only the article bears
        assert said not in row


@pytest.mark.parametrize("seen", [(PRESS, CHANNEL), (CHANNEL, PRESS)], ids=["article first", "post first"])
def test_a_claim_page_never_shows_an_article_under_the_stamp_that_posts_earned(
    site: Site, analyst: Browser, seen: tuple[Seen, ...]
) -> None:
    page = unescape(analyst.get(f"/claims/{fill(site, *seen)}").text)
    top = page.split("</header>", 2)[1]
    assert "indikasi hoaks – perlu verifikasi" in top
    assert "Awas warga" in re.findall("<h1>(.*?)</h1>", page)[0]
    assert TITLE not in page.split('id="items"')[0]
    assert "SALAH" not in page  # the check is the article's alone
    assert "kampanye hitam" not in top


def test_the_article_of_such_a_claim_stands_apart_and_in_the_words_of_the_press(
    site: Site, analyst: Browser
) -> None:
    page = unescape(analyst.get(f"/claims/{fill(site, PRESS, CHANNEL, REFUTED)}").text)
    posts, articles = page.split('id="press"')
    articles = articles.split("</section>")[0]
    assert TITLE not in posts
    assert TITLE in articles
    assert "pernyataan perlu diklarifikasi" in articles
    assert "tidak berlaku bagi berita" in articles
    for stamp in (*STAMPS, "hoaks"):
        assert stamp not in words(articles)


def test_a_confirmed_check_of_any_post_shows_in_the_row_and_beside_the_words_of_a_post(
    site: Site, analyst: Browser
) -> None:
    claim = fill(site, PRESS, CHANNEL, REFUTED)
    row = row_of(analyst.get("/queue/new").text, claim)
    assert "SALAH" in row
    assert "dibantah cek fakta" in row
    assert TITLE not in row
    page = unescape(analyst.get(f"/claims/{claim}").text)
    said = page.split("Yang dikatakan</h3>")[1].split("</p>")[0]
    assert "Jangan lewat sana lagi!!" in said  # of the post that the check is about
    assert page.count("Yang dikatakan</h3>") == 1
    assert "dibantah cek fakta" in page.split("</h1>")[1].split("</header>")[0]


@pytest.mark.parametrize("seen", [(PRESS,), (PRESS, HARMLESS)], ids=["alone", "beside a question"])
def test_a_claim_that_only_the_press_carries_keeps_its_words_in_every_lane(
    site: Site, analyst: Browser, seen: tuple[Seen, ...]
) -> None:
    claim = fill(site, *seen)
    assert site.store.claims.get(claim).lane is Lane.PRESS
    assert (
        site.store.claims.queue(Lane.PRESS, wanted=Wanted(label=Label.HOAX)).total == 2
    )  # and the city's own
    pages = [row_of(analyst.get("/queue/press").text, claim), unescape(analyst.get(f"/claims/{claim}").text)]
    version = site.store.claims.get(claim).version
    analyst.post(f"/claims/{claim}/decisions", decision="ask_clarification", version=version)
    assert site.store.claims.get(claim).lane is Lane.VERIFICATION
    pages.append(row_of(analyst.get("/queue/verification").text, claim))
    pages.append(unescape(analyst.get(f"/claims/{claim}").text))
    for page in pages:
        assert "pernyataan perlu diklarifikasi" in page
        said = words(page.split("<aside")[0])  # the reasons of a decision follow
        assert [said[said.index(stamp) - 60 :][:120] for stamp in (*STAMPS, "hoaks") if stamp in said] == []
    for label in Label:
        page = analyst.get(f"/queue/verification?label={label}").text
        assert str(claim) not in page
        assert "Tidak ada yang cocok" in words(page)


def test_by_label_a_mixed_claim_is_listed_for_what_its_posts_bear(site: Site, analyst: Browser) -> None:
    claim = str(fill(site, PRESS, CHANNEL))
    assert claim in analyst.get("/queue/new?label=hoax").text
    assert claim not in analyst.get("/queue/new?label=black_campaign").text
