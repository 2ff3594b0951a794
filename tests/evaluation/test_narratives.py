"""How well invented claims fall into the themes a person sees, beside what a plain library finds.

B-cubed (Bagga & Baldwin 1998) weighs each claim the same; a claim that fits nowhere should stand
alone. The peers see the very same embeddings; KMeans is even told how many themes there are.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import yaml
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score

from classifier.assess import Assessor
from kentongan.domain import ClaimId
from kentongan.store.narrative_claims import ThemeClaim
from kentongan.store.narrative_saving import Theme
from pipeline.narratives import find_themes, point_of

CASES: Mapping[str, list[str]] = yaml.safe_load(
    Path(__file__).with_name("narrative_cases.yaml").read_text(encoding="utf-8")
)
TEXTS = [text for texts in CASES.values() for text in texts]
NOWHERE = "none"
WANTED = [theme for theme, texts in CASES.items() for _ in texts]
KINDS = len(CASES) - 1


@pytest.fixture(scope="module")
def embeddings(assessor: Assessor) -> list[bytes]:
    return assessor.embed(TEXTS)


@pytest.fixture(scope="module")
def themes(embeddings: list[bytes]) -> list[Theme]:
    claims = [
        ThemeClaim(ClaimId(UUID(int=n)), text, (embedding,), None)
        for n, (text, embedding) in enumerate(zip(TEXTS, embeddings, strict=True))
    ]
    return find_themes([point_of(claim) for claim in claims])


def clusters_of(themes: Sequence[Theme]) -> list[Hashable]:
    inside = {claim.int: n for n, theme in enumerate(themes) for claim in theme.claims}
    return [inside.get(n) for n in range(len(TEXTS))]


def alone(labels: Sequence[Hashable], nothing: Hashable) -> list[str]:
    """Give each claim that fits nowhere a group of its own."""
    return [f"alone {n}" if label == nothing else str(label) for n, label in enumerate(labels)]


def b_cubed(found: Sequence[str], wanted: Sequence[str]) -> tuple[float, float, float]:
    """Return precision, recall and their harmonic mean."""
    of_found, of_wanted = Counter(found), Counter(wanted)
    both = Counter(zip(found, wanted, strict=True))
    precision = float(np.mean([both[f, w] / of_found[f] for f, w in zip(found, wanted, strict=True)]))
    recall = float(np.mean([both[f, w] / of_wanted[w] for f, w in zip(found, wanted, strict=True)]))
    return precision, recall, 2 * precision * recall / (precision + recall)


def test_themes_are_found_better_than_by_a_plain_library(
    themes: list[Theme], embeddings: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = np.stack([np.frombuffer(e, dtype="<f2") for e in embeddings]).astype(np.float64)
    words = TfidfVectorizer().fit_transform(TEXTS)
    density = HDBSCAN(min_cluster_size=3, min_samples=2, copy=True).fit_predict(vectors)
    runs: dict[str, list[str]] = {
        "narratives": alone(clusters_of(themes), None),
        "HDBSCAN, embeddings": alone(density.tolist(), -1),
        "KMeans, embeddings": alone(
            KMeans(KINDS, n_init=5, random_state=0).fit_predict(vectors).tolist(), None
        ),
        "KMeans, tf-idf": alone(KMeans(KINDS, n_init=5, random_state=0).fit_predict(words).tolist(), None),
    }
    wanted = alone(WANTED, NOWHERE)
    figures = {
        name: (*b_cubed(found, wanted), adjusted_rand_score(wanted, found)) for name, found in runs.items()
    }
    with capsys.disabled():
        for name, (precision, recall, f, rand) in figures.items():
            print(f"\n{name:<22} P {precision:.3f}  R {recall:.3f}  F {f:.3f}  ARI {rand:.3f}", end="")
    precision, _, f, rand = figures["narratives"]
    assert precision >= 0.84
    assert f >= 0.79
    assert rand >= 0.70
    assert all(f > other[2] for name, other in figures.items() if name != "narratives")


def test_every_theme_is_one_narrative_at_least_and_none_is_swallowed(themes: list[Theme]) -> None:
    mostly = {Counter(WANTED[c.int] for c in theme.claims).most_common(1)[0][0] for theme in themes}
    assert mostly >= set(CASES) - {NOWHERE}


def test_labels_are_made_of_the_claims_own_words(themes: list[Theme]) -> None:
    for theme in themes:
        said = " ".join(TEXTS[c.int] for c in theme.claims).casefold()
        assert all(part.casefold() in said for part in theme.label.split(" · "))
        assert 2 <= len(theme.label.replace(" · ", " ").split()) <= 4
