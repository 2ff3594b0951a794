"""Alembic runs on the connection it is given; `Database.upgrade` is the only caller."""

from alembic import context

from kentongan.store.schema import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
