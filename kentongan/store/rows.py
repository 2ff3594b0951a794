"""From rows to the values of `kentongan.domain`."""

from kentongan.domain import (
    Assessment,
    Claim,
    ClaimId,
    ClaimState,
    FactCheck,
    FactCheckId,
    Item,
    ItemId,
    Label,
    Lane,
    Match,
    NarrativeId,
    Platform,
    SourceKind,
    Span,
    Stage,
    Stance,
    Verdict,
)
from kentongan.store.schema import AssessmentRow, ClaimRow, FactCheckRow, ItemRow, MatchRow


def labels_in(row: ItemRow | ClaimRow) -> frozenset[Label]:
    return frozenset(label for label in Label if getattr(row, label.value))


def item_of(row: ItemRow, source_kind: str) -> Item:
    return Item(
        id=ItemId(row.id),
        source=row.source,
        source_kind=SourceKind(source_kind),
        platform=Platform(row.platform),
        url=row.url,
        title=row.title,
        text=row.text,
        author=row.author,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        language=row.language,
        content_hash=row.content_hash,
        revision=row.revision,
        stage=Stage(row.stage),
        claim_id=ClaimId(row.claim_id) if row.claim_id else None,
        external_id=row.external_id,
        voice=row.voice,
        wire=row.wire,
        copy_of=ItemId(row.copy_of) if row.copy_of else None,
        section=row.section,
        tags=tuple(row.tags),
        views=row.views,
        edited=row.edited,
        gone_at=row.gone_at,
    )


def assessment_of(row: AssessmentRow) -> Assessment:
    return Assessment(
        model=row.model,
        probabilities={Label(name): p for name, p in row.probabilities.items()},
        stance=Stance(row.stance),
        stance_probability=row.stance_probability,
        flagged=frozenset(Label(name) for name in row.flagged),
        abstained=frozenset(Label(name) for name in row.abstained),
        spans=tuple(Span(start, end, Label(name), gain) for start, end, name, gain in row.spans),
        cues=tuple(row.cues),
        embedding=row.embedding,
    )


def fact_check_of(row: FactCheckRow) -> FactCheck:
    return FactCheck(
        id=FactCheckId(row.id),
        url=row.url,
        publisher=row.publisher,
        claim=row.claim,
        verdict=Verdict(row.verdict),
        verdict_text=row.verdict_text,
        title=row.title,
        published_at=row.published_at,
        source=row.source,
        first_seen_at=row.first_seen_at,
        embedding=row.embedding,
    )


def match_of(row: MatchRow) -> Match:
    return Match(FactCheckId(row.fact_check_id), row.probability, row.confirmed, tuple(row.shared_words))


def claim_of(row: ClaimRow) -> Claim:
    return Claim(
        id=ClaimId(row.id),
        headline=row.headline,
        lane=Lane(row.lane),
        state=ClaimState(row.state),
        priority=row.priority,
        labels=labels_in(row),
        item_count=row.item_count,
        source_count=row.source_count,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        version=row.version,
        voice_count=row.voice_count,
        resurfaced_at=row.resurfaced_at,
        merged_into=ClaimId(row.merged_into) if row.merged_into else None,
        narrative_id=NarrativeId(row.narrative_id) if row.narrative_id else None,
        answered_at=row.answered_at,
        waits=row.waits,
        special=row.special,
        election=row.election,
    )
