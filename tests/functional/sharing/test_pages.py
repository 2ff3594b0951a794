"""Sharing over HTTP, by forms without script: from a claim to another office's list."""

import json
import re
from html import unescape
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kentongan.domain import Decision, Role, UserId
from kentongan.sharing.values import BundleId, State
from pipeline.casefile.signing import fingerprint
from tests.sharing import CARD, claim_about, decide, pem_of, released, sharing_of, signed_anew
from tests.web_city import Browser, Site
from webui.parts import read_uuid


@pytest.fixture
def analyst(site: Site) -> Browser:
    return site.client(Role.ANALYST)


def prepare(browser: Browser, *claims: object, **form: str) -> BundleId:
    said = {"recipient": "Bawaslu Kota Lazuardi", "reason": "Diminta.", "necessity": "Perlu.", **form}
    answer = browser.post("/berbagi/", claim=[str(claim) for claim in claims], **said)
    assert answer.status_code == 303, answer.text
    key = read_uuid((answer.location or "").rsplit("/", 1)[1])
    assert key is not None
    return BundleId(key)


def test_from_the_claim_page_to_a_signed_file(site: Site, analyst: Browser) -> None:
    claim = decide(site.store, claim_about(site, "surat edaran"), Decision.ESCALATE)
    assert f'href="/berbagi/baru?claim={claim}"' in analyst.get(f"/claims/{claim}").text
    assert re.search(rf'value="{claim}" checked', analyst.get(f"/berbagi/baru?claim={claim}").text)
    key = prepare(analyst, claim)
    page = unescape(analyst.get(f"/berbagi/{key}").text)
    whole = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.S)
    assert whole is not None
    shown = json.loads(whole[1])
    assert analyst.get(f"/berbagi/{key}/unduh").status_code == 404
    answer = analyst.post(
        f"/berbagi/{key}/kata", claim=str(claim), version=1, text="Kabar jalan ditutup, 081277889900 <b>"
    )
    assert answer.status_code == 303
    shown["claims"][0]["text"] = "Kabar jalan ditutup, NOMOR <b>"
    assert "NOMOR &lt;b&gt;" in analyst.get(f"/berbagi/{key}").text
    assert analyst.post(f"/berbagi/{key}/lepas", version=1).status_code == 409
    assert analyst.post(f"/berbagi/{key}/lepas", version=2).status_code == 303
    file = analyst.get(f"/berbagi/{key}/unduh")
    left = json.loads(file.data)["bundle"]
    for name in ("format", "version", "id", "released_at"):
        del left[name]
    del left["sender"]["key"]
    assert left == shown  # what was shown is what left
    assert (file.headers["Content-Disposition"] or "").startswith("attachment")
    assert [e.action for e in site.store.audit.latest(1)] == ["bundle given out"]


def test_a_second_person_reads_without_knowing_whose_it_is(site: Site, analyst: Browser) -> None:
    roles = (Role.ANALYST, Role.SECOND_READER)
    claim = decide(site.store, claim_about(site, "putra daerah"), Decision.ESCALATE, *roles)
    assert (
        analyst.post("/berbagi/", claim=str(claim), recipient="A", reason="B", necessity="C").status_code
        == 422
    )
    key = prepare(analyst, claim, **{question.value: said for question, said in CARD.items()})
    assert f"/berbagi/{key}/lepas" not in analyst.get(f"/berbagi/{key}").text
    assert analyst.post(f"/berbagi/{key}/lepas", version=1).status_code == 409
    head = site.client(Role.HEAD)
    page = head.get(f"/berbagi/{key}").text.partition("<main")[2]
    assert f"/berbagi/{key}/lepas" in page
    assert "analyst" not in page
    assert head.post(f"/berbagi/{key}/tolak", version=1).status_code == 422  # says not why
    assert head.post(f"/berbagi/{key}/lepas", version=1).status_code == 303
    assert site.store.shared.get(key).state is State.RELEASED
    assert site.store.shared.get(key).settled_by == "head"


