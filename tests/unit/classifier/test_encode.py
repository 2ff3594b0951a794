"""What a text is flagged as heeds no names; what it means does."""

from pathlib import Path

import numpy as np
import pytest

from classifier.artefact import load_artefact
from classifier.assess import Assessor
from classifier.encode import Encoder

ONE = "Raka Sudirja dilaporkan menjual pulau kepada pengusaha asing"
OTHER = "Prabowo dilaporkan menjual pulau kepada pengusaha asing"
THIRD = "Jokowi dilaporkan menjual pulau kepada pengusaha asing"
NAMELESS = "Air ledeng di kampung hulu beracun setelah pipa bocor"


@pytest.fixture(scope="module")
def encoder(model_folder: Path) -> Encoder:
    """Reads in float32 on every processor: bfloat16 rounds otherwise in another batch."""
    shipped = load_artefact(model_folder).encoder
    return Encoder(shipped._model, shipped._tokenizer, bfloat16=False)


def test_names_decide_no_score_but_what_is_meant(encoder: Encoder) -> None:
    found = encoder.encode([OTHER, THIRD], [0, 1])
    assert found.logits[0] == pytest.approx(found.logits[1], abs=1e-4)
    assert float(found.meanings[0] @ found.meanings[1]) < 0.995


def test_meanings_are_of_the_text_as_it_is_written(encoder: Encoder) -> None:
    texts = [OTHER, NAMELESS, THIRD]
    found = encoder.encode(texts, [0, 1, 2])
    assert found.meanings == pytest.approx(encoder.meanings(texts), abs=1e-4)
    assert np.linalg.norm(found.meanings, axis=1) == pytest.approx(np.ones(3), abs=1e-4)


def test_only_what_is_asked_for_is_meant(encoder: Encoder) -> None:
    texts = [OTHER, NAMELESS, THIRD, NAMELESS]
    found = encoder.encode(texts, [2, 1])
    assert not found.meanings[[0, 3]].any()
    assert found.meanings[[1, 2]] == pytest.approx(encoder.meanings([NAMELESS, THIRD]), abs=1e-4)
    assert found.logits == pytest.approx(encoder.encode(texts).logits, abs=1e-4)
    assert not encoder.encode(texts).meanings.any()


def test_nothing_gives_nothing(encoder: Encoder) -> None:
    found = encoder.encode([])
    assert (len(found.logits), found.meanings.shape) == (0, (0, encoder.width))
    assert encoder.meanings([]).shape == (0, encoder.width)


def test_an_embedding_is_the_same_assessed_or_embedded_alone_or_together(assessor: Assessor) -> None:
    texts = [ONE, NAMELESS, OTHER]
    alone = [assessor.embed([text])[0] for text in texts]
    assessed = [found.embedding for found in assessor.assess(texts)]
    for one, other in zip(alone, assessed, strict=True):
        left, right = (np.frombuffer(raw, "<f2").astype(np.float32) for raw in (one, other))
        assert float(left @ right) == pytest.approx(1, abs=3e-3)


def test_a_text_without_content_has_no_embedding(assessor: Assessor) -> None:
    assert assessor.embed(["", " !!! "]) == [b"", b""]
    assert assessor.assess([""])[0].embedding == b""


def test_only_the_head_of_a_long_text_is_what_it_means(assessor: Assessor) -> None:
    head = " ".join(f"{NAMELESS} pada malam ke-{n}." for n in range(40))
    tail = "Sementara itu harga cabai di pasar turun tajam menjelang lebaran. " * 20
    assert assessor.embed([head]) == assessor.embed([f"{head} {tail}"]) or np.dot(
        *(np.frombuffer(raw, "<f2").astype(np.float32) for raw in assessor.embed([head, f"{head} {tail}"]))
    ) == pytest.approx(1, abs=0.02)
