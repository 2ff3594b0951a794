"""`kentongan share`: bundles for other offices and from them, from the terminal.

Who releases alone is named with `--by`: the person of this office in whose name it leaves. What takes two
people is made and released on the pages, where both have to log in.
"""

from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from cli.commands.people import actor, find_user
from cli.output import AsJson, errors, new_file, print_json, print_line, print_table
from cli.parts import Parts, open_parts
from kentongan.domain import ClaimId, UserId
from kentongan.errors import BadInput
from kentongan.sharing.reading import MAX_BYTES, schema_text
from kentongan.sharing.values import Bundle, BundleId, Ground, PartnerId, Period, State
from kentongan.store.database import now
from kentongan.store.partners import NewPartner
from pipeline.alerting.channels import Channels
from pipeline.casefile.signing import fingerprint, public_pem
from pipeline.sharing.making import Sharing, Wish
from pipeline.sharing.pushing import partner_seal, push_due
from pipeline.sharing.taking import Taking
from webui.access import may

share_app = typer.Typer(no_args_is_help=True, help="Bundles for other offices, and from them.")
partner_app = typer.Typer(no_args_is_help=True, help="Other offices: their keys and addresses.")
share_app.add_typer(partner_app, name="partner")


def register(app: typer.Typer) -> None:
    app.add_typer(share_app, name="share")


@share_app.command("keys")
def show_keys(as_json: AsJson = False) -> None:
    """Show our public key, made now where there is none. The private one stays in KENTONGAN_HOME/keys."""
    with open_parts() as parts:
        key = _sharing(parts).key().public_key()
        told = {"fingerprint_sha256": fingerprint(key), "public_key": public_pem(key).decode()}
        parts.store.audit.add(actor(), "show sharing key", told["fingerprint_sha256"])
    if as_json:
        print_json(told)
        return
    print_line(told["public_key"].strip())
    print_line(f"SHA-256 {told['fingerprint_sha256']}")


@share_app.command("schema")
def show_schema() -> None:
    """Print the JSON Schema of a bundle."""
    typer.echo(schema_text().rstrip())


