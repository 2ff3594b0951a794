"""Bundles between offices: fetching one that was released, and handing one of another office in."""

from typing import Annotated, Any
from uuid import UUID

from flask import request
from pydantic import Field

from kentongan.errors import NotFound
from kentongan.sharing.reading import MAX_BYTES, schema
from kentongan.sharing.values import MAX_CLAIMS, BundleId, BundleRefused, State
from pipeline.sharing.taking import Taking
from webui.api.operations import Answer, caller, operation
from webui.api.problems import Code, invalid
from webui.api.shapes import Shape
from webui.parts import the_parts


def _tell_bundle(said: dict[str, Any]) -> None:
    """Tell of a bundle down to its claims and sums, which `/berbagi/skema.json` describes whole."""
    whole = schema()["properties"]["bundle"]
    fields = {
        **whole["properties"],
        "claims": {"type": "array", "items": {"type": "object"}, "maxItems": MAX_CLAIMS},
        "aggregates": {"type": ["object", "null"]},
    }
    said |= {**whole, "properties": fields}


def _tell_signature(said: dict[str, Any]) -> None:
    said |= schema()["properties"]["signature"]


class SignedBundle(Shape):
    """A bundle and the signature over its canonical form; `/berbagi/skema.json` describes it whole."""

    bundle: Annotated[dict[str, Any], Field(json_schema_extra=_tell_bundle)]
    signature: Annotated[dict[str, Any], Field(json_schema_extra=_tell_signature)]


class BundleTaken(Shape):
    id: UUID
    sender: Annotated[str, Field(description="As the office is called here.")]
    claims: int
    already: Annotated[bool, Field(description="It had been here; nothing was kept again.")]


@operation(
    "POST",
    "/bundles",
    tag="bundles",
    body=SignedBundle,
    answers={
        200: Answer("It is here already; nothing was kept again.", BundleTaken),
        201: Answer("Taken in.", BundleTaken),
    },
    most_bytes=MAX_BYTES,
)
def hand_in_bundle(given: SignedBundle) -> tuple[BundleTaken, int]:
    """Hand in a signed bundle of another office, whose key the administrator has registered.

    Its claims stand apart as leads of that office: nothing of the own decisions changes. The same bundle
    may be sent again. What is refused names its field, and nothing of it is kept.
    """
    parts = the_parts()
    taking = Taking(parts.store, parts.index, parts.embed)
    try:  # of the very bytes: what was signed must not go through another reading first
        taken = taking.take(request.get_data(), by=caller().name)
    except BundleRefused as exc:
        raise invalid(exc.field, exc.problem) from exc
    told = BundleTaken(id=taken.id, sender=taken.sender, claims=taken.claims, already=taken.already)
    return told, 200 if taken.already else 201


@operation(
    "GET",
    "/bundles/<uuid:bundle_id>",
    tag="bundles",
    answers={200: Answer("The signed bundle.", SignedBundle)},
    troubles=(Code.NOT_FOUND,),
)
def read_bundle(bundle_id: UUID) -> SignedBundle:
    """Fetch a bundle that this office released, as it was signed; also one that was taken back since."""
    store = the_parts().store
    bundle = store.shared.get(BundleId(bundle_id))
    if bundle.state not in (State.RELEASED, State.WITHDRAWN):
        raise NotFound("released bundle", bundle_id)
    store.audit.add(caller().name, "bundle given out", str(bundle.id), sha256=bundle.sha256)
    return SignedBundle.model_validate_json(bundle.document)
