"""New identifiers: UUIDv7, so that rows made later sort later."""

from uuid import UUID

from uuid6 import uuid7


def new_id() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562); ids made by one process never go backwards."""
    return UUID(int=uuid7().int)
