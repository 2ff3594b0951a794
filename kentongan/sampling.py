"""Which claims that nothing flags are looked at all the same, to see what is missed.

Owns: the draw. It follows from a claim's id alone, so it is made once, the same on every machine, and can be
checked by anyone. Leaves keeping what was drawn, and when, to `store.samples`.
"""

from hashlib import sha256
from uuid import UUID

SHARE = 0.05
"""Of the unflagged claims. Each stands for `1 / SHARE` of them wherever misses are estimated."""


def is_drawn(claim_id: UUID) -> bool:
    """Tell whether a claim is one of the sample, should nothing flag it."""
    drawn = int.from_bytes(sha256(b"kentongan sample " + claim_id.bytes).digest()[:8], "big")
    return drawn < SHARE * 2**64
