"""Fitting what tells whether two texts say the same, for a model whose network is there already.

Owns: the space of meaning, the pair models of matches and of links, their thresholds and figures,
written with the network into a new artefact. Minutes, not hours: the network only reads.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifier.artefact import Artefact, load_artefact, save_manifest
from classifier.assess import Assessor
from classifier.encode import FloatArray
from classifier.manifest import Manifest, MatchModel
from classifier.meaning import PLAIN, fit_meaning, save_meaning
from classifier.metrics import Values
from classifier.train.card import write_card
from classifier.train.mix import Mix
from pipeline.evaluation_cluster import b_cubed
from pipeline.pair_candidates import Space, components, link_pairs, match_pairs
from pipeline.pair_data import PairData, Text, read_pair_data
from pipeline.pair_figures import link_figures, match_figures
from pipeline.pairs import LINK_FEATURES, MATCH_FEATURES, TextReader, telling_stems

_SUGGEST_PRECISION = 0.40
_CONFIRM_PRECISION = 0.98
_LINK_THRESHOLDS = tuple(step / 20 for step in range(4, 20))
_SIMILAR_PRECISION = 0.50
_STEP = 512  # texts between two words of progress

Progress = Callable[[str], None]


def fit_pairs(
    folder: Path, data_dir: Path, mix: Mix, out_dir: Path, version: str, seed: int, progress: Progress
) -> Manifest:
    """Write the model in `folder` to `out_dir` as `version`, its pair models fitted anew.

    Returns its manifest. Raises ArtefactMissing, ArtefactDamaged, TrainingDataMissing.
    """
    artefact = load_artefact(folder)
    data = read_pair_data(data_dir, mix, seed)
    progress(f"reading {len(data.claims)} claims and {len(data.posts)} posts")
    plain = Assessor(replace(artefact, meaning=PLAIN))
    rows = _vectors(plain, [*data.claims, *data.posts, *data.later_claims, *data.later_posts], progress)
    meaning = fit_meaning(
        np.stack([rows[claim.text] for claim in data.claims if rows[claim.text].any()]),
        (telling_stems(text) for text in data.worded),
    )
    space = Space({t: meaning.embedding(row[None]) for t, row in rows.items()}, TextReader(meaning.rarity_of))
    progress("fitting")
    manifest = replace(
        artefact.manifest, version=version, match=_fit_match(data, space), link=_fit_link(data, space)
    )
    fitted = Assessor(Artefact(manifest, artefact.encoder, meaning))
    progress("measuring")
    figures = {
        **artefact.manifest.training.get("figures", {}),
        "match": match_figures(data, space, fitted),
        "link": link_figures(data, space, fitted),
    }
    training = {**artefact.manifest.training, "figures": figures, "pairs": _described(manifest, data, seed)}
    manifest = replace(manifest, training=training)
    out_dir.mkdir(parents=True, exist_ok=True)
    for name in artefact.manifest.files:
        if (folder / name).resolve() != (out_dir / name).resolve():
            shutil.copyfile(folder / name, out_dir / name)
    save_meaning(out_dir, meaning)
    return save_manifest(out_dir, manifest, write_card(manifest))


def _vectors(assessor: Assessor, texts: Sequence[Text], progress: Progress) -> dict[str, FloatArray]:
    """Return the vector of each text before whitening; zeros for one without content."""
    once = sorted({text.text for text in texts}, key=len)
    found: dict[str, FloatArray] = {}
    for start in range(0, len(once), _STEP):
        some = once[start : start + _STEP]
        for text, raw in zip(some, assessor.embed(some), strict=True):
            found[text] = np.frombuffer(raw, "<f2").astype(np.float32) if raw else np.zeros(0, np.float32)
        progress(f"read {len(found)} of {len(once)}")
    width = max(len(row) for row in found.values())
    return {text: row if len(row) else np.zeros(width, np.float32) for text, row in found.items()}


def _fit_match(data: PairData, space: Space) -> MatchModel:
    pairs = match_pairs(data.posts, data.claims, space)
    said, model = _logistic(pairs.features, pairs.truth, MATCH_FEATURES)
    long = pairs.long
    return replace(
        model,
        suggest=_threshold(said, pairs.truth, _SUGGEST_PRECISION),
        confirm=_threshold(said[long], pairs.truth[long], _CONFIRM_PRECISION),
    )


def _fit_link(data: PairData, space: Space) -> MatchModel:
    """Return the link model; it joins from where grouping what it was fitted on is best (B-cubed F1)."""
    groups = {post.group for post in data.posts}
    items = [*data.posts, *(claim for claim in data.claims if claim.group in groups)]
    pairs, copies = link_pairs(items, space)
    said, model = _logistic(pairs.features, pairs.truth, LINK_FEATURES)
    gold = [item.group or f"of its own {number}" for number, item in enumerate(items)]

    def f1(threshold: float) -> float:
        edges = [pair for pair, p in zip(pairs.places, said, strict=True) if p >= threshold]
        return b_cubed(gold, components(len(items), [*edges, *copies])).f1

    return replace(
        model,
        suggest=_threshold(said, pairs.truth, _SIMILAR_PRECISION),
        confirm=max(_LINK_THRESHOLDS, key=f1),
    )


def _logistic(features: Values, truth: Values, names: tuple[str, ...]) -> tuple[Values, MatchModel]:
    """Return what a logistic regression says of the pairs it was fitted on, and its numbers."""
    model = LogisticRegression(C=1.0, max_iter=5_000).fit(features, truth)
    weights = tuple(round(float(weight), 4) for weight in model.coef_[0])
    fitted = MatchModel(names, weights, round(float(model.intercept_[0]), 4), 1.0, 1.0)
    said: Values = model.predict_proba(features)[:, 1]
    return said, fitted


def _threshold(said: Values, truth: Values, precision: float) -> float:
    """Return the lowest threshold from which precision holds."""
    order = np.argsort(-said)
    right = np.cumsum(truth[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(right >= precision)
    return round(float(said[order][good[-1]]), 4) if len(good) else 0.99


def _described(manifest: Manifest, data: PairData, seed: int) -> dict[str, object]:
    return {
        "seed": seed,
        "claims": len(data.claims),
        "posts": sum(bool(post.group) for post in data.posts),
        "ordinary_posts": sum(not post.group for post in data.posts),
        "words_counted_in": len(data.worded),
        "precision_wanted": {
            "suggest": _SUGGEST_PRECISION,
            "confirm": _CONFIRM_PRECISION,
            "similar": _SIMILAR_PRECISION,
        },
        "network": asdict(manifest)["training"].get("began_with", ""),
    }
