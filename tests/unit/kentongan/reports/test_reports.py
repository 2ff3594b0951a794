"""Kinds, periods, drafts and what may change in a report: pure values."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from kentongan.domain import ClaimId, ClaimState, Platform, SourceKind, UserId, Verdict
from kentongan.errors import BadInput, Conflict
from kentongan.reports.canonical import canonical, digest
from kentongan.reports.drafting import Denial, ReportedClaim, Seen, draft, period_text
from kentongan.reports.kinds import Field, Grade, Period, ReportKind, number_text, period_of, read_number
from kentongan.reports.rules import missing, next_state, reword, set_head, write_section
from kentongan.reports.values import (
    Content,
    FactSection,
    Question,
    Report,
    ReportId,
    ReportState,
    SourceLink,
    Status,
    Step,
    WrittenSection,
    content_json,
    content_of,
)

ZONE = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)  # 30 November in the zone
DAY = date(2026, 11, 30)
RECORD = SourceLink("/claims/7", "catatan klaim")
MAKER, OTHER = UserId(uuid4()), UserId(uuid4())


def make_reported(**changes: object) -> ReportedClaim:
    claim = ReportedClaim(
        id=ClaimId(UUID(int=7)),
        headline="Besok semua TPS ditutup, kata @warga_resah 0812-3456-7890",
        state=ClaimState.ESCALATED,
        press=False,
        record=RECORD,
        seen=(
            Seen(SourceLink("/archive/items/7", "rekaman 7", AT, "ab" * 32), SourceKind.PUBLIC_CHANNEL, ""),
        ),
        first_seen_at=AT,
        last_seen_at=AT,
        items=3,
        sources=2,
        voices=1,
        platforms={Platform.POST: 3},
        places=("Kec. Mekarjaya",),
        hours={AT.replace(minute=0): 3},
        denials=(),
    )
    return replace(claim, **changes)  # type: ignore[arg-type]


def make_press() -> ReportedClaim:
    seen = Seen(
        SourceLink("https://warta.example/1", "Kotak suara", AT, "cd" * 32), SourceKind.PRESS, "Warta"
    )
    return make_reported(
        headline="Kotak suara disebut dibuka", press=True, seen=(seen,), state=ClaimState.NOTED
    )


def make_content(*claims: ReportedClaim, kind: ReportKind = ReportKind.DAILY) -> Content:
    return draft(kind, "Kota Arunika", period_of(kind, DAY), claims or (make_reported(),), ZONE)


def written(content: Content) -> Content:
    for section in WrittenSection:
        content = write_section(content, section, f"Isi {section.value}.")
    return content


def make_report(content: Content, kind: ReportKind = ReportKind.DAILY, **changes: object) -> Report:
    report = Report(
        ReportId(UUID(int=1)), kind, "", period_of(kind, DAY), ReportState.DRAFT, 1, "sari", AT, AT, content,
        frozenset({MAKER}),
    )  # fmt: skip
    return replace(report, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "day", "since", "until"),
    [
        (ReportKind.DAILY, DAY, DAY, DAY),
        (ReportKind.WEEKLY, date(2026, 12, 2), DAY, date(2026, 12, 6)),
        (ReportKind.WEEKLY, DAY, DAY, date(2026, 12, 6)),
        (ReportKind.MONTHLY, date(2028, 2, 3), date(2028, 2, 1), date(2028, 2, 29)),
        (ReportKind.B04, date(2026, 4, 30), date(2026, 1, 1), date(2026, 4, 30)),
        (ReportKind.B08, date(2026, 5, 1), date(2026, 5, 1), date(2026, 8, 31)),
        (ReportKind.B12, date(2026, 1, 1), date(2026, 9, 1), date(2026, 12, 31)),
        (ReportKind.SPECIAL, DAY, date(2026, 11, 24), DAY),
    ],
)
def test_each_kind_covers_its_days(kind: ReportKind, day: date, since: date, until: date) -> None:
    assert period_of(kind, day) == Period(since, until)


def test_days_are_told_as_short_as_they_can_be() -> None:
    assert period_text(Period(DAY, DAY)) == "30 November 2026"
    assert period_text(Period(date(2026, 11, 24), DAY)) == "24 s.d. 30 November 2026"
    assert period_text(Period(date(2026, 9, 1), date(2026, 12, 31))) == "1 September s.d. 31 Desember 2026"
    assert period_text(Period(date(2026, 12, 28), date(2027, 1, 3))) == "28 Desember 2026 s.d. 3 Januari 2027"


@pytest.mark.parametrize("kind", ReportKind)
def test_a_number_is_read_back(kind: ReportKind) -> None:
    assert read_number(number_text(kind, 2026, 14)) == (kind, 2026, 14)


@pytest.mark.parametrize(
    "said", ["", "000/HARIAN/2026", "1/HARIAN/2026", "001/PAGI/2026", "0001/HARIAN/2026"]
)
def test_what_is_no_number_is_not_read_as_one(said: str) -> None:
    assert read_number(said) is None


def test_a_draft_says_what_the_record_says_with_source_and_status_and_leaves_thinking_to_people() -> None:
    content = make_content()
    assert [one.question for one in content.facts[FactSection.FACTS]] == [q for q in Question if q]
    for section in FactSection:
        assert all(one.links and one.text.strip() for one in content.facts[section]), section
    said = " ".join(one.text for one in content.facts[FactSection.FACTS])
    assert "Besok semua TPS ditutup" in said
    assert "Kec. Mekarjaya" in said
    assert "30 November 2026 pukul 01.00 WIB" in said
    assert {one.status for one in content.facts[FactSection.FACTS]} == {Status.UNVERIFIED}
    assert [content.written[s] for s in WrittenSection if s is not WrittenSection.SUBJECT] == [""] * 5
    assert content.value == ""
    assert content_of(content_json(content)) == content


def test_who_is_a_role_and_no_handle_or_number_is_anywhere() -> None:
    content = make_content()
    (who,) = [one for one in content.facts[FactSection.FACTS] if one.question is Question.WHO]
    assert who.text == "Yang menyampaikan: pengunggah tidak diketahui."
    everything = str(content_json(content))
    assert "warga_resah" not in everything
    assert "3456" not in everything


@pytest.mark.parametrize(
    ("denials", "state", "status"),
    [
        ((), ClaimState.NEEDS_VERIFICATION, Status.IN_VERIFICATION),
        (
            (Denial("https://p.example/1", "Periksa", Verdict.REFUTED, AT),),
            ClaimState.ESCALATED,
            Status.REFUTED,
        ),
        (
            (Denial("https://p.example/1", "Dinas", Verdict.CLARIFICATION, AT),),
            ClaimState.ESCALATED,
            Status.DENIED,
        ),
        (
            (
                Denial("https://p.example/1", "Periksa", Verdict.REFUTED, AT),
                Denial("https://p.example/2", "KPU", Verdict.TRUE, None, agreed=True),
            ),
            ClaimState.ESCALATED,
            Status.TRUE,
        ),
    ],
)
def test_the_status_is_what_people_agreed_on_then_what_a_check_found(
    denials: tuple[Denial, ...], state: ClaimState, status: Status
) -> None:
    content = make_content(make_reported(denials=denials, state=state))
    assert {one.status for one in content.facts[FactSection.FACTS]} == {status}


def test_the_press_is_reporting_and_is_stamped_by_nobody() -> None:
    content = make_content(make_press())
    every = [one for section in FactSection for one in content.facts[section]]
    assert {one.status for one in every} == {Status.PRESS}
    assert content.facts[FactSection.FACTS][0].text.startswith("Pemberitaan pers memuat")
    with pytest.raises(BadInput, match="press"):
        reword(content, FactSection.FACTS, {0: "Hoaks: kotak suara."})
    with pytest.raises(BadInput, match="press"):
        write_section(content, WrittenSection.ANALYSIS, "Berita ini bohong.")
    assert write_section(make_content(), WrittenSection.ANALYSIS, "Pesan ini hoaks lama.")


def test_a_sentence_may_be_reworded_or_left_out_and_keeps_its_source_and_status() -> None:
    content = make_content()
    texts = [one.text for one in content.facts[FactSection.FACTS]]
    changed = reword(
        content, FactSection.FACTS, {0: "Beredar pesan; hubungi 081234567890.", len(texts) - 1: " "}
    )
    first = changed.facts[FactSection.FACTS][0]
    assert "081234567890" not in first.text
    assert (first.links, first.status) == (
        content.facts[FactSection.FACTS][0].links,
        content.facts[FactSection.FACTS][0].status,
    )
    assert len(changed.facts[FactSection.FACTS]) == len(texts) - 1
    with pytest.raises(BadInput, match="6 sentences"):
        reword(content, FactSection.FACTS, {len(texts): "Satu lagi tanpa sumber."})


@pytest.mark.parametrize(
    "said",
    [
        "Akun https://sosial.example/@ani", "Akun @ani_arunika", "Akun warga_resah", "warga_resah",
        "Disebarkan ani.arunika88", "akun Kabar Pasar", "ani88 dan kawan-kawan", "Disebarkan AniArunika88",
    ],
)  # fmt: skip
def test_who_is_never_an_account_in_an_edit_either(said: str) -> None:
    with pytest.raises(BadInput, match="role"):
        reword(make_content(), FactSection.FACTS, {1: said})


@pytest.mark.parametrize(
    "said",
    [
        "Yang menyampaikan: ketua RT 03 Kelurahan Telaga Bening.", "Panitia TPS4 dan RW05.", "Lurah, S.Sos., dan Bawaslu.",
        "Akun yang tidak dikenal.",
    ],
)  # fmt: skip
def test_who_may_be_a_role_or_an_office(said: str) -> None:
    changed = reword(make_content(), FactSection.FACTS, {1: said}).facts[FactSection.FACTS][1]
    assert (changed.text, changed.reworded) == (said, True)


def test_what_was_counted_keeps_its_figures() -> None:
    content = make_content()
    text = content.facts[FactSection.SPREAD][0].text
    with pytest.raises(BadInput, match="figures"):
        reword(content, FactSection.SPREAD, {0: text.replace("3 kali", "900 kali")})
    swapped = text.replace("3 kali", "@ kali").replace("2 sumber", "3 sumber").replace("@", "2")
    with pytest.raises(BadInput, match="figures"):
        reword(content, FactSection.SPREAD, {0: swapped})
    shorter = reword(content, FactSection.SPREAD, {0: "Terlihat 3 kali."})
    assert shorter.facts[FactSection.SPREAD][0].reworded


def test_what_nobody_can_see_is_neither_kept_nor_hides_a_word() -> None:
    headline = "\u202eBesok\x1b[31m semua\u200f TPS\x00 ditutup"
    what = make_content(make_reported(headline=headline)).facts[FactSection.FACTS][0].text
    assert what.isprintable()
    with pytest.raises(BadInput, match="press"):
        reword(make_content(make_press()), FactSection.FACTS, {0: "Ho\u00adaks lama."})
    text = write_section(make_content(), WrittenSection.ADVICE, "Satu\r\n\u202edua\x07\n\ntiga").written
    assert text[WrittenSection.ADVICE] == "Satu\ndua\n\ntiga"


@pytest.mark.parametrize(
    "said",
    ["Kebohongan lama.", "Ini dipalsukan.", "Memfitnah warga.", "Dusta belaka.", "Menyesatkan.", "HOAX!"],
)
def test_no_form_of_a_word_stamps_the_press(said: str) -> None:
    with pytest.raises(BadInput, match="press"):
        reword(make_content(make_press()), FactSection.FACTS, {0: said})


def test_beside_posts_an_outlet_is_not_stamped_either() -> None:
    mixed = make_content(make_press(), make_reported())
    with pytest.raises(BadInput, match="press"):
        write_section(mixed, WrittenSection.ANALYSIS, "Pesan itu lama. Berita Warta bohong.")
    assert write_section(mixed, WrittenSection.ANALYSIS, "Pesan di kanal itu hoaks lama.")


@pytest.mark.parametrize(
    ("outlet", "url", "stamped", "free"),
    [
        (
            "Kabar Lazuardi",
            "https://lazuardi.jaringan.example.com/1",
            "Kabar Lazuardi berbohong.",
            "Lazuardi",
        ),
        ("Redaksi", "https://www.lazuardipos.co.id/1", "Lazuardi Pos berbohong.", "Lazuardi"),
    ],
)
def test_an_outlet_is_known_by_its_name_and_its_site_and_a_town_is_no_outlet(
    outlet: str, url: str, stamped: str, free: str
) -> None:
    seen = Seen(SourceLink(url, "Kotak suara", AT, "cd" * 32), SourceKind.PRESS, outlet)
    mixed = make_content(replace(make_press(), seen=(seen,)), make_reported())
    with pytest.raises(BadInput, match="press"):
        write_section(mixed, WrittenSection.ANALYSIS, stamped)
    assert write_section(mixed, WrittenSection.ANALYSIS, f"Warga {free} resah oleh hoaks itu.")


def test_a_sentence_about_a_post_stamps_no_outlet_beside_it() -> None:
    mixed = make_content(make_press(), make_reported())
    what = next(at for at, one in enumerate(mixed.facts[FactSection.FACTS]) if not one.press)
    with pytest.raises(BadInput, match="press"):
        reword(mixed, FactSection.FACTS, {what: "Warta menyebarkan hoaks."})
    assert reword(mixed, FactSection.FACTS, {what: "Beredar pesan yang disebut hoaks."})


def test_what_was_written_before_a_claim_became_the_presss_is_not_signed() -> None:
    content = write_section(written(make_content()), WrittenSection.ANALYSIS, "Ini hoaks.")
    turned = replace(content, facts=make_content(make_press()).facts)
    with pytest.raises(BadInput, match="press"):
        next_state(make_report(turned), Step.SIGNED, MAKER)


def test_a_value_is_a_letter_and_a_digit() -> None:
    assert set_head(make_content(), Grade.RESTRICTED, Field.ORDER, " b2 ").value == "B2"
    with pytest.raises(BadInput, match="value"):
        set_head(make_content(), Grade.ORDINARY, Field.ORDER, "A7")


def test_an_ordinary_report_is_signed_once_every_part_is_written() -> None:
    empty = make_report(make_content())
    assert missing(empty.content)
    with pytest.raises(BadInput, match="analysis"):
        next_state(empty, Step.SIGNED, MAKER)
    full = make_report(written(empty.content))
    assert next_state(full, Step.SIGNED, MAKER) is ReportState.FROZEN
    with pytest.raises(Conflict):
        next_state(full, Step.SENT, MAKER)


def test_a_special_report_takes_a_reader_who_did_not_write_in_it() -> None:
    report = make_report(written(make_content(kind=ReportKind.SPECIAL)), ReportKind.SPECIAL)
    with pytest.raises(Conflict):
        next_state(report, Step.SIGNED, OTHER)
    assert next_state(report, Step.SENT, MAKER) is ReportState.SECOND_READING
    away = replace(report, state=ReportState.SECOND_READING)
    for step in (Step.AGREED, Step.RETURNED):
        with pytest.raises(Conflict, match="second reader"):
            next_state(away, step, MAKER)
    with pytest.raises(Conflict):
        next_state(away, Step.EDITED, MAKER)
    assert next_state(away, Step.RETURNED, OTHER) is ReportState.DRAFT
    assert next_state(away, Step.AGREED, OTHER) is ReportState.READ
    read = replace(report, state=ReportState.READ)
    assert next_state(read, Step.EDITED, MAKER) is ReportState.DRAFT
    assert next_state(read, Step.SIGNED, MAKER) is ReportState.FROZEN


def test_nothing_goes_on_after_the_signature() -> None:
    frozen = make_report(written(make_content()), state=ReportState.FROZEN)
    for step in Step:
        with pytest.raises(Conflict):
            next_state(frozen, step, OTHER)


def test_the_hash_stands_for_every_word() -> None:
    report = make_report(written(make_content()), signed_by="sari", signed_at=AT, year=2026, sequence=1)
    changed = replace(report, content=write_section(report.content, WrittenSection.ADVICE, "Lain."))
    assert digest(canonical(report)) != digest(canonical(changed))
    assert digest(canonical(report)) == digest(canonical(replace(report)))
