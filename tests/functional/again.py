"""Time passing for the ledger of addresses, in tests: nobody waits two hours for a look."""

from datetime import timedelta

from sqlalchemy import update

from kentongan.store import Store
from kentongan.store.database import now
from kentongan.store.schema import PageRow


def make_due(store: Store, hours: float = 0.0) -> None:
    """Make every page due that is looked at again at all, and what was missed so many hours ago."""
    with store.database.write() as session:
        session.execute(update(PageRow).where(PageRow.check_at.is_not(None)).values(check_at=now()))
        if hours:
            ago = now() - timedelta(hours=hours)
            session.execute(update(PageRow).where(PageRow.missed_at.is_not(None)).values(missed_at=ago))
