"""How well the pair models do on later texts, which nothing was fitted on, by the real parts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from classifier.assess import Assessor
from classifier.match import PairModel
from classifier.meaning import Meaning
from kentongan.domain import Platform
from pipeline.evaluation import evaluate_match
from pipeline.evaluation_cluster import evaluate_cluster
from pipeline.formats import ItemRecord
from pipeline.pair_candidates import Space
from pipeline.pair_data import PairData, Text


@dataclass(frozen=True, slots=True)
class Remembering:
    """An assessor that has read its texts before."""

    pairs: PairModel
    links: PairModel
    meaning: Meaning
    model: str
    space: Space

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        return [self.space.embeddings[text] for text in texts]


def match_figures(data: PairData, space: Space, assessor: Assessor) -> dict[str, Any]:
    """Return the figures of later posts among all claims, by what candidates are found with."""
    archive = [*data.claims, *data.later_claims]
    found, _ = evaluate_match(
        _records(data.later_posts), _records(archive, Platform.FACTCHECK), _remembering(space, assessor)
    )
    return {"claims": len(archive), **{figures.found_by: asdict(figures) for figures in found}}


def link_figures(data: PairData, space: Space, assessor: Assessor) -> dict[str, Any]:
    """Return the figures of grouping later posts with the claims made of them."""
    groups = {post.group for post in data.later_posts}
    items = [*data.later_posts, *(claim for claim in data.later_claims if claim.group in groups)]
    figures, _ = evaluate_cluster(_records(items), _remembering(space, assessor))
    return asdict(figures)


def _remembering(space: Space, assessor: Assessor) -> Remembering:
    return Remembering(assessor.pairs, assessor.links, assessor.meaning, assessor.model, space)


def _records(texts: Sequence[Text], platform: Platform = Platform.POST) -> list[ItemRecord]:
    return [
        ItemRecord(line=number, id=str(number), text=text.text, platform=platform, claim_id=text.group)
        for number, text in enumerate(texts, 1)
    ]
