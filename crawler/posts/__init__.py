"""Public posts, read where anyone may read them without an account (DOMAIN 4.5)."""
