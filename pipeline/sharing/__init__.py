"""Bundles for other offices and from them: made, signed, pushed, taken in."""
