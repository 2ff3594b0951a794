"""What the page of a claim shows of its card: counts with their names, variants, what is similar.

Owns: which words go with what. Leaves counting to `kentongan.store.card`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kentongan.domain import Claim, ClaimId
from kentongan.store.card import ClaimCard, Voice, read_card
from kentongan.store.items import ItemView
from kentongan.store.spread import Step
from kentongan.variants import Change, Stretch, Variant, variants
from pipeline.past import SimilarClaim, similar_claims
from search.index import IndexNotReady, IndexUnavailable
from webui import words
from webui.bars import Chart, draw
from webui.marks import shorten, weight
from webui.parts import the_parts

VARIANTS_SHOWN = 12
VOICES_SHOWN = 25
TEXT_CHARACTERS = 280  # of a variant
WORDING_BYTES = 7_000  # of all variants together, as they are sent
STRETCH_CHARACTERS = 240  # of one change


@dataclass(frozen=True, slots=True)
class VoiceLine:
    name: str
    items: int
    others: tuple[tuple[str, int], ...]  # who repeats it; empty for a source that speaks for itself


@dataclass(frozen=True, slots=True)
class VariantPanel:
    text: str
    count: int
    first_seen_at: datetime
    source: str
    changes: tuple[tuple[str, Change], ...]


@dataclass(frozen=True, slots=True)
class Card:
    voice_count: int
    source_count: int
    chart: Chart[datetime] | None  # None where one bar would say it all
    spread: tuple[tuple[datetime, int], ...]  # without the steps in which nothing was seen
    step: Step
    before: int
    platforms: Sequence[tuple[str, int]]
    voices: Sequence[VoiceLine]
    more_sources: int
    places: Sequence[tuple[str, int]]
    variants: Sequence[VariantPanel]
    more_variants: int
    silent_days: int  # before it was seen again; 0 where it never was
    counted: ClaimCard  # as the record has it


def claim_card(key: ClaimId) -> Card:
    """Return the card of a claim that holds items, ready to be shown; raises NotFound."""
    parts = the_parts()
    found = read_card(parts.store.database, key, zone=parts.region.time_zone)
    told, total = variants(found.tellings, VARIANTS_SHOWN)
    worded = _within([_variant(one) for one in told])
    spread = found.spread
    voices = found.voices[:VOICES_SHOWN]
    listed = {speaker.source for voice in voices for speaker in voice.speakers}
    return Card(
        voice_count=found.voice_count,
        source_count=found.source_count,
        chart=draw(spread.starts, spread.counts) if len(spread.counts) > 1 else None,
        spread=tuple(pair for pair in zip(spread.starts, spread.counts, strict=True) if pair[1]),
        step=spread.step,
        before=spread.before,
        platforms=[(words.PLATFORMS[platform], count) for platform, count in found.platforms.items()],
        voices=[_voice(voice) for voice in voices],
        more_sources=found.source_count - len(listed),
        places=[(words.place_name(code, parts.region.name), count) for code, count in found.places.items()],
        variants=worded,
        more_variants=total - len(worded),
        silent_days=found.silence.days if found.silence else 0,
        counted=found,
    )


def similar(claim: Claim, items: Sequence[ItemView]) -> list[SimilarClaim] | None:
    """Return claims like this one, or None where search is down: the rest of the page lives."""
    parts = the_parts()
    try:
        return similar_claims(parts.store, parts.index, claim, items[0]) if items else []
    except (IndexUnavailable, IndexNotReady):
        return None


def _voice(voice: Voice) -> VoiceLine:
    titles: Mapping[str, str] = {speaker.source: speaker.title for speaker in voice.speakers}
    alone = set(titles) == {voice.name}
    others = () if alone else tuple((speaker.title, speaker.items) for speaker in voice.speakers)
    return VoiceLine(titles.get(voice.name, voice.name), voice.items, others)


def _variant(variant: Variant) -> VariantPanel:
    return VariantPanel(
        text=shorten(variant.text, TEXT_CHARACTERS),
        count=variant.count,
        first_seen_at=variant.first_seen_at,
        source=variant.source,
        changes=tuple((_shown(stretch), stretch.change) for stretch in variant.changes),
    )


def _within(panels: Sequence[VariantPanel]) -> list[VariantPanel]:
    """Return the first of them that a page has room for."""
    left, kept = WORDING_BYTES, list[VariantPanel]()
    for panel in panels:
        left -= weight(panel.text) + sum(weight(text) + 80 for text, _ in panel.changes)
        if kept and left < 0:
            break
        kept.append(panel)
    return kept


def _shown(stretch: Stretch) -> str:
    return "…" if stretch.change is Change.LEFT_OUT else shorten(stretch.text, STRETCH_CHARACTERS)
