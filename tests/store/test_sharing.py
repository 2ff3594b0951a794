"""Sharing in the record on both databases: two people, what left is frozen, what came stands apart."""

from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from kentongan.domain import ClaimId, Decision, Label, Role, User
from kentongan.errors import BadInput, Conflict, StoreError
from kentongan.sharing.composing import compose
from kentongan.sharing.reading import check_signed, read_form
from kentongan.sharing.values import Bundle, BundleRefused, Ground, State
from kentongan.store import Store
from kentongan.store.database import now
from kentongan.store.partners import NewPartner
from kentongan.store.schema_sharing import APPEND_ONLY
from kentongan.store.share_facts import read_shared
from pipeline.casefile.signing import public_pem
from pipeline.sharing.making import sign
from tests.factories import make_claim, make_user
from tests.store.test_reports import ZONE

GROUND = Ground("Diminta.", "Perlu.", {})
SENDER = {"name": "Kota Arunika", "region": "arunika"}
SIGNING = Ed25519PrivateKey.generate()


def decided(store: Store, user: User, *labels: Label) -> ClaimId:
    claim = make_claim(store, *labels)
    store.reviews.decide(claim, user.id, Decision.ESCALATE, version_seen=store.claims.get(claim).version)
    return claim


def prepare(store: Store, user: User, *claims: ClaimId) -> Bundle:
    shared = read_shared(store.database, claims, ZONE)
    content = compose(SENDER, "Kota Lazuardi", "Diminta.", shared, None, {})
    return store.shared.prepare(user.id, "Kota Lazuardi", None, GROUND, content, hate=False)


def signed(bundle: Bundle) -> tuple[str, str]:
    return sign(bundle, SIGNING)


def release(store: Store, user: User) -> Bundle:
    bundle = prepare(store, user, decided(store, user))
    return store.shared.release(bundle.id, user.id, signed, version=bundle.version)


def test_what_left_is_changed_and_removed_by_nobody(store: Store) -> None:
    bundle = release(store, make_user(store))
    assert bundle.state is State.RELEASED
    assert store.shared.get(bundle.id) == bundle
    for statement in ("UPDATE shared_bundles SET document = 'x'", "DELETE FROM shared_bundles"):
        with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
            session.execute(text(statement))
    with pytest.raises(Conflict):
        store.shared.refuse(bundle.id, bundle.user_id, "", version=bundle.version)


def test_a_claim_that_was_marked_since_takes_a_second_person(store: Store) -> None:
    user, other = make_user(store), make_user(store, "budi", Role.SECOND_READER)
    claim = decided(store, user)
    bundle = prepare(store, user, claim)
    assert not bundle.needs_second
    store.proposals.mark(claim, user.id, True, "Genting.")
    with pytest.raises(Conflict, match="second person"):
        store.shared.release(bundle.id, user.id, signed, version=bundle.version)
    assert store.shared.release(bundle.id, other.id, signed, version=bundle.version).needs_second


def test_a_bundle_that_cannot_be_signed_stays(store: Store) -> None:
    user = make_user(store)
    bundle = prepare(store, user, decided(store, user))

    def broken(_: Bundle) -> tuple[str, str]:
        raise BundleRefused("file", "too large")

    with pytest.raises(BundleRefused):
        store.shared.release(bundle.id, user.id, broken, version=bundle.version)
    assert store.shared.get(bundle.id).state is State.PREPARED
    assert store.share_pushes.of(bundle.id) is None


def test_who_refuses_anothers_bundle_says_why(store: Store) -> None:
    user, other = make_user(store), make_user(store, "budi")
    bundle = prepare(store, user, decided(store, user))
    with pytest.raises(BadInput, match="note"):
        store.shared.refuse(bundle.id, other.id, " ", version=1)
    refused = store.shared.refuse(bundle.id, other.id, "Belum perlu, hubungi 0812 3456 7890.", version=1)
    assert (refused.state, refused.settled_by) == (State.REFUSED, "budi")
    assert refused.note == "Belum perlu, hubungi NOMOR."


