"""Sharing between invented offices: claims decided on, partners made, bundles released."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kentongan.domain import ClaimId, Decision, Lane, Role
from kentongan.referrals import Rabat
from kentongan.sharing.values import Bundle, Ground
from kentongan.store import Store
from kentongan.store.partners import NewPartner
from pipeline.casefile.signing import public_pem
from pipeline.sharing.making import Sharing, Wish
from tests.web_city import Site

GROUND = Ground("Kota tetangga melihat pesan yang sama.", "Tanpa ini mereka memeriksa ulang dari awal.", {})
CARD = dict.fromkeys(Rabat, "Dijawab.")


def sharing_of(site: Site) -> Sharing:
    from webui.parts import Parts  # only where the web UI is tested

    with site.app.app_context():
        parts: Parts = site.app.extensions["kentongan"]
    return Sharing(site.store, site.settings, parts.region)


def decide(store: Store, claim: ClaimId, decision: Decision, *roles: Role) -> ClaimId:
    """Decide on a claim in the name of each role's user: two where it takes two."""
    for role in roles or (Role.ANALYST,):
        user = store.users.named(role.value)
        assert user is not None
        store.reviews.decide(claim, user.id, decision, version_seen=store.claims.get(claim).version)
    return claim


def claim_about(site: Site, words: str, lane: Lane = Lane.NEW) -> ClaimId:
    return next(key for key in site.claims(lane) if words in site.store.claims.get(key).headline)


def prepared(site: Site, *claims: ClaimId, role: Role = Role.ANALYST, **changes: Any) -> Bundle:
    user = site.store.users.named(role.value)
    assert user is not None
    wish = Wish(**{"recipient": "Diskominfo Kota Lazuardi", "ground": GROUND, "claims": claims, **changes})
    return sharing_of(site).prepare(user.id, wish)


def released(site: Site, *claims: ClaimId, role: Role = Role.ANALYST, **changes: Any) -> Bundle:
    """Return a bundle that left; by the second reader where it takes two."""
    bundle = prepared(site, *claims, role=role, **changes)
    other = Role.SECOND_READER if bundle.needs_second else role
    user = site.store.users.named(other.value)
    assert user is not None
    return sharing_of(site).release(bundle.id, user.id, version=bundle.version)


def pem_of(key: Ed25519PrivateKey) -> str:
    return public_pem(key.public_key()).decode()


def believe(store: Store, key: Ed25519PrivateKey, name: str = "Kota Lazuardi") -> None:
    store.partners.add(NewPartner(name, pem_of(key)), None, by="test")


def signed_anew(document: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """Return a bundle with this content, signed as its sender would."""
    from base64 import b64encode

    from kentongan.reports.canonical import canonical_json
    from pipeline.casefile.signing import fingerprint

    known = fingerprint(key.public_key())
    said = {**document, "sender": {**document["sender"], "key": known}}
    value = b64encode(key.sign(canonical_json(said).encode())).decode()
    whole = {"bundle": said, "signature": {"algorithm": "ed25519", "key": known, "value": value}}
    return json.dumps(whole).encode()