@share_app.command("export")
def export_bundle(
    out: Annotated[Path, typer.Option("--out", "-o", help="A new file; never overwrites.")],
    recipient: Annotated[str, typer.Option("--for", help="Which office gets it.")] = "",
    reason: Annotated[str, typer.Option(help="Why; stands in the bundle.")] = "",
    necessity: Annotated[str, typer.Option(help="Why nothing milder is enough; stays here.")] = "",
    by: Annotated[str, typer.Option(help="Name of the person who releases it.")] = "",
    claims: Annotated[
        list[UUID] | None, typer.Option("--claims", help="Of a claim; may be repeated.")
    ] = None,
    incident: Annotated[str, typer.Option(help="All claims of a case, such as 2026-014.")] = "",
    since: Annotated[str, typer.Option(help="With sums of whole weeks from this day.")] = "",
    until: Annotated[str, typer.Option(help="To this day.")] = "",
    to: Annotated[UUID | None, typer.Option(help="Send it to this registered office as well.")] = None,
    bundle: Annotated[UUID | None, typer.Option(help="Write one that was released before.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a bundle, release it and write it to a file; or write one that was released on the pages."""
    with new_file(out) as file, open_parts() as parts:
        if bundle is not None:
            found = _released(parts, BundleId(bundle))
        else:
            keys = [ClaimId(key) for key in claims or []]
            if incident:
                held = parts.store.incidents.case(incident).held
                keys += [part.claim_id for part in held if part.claim_id]
            ground, partner = Ground(reason, necessity, {}), PartnerId(to) if to else None
            found = _release(parts, by, Wish(recipient, ground, keys, partner, _period(since, until)))
        file.write(found.document)
        parts.store.audit.add(actor(), "bundle given out", str(found.id), sha256=found.sha256)
    told = {"id": found.id, "file": out, "sha256": found.sha256, "claims": len(found.claims)}
    if as_json:
        print_json(told)
    else:
        print_line(f"{out}: bundle {found.id}, {len(found.claims)} claims, SHA-256 {found.sha256}")


@share_app.command("import")
def import_bundle(file: Annotated[Path, typer.Argument()], as_json: AsJson = False) -> None:
    """Take in a bundle of a registered office. The same one again keeps nothing."""
    with file.open("rb") as opened:
        raw = opened.read(MAX_BYTES + 1)
    with open_parts() as parts:
        taken = Taking(parts.store, parts.index).take(raw, by=actor())
    if as_json:
        print_json({"id": taken.id, "sender": taken.sender, "claims": taken.claims, "already": taken.already})
        return
    what = "is here already" if taken.already else f"taken in: {taken.claims} claims"
    print_line(f"bundle {taken.id} from {taken.sender} {what}")


@share_app.command("withdraw")
def withdraw_bundle(
    bundle: Annotated[UUID, typer.Argument(help="Of ours, released.")],
    why: Annotated[str, typer.Option(help="Told to its recipient.")],
    by: Annotated[str, typer.Option(help="Name of the person who takes it back.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A new file for the one that says so.")],
) -> None:
    """Take a released bundle back, by another bundle that tells its recipient."""
    with new_file(out) as file, open_parts() as parts:
        back = _sharing(parts).withdraw(BundleId(bundle), _sharer(parts, by), why)
        file.write(back.document)
    print_line(f"{out}: bundle {back.id} takes {bundle} back")


@share_app.command("retry")
def retry_pushes() -> None:
    """Let bundles that were given up be sent anew, and send what is due now."""
    with open_parts() as parts:
        revived = parts.store.share_pushes.revive(now())
        parts.store.audit.add(actor(), "retry bundles", number=revived)
        sent, failed = push_due(parts.store, Channels.of(parts.settings))
    print_line(f"{revived} taken up again; {sent} arrived, {failed} not yet")


@partner_app.command("add")
def add_partner(
    name: Annotated[str, typer.Argument(help="Of the office.")],
    key: Annotated[Path | None, typer.Option(help="Its public key (PEM), to take bundles from it.")] = None,
    address: Annotated[str, typer.Option(help="https address to send bundles to.")] = "",
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token that it gave us; not shown to other programs.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Register an office. Compare the fingerprint with what it told you another way."""
    pem = key.read_text(encoding="utf-8") if key else ""
    token = token_file.read_text(encoding="utf-8").strip() if token_file else ""
    with open_parts() as parts:
        if address and not Channels.of(parts.settings).can_push(address):
            raise BadInput("--address: must be an https address")
        seal = partner_seal(parts.settings) if address else None
        made = parts.store.partners.add(NewPartner(name, pem, address, token), seal, by=actor())
    if as_json:
        print_json({"id": made.id, "name": made.name, "fingerprint_sha256": made.fingerprint})
    else:
        print_line(f"{made.id} {made.name} SHA-256 {made.fingerprint or '-'}")


@partner_app.command("list")
def list_partners(as_json: AsJson = False) -> None:
    """List other offices."""
    with open_parts() as parts:
        found = parts.store.partners.all()
    if as_json:
        print_json(
            [
                {"id": p.id, "name": p.name, "fingerprint_sha256": p.fingerprint, "pushes": p.pushes,
                 "withdrawn_at": p.withdrawn_at}
                for p in found
            ]
        )  # fmt: skip
        return
    print_table(
        "Other offices",
        ("id", "name", "SHA-256 of its key", "sent to", "withdrawn"),
        [(p.id, p.name, p.fingerprint, "yes" if p.pushes else "no", p.withdrawn_at or "") for p in found],
    )


@partner_app.command("withdraw")
def withdraw_partner(partner: Annotated[UUID, typer.Argument(help="Its id.")]) -> None:
    """Believe an office no more, and send it nothing."""
    with open_parts() as parts:
        parts.store.partners.withdraw(PartnerId(partner), by=actor())
    print_line(f"{partner} withdrawn")


def _released(parts: Parts, key: BundleId) -> Bundle:
    found = parts.store.shared.get(key)
    if found.state not in (State.RELEASED, State.WITHDRAWN):
        raise BadInput(f"--bundle: it is {found.state.value}; only a released one is written")
    return found


def _release(parts: Parts, by: str, wish: Wish) -> Bundle:
    sharing, user = _sharing(parts), _sharer(parts, by)
    prepared = sharing.prepare(user, wish)
    if prepared.needs_second:
        errors.print(f"bundle {prepared.id} is prepared; nothing has left")
        raise BadInput(f"--claims: this takes a second person, who releases it on /berbagi/{prepared.id}")
    return sharing.release(prepared.id, user, version=prepared.version)


def _sharer(parts: Parts, name: str) -> UserId:
    user = find_user(parts, name)
    if not may("sharing.prepare", "POST", user.role):
        raise BadInput(f"--by: a {user.role.value} shares nothing")
    return user.id


def _sharing(parts: Parts) -> Sharing:
    return Sharing(parts.store, parts.settings, parts.region)


def _period(since: str, until: str) -> Period | None:
    if not since and not until:
        return None
    try:
        return Period(date.fromisoformat(since), date.fromisoformat(until))
    except ValueError as exc:
        raise BadInput("--since, --until: two days are needed, such as 2026-06-30") from exc