def test_what_came_is_kept_once_and_frozen(store: Store) -> None:
    user = make_user(store)
    own = decided(store, user)
    bundle = prepare(store, user, own)
    bundle = store.shared.release(bundle.id, user.id, signed, version=1)
    pem = public_pem(SIGNING.public_key()).decode()
    given = check_signed(read_form(bundle.document.encode()), pem, now())
    with pytest.raises(BundleRefused, match=r"signature\.key"):
        store.received.take(given, [[own]], by="test")
    partner = store.partners.add(NewPartner("Kota Arunika", pem), None, by="test")
    assert store.partners.with_key(given.key) == partner
    assert not store.received.take(given, [[own]], by="test").already
    assert store.received.take(given, [[own]], by="test").already
    (lead,) = store.received.like(own)
    assert (lead.sender, list(lead.likely)) == ("Kota Arunika", [own])
    assert store.claims.get(own).version == 2  # as the own decision left it
    for table in APPEND_ONLY:
        if table != "public_statements":
            with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
                session.execute(text(f"DELETE FROM {table}"))
    with pytest.raises(Conflict, match="registered already"):
        store.partners.add(NewPartner("Lain", pem), None, by="test")


def test_partners_need_a_name_and_something_to_do(store: Store) -> None:
    for new, field in (
        (NewPartner(""), "name"),
        (NewPartner("A"), "public_key"),
        (NewPartner("A", "no key"), "public_key"),
        (NewPartner("A", address="https://x.example/"), "address"),
    ):
        with pytest.raises(BadInput, match=f"^{field}"):
            store.partners.add(new, None, by="test")
    assert store.partners.all() == []


def test_published_statements_are_frozen(store: Store) -> None:
    from datetime import date

    user = make_user(store)
    published = store.statements.publish(user.id, date(2026, 1, 1), date(2026, 6, 30), {"a": 1})
    assert store.statements.all() == [published]
    assert store.statements.get(published.id).document == {"a": 1}
    for statement in ("UPDATE public_statements SET canonical = '{}'", "DELETE FROM public_statements"):
        with pytest.raises(StoreError, match="append-only"), store.database.write() as session:
            session.execute(text(statement))


def test_counts_of_a_statement_are_of_what_people_did(store: Store) -> None:
    from datetime import timedelta

    user, other = make_user(store), make_user(store, "budi")
    begins, ends = now() - timedelta(days=1), now() + timedelta(days=1)
    claim = make_claim(store, Label.HOAX)
    counts = store.statements.counts
    old = now() - timedelta(days=1000)
    assert counts.collected(old, ends).kinds == {"public_channel": 1}
    assert counts.flagged(old, ends).labels["hoax"] == 1
    store.reviews.decide(claim, user.id, Decision.DISMISS, version_seen=store.claims.get(claim).version)
    assert counts.dismissed(begins, ends).labels == {"hoax": 1, "black_campaign": 0, "identity_politics": 0}
    store.reviews.decide(claim, user.id, Decision.REOPEN, version_seen=store.claims.get(claim).version)
    assert counts.dismissed(begins, ends).total == 0  # a slip, taken back at once
    from kentongan.referrals import Addressee, Referral

    proposal = store.proposals.refer(claim, user.id, Referral(Addressee.BAWASLU, "Alasan.", "Perlu."))
    assert counts.referred(begins, ends).total == 0
    store.proposals.answer(claim, UUID(str(proposal.id)), other.id, True)
    found = counts.referred(begins, ends)
    assert (found.total, found.offices, found.kinds["public_channel"]) == (1, {"bawaslu": 1}, 1)
    assert counts.escrow_openings(begins, ends) == 0
    store.audit.add("test", "open escrow", str(uuid4()))
    assert counts.escrow_openings(begins, ends) == 1