def test_another_office_is_registered_and_its_leads_stand_beside_ours(site: Site, analyst: Browser) -> None:
    administrator, key = site.client(Role.ADMINISTRATOR), Ed25519PrivateKey.generate()
    chain = claim_about(site, "TPS di Kecamatan")
    bundle = released(site, decide(site.store, chain, Decision.VERIFY))
    document = json.loads(bundle.document)["bundle"]
    raw = signed_anew({**document, "id": "0197a5c2-6f5e-7c31-9d0a-2b6f4f8f9b10"}, key)

    def hand_in(raw: bytes) -> object:
        form = {"csrf_token": analyst.token("/no-such-page"), "file": (BytesIO(raw), "bundel.json")}
        return analyst.client.post("/berbagi/terima", data=form)

    refused = hand_in(raw)
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "signature.key" in refused.text  # type: ignore[attr-defined]
    answer = administrator.post("/berbagi/mitra", name="Kota <Lazuardi>", public_key=pem_of(key))
    assert answer.status_code == 303
    assert "Kota &lt;Lazuardi&gt;" in administrator.get("/berbagi/mitra").text
    assert administrator.post("/berbagi/mitra", name="Lagi", public_key=pem_of(key)).status_code == 422
    assert administrator.post("/berbagi/mitra", name="Kosong").status_code == 422
    taken = hand_in(raw)
    assert taken.status_code == 303  # type: ignore[attr-defined]
    page = analyst.get("/berbagi/terima/0197a5c2-6f5e-7c31-9d0a-2b6f4f8f9b10").text
    assert f'href="/claims/{chain}"' in page
    assert "Juga terlihat oleh Kota &lt;Lazuardi&gt;" in analyst.get(f"/claims/{chain}").text
    (partner,) = site.store.partners.all()
    assert administrator.post(f"/berbagi/mitra/{partner.id}/cabut").status_code == 303
    assert administrator.post(f"/berbagi/mitra/{partner.id}/cabut").status_code == 409


def test_addresses_and_tokens_of_offices_are_shown_to_nobody(site: Site) -> None:
    administrator = site.client(Role.ADMINISTRATOR)
    secret, address = "ktg_rahasia", "https://lain.example/api/v1/bundles"
    answer = administrator.post("/berbagi/mitra", name="Lain", address=address, token=secret)
    assert answer.status_code == 303
    told = administrator.get("/berbagi/mitra").text + str(site.store.audit.latest(5))
    assert secret not in told
    assert address not in told
    for file in site.home.rglob("*.db*"):
        assert secret.encode() not in file.read_bytes()
    for bad in ("http://lain.example/", "https://a@lain.example/", "ftp://x", "https://"):
        assert administrator.post("/berbagi/mitra", name="Lain", address=bad).status_code == 422, bad


def test_taking_back_is_a_bundle_of_its_own(site: Site, analyst: Browser) -> None:
    bundle = released(site, decide(site.store, claim_about(site, "surat edaran"), Decision.WATCH))
    assert analyst.post(f"/berbagi/{bundle.id}/tarik", note="").status_code == 422
    answer = analyst.post(f"/berbagi/{bundle.id}/tarik", note="Keliru.")
    back = BundleId(read_uuid((answer.location or "").rsplit("/", 1)[1]) or bundle.id)
    assert site.store.shared.get(back).withdraws == bundle.id
    assert analyst.post(f"/berbagi/{bundle.id}/tarik", note="Lagi.").status_code == 409
    assert sharing_of(site).store.shared.get(bundle.id).state is State.WITHDRAWN


def test_the_schema_is_open_and_what_leaves_keeps_to_it(site: Site) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads(site.client().get("/berbagi/skema.json").data)
    Draft202012Validator.check_schema(schema)
    bundle = released(site, decide(site.store, claim_about(site, "surat edaran"), Decision.WATCH))
    Draft202012Validator(schema).validate(json.loads(bundle.document))


def test_words_that_cannot_be_taken_come_back_as_they_were_typed(site: Site, analyst: Browser) -> None:
    key = prepare(analyst, claim := decide(site.store, claim_about(site, "surat edaran"), Decision.WATCH))
    typed = "@a " * 99  # masked it is longer than may leave
    answer = analyst.post(f"/berbagi/{key}/kata", claim=str(claim), version=1, text=typed)
    assert answer.status_code == 422
    assert typed.strip() in answer.text
    other = site.client(Role.SECOND_READER)
    assert other.post(f"/berbagi/{key}/tolak", version=1, note=" ").status_code == 422
    site.store.reviews.decide(
        claim, _id(site), Decision.DISMISS, version_seen=site.store.claims.get(claim).version
    )
    answer = analyst.post(f"/berbagi/{key}/lepas", version=1)
    assert answer.status_code == 422
    assert "decided otherwise" in answer.text
    assert site.store.shared.get(key).state is State.PREPARED


def test_that_the_key_was_made_is_in_the_log(site: Site) -> None:
    site.client(Role.ADMINISTRATOR).get("/berbagi/mitra")
    made = [entry for entry in site.store.audit.latest(9) if entry.action == "make sharing key"]
    assert [entry.subject for entry in made] == [fingerprint(sharing_of(site).key().public_key())]


def test_half_a_character_in_a_file_is_a_refusal(site: Site, analyst: Browser) -> None:
    data = {
        "file": (BytesIO(rb'{"\ud800":1,"\ud800":2}'), "b.json"),
        "csrf_token": analyst.token("/berbagi/terima"),
    }
    answer = analyst.client.post("/berbagi/terima", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422


def _id(site: Site) -> UserId:
    user = site.store.users.named(Role.ANALYST.value)
    assert user is not None
    return user.id
