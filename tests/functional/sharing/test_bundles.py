"""Bundles from the record to another record: what leaves, who lets it, what is taken in and what is refused."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kentongan.domain import ClaimId, ClaimState, Decision, Lane, Role
from kentongan.errors import BadInput, Conflict
from kentongan.sharing.reading import MAX_BYTES
from kentongan.sharing.values import BundleRefused, Ground, State
from kentongan.store.database import now
from pipeline.sharing.taking import Taking
from tests.sharing import (
    CARD,
    GROUND,
    believe,
    claim_about,
    decide,
    prepared,
    released,
    sharing_of,
    signed_anew,
)
from tests.web_city import Site


@pytest.fixture(scope="module")
def sender(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path_factory.mktemp("sender") / "home")))
    yield site
    site.close()


@pytest.fixture(scope="module")
def letter(sender: Site) -> ClaimId:
    """The claim about the letter of the mayor, which one person may decide on; escalated."""
    return decide(sender.store, claim_about(sender, "surat edaran"), Decision.ESCALATE)


@pytest.fixture(scope="module")
def chain(sender: Site) -> ClaimId:
    """The chain message, refuted by a published check; being verified."""
    return decide(sender.store, claim_about(sender, "TPS di Kecamatan"), Decision.VERIFY)


@pytest.fixture(scope="module")
def sent(sender: Site, letter: ClaimId, chain: ClaimId) -> dict[str, Any]:
    return dict(json.loads(released(sender, letter, chain).document))


@pytest.fixture(scope="module")
def key(sender: Site) -> Ed25519PrivateKey:
    return sharing_of(sender).key()


@pytest.fixture(scope="module")
def hearing(city: Path, tmp_path_factory: pytest.TempPathFactory, key: Ed25519PrivateKey) -> Iterator[Site]:
    """Another office, which knows the key of the sender and refuses one thing after another."""
    site = Site(Path(shutil.copytree(city, tmp_path_factory.mktemp("hearing") / "home")))
    believe(site.store, key)
    yield site
    site.close()


@pytest.fixture
def receiver(city: Path, tmp_path: Path, key: Ed25519PrivateKey) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    believe(site.store, key)
    yield site
    site.close()


def take(site: Site, raw: bytes) -> Any:
    assert site.index is not None
    return Taking(site.store, site.index).take(raw, by="test")


def test_what_people_decided_leaves_and_what_the_model_thinks_is_a_lead(
    sent: dict[str, Any], letter: ClaimId, chain: ClaimId
) -> None:
    first, second = sent["bundle"]["claims"]
    assert (first["id"], first["labels"], first["leads"]) == (str(letter), ["hoax"], [])
    assert second["id"] == str(chain)
    assert second["labels"] == []  # to ask for verification says nothing of the label
    assert second["leads"] == [{"label": "hoax", "band": "high", "by": "model"}]
    assert second["checks"][0]["url"] == "https://periksa.example/1"
    assert first["decision"]["decision"] == "escalate"
    assert first["counts"] == {"items": None, "weeks": [], "places": [], "kinds": []}  # of one source


def test_the_press_leaves_as_press_alone(sender: Site) -> None:
    claim = decide(sender.store, sender.claims(Lane.PRESS)[0], Decision.NOTE)
    (told,) = json.loads(released(sender, claim).document)["bundle"]["claims"]
    assert told["kind"] == "press"
    empty = ("labels", "leads", "stance", "verdict", "checks")
    assert [told[name] for name in empty] == [[], [], None, None, []]
    assert "hoax" not in json.dumps(told)


def test_a_lead_that_nobody_decided_on_stays(sender: Site) -> None:
    undecided = claim_about(sender, "Raka")
    with pytest.raises(BundleRefused, match="decided on"):
        prepared(sender, undecided)
    with pytest.raises(BundleRefused, match="claims: choose"):
        prepared(sender)


def test_identity_politics_takes_the_card_and_a_second_person(sender: Site) -> None:
    store = sender.store
    claim = decide(
        store, claim_about(sender, "putra daerah"), Decision.ESCALATE, Role.ANALYST, Role.SECOND_READER
    )
    with pytest.raises(BadInput, match="six questions"):
        prepared(sender, claim)
    bundle = prepared(sender, claim, ground=Ground("Alasan.", "Perlu.", CARD))
    assert bundle.needs_second
    sharing, maker = sharing_of(sender), store.users.named("analyst")
    assert maker is not None
    with pytest.raises(Conflict, match="second person"):
        sharing.release(bundle.id, maker.id, version=bundle.version)
    assert store.shared.get(bundle.id).document == ""
    other = store.users.named("second_reader")
    assert other is not None
    assert sharing.release(bundle.id, other.id, version=bundle.version).state is State.RELEASED
    told = [entry.action for entry in store.audit.latest(2)]
    assert told == ["bundle released", "bundle prepared"]
    with pytest.raises(Conflict, match="released"):
        sharing.release(bundle.id, other.id, version=bundle.version + 1)


def test_what_was_decided_otherwise_meanwhile_does_not_leave(sender: Site) -> None:
    claim = decide(sender.store, claim_about(sender, "Raka"), Decision.WATCH)
    bundle = prepared(sender, claim)
    decide(sender.store, claim, Decision.DISMISS)
    with pytest.raises(BundleRefused, match="otherwise meanwhile"):
        sharing_of(sender).release(bundle.id, bundle.user_id, version=bundle.version)
    assert sender.store.shared.get(bundle.id).state is State.PREPARED
    decide(sender.store, claim, Decision.REOPEN)


def test_a_bundle_is_taken_in_once_and_stands_beside_our_own_claim(
    receiver: Site, sent: dict[str, Any]
) -> None:
    raw, before = json.dumps(sent).encode(), len(receiver.claims())
    taken = take(receiver, raw)
    assert (taken.already, taken.claims, taken.sender) == (False, 2, "Kota Lazuardi")
    assert take(receiver, json.dumps(sent, indent=3).encode()).already
    assert receiver.store.received.newest()[1] == 1
    assert len(receiver.claims()) == before
    own = claim_about(receiver, "TPS di Kecamatan")
    (lead,) = receiver.store.received.like(own)
    assert lead.sender == "Kota Lazuardi"
    assert own in lead.likely
    assert receiver.store.claims.get(own).state is ClaimState.NEW


def test_a_sender_takes_back_what_it_sent_and_it_does_not_come_again(
    sender: Site, receiver: Site, letter: ClaimId
) -> None:
    bundle = released(sender, letter)
    take(receiver, bundle.document.encode())
    back = sharing_of(sender).withdraw(bundle.id, bundle.user_id, "Keliru dipilih.")
    assert sender.store.shared.get(bundle.id).state is State.WITHDRAWN
    take(receiver, back.document.encode())
    assert receiver.store.received.get(bundle.id).withdrawn_at is not None
    own = claim_about(receiver, "surat edaran")
    assert receiver.store.received.like(own) == []
    with pytest.raises(BundleRefused, match=r"bundle\.id: its sender has taken"):
        take(receiver, bundle.document.encode())


def test_a_withdrawal_that_overtakes_its_bundle_counts(sender: Site, receiver: Site, letter: ClaimId) -> None:
    bundle = released(sender, letter)
    back = sharing_of(sender).withdraw(bundle.id, bundle.user_id, "Keliru dipilih.")
    take(receiver, back.document.encode())
    with pytest.raises(BundleRefused, match="taken this bundle back"):
        take(receiver, bundle.document.encode())


def test_nobody_takes_back_what_another_sent(receiver: Site, sent: dict[str, Any]) -> None:
    take(receiver, json.dumps(sent).encode())
    stranger = Ed25519PrivateKey.generate()
    believe(receiver.store, stranger, "Kota Lain")
    document = {**sent["bundle"], "id": str(uuid4()), "withdraws": sent["bundle"]["id"], "claims": []}
    with pytest.raises(BundleRefused, match=r"bundle\.withdraws: is a bundle of another"):
        take(receiver, signed_anew(document, stranger))


def changed(path: str, value: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a change of one field of a bundle, named by its path."""

    def change(whole: dict[str, Any]) -> dict[str, Any]:
        copy = json.loads(json.dumps(whole))
        *way, last = path.split(".")
        place: Any = copy
        for name in way:
            place = place[int(name) if name.isdigit() else name]
        place[last] = value
        return dict(copy)

    return change


