"""What goes along with every export: that it holds leads, who made it, of which query (R17, R21).

Owns: the wording, in Indonesian with English behind it. The office reads Indonesian; a file may travel.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

LEADS = (
    "Isi berkas ini adalah petunjuk untuk diperiksa, bukan vonis. / "
    "This file holds leads to be checked, not verdicts."
)
PARTIES = (
    "Dilarang dipakai untuk kepentingan partai politik, peserta pemilihan, atau tim kampanye. / "
    "Not to be used for a political party, a candidate or a campaign team."
)


@dataclass(frozen=True, slots=True)
class Notice:
    """Who takes what along, and when. `id` is also in the audit log: a file leads back to its entry."""

    id: UUID
    by: str
    at: datetime
    region: str  # title
    zone: ZoneInfo
    understood: str  # the query as it was read
    filters: str  # the filters, in words

    @property
    def mark(self) -> str:
        """The watermark that each row bears, so that it stays with rows that are cut out."""
        return f"Kentongan {self.id}: petunjuk, bukan vonis; bukan untuk partai / leads, not for parties"

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return what there is to say, each as name and value."""
        return (
            ("", LEADS),
            ("", PARTIES),
            ("Ekspor / export", str(self.id)),
            ("Dibuat oleh / made by", self.by),
            ("Waktu / at", self.at.astimezone(self.zone).isoformat(timespec="seconds")),
            ("Wilayah / region", self.region),
            ("Zona waktu / time zone", self.zone.key),
            ("Dibaca sebagai / read as", self.understood or "(semua / everything)"),
            ("Saringan / filters", self.filters or "-"),
        )

    def text(self) -> str:
        """Return the same as one line."""
        return " | ".join(f"{name}: {value}" if name else value for name, value in self.lines())
