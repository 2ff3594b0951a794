"""Bundles: what one office hands another, redacted and signed; as values and rules."""
