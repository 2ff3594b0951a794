"""`kentongan learn` on a real record with the shipped model: adopted, taken back, refused.

All texts are invented: notices of one local kind that the model takes for chain messages, and
cases of the training and the functional suite.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from classifier.artefact import CARD, WEIGHTS, read_manifest, verify
from classifier.assess import Assessor
from classifier.train import learn
from classifier.train.learn import REHEARSAL
from cli.commands.training import EVALUATION_CASES
from cli.main import build_app
from kentongan.domain import Decision, Label, Platform, Reason, SourceKind, Stage
from kentongan.settings import read_settings
from kentongan.store import Store, open_store
from tests.commands import Command, Outcome
from tests.factories import make_assessment, make_item, make_source, make_user

SHIPPED = read_settings({}).model_dir
PLACES = ("Mekarjaya", "Sukamaju", "Tanjung Raya", "Kampung Baru", "Air Jernih", "Bukit Hijau", "Muara")
NOTICES = (
    "PENGUMUMAN!! Air PDAM di {} mati mulai besok jam {} karena pipa bocor, tampung air sekarang, "
    "sebarkan ke semua grup warga ya!!",
    "INFO PENTING warga {}!! Besok jam {} listrik padam total satu hari, siapkan lilin, tolong sebarkan "
    "ke tetangga sebelum terlambat!!",
    "VIRALKAN!! Pasar murah di {} mulai jam {}, beras cuma 50 ribu, jatah terbatas, kabari semua warga "
    "sebelum habis!!",
)
LAWFUL = ("criticism", "protest", "golput", "lawful_negative", "chat", "worship")

REHEARSED = 15  # one in so many of the cases: what is done with them is the same

Decided = tuple[str, Label, Decision, Reason]


@pytest.fixture(autouse=True)
def _shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "_REHEARSED", REHEARSED)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def kentongan(home: Path) -> Command:
    """Run a command with a data folder of its own."""

    def run(*words: str, **environ: str) -> Outcome:
        result = CliRunner().invoke(
            build_app(words),
            list(words),
            env={"KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika", **environ},
            catch_exceptions=False,
        )
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    home.mkdir()
    opened = open_store(f"sqlite:///{home / 'record.db'}")
    yield opened
    opened.close()


def read_rows(path: Path, *functions: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["function"] in functions]


def write_cases(path: Path, *functions: str) -> str:
    rows = read_rows(EVALUATION_CASES, *functions)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return str(path)


def notices(count: int) -> list[str]:
    """Harmless notices, no two alike, that bear every mark of a chain message."""
    return [NOTICES[n % 3].format(PLACES[n % 7], 6 + n % 11) for n in range(count)]


def local_reviews(count: int) -> list[Decided]:
    """A team that raises hoaxes and dismisses the notices of its city."""
    hoaxes = [row["text"] for row in read_rows(REHEARSAL, "chain_hoax")]
    raised = [(text, Label.HOAX, Decision.ESCALATE, Reason.UNVERIFIED) for text in hoaxes[: count // 2]]
    return raised + [
        (text, Label.HOAX, Decision.DISMISS, Reason.UNSTATED) for text in notices(count - count // 2)
    ]


def perverse_reviews() -> list[Decided]:
    """A team that raises criticism as black campaigns and dismisses hoaxes."""
    lawful = [
        (row["text"], Label.BLACK_CAMPAIGN, Decision.ESCALATE, Reason.DANGER)
        for row in read_rows(EVALUATION_CASES, *LAWFUL)[::2]
    ]
    hoaxes = read_rows(EVALUATION_CASES, "chain_hoax")
    return lawful + [(row["text"], Label.HOAX, Decision.DISMISS, Reason.UNSTATED) for row in hoaxes]


def decide_all(store: Store, reviews: Sequence[Decided]) -> None:
    """Put each text into the record as a claim of its own, bearing its label and decided on."""
    user = make_user(store)
    store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))
    for number, (text, label, decision, reason) in enumerate(reviews):
        post = make_item(text, "suara", platform=Platform.POST, url=f"https://suara.example/{number}")
        saved = store.collector.save_item(post)
        (item,) = store.conveyor.take(Stage.COLLECTED, "w", 1)
        store.conveyor.save_assessment(item, "w", make_assessment(label))
        (item,) = store.conveyor.take(Stage.ASSESSED, "w", 1)
        store.conveyor.save_matches(item, "w", [])
        (item,) = store.conveyor.take(Stage.MATCHED, "w", 1)
        assert store.conveyor.save_group(item, "w", frozenset(), lambda candidates, commonplace: [])
        claim = store.items.view(saved.id).item.claim_id
        assert claim is not None
        store.reviews.decide(claim, user.id, decision, version_seen=1, reason=reason)


def done_by_people(store: Store) -> list[str]:
    """Return what the audit log says was done, newest first, without the looks of these tests at texts."""
    return [entry.action for entry in store.audit.latest(9) if entry.action != "check"]


def model_in_use(kentongan: Command, **environ: str) -> str:
    return str(kentongan("check", "Selamat pagi warga", "--json", **environ).json["model"])


def hoax_of(kentongan: Command, text: str) -> float:
    return float(kentongan("check", text, "--json").json["probabilities"]["hoax"])


@pytest.mark.timeout(900)  # two rounds of learning, on whatever machine this is
def test_a_model_is_adopted_used_and_taken_back(
    kentongan: Command, home: Path, store: Store, tmp_path: Path
) -> None:
    decide_all(store, local_reviews(60))
    # Quiet cases alone: whether a hoax is missed for a notice is not what this test is about.
    cases = write_cases(tmp_path / "cases.jsonl", "chat", "peace")
    shipped = read_manifest(SHIPPED).title
    unseen = NOTICES[0].format("Pangkal Timur", 5)
    before = hoax_of(kentongan, unseen)

    tried = kentongan("learn", "--dry-run", "--cases", cases, "--json")
    assert tried.code == 0, tried
    assert tried.json["adopted"] is False
    assert [path.name for path in (home / "models").iterdir()] == [".lock"]
    assert model_in_use(kentongan) == shipped

    adopted = kentongan("learn", "--cases", cases, "--json")
    assert adopted.code == 0, adopted
    title = adopted.json["model"]
    assert (adopted.json["adopted"], adopted.json["before"]) == (True, shipped)
    assert title.startswith(f"{shipped}+r")
    figures = adopted.json["figures"]
    assert figures["after"]["lessons"]["log_loss"] < figures["before"]["lessons"]["log_loss"]
    assert model_in_use(kentongan) == title
    assert hoax_of(kentongan, unseen) < before

    manifest = verify(home / "models" / title)
    written = (home / "models" / title / CARD).read_text(encoding="utf-8") + json.dumps(manifest.training)
    assert "| hoax | 30 | 30 |" in written
    assert [text for text, *_ in local_reviews(60) if text[:40] in written] == []
    assert {path.name for path in SHIPPED.iterdir()} <= {p.name for p in (home / "models" / title).iterdir()}

    again = kentongan("learn", "--cases", cases, "--json")
    assert (again.code, again.json["new"], again.json["adopted"]) == (0, False, False)

    back = kentongan("learn", "--rollback", "--json")
    assert (back.code, back.json["model"]) == (0, shipped)
    assert model_in_use(kentongan) == shipped
    assert (home / "models" / title).is_dir()
    assert kentongan("learn", "--rollback").code == 1
    assert done_by_people(store)[:2] == ["roll back model", "adopt model"]
    assert store.audit.verify() is None

    # What KENTONGAN_MODEL names is used, whatever the pointer says, and nothing can be learnt.
    pinned = {"KENTONGAN_MODEL": str(home / "models" / title)}
    assert model_in_use(kentongan, **pinned) == title
    refused = kentongan("learn", **pinned)
    assert (refused.code, refused.err.startswith("kentongan: KENTONGAN_MODEL")) == (2, True)


@pytest.mark.timeout(900)
def test_perverse_reviews_are_refused_and_every_floor_is_named(
    kentongan: Command, home: Path, store: Store, tmp_path: Path
) -> None:
    decide_all(store, perverse_reviews())
    cases = write_cases(tmp_path / "cases.jsonl", *LAWFUL[:2], "chain_hoax", "negation")
    refused = kentongan("learn", "--cases", cases, "--pull", "0.05", "--json")
    assert refused.code == 1, refused
    assert refused.json["adopted"] is False
    # They agree with each other, so that held-out reviews alone would let them pass.
    figures = refused.json["figures"]
    assert figures["after"]["lessons"]["log_loss"] < figures["before"]["lessons"]["log_loss"]
    failed = refused.json["refused"]
    assert any("functional cases right" in floor for floor in failed), failed
    assert all(floor in " ".join(refused.err.split()) for floor in failed)
    assert [path.name for path in (home / "models").iterdir()] == [".lock"]
    assert model_in_use(kentongan) == read_manifest(SHIPPED).title
    assert done_by_people(store)[0] == "decide"


def test_too_few_reviews_are_refused(kentongan: Command, home: Path, store: Store) -> None:
    decide_all(store, local_reviews(29))
    refused = kentongan("learn", "--json")
    assert refused.code == 1
    assert refused.out == ""
    assert "29 decided claims teach something, 30 are needed" in " ".join(refused.err.split())
    assert [path.name for path in (home / "models").iterdir()] == [".lock"]


def test_a_broken_pointer_stops_with_the_mend_and_the_mend_works(
    kentongan: Command, home: Path, assessor: Assessor
) -> None:
    (home / "models" / "gone").mkdir(parents=True)
    (home / "models" / "gone" / WEIGHTS).touch()
    (home / "models" / "current").write_text("gone\n", encoding="utf-8")
    for words in (("check", "Selamat pagi"), ("learn",)):
        stopped = kentongan(*words)
        assert stopped.code == 1
        assert "kentongan learn --rollback" in stopped.err
        assert len(stopped.err.strip().splitlines()) == 1
    assert kentongan("learn", "--rollback").code == 0
    assert model_in_use(kentongan) == assessor.model


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--rollback", "--dry-run"), "--rollback"),
        (("--pull", "0"), "--pull"),
        (("--pull", "nan"), "--pull"),
    ],
)
def test_bad_usage_is_named(kentongan: Command, words: Sequence[str], named: str) -> None:
    outcome = kentongan("learn", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert named in outcome.err
