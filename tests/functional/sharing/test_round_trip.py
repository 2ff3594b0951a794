"""Two cities on this machine, each with a record and a server of its own: one releases, the other shows it."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from hmac import new
from pathlib import Path

import pytest

from kentongan.alerting.rules import State as PushState
from kentongan.domain import Decision, Role
from kentongan.sharing.values import PartnerId
from kentongan.store.database import now
from kentongan.store.partners import NewPartner
from kentongan.tokens import Scope
from pipeline.alerting.channels import SIGNATURE, Channels, webhook_key
from pipeline.sharing.pushing import partner_seal, push_due
from tests.api import make_token, program
from tests.functional.serving import serving
from tests.sharing import believe, claim_about, decide, released, sharing_of
from tests.web_city import Site


@pytest.fixture
def sender(city: Path, tmp_path: Path) -> Iterator[Site]:
    home = Path(shutil.copytree(city, tmp_path / "sender"))
    site = Site(home, environ={"ALLOW_LOOPBACK": "yes", "OFFICE_NAME": "Diskominfo Kota Arunika"})
    yield site
    site.close()


@pytest.fixture
def receiver(city: Path, tmp_path: Path, sender: Site) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "receiver")))
    believe(site.store, sharing_of(sender).key(), "Kota Arunika")
    yield site
    site.close()


def partner(sender: Site, address: str, token: str = "") -> PartnerId:
    new = NewPartner("Kota Lazuardi", address=address, token=token)
    return sender.store.partners.add(new, partner_seal(sender.settings), by="test").id


def test_what_one_city_releases_another_shows(sender: Site, receiver: Site) -> None:
    token = make_token(receiver, Role.ANALYST, Scope.BUNDLES_WRITE)
    with serving(receiver.app) as address:
        to = partner(sender, f"{address}/api/v1/bundles", token)
        claim = decide(sender.store, claim_about(sender, "TPS di Kecamatan"), Decision.ESCALATE)
        bundle = released(sender, claim, partner_id=to)
        assert push_due(sender.store, Channels.of(sender.settings)) == (1, 0)
        assert push_due(sender.store, Channels.of(sender.settings)) == (0, 0)
        back = sharing_of(sender).withdraw(bundle.id, bundle.user_id, "Sudah selesai.")
        page = receiver.client(Role.ANALYST).get("/berbagi/").text
        assert "Petunjuk dari Kota Arunika" in page
        assert "ditarik kembali" not in page
        assert push_due(sender.store, Channels.of(sender.settings)) == (1, 0)
        assert "ditarik kembali" in receiver.client(Role.ANALYST).get("/berbagi/").text
    shown = receiver.client(Role.ANALYST).get(f"/berbagi/terima/{bundle.id}").text
    assert bundle.sha256 in shown
    assert receiver.store.received.newest()[1] == 2
    assert receiver.store.received.get(back.id).withdraws == bundle.id
    entries = [e for e in receiver.store.audit.latest(30) if e.action == "bundle received"]
    assert [(e.actor, e.detail["token"]) for e in entries] == [("analyst", "dasbor kota")]


def test_the_same_over_the_interface_by_hand(sender: Site, receiver: Site) -> None:
    claim = decide(sender.store, claim_about(sender, "surat edaran"), Decision.WATCH)
    bundle = released(sender, claim)
    fetched = program(sender, Role.ANALYST, Scope.BUNDLES_READ).get(f"/bundles/{bundle.id}")
    assert fetched.json == json.loads(bundle.document)
    latest = sender.store.audit.latest(1)[0]
    assert (latest.action, latest.detail["token"]) == ("bundle given out", "dasbor kota")
    asking = program(receiver, Role.ANALYST, Scope.BUNDLES_WRITE)
    assert [asking.post("/bundles", **fetched.json).status_code for _ in range(2)] == [201, 200]
    changed = {**fetched.json["bundle"], "reason": "Lain."}
    refused = asking.post("/bundles", bundle=changed, signature=fetched.json["signature"])
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["errors"][0]["field"] == "signature.value"
    assert asking.post("/bundles", bundle=changed).status_code == 422
    reading = program(sender, Role.ANALYST, Scope.BUNDLES_READ)
    assert reading.get(f"/bundles/{claim}").status_code == 404


def test_what_does_not_arrive_is_tried_again_and_at_last_given_up(sender: Site) -> None:
    to = partner(sender, "http://127.0.0.1:9/api/v1/bundles", "ktg_rahasia")
    bundle = released(
        sender, decide(sender.store, claim_about(sender, "surat edaran"), Decision.WATCH), partner_id=to
    )
    channels, pushes = Channels.of(sender.settings), sender.store.share_pushes
    assert push_due(sender.store, channels) == (0, 1)
    assert push_due(sender.store, channels) == (0, 0)  # not due again yet
    later = now()
    for _ in range(5):
        later += timedelta(hours=5)
        (push,) = pushes.take(later)
        pushes.failed(push.bundle_id, "webhook: unreachable", later)
    state = pushes.of(bundle.id)
    assert state is not None
    assert (state.state, state.tries) == (PushState.DEAD, 6)
    assert pushes.dead() == (1, "webhook: unreachable")
    assert pushes.revive(now()) == 1
    sender.store.partners.withdraw(to, by="test")
    assert push_due(sender.store, channels) == (0, 1)
    told = pushes.of(bundle.id)
    assert told is not None
    assert told.problem == "the office was withdrawn"


def test_an_inner_address_is_not_pushed_to_without_the_setting(city: Path, tmp_path: Path) -> None:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    to = partner(site, "https://127.0.0.1/api/v1/bundles")
    released(site, decide(site.store, claim_about(site, "surat edaran"), Decision.WATCH), partner_id=to)
    assert push_due(site.store, Channels.of(site.settings)) == (0, 1)
    site.close()


def test_a_push_is_signed_for_its_recipient(sender: Site) -> None:
    from flask import Flask, request

    seen: list[tuple[str, bytes, str]] = []
    app = Flask("hook")

    @app.post("/hook")
    def hook() -> str:
        seen.append((request.headers[SIGNATURE], request.get_data(), request.headers["X-Kentongan-Message"]))
        assert "Authorization" not in request.headers
        return "ok"

    with serving(app) as address:
        to = partner(sender, f"{address}/hook")
        bundle = released(
            sender, decide(sender.store, claim_about(sender, "surat edaran"), Decision.WATCH), partner_id=to
        )
        assert push_due(sender.store, Channels.of(sender.settings)) == (1, 0)
    ((signature, body, number),) = seen
    at, _, mark = signature.partition(",")
    key = webhook_key(sender.settings.require_secret_key(), to)
    wanted = new(key.encode(), at.removeprefix("t=").encode() + b"." + body, sha256).hexdigest()
    assert mark == f"v1={wanted}"
    assert number == bundle.id.hex
    assert json.loads(body) == json.loads(bundle.document)
