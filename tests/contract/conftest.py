"""Valid documents for the contract cases; the engines are in `tests.engines`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from search.index import DIMENSIONS, Document, Kind

START = datetime(2024, 1, 1, tzinfo=UTC)


def document(number: int, title: str = "", text: str = "", **fields: Any) -> Document:
    """A valid document; a test states only what matters to it."""
    defaults: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "kind": Kind.ITEM,
        "title": title,
        "text": text,
        "url": f"https://kabar-arunika.example/{number}",
        "source": "kabar-arunika",
        "platform": "news",
        "published_at": START + timedelta(minutes=number),
    }
    return Document(**defaults | fields)


def vector(*directions: tuple[int, float]) -> bytes:
    """A unit vector with these weights on these axes."""
    values = np.zeros(DIMENSIONS, dtype=np.float32)
    for axis, weight in directions:
        values[axis] = weight
    return (values / np.linalg.norm(values)).astype("<f2").tobytes()


@pytest.fixture
def make_document() -> Callable[..., Document]:
    return document


@pytest.fixture
def make_vector() -> Callable[..., bytes]:
    return vector


@pytest.fixture
def noise() -> list[Document]:
    """Rows that no test looks for: they catch queries that reach too far."""
    texts = (
        "Pasar malam Arunika dibuka kembali pekan depan",
        "Dinas perhubungan menambah rute angkutan sungai",
        "Kelompok nelayan menerima bantuan jaring",
        "Turnamen bola voli antarkampung berakhir seri",
        "Harga cabai turun menjelang akhir bulan",
    )
    return [
        document(9_000 + n, f"Kabar kota bagian {n}", text, source="derau", platform="post")
        for n, text in enumerate(texts)
    ]
