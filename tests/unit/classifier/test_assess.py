"""What the shipped model says, in the form that everyone else relies on."""

import time
from pathlib import Path

import numpy as np
import pytest

from classifier.artefact import load_artefact
from classifier.assess import Assessor
from kentongan.domain import Label, Stance

CHAIN = (
    "Cuaca hari ini cerah. INFO A1 dari orang dalam: vaksin di puskesmas Arunika berisi racun, 30 anak meninggal, "
    "pemerintah tutup-tutupi! Sebarkan ke semua grup sebelum dihapus!!"
)
WARNING = "Sekretaris daerah meminta camat mengantisipasi isu hoax, black campaign, dan politik identitas."


def test_a_chain_message_is_flagged_with_its_cues(assessor: Assessor) -> None:
    (found,) = assessor.assess([CHAIN])
    assert Label.HOAX in found.flagged
    assert found.stance is Stance.ASSERTS
    assert {"ajakan sebar", "sumber kabur", "desakan waktu"} <= set(found.cues)
    assert found.model == assessor.model


def test_a_warning_about_hoaxes_is_not_one(assessor: Assessor) -> None:
    (found,) = assessor.assess([WARNING])
    assert found.stance is Stance.REPORTS
    assert not found.flagged | found.abstained
    assert not found.spans


def test_spans_are_whole_sentences_of_the_text_as_given(assessor: Assessor) -> None:
    text = f"  Judul yang biasa\n\n{CHAIN}\u200b &amp; selesai."
    (found,) = assessor.assess([text])
    assert found.spans
    for span in found.spans:
        assert text[span.start : span.end].strip() == text[span.start : span.end] != ""
        assert span.label in found.flagged | found.abstained
        assert 0 <= span.contribution <= 1
    starts = [span.start for span in found.spans]
    assert starts == sorted(starts)


def test_the_harmless_sentence_carries_least(assessor: Assessor) -> None:
    (found,) = assessor.assess([CHAIN])
    hoax = [span for span in found.spans if span.label is Label.HOAX]
    strongest = max(hoax, key=lambda span: span.contribution)
    assert not CHAIN[strongest.start : strongest.end].startswith("Cuaca")


def test_one_sentence_carries_all_of_its_probability(assessor: Assessor) -> None:
    (found,) = assessor.assess(
        ["Minum air garam menyembuhkan kanker dalam tiga hari, dokter sengaja merahasiakannya"]
    )
    for span in found.spans:
        assert span.contribution == pytest.approx(found.probabilities[span.label], abs=1e-3)


def test_texts_together_are_judged_as_alone(assessor: Assessor) -> None:
    texts = [CHAIN, "", WARNING, "Selamat pagi semua.", WARNING * 20]
    together = assessor.assess(texts)
    for text, found in zip(texts, together, strict=True):
        (alone,) = assessor.assess([text])
        assert alone.flagged == found.flagged
        assert alone.probabilities[Label.HOAX] == pytest.approx(found.probabilities[Label.HOAX], abs=0.03)


def test_a_text_without_content_is_quiet(assessor: Assessor) -> None:
    for found in assessor.assess(["", "  \n ", "…"]):
        assert set(found.probabilities) == set(Label)
        assert not found.flagged | found.abstained
        assert found.embedding == b""


def test_hostile_texts_are_read_like_any_other(assessor: Assessor) -> None:
    texts = [
        "\x00\x01",
        "a" * 20_000,
        "🔥" * 500,
        "<script>alert(1)</script>",
        "ﷺ" * 50,
        "\ud7ff" * 10,
        "?!" * 999,
    ]
    assert len(assessor.assess(texts)) == len(texts)


def test_embeddings_are_unit_vectors_in_one_space(assessor: Assessor) -> None:
    vectors = [np.frombuffer(raw, "<f2").astype(np.float32) for raw in assessor.embed([CHAIN, WARNING])]
    assert [vector.shape for vector in vectors] == [(384,), (384,)]
    assert all(np.linalg.norm(vector) == pytest.approx(1, abs=0.01) for vector in vectors)
    (found,) = assessor.assess([CHAIN])
    assert np.frombuffer(found.embedding, "<f2").astype(np.float32) @ vectors[0] > 0.99


def test_the_same_thing_said_otherwise_is_nearer_than_something_else(assessor: Assessor) -> None:
    raw = assessor.embed(
        [
            "Air PDAM Kota Arunika Tercampur Merkuri, 40 Orang Dirawat",
            "katanya air pdam di kota arunika sudah dicampur merkuri, 40 orang masuk rumah sakit",
            "Jadwal lomba voli antar kelurahan",
        ]
    )
    a, b, c = (np.frombuffer(r, "<f2").astype(np.float32) for r in raw)
    assert a @ b > a @ c + 0.05


def test_loading_and_a_first_short_text_are_quick(model_folder: Path) -> None:
    start = time.process_time()
    assessor = Assessor(load_artefact(model_folder))
    loaded = time.process_time()
    assessor.assess(["Selamat pagi warga Arunika."])
    assert loaded - start < 6  # seconds of processor time; the machine may be busy
    assert time.process_time() - loaded < 3
