"""Clustering claims into narratives: which belong together, what they are called, which id they keep."""

import random
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from kentongan.domain import ClaimId, NarrativeId
from kentongan.store.narrative_claims import ThemeClaim
from kentongan.store.narrative_saving import KnownNarrative, Theme
from pipeline.narrative_clusters import NEAR_ENOUGH, find_groups, likeness_vectors
from pipeline.narrative_words import read_words
from pipeline.narratives import ClaimPoint, find_themes, point_of

BALLOTS = ("Surat suara tercoblos di gudang KPU", "Gudang KPU penuh surat suara tercoblos",
           "Surat suara tercoblos masuk gudang", "KPU simpan surat suara di gudang")  # fmt: skip
POWER = ("Listrik padam tiga hari, PLN bungkam", "PLN padamkan listrik sekota",
         "Listrik padam lagi, gardu PLN meledak", "Gardu meledak, listrik padam")  # fmt: skip
ALONE = ("Nanas menyembuhkan kanker", "Jembatan miring dua meter")
DIMENSIONS = 16


def number(n: int) -> ClaimId:
    return ClaimId(UUID(int=n))


def point(n: int, text: str, axis: int, was: NarrativeId | None = None) -> ClaimPoint:
    """A claim whose meaning lies along one axis, give or take."""
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    vector[axis], vector[-1 - n % 4] = 1, 0.3
    claim = ThemeClaim(number(n), text, (vector.astype("<f2").tobytes(),), was)
    return point_of(claim)


def points(texts: Sequence[str], axis: int, first: int = 1) -> list[ClaimPoint]:
    return [point(first + n, text, axis) for n, text in enumerate(texts)]


def keep(themes: Sequence[Theme], first: int = 1000) -> list[KnownNarrative]:
    """What the record holds once these were saved."""
    return [
        KnownNarrative(t.id or NarrativeId(UUID(int=first + n)), t.label, t.words, t.centre, True)
        for n, t in enumerate(themes)
    ]


def put(
    points: Sequence[ClaimPoint], themes: Sequence[Theme], known: Sequence[KnownNarrative]
) -> list[ClaimPoint]:
    """The claims with the narratives they are in after saving."""
    inside = {claim: one.id for theme, one in zip(themes, known, strict=True) for claim in theme.claims}
    return [replace(p, narrative_id=inside.get(p.id, p.narrative_id)) for p in points]


CITY = [*points(BALLOTS, 0), *points(POWER, 1, 11), point(21, ALONE[0], 2), point(22, ALONE[1], 3)]


def test_claims_that_say_the_same_become_one_narrative_and_the_rest_stays_alone() -> None:
    ballots, power = find_themes(CITY)
    assert ballots.claims == tuple(number(n) for n in (1, 2, 3, 4))
    assert power.claims == tuple(number(n) for n in (11, 12, 13, 14))
    assert ballots.id is power.id is None
    assert set(ballots.label.split(" · ")) <= {"surat suara", "tercoblos", "gudang KPU"}
    assert "listrik" in power.label.casefold()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_claims_changes_nothing(seed: int) -> None:
    known = keep(find_themes(CITY))
    shuffled, others = list(CITY), list(known)
    random.Random(seed).shuffle(shuffled)
    random.Random(seed).shuffle(others)
    assert find_themes(shuffled) == find_themes(CITY)
    placed = put(CITY, find_themes(CITY), known)
    random.Random(seed).shuffle(placed)
    assert [t.id for t in find_themes(placed, others)] == [one.id for one in known]


def test_clustering_twice_changes_nothing() -> None:
    themes = find_themes(CITY)
    known = keep(themes)
    again = find_themes(put(CITY, themes, known), known)
    assert again == [replace(theme, id=one.id) for theme, one in zip(themes, known, strict=True)]


def test_nothing_gives_nothing_and_two_claims_are_no_narrative() -> None:
    assert find_themes([]) == []
    assert find_themes(CITY[:2]) == []


def test_claims_near_in_meaning_that_share_no_words_are_no_narrative() -> None:
    texts = ("Masjid dijual", "Kucing hilang", "Harga cabai naik")
    assert find_themes(points(texts, 0)) == []


def test_meaning_that_is_elsewhere_keeps_claims_with_the_same_words_apart() -> None:
    scam = points(
        ["Listrik gratis PLN, isi tautan", "Tautan listrik gratis PLN", "PLN listrik gratis lewat tautan"],
        5,
        31,
    )
    found = find_themes([*CITY, *scam])
    assert {theme.claims for theme in found} >= {tuple(p.id for p in scam)}


def test_claims_read_by_another_encoder_are_held_together_by_their_words() -> None:
    bare = [point_of(ThemeClaim(p.id, text, (), None)) for p, text in zip(CITY[:4], BALLOTS, strict=True)]
    (theme,) = find_themes(bare)
    assert theme.claims == tuple(p.id for p in bare)
    assert theme.centre == b""
    mixed = find_themes([*bare, *points(POWER, 1, 11)])
    assert len(mixed) == 2


def test_the_groups_are_those_of_average_linkage_over_all_pairs() -> None:
    random_numbers = np.random.default_rng(7)
    middles = random_numbers.normal(size=(6, DIMENSIONS))
    rows = middles[random_numbers.integers(6, size=90)] + random_numbers.normal(
        scale=0.8, size=(90, DIMENSIONS)
    )
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    apart = np.clip(1 - rows @ rows.T, 0, None)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform((apart + apart.T) / 2, checks=False), "average")
    labels = fcluster(tree, 1 - 0.5, "distance")
    wanted = sorted(np.flatnonzero(labels == label).tolist() for label in set(labels))
    assert find_groups(rows, near_enough=0.5, least=1) == wanted
    assert any(len(group) > 3 for group in wanted)


