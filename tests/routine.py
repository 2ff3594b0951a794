"""A morning's worth of invented claims, most of them routine, and what is decided on each.

Shared by the browser tests and `benchmarks/triage_keys`. The mix is an assumption, said in `MIX`.
Everyone and everything named here is invented.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from kentongan.domain import ClaimId, Decision, Label, Lane
from kentongan.store import Store
from tests.web_city import Seen, fill_city, see


class Kind(StrEnum):
    CRITICISM = "criticism"  # flagged in error
    CHECKED = "refuted by a check"
    RUMOUR = "rumour without a check"
    CAMPAIGN = "black campaign"
    IDENTITY = "identity politics"  # takes two people: the first vote is kept
    PRESS = "press"


class Extra(StrEnum):
    """What is done besides deciding, for some."""

    NOTE = "note"
    LOOK = "look at the evidence"
    SKIP = "skip, and come back"
    SLIP = "wrong key, undone"


MIX: Mapping[Kind, int] = {
    Kind.CRITICISM: 30, Kind.CHECKED: 24, Kind.RUMOUR: 22, Kind.CAMPAIGN: 8, Kind.IDENTITY: 6, Kind.PRESS: 10,
}  # fmt: skip
"""Of a hundred claims."""
EXTRAS: Mapping[int, Extra] = {3: Extra.LOOK, 8: Extra.NOTE, 13: Extra.SKIP, 18: Extra.SLIP}
"""Of twenty claims, by their number: four are no routine."""
DECIDED: Mapping[Kind, Decision] = {
    Kind.CRITICISM: Decision.DISMISS,
    Kind.CHECKED: Decision.WATCH,
    Kind.RUMOUR: Decision.VERIFY,
    Kind.CAMPAIGN: Decision.ESCALATE,
    Kind.IDENTITY: Decision.ESCALATE,
    Kind.PRESS: Decision.NOTE,
}


@dataclass(frozen=True)
class Task:
    """What the scripted person does with a claim."""

    kind: Kind
    decision: Decision
    extra: Extra | None

    @property
    def lane(self) -> Lane:
        return Lane.PRESS if self.kind is Kind.PRESS else Lane.NEW


def fill_routine(store: Store, count: int, seed: int = 7) -> dict[ClaimId, Task]:
    """Put so many claims of one to four items into an empty record; return what is to be done with each."""
    fill_city(store, ())
    check = next(iter(store.fact_checks.all())).id
    chance, kinds, tasks, number = Random(seed), _kinds(count, seed), {}, 0
    for place, kind in enumerate(kinds):
        said = _SAID[kind](chance)
        sources = ["warta"] if kind is Kind.PRESS else ["kanal-warga", "kabar-pasar", "kanal-ibu"]
        for source in chance.sample(sources, min(len(sources), chance.choice((1, 1, 1, 2, 3)))):
            key = see(store, _at(said, source, chance.randint(1, 40)), number, check)
            number += 1
        assert key not in tasks, said.text
        tasks[key] = Task(kind, DECIDED[kind], EXTRAS.get(place % 20))
    return tasks


def _kinds(count: int, seed: int) -> list[Kind]:
    hundred = [kind for kind, share in MIX.items() for _ in range(share)]
    found = (hundred * (count // 100 + 1))[:: max(1, 100 // count)][:count]
    Random(seed).shuffle(found)
    return found


def _at(said: Seen, source: str, hours: int) -> Seen:
    return Seen(
        source, said.text, said.title, said.labels, said.because, said.probability,
        hours=hours, match=said.match, confirmed=said.confirmed, cues=said.cues,
    )  # fmt: skip


def _name(chance: Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(3)).capitalize()


def _filled(chance: Random, *sentences: str) -> list[str]:
    """Return the sentences, with a fresh name or number wherever one stands open."""

    def names() -> Iterator[str]:
        while True:
            yield _name(chance)

    found = names()
    return ["".join(_open(part, found, chance) for part in _parts(sentence)) for sentence in sentences]


def _parts(sentence: str) -> list[str]:
    return sentence.replace("@", "\0@\0").replace("#", "\0#\0").split("\0")


def _open(part: str, names: Iterator[str], chance: Random) -> str:
    return next(names) if part == "@" else str(chance.randint(3, 97)) if part == "#" else part


def _criticism(chance: Random) -> Seen:
    first, then = _filled(
        chance,
        "Jalan @ di @ sudah rusak # bulan dan lurah @ diam saja, katanya menunggu dana @ cair.",
        "Warga gang @ sudah # kali melapor lewat @ tetapi jawaban dari dinas @ tidak pernah datang.",
    )
    return Seen("", f"{first} {then}", labels=(Label.HOAX,), probability=0.58, because=((first, Label.HOAX),))


def _checked(chance: Random) -> Seen:
    first, then = _filled(
        chance,
        "Info orang dalam: mulai hari @ air galon merek @ di pasar @ dicampur obat @ oleh # orang.",
        "Jangan beli di toko @ dan sebarkan ke # grup sebelum pesan dari @ ini dihapus!",
    )
    return Seen(
        "", f"{first} {then}", labels=(Label.HOAX,), probability=0.94, match=0.91, confirmed=True,
        because=((first, Label.HOAX),), cues=("ajakan sebar", "sumber kabur"),
    )  # fmt: skip


def _rumour(chance: Random) -> Seen:
    first, then = _filled(
        chance,
        "Katanya besok jembatan @ ditutup # hari karena retak di tiang @ dekat terminal @.",
        "Anak sekolah @ diliburkan, bus jurusan @ dialihkan ke lorong @ sampai @ selesai.",
    )
    return Seen("", f"{first} {then}", labels=(Label.HOAX,), probability=0.73, because=((first, Label.HOAX),))


def _campaign(chance: Random) -> Seen:
    first, then = _filled(
        chance,
        "Calon bernama @ menyimpan # miliar hasil proyek @ di rumah kerabatnya @ di kota @.",
        "Jangan pilih @, nanti dana @ habis dibagi ke keluarga @ semua.",
    )
    labels = (Label.HOAX, Label.BLACK_CAMPAIGN)
    return Seen("", f"{first} {then}", labels=labels, because=((first, Label.BLACK_CAMPAIGN),))


def _identity(chance: Random) -> Seen:
    first, then = _filled(
        chance,
        "Orang dari pulau @ jangan diberi kursi di @, suruh pulang ke kampung @ sebelum hari @.",
        "Kota @ ini hanya milik keturunan @ sejak zaman @ berkuasa di muara @.",
    )
    because = ((first, Label.IDENTITY_POLITICS),)
    return Seen("", f"{first} {then}", labels=(Label.IDENTITY_POLITICS,), probability=0.83, because=because)


def _press(chance: Random) -> Seen:
    title, first, then = _filled(
        chance,
        "Gudang @ di Kelurahan @ Disebut Menyimpan # Ton Pupuk",
        "Seorang sumber yang enggan disebut mengatakan gudang milik @ di jalan @ telah dibuka # kali.",
        "Redaksi @ belum memperoleh tanggapan dari dinas @ maupun koperasi @ hingga berita ini terbit.",
    )
    because = ((first, Label.HOAX),)
    return Seen("", f"{first} {then}", title, labels=(Label.HOAX,), probability=0.7, because=because)


_SYLLABLES = tuple(a + b for a in "bcdgjklmnprstw" for b in "aiueo")
_SAID: Mapping[Kind, Callable[[Random], Seen]] = {
    Kind.CRITICISM: _criticism,
    Kind.CHECKED: _checked,
    Kind.RUMOUR: _rumour,
    Kind.CAMPAIGN: _campaign,
    Kind.IDENTITY: _identity,
    Kind.PRESS: _press,
}
