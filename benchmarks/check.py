"""How long looking at one text takes, warm, in an archive of 18,000 checks: what Periksa waits for.

Run: `python -m benchmarks.check`. One chain message and one of 1,700 characters that bears every
label, the dearest case: its evidence is told for each. Wall time, without the page around it.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.match import _check, _documents, _texts, _words
from classifier.artefact import DEFAULT_NAME, load_artefact
from classifier.assess import Assessor
from kentongan.settings import PROJECT_ROOT
from pipeline.matching import Matcher
from search.embedded import EmbeddedIndex
from search.index import Kind, Query

CHECKS, ROUNDS = 18_000, 5
CHAIN = (
    "*INFO A1 DARI ORANG DALAM!!* Besok pagi semua TPS di Kec. Mekarjaya ditutup jam 9 karena surat suara "
    "sudah dicoblos duluan. Sebarkan ke semua grup sebelum pesan ini dihapus!!"
)
LONG = f"{CHAIN} Calon nomor dua itu antek asing, jangan pilih orang kafir memimpin kota kita. " * 8


def main() -> dict[str, Any]:
    """Return the median seconds for each text, and print them."""
    claims = enumerate(_texts(_words(), CHECKS, 9, seed=1))
    kept = {UUID(int=at): _check(at, claim) for at, claim in claims}
    assessor = Assessor(load_artefact(PROJECT_ROOT / "models" / DEFAULT_NAME))
    result: dict[str, Any] = {"checks": CHECKS}
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder) / "index")
        index.rebuild(_documents(kept))
        matcher = Matcher(index, lambda keys: [kept[key] for key in keys], assessor)
        for name, text in (("warm up", CHAIN), ("chain message", CHAIN), ("1,700 characters", LONG[:1_700])):
            took = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                said = assessor.assess([text])[0]
                matcher.find(text, said.embedding)
                index.search(Query(kind=Kind.ITEM, vector=said.embedding, limit=5))
                took.append(time.perf_counter() - began)
            result[name] = {"seconds": round(statistics.median(took), 2), "labels": len(said.flagged)}
        index.close()
    print(result)
    return result