PLACE = [{"code": "19.71.01", "name": "Bukit\u202e Lama", "items": 9}]
FUTURE = (now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("bundle.claims.0.text", "Lain.", "signature.value"),
        ("bundle.reason", "Lain.", "signature.value"),
        ("bundle.version", 2, "bundle.version"),
        ("bundle.version", True, "bundle.version"),
        ("bundle.format", "lain", "bundle.format"),
        ("bundle.extra", 1, "bundle"),
        ("bundle.claims.0.state", "guilty", "bundle.claims.0.state"),
        ("bundle.claims.0.counts.items", 3, "bundle.claims.0.counts.items"),
        ("bundle.claims.0.kind", "press", "bundle.claims.0.stance"),
        ("bundle.released_at", "kemarin", "bundle.released_at"),
        ("bundle.id", "x", "bundle.id"),
        ("signature.value", "A" * 86 + "==", "signature.value"),
        ("signature.key", "0" * 64, "signature.key"),
    ],
)
def test_what_was_changed_on_the_way_is_refused_by_its_field(
    hearing: Site, sent: dict[str, Any], path: str, value: Any, field: str
) -> None:
    with pytest.raises(BundleRefused) as refused:
        take(hearing, json.dumps(changed(path, value)(sent)).encode())
    assert refused.value.field == field
    assert hearing.store.received.newest() == ([], 0)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        pytest.param("bundle.released_at", FUTURE, "bundle.released_at", id="from the future"),
        ("bundle.released_at", "2026-02-30T00:00:00Z", "bundle.released_at"),
        ("bundle.claims.0.text", "Hubungi 0812 3456 7890 segera.", "bundle.claims.0.text"),
        ("bundle.reason", "Hubungi Budi di 0812 3456 7890 segera.", "bundle.reason"),
        ("bundle.reason", "Aman \u202ekelik", "bundle.reason"),
        ("bundle.recipient", "ig: warga_lazuardi", "bundle.recipient"),
        ("bundle.sender.name", "Kota\u200b Lazuardi", "bundle.sender.name"),
        ("bundle.claims.1.checks.0.publisher", "@cek_sendiri", "bundle.claims.1.checks.0.publisher"),
        ("bundle.claims.0.counts.places", PLACE, "bundle.claims.0.counts.places"),
        ("bundle.claims.0.first_seen_on", "2099-01-01", "bundle.claims.0.first_seen_on"),
        ("bundle.withdraws", "0193a5c0-7a44-7e0a-9c6e-2f4b1d0c9a11", "bundle.withdraws"),
    ],
)
def test_a_signature_does_not_help_what_must_not_be(
    hearing: Site, sent: dict[str, Any], key: Ed25519PrivateKey, path: str, value: Any, field: str
) -> None:
    document = changed(path, value)(sent)["bundle"]
    with pytest.raises(BundleRefused) as refused:
        take(hearing, signed_anew(document, key))
    assert refused.value.field == field
    assert hearing.store.received.newest() == ([], 0)


