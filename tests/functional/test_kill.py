"""A worker that is killed at any moment: nothing is lost, nothing is there twice."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from classifier.assess import Assessor
from kentongan.store import open_store
from pipeline.importing import import_items
from pipeline.matching import Matcher
from search.embedded import EmbeddedIndex
from tests.working import make_worker

ITEMS = 120

WORK = """
import sys
from cli.main import main
print("ready", flush=True)
sys.argv = ["kentongan", "work", "--once"]
main()
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_a_kill_the_next_worker_goes_on_from_there(
    tmp_path: Path, assessor: Assessor, seed: int
) -> None:
    random = Random(seed)
    path = tmp_path / "items.jsonl"
    rows = [
        {"id": str(n), "text": f"Kabar {n}: warga RT {n} bergotong royong membersihkan saluran air."}
        for n in range(ITEMS)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    url = f"sqlite:///{tmp_path / 'record.db'}"
    store = open_store(url)
    import_items(store, path, region="arunika", time_zone="Asia/Jakarta", pseudonym_key=None)

    worker = subprocess.Popen(
        [sys.executable, "-c", WORK],
        env={**os.environ, "KENTONGAN_HOME": str(tmp_path), "KENTONGAN_REGION": "arunika"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    try:
        worker.wait(timeout=3 + random.random() * 6)
    except subprocess.TimeoutExpired:
        worker.send_signal(signal.SIGKILL)
    worker.wait()

    index = EmbeddedIndex(tmp_path / "index")
    matcher = Matcher(index, store.fact_checks.get_many, assessor)
    store.conveyor.end_leases()
    make_worker(store, index, assessor, matcher).run_once()

    counts = store.items.counts()
    views = store.items.views(list(store.items.all_ids()))
    assert (counts["items"], counts["assessed"], counts["set_aside"]) == (ITEMS, ITEMS, 0)
    assert all(view.item.claim_id for view in views)
    assert sorted(index.ids()) == sorted(str(view.item.id) for view in views)
    assert store.outbox.size() == 0
    assert store.audit.verify() is None
    index.close()
    store.close()