def test_likeness_is_one_for_the_same_claim_and_none_for_strangers() -> None:
    centres = np.eye(2, dtype=np.float32)
    vectors = likeness_vectors(np.vstack([centres[:1], centres]), [{"a", "b"}, {"a", "b"}, {"c"}])
    likes = vectors @ vectors.T
    assert likes[0, 1] == pytest.approx(1, abs=1e-5)
    assert likes[0, 2] < NEAR_ENOUGH


def test_a_narrative_keeps_its_id_when_claims_come_and_go() -> None:
    themes = find_themes(CITY)
    known = keep(themes)
    later = [*put(CITY, themes, known)[1:], *points(BALLOTS[:3], 0, 51)]
    found = find_themes(later, known)
    assert {theme.id: len(theme.claims) for theme in found} == {known[0].id: 6, known[1].id: 4}


def test_a_narrative_that_falls_apart_keeps_its_id_with_the_larger_part() -> None:
    (one,) = keep(find_themes(CITY[:4]))
    apart = [*points(BALLOTS, 0), *points(POWER[:3], 1, 11)]
    found = find_themes([replace(p, narrative_id=one.id) for p in apart], [one])
    assert {theme.id: len(theme.claims) for theme in found} == {one.id: 4, None: 3}


@pytest.mark.parametrize(("first", "second", "kept"), [(4, 3, 1000), (3, 4, 1001), (3, 3, 1000)])
def test_of_two_that_become_one_the_larger_keeps_its_id_and_the_older_when_even(
    first: int, second: int, kept: int
) -> None:
    known = [
        KnownNarrative(NarrativeId(UUID(int=n)), "surat suara", ("surat suara",), b"", True)
        for n in (1000, 1001)
    ]
    claims = [
        replace(p, narrative_id=one.id)
        for one, some in zip(
            known, (points(BALLOTS[:first], 0), points(BALLOTS[:second], 0, 11)), strict=True
        )
        for p in some
    ]
    (theme,) = find_themes(claims, known)
    assert theme.id == UUID(int=kept)


def test_a_theme_whose_claims_are_all_gone_is_known_again_by_meaning_and_words() -> None:
    known = keep(find_themes(CITY))
    returned = find_themes(points(BALLOTS, 0, 61), known)
    assert [theme.id for theme in returned] == [known[0].id]
    other_words = points([f"Buaya muncul dekat kolong rumah {n}" for n in "abc"], 0, 61)
    assert [theme.id for theme in find_themes(other_words, known)] == [None]
    other_meaning = points(BALLOTS, 4, 61)
    assert [theme.id for theme in find_themes(other_meaning, known)] == [None]


def test_a_label_stays_while_most_of_its_words_do_and_changes_when_they_are_gone() -> None:
    (theme,) = find_themes(CITY[:4])
    (one,) = keep([replace(theme, label="gudang · surat suara")])
    placed = [replace(p, narrative_id=one.id) for p in CITY[:4]]
    assert find_themes(placed, [one])[0].label == "gudang · surat suara"
    (stale,) = keep([replace(theme, label="kontainer · pelabuhan")])
    assert find_themes(placed, [stale])[0].label == theme.label


def test_a_label_bears_the_claims_own_words_and_nothing_that_judges_or_leads_to_anybody() -> None:
    texts = [
        "HOAKS!! Ijazah palsu calon bupati, bohong semua, lihat di cek-ijazah.example.com/a dan @admin_warga 0812-3456-7890",
        "Awas ijazah palsu calon bupati, kafir! hubungi @admin_warga di https://cek-ijazah.example.com atau bit.ly/ijazah9",
        "Calon bupati pakai ijazah palsu tahun 1998, hoax, sebarkan, email admin@warga.example",
    ]
    (theme,) = find_themes(points(texts, 0))
    assert set(theme.words) == {"ijazah", "calon bupati"}
    assert theme.label in ("calon bupati · ijazah", "ijazah · calon bupati")


def test_a_word_is_written_as_the_claims_write_it_not_as_they_shout_it() -> None:
    texts = [
        "Vaksin BPOM MEMBAHAYAKAN murid di Toboali",
        "vaksin BPOM MEMBAHAYAKAN murid Toboali",
        "Murid Toboali kena vaksin BPOM",
    ]
    (theme,) = find_themes(points(texts, 0))
    shown = {word for term in theme.words for word in term.split()}
    assert {"vaksin", "BPOM", "murid", "Toboali"} <= shown
    assert "MEMBAHAYAKAN" not in shown


@given(st.text(max_size=300))
def test_no_text_gives_a_word_that_it_does_not_hold(text: str) -> None:
    said = read_words(text)
    for term, surface in said.terms.items():
        assert 1 <= len(term) <= 2
        assert not {"URL", "USER", "NOMOR", "EMAIL", "NIK", "PLAT"} & set(surface.split())
        assert all(part.strip() for part in surface.split())


def test_no_mask_and_no_private_person_whom_the_press_names_stands_among_the_words() -> None:
    masked = read_words("Seorang pria bernama NAMA menipu; transfer REKENING.")
    press = read_words("Tersangka Ujang Sulaeman (34) ditangkap di pasar.")
    said = {stem for terms in (masked.terms, press.terms) for term in terms for stem in term}
    assert said.isdisjoint({"rekening", "ujang", "sulaeman"})
    assert "NAMA" not in str(masked.terms)
    assert "pasar" in said
