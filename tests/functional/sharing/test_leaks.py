"""A record full of personal data, in every field that a bundle could draw on: none of it leaves."""

import json
from datetime import date, timedelta

from sqlalchemy import update

from kentongan.domain import Decision, Label, Role, SourceKind, Verdict
from kentongan.sharing.values import Ground, Period
from kentongan.store.schema import ClaimRow, ItemRow
from kentongan.verdicts import Basis, ClaimVerdict
from tests.factories import make_source
from tests.sharing import CARD, released
from tests.web_city import Seen, Site, see

NAME, HANDLE, OTHER = "Juminten Purwakarsa", "juminten_pwk", "gubukjelita77"
PLANTED = {
    "phone": "0812-7788-9900",
    "wide phone": "+62 811 2233 4455",
    "nik": "1971014506900007",
    "email": "juminten@surat.example",
    "plate": "BN 4321 QX",
    "handle": f"@{HANDLE}",
    "account": f"https://t.me/s/{OTHER}/44",
    "bare account": f"instagram.com/{OTHER}",
    "name": NAME,
}
NEVER = ("7788", "2233", "197101", "juminten", "4321", HANDLE, OTHER, "purwakarsa", "analyst", "second_reader",
         "kabar rahasia")  # fmt: skip


def test_nothing_planted_in_the_record_is_in_the_bundle(site: Site) -> None:
    store, all_of_it = site.store, " ".join(PLANTED.values())
    store.collector.save_source(
        make_source(OTHER, SourceKind.PUBLIC_CHANNEL, title=NAME, home=f"https://t.me/s/{OTHER}")
    )
    check = store.fact_checks.get_many([m.fact_check_id for v in _views(site) for m, _ in v.matches])[0].id
    seen = Seen(
        OTHER,
        f"{NAME} bilang jembatan Telaga Bening runtuh tadi malam, {all_of_it}. Kabar rahasia di badan pesan.",
        labels=(Label.HOAX, Label.IDENTITY_POLITICS),
        match=0.95,
        confirmed=True,
        url=f"https://t.me/{OTHER}/44",
    )
    claim = see(store, seen, 99, check)
    for role in (Role.ANALYST, Role.SECOND_READER):
        user = store.users.named(role.value)
        assert user is not None
        store.reviews.decide(
            claim, user.id, Decision.ESCALATE, version_seen=store.claims.get(claim).version, note=all_of_it
        )
    analyst = store.users.named("analyst")
    assert analyst is not None
    store.notes.add(claim, analyst.id, all_of_it, readers=list(Role))
    verdict = ClaimVerdict(
        Verdict.REFUTED, f"https://www.facebook.com/{OTHER}/posts/1", f"Periksa {PLANTED['phone']}",
        Basis.COMPETENT_BODY, note=all_of_it,
    )  # fmt: skip
    proposal = store.proposals.judge(claim, analyst.id, verdict, seen=None)
    other = store.users.named("second_reader")
    assert other is not None
    store.proposals.answer(claim, proposal.id, other.id, True)
    with store.database.write() as session:  # as an older version would have kept it, unmasked
        session.execute(
            update(ClaimRow)
            .where(ClaimRow.id == claim)
            .values(headline=f"Kata {NAME}: jembatan. {all_of_it}")
        )
        session.execute(update(ItemRow).where(ItemRow.claim_id == claim).values(author=NAME, title=all_of_it))
    today = date.today()
    bundle = released(
        site,
        claim,
        recipient=f"Diskominfo {all_of_it}",
        ground=Ground(all_of_it, all_of_it, dict.fromkeys(CARD, all_of_it)),
        period=Period(today - timedelta(days=20), today),
    )
    told = bundle.document.lower()
    assert "jembatan" in told
    for planted in NEVER:
        assert planted not in told, planted
    squeezed = "".join(c for c in told if c.isalnum())
    for value in PLANTED.values():
        assert "".join(c for c in value.lower() if c.isalnum()) not in squeezed, value
    said = json.loads(bundle.document)["bundle"]
    assert said["claims"][0]["verdict"] is None  # its address may name an account
    assert said["claims"][0]["checks"]


def _views(site: Site) -> list:  # type: ignore[type-arg]
    return [item for key in site.claims() for item in site.store.claims.view(key).items]
