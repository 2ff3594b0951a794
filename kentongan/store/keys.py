"""The keys that each person chose.

Owns the row. Leaves what the actions are, and which keys go together, to the web UI.
"""

from collections.abc import Mapping

from sqlalchemy import delete, select

from kentongan.domain import UserId
from kentongan.store.database import Database, now
from kentongan.store.schema_keys import UserKeysRow


class Keys:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, user_id: UserId) -> Mapping[str, str]:
        """Return action to key, only where the person chose another one; empty for who never did."""
        with self._database.read() as session:
            found = session.scalar(select(UserKeysRow.keys).where(UserKeysRow.user_id == user_id))
        return found or {}

    def set(self, user_id: UserId, keys: Mapping[str, str]) -> None:
        """Make these the person's own keys; none brings those of the product back."""
        with self._database.write() as session:
            session.execute(delete(UserKeysRow).where(UserKeysRow.user_id == user_id))
            if keys:
                session.add(UserKeysRow(user_id=user_id, keys=dict(keys), changed_at=now()))