def test_the_same_claim_twice_and_another_bundle_under_a_known_id(
    receiver: Site, sent: dict[str, Any], key: Ed25519PrivateKey
) -> None:
    document = sent["bundle"]
    twice = {**document, "claims": [document["claims"][0]] * 2}
    with pytest.raises(BundleRefused, match=r"bundle\.claims\.1\.id"):
        take(receiver, signed_anew(twice, key))
    take(receiver, signed_anew(document, key))
    with pytest.raises(BundleRefused, match=r"bundle\.id: belongs to another"):
        take(receiver, signed_anew({**document, "reason": "Lain."}, key))


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"x" * (MAX_BYTES + 1), "file: longer"),
        (b"[" * 60 + b"]" * 60, "file: nested"),
        (b'{"a":' * 50_000, "file: nested"),
        (b"\xff{}", "file: is not UTF-8"),
        (b"{", "file: is not JSON"),
        (b"[]", "bundle: is missing"),
        (b'{"bundle": {"format": "kentongan-bundle", "version": NaN}}', "file: NaN"),
        (b'{"bundle": {"format": "kentongan-bundle", "version": 1.0}}', "file: 1.0 is no whole number"),
        (b'{"bundle": {"format": "kentongan-bundle", "version": 1e400}}', "file: 1e400 is no whole number"),
        (b'{"bundle": 1, "bundle": 2}', "bundle: is given twice"),
        (b'{"\\ud800": 1, "\\ud800": 2}', r"\\ud800: is given twice"),
        (b'"' + b'\\"' * 200_000, "file: is not JSON"),
        (b'{"bundle": {"version": ' + b"9" * 5_000 + b"}}", "file: is not JSON"),
    ],
)
def test_what_is_no_bundle_is_refused_before_it_costs_anything(
    hearing: Site, raw: bytes, problem: str
) -> None:
    with pytest.raises(BundleRefused, match=f"^{problem}"):
        take(hearing, raw)
    assert hearing.store.received.newest() == ([], 0)


def test_a_stranger_and_a_withdrawn_office_are_not_believed(receiver: Site, sent: dict[str, Any]) -> None:
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(BundleRefused, match=r"signature\.key: .* no key of an office"):
        take(receiver, signed_anew(sent["bundle"], stranger))
    (partner,) = receiver.store.partners.all()
    receiver.store.partners.withdraw(partner.id, by="test")
    with pytest.raises(BundleRefused, match=r"signature\.key: .* withdrawn"):
        take(receiver, json.dumps(sent).encode())
    assert receiver.store.received.newest() == ([], 0)


def test_sums_of_whole_weeks_leave_only_where_they_are_many(sender: Site) -> None:
    from datetime import date

    from kentongan.sharing.values import Period

    today = date.today()
    period = Period(today - timedelta(days=30), today)
    told = json.loads(released(sender, period=period, ground=GROUND).document)["bundle"]["aggregates"]
    assert 3 <= len(told["weeks"]) <= 4
    for week in told["weeks"]:
        numbers = [
            week["items"],
            *(row["items"] for name in ("labels", "kinds", "places") for row in week[name]),
        ]
        assert all(number is None or number == 0 or number >= 5 for number in numbers)
