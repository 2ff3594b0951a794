"""Exports of other tools: what of each row is read, and what is known of it."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kentongan.errors import BadInput, FormatError
from pipeline.exports.detect import detect_export
from pipeline.exports.post import Passed, Post, Reading
from pipeline.exports.registry import Asked, ExportName, read_export
from tests.unit.pipeline import export_rows as rows

WHEN = datetime(2024, 11, 27, 1, tzinfo=UTC)
JAKARTA = Asked(zone=ZoneInfo("Asia/Jakarta"))


def read(path: Path, name: ExportName, asked: Asked = JAKARTA) -> list[Reading]:
    return list(read_export(path, name, asked))


def read_post(path: Path, name: ExportName, asked: Asked = JAKARTA) -> Post:
    (reading,) = read(path, name, asked)
    assert isinstance(reading, Post)
    return reading


def known(post: Post) -> tuple[str, str, str]:
    return post.record.source, post.record.url, post.record.author


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (rows.tweet(1861), ("x", "https://x.com/i/web/status/1861", "77@x.com")),
        (
            rows.TIKTOK,
            ("tiktok", "https://www.tiktok.com/@_/video/7300000000000000001", "budi_arunika@tiktok.com"),
        ),
        (rows.TIKTOK_COMMENT, ("tiktok", "", "siti_arunika@tiktok.com")),
        (
            rows.INSTAGRAM,
            ("instagram", "https://www.instagram.com/p/C0abc_DEF-1/", "budi_arunika@instagram.com"),
        ),
        (rows.THREADS, ("threads", "https://www.threads.net/t/C9thr", "budi_arunika@instagram.com")),
    ],
)
def test_a_post_that_zeeschuimer_captured_is_known_by_an_address_without_a_handle(
    tmp_path: Path, data: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    path = rows.write_lines(tmp_path / "a.ndjson", [rows.zeeschuimer(data)])
    fourcat = rows.write_lines(tmp_path / "b.ndjson", [data | {"__import_meta": {"item_id": "1"}}])

    for file in (path, fourcat):
        assert detect_export(file) is ExportName.ZEESCHUIMER
        post = read_post(file, ExportName.ZEESCHUIMER)
        assert known(post) == expected
        assert post.record.published_at == WHEN


def test_what_is_written_on_a_tiktok_is_part_of_its_text(tmp_path: Path) -> None:
    path = rows.write_lines(tmp_path / "a.ndjson", [rows.zeeschuimer(rows.TIKTOK)])

    assert read_post(path, ExportName.ZEESCHUIMER).record.text == f"{rows.TEXT}\nSEBARKAN"


@pytest.mark.parametrize("wrap", [lambda t: t, lambda t: {"__typename": "T", "tweet": t}])
def test_a_retweet_is_the_post_that_it_passes_on(tmp_path: Path, wrap: Any) -> None:
    first = rows.tweet(10, legacy={"full_text": "Kata pertama", "user_id_str": "5"})
    legacy = {"full_text": "RT @lain: Kata per…", "retweeted_status_result": {"result": wrap(first)}}
    path = rows.write_lines(tmp_path / "a.ndjson", [rows.zeeschuimer(rows.tweet(11, legacy=legacy))])
    post = read_post(path, ExportName.ZEESCHUIMER)

    assert (post.record.text, post.record.id, post.record.author) == ("Kata pertama", "10", "5@x.com")


def test_an_edited_post_is_kept_under_its_first_id_and_the_later_edit_counts(tmp_path: Path) -> None:
    control = {"edit_control_initial": {"edit_tweet_ids": ["10", "12"]}}
    note = {"note_tweet_results": {"result": {"text": "Panjang dan utuh"}}}
    edited = rows.tweet(12, edit_control=control, note_tweet=note)
    path = rows.write_lines(tmp_path / "a.ndjson", [rows.zeeschuimer(edited)])
    post = read_post(path, ExportName.ZEESCHUIMER)

    assert (post.record.url, post.version) == ("https://x.com/i/web/status/10", 12)
    assert post.record.text == "Panjang dan utuh"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (rows.tweet(1, promoted=True), Passed.AD),
        (rows.TIKTOK | {"isAd": True}, Passed.AD),
        (rows.INSTAGRAM | {"product_type": "ad"}, Passed.AD),
        (rows.tweet(1, legacy={"withheld_scope": "user"}), Passed.WITHHELD),
        (rows.tweet(1, legacy={"retweeted_status_result": {"result": {"tombstone": {}}}}), Passed.GONE),
        (rows.INSTAGRAM | {"caption": None}, Passed.NO_TEXT),
    ],
)
def test_what_is_no_post_to_keep_is_counted_by_its_reason(
    tmp_path: Path, data: dict[str, Any], reason: Passed
) -> None:
    path = rows.write_lines(tmp_path / "a.ndjson", [rows.zeeschuimer(data)])

    assert read(path, ExportName.ZEESCHUIMER) == [reason]


@pytest.mark.parametrize(("delimiter", "name"), [(",", "4cat.csv"), (";", "zeeschuimer.csv")])
def test_a_row_of_4cat_is_the_post_that_zeeschuimer_captured(
    tmp_path: Path, delimiter: str, name: str
) -> None:
    path = rows.write_table(tmp_path / name, [rows.FOURCAT], delimiter)

    assert detect_export(path) is ExportName.FOURCAT
    post = read_post(path, ExportName.FOURCAT)
    assert known(post) == ("x", "https://x.com/i/web/status/1861", "77@x.com")
    assert post.record.published_at == WHEN


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"link": "https://www.tiktok.com/@budi/video/73"},
            ("tiktok", "https://www.tiktok.com/@_/video/73", "budi_arunika@tiktok.com"),
        ),
        (
            {"link": "https://www.instagram.com/p/Cabc"},
            ("instagram", "https://www.instagram.com/p/Cabc/", "budi_arunika@instagram.com"),
        ),
        (
            {"link": "https://www.threads.com/@budi/post/Cabc"},
            ("threads", "https://www.threads.net/t/Cabc", "budi_arunika@instagram.com"),
        ),
        (
            {"id": "at://did:plc:abc/app.bsky.feed.post/3k", "link": ""},
            ("bluesky", "https://bsky.app/profile/did:plc:abc/post/3k", "budi_arunika"),
        ),
        ({"link": "https://lain.example/1", "author": "REDACTED"}, ("4cat", "", "")),
    ],
)
def test_each_platform_of_4cat_has_its_own_addresses(
    tmp_path: Path, changes: dict[str, str], expected: tuple[str, str, str]
) -> None:
    path = rows.write_table(tmp_path / "a.csv", [rows.FOURCAT | changes])

    assert known(read_post(path, ExportName.FOURCAT)) == expected


def test_a_retweet_of_4cat_is_passed_on_words_without_their_author(tmp_path: Path) -> None:
    row = rows.FOURCAT | {"is_retweet": "yes", "body": "RT @lain: Kata pertama"}
    post = read_post(rows.write_table(tmp_path / "a.csv", [row]), ExportName.FOURCAT)

    assert (post.record.text, post.record.author, post.record.url, post.passed_on) == (
        "Kata pertama",
        "",
        "",
        True,
    )


def test_a_naive_time_of_4cat_is_in_utc_where_no_seconds_are_told(tmp_path: Path) -> None:
    path = rows.write_table(tmp_path / "a.csv", [rows.FOURCAT | {"unix_timestamp": ""}])

    assert read_post(path, ExportName.FOURCAT).record.published_at == WHEN


def test_a_time_of_4cat_may_be_told_in_seconds_alone(tmp_path: Path) -> None:
    row = {k: v for k, v in rows.FOURCAT.items() if k != "unix_timestamp"} | {"timestamp": str(rows.UNIX)}
    path = rows.write_table(tmp_path / "a.csv", [row])

    assert detect_export(path) is ExportName.FOURCAT
    assert read_post(path, ExportName.FOURCAT).record.published_at == WHEN


def test_a_time_that_4cat_did_not_see_is_none(tmp_path: Path) -> None:
    path = rows.write_table(tmp_path / "a.csv", [rows.FOURCAT | {"timestamp": "0", "unix_timestamp": "0"}])

    assert read_post(path, ExportName.FOURCAT).record.published_at is None


def test_a_message_of_4cat_has_the_address_that_the_crawler_gives_it(tmp_path: Path) -> None:
    path = rows.write_table(tmp_path / "a.csv", [rows.FOURCAT_TELEGRAM])

    assert known(read_post(path, ExportName.FOURCAT)) == (
        "telegram-infoarunika",
        "https://t.me/InfoArunika/12",
        "55@telegram",
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"chat_noforwards": "yes"}, Passed.WITHHELD),
        ({"restriction_reason": "all:copyright"}, Passed.WITHHELD),
        ({"body": " "}, Passed.NO_TEXT),
    ],
)
def test_a_channel_that_asks_not_to_be_saved_is_not(
    tmp_path: Path, changes: dict[str, str], reason: Passed
) -> None:
    path = rows.write_table(tmp_path / "a.csv", [rows.FOURCAT_TELEGRAM | changes])

    assert read(path, ExportName.FOURCAT) == [reason]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            rows.CROWDTANGLE,
            ("facebook", "https://www.facebook.com/100044/posts/99887766", "100044@facebook.com"),
        ),
        (
            rows.CROWDTANGLE_INSTAGRAM,
            ("instagram", "https://www.instagram.com/p/C0abc_DEF-1/", "kabararunika@instagram.com"),
        ),
    ],
)
def test_crowdtangle_tells_its_time_with_a_zone(
    tmp_path: Path, row: dict[str, str], expected: tuple[str, str, str]
) -> None:
    path = rows.write_table(tmp_path / "a.csv", [row])

    assert detect_export(path) is ExportName.CROWDTANGLE
    post = read_post(path, ExportName.CROWDTANGLE)
    assert known(post) == expected
    assert post.record.published_at == WHEN


def test_what_a_picture_says_is_the_text_of_a_post_without_words(tmp_path: Path) -> None:
    row = rows.CROWDTANGLE | {"Message": "", "Image Text": "TPS DITUTUP"}
    path = rows.write_table(tmp_path / "a.csv", [row])

    assert read_post(path, ExportName.CROWDTANGLE).record.text == "TPS DITUTUP"


def test_meta_content_library_is_known_by_its_ids(tmp_path: Path) -> None:
    path = rows.write_table(tmp_path / "a.csv", [rows.LIBRARY])

    assert detect_export(path) is ExportName.CONTENT_LIBRARY
    post = read_post(path, ExportName.CONTENT_LIBRARY)
    assert known(post) == ("meta-content-library", "", "41@meta-content-library")
    assert (post.record.id, post.record.published_at) == ("555", WHEN)


def test_an_answer_of_twarc_gives_its_posts_and_tells_what_is_gone(tmp_path: Path) -> None:
    answer = {
        "data": [
            rows.API_TWEET,
            rows.API_TWEET
            | {
                "id": "12",
                "text": "RT @lain: Kata…",
                "referenced_tweets": [{"type": "retweeted", "id": "10"}],
            },
            rows.API_TWEET | {"id": "13", "withheld": {"scope": "tweet", "country_codes": ["ID"]}},
            rows.API_TWEET | {"id": "14", "author_id": "78"},
        ],
        "includes": {
            "users": [rows.API_USER, rows.API_USER | {"id": "78", "protected": True}],
            "tweets": [rows.API_TWEET | {"id": "10", "text": "Kata pertama", "author_id": "5"}],
        },
        "errors": [{"type": "https://api.twitter.com/2/problems/resource-not-found"}],
        "__twarc": {"version": "2.14"},
    }
    path = rows.write_lines(tmp_path / "a.jsonl", [answer])

    assert detect_export(path) is ExportName.TWITTER
    plain, first, *others = read(path, ExportName.TWITTER)
    assert isinstance(plain, Post)
    assert isinstance(first, Post)
    assert known(plain) == ("x", "https://x.com/i/web/status/1861", "77@x.com")
    assert (first.record.id, first.record.text, first.record.author) == ("10", "Kata pertama", "5@x.com")
    assert others == [Passed.WITHHELD, Passed.WITHHELD, Passed.GONE]


def test_a_flattened_line_of_twarc_is_one_post_under_its_first_id(tmp_path: Path) -> None:
    row = rows.API_TWEET | {"author": rows.API_USER, "edit_history_tweet_ids": ["1800", "1861"]}
    path = rows.write_lines(tmp_path / "a.jsonl", [row])

    assert detect_export(path) is ExportName.TWITTER
    assert read_post(path, ExportName.TWITTER).record.url == "https://x.com/i/web/status/1800"


def test_a_cut_retweet_never_takes_the_address_of_the_whole_post(tmp_path: Path) -> None:
    row = rows.API_TWEET | {
        "text": "RT @lain: Kata per…",
        "referenced_tweets": [{"type": "retweeted", "id": "10"}],
    }
    post = read_post(rows.write_lines(tmp_path / "a.jsonl", [row]), ExportName.TWITTER)

    assert (post.record.text, post.record.url, post.record.author, post.passed_on) == (
        "Kata per…",
        "",
        "",
        True,
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (rows.SNSCRAPE, ("x", "https://x.com/i/web/status/1861", "77@x.com")),
        (
            {"_type": "snscrape.modules.twitter.Tweet", "id": 2, "retweetedTweet": rows.SNSCRAPE},
            ("x", "https://x.com/i/web/status/1861", "77@x.com"),
        ),
        (
            {
                "_type": "snscrape.modules.telegram.TelegramPost",
                "url": "https://t.me/s/InfoArunika/12",
                "date": "2024-11-27T01:00:00+00:00",
                "content": rows.TEXT,
            },
            ("telegram-infoarunika", "https://t.me/InfoArunika/12", ""),
        ),
        (
            {
                "_type": "snscrape.modules.instagram.InstagramPost",
                "url": "https://www.instagram.com/p/Cabc/",
                "date": "2024-11-27T01:00:00+00:00",
                "content": rows.TEXT,
                "username": "budi_arunika",
            },
            ("instagram", "https://www.instagram.com/p/Cabc/", "budi_arunika@instagram.com"),
        ),
        (
            {
                "_type": "snscrape.modules.facebook.FacebookPost",
                "cleanUrl": "https://m.facebook.com/permalink.php?story_fbid=1&id=2&refid=3",
                "date": "2024-11-27T01:00:00+00:00",
                "content": rows.TEXT,
            },
            ("facebook", "https://www.facebook.com/permalink.php?story_fbid=1&id=2", ""),
        ),
        (
            {
                "_type": "snscrape.modules.facebook.FacebookPost",
                "cleanUrl": "https://www.facebook.com/budi.arunika/posts/99887766",
                "date": "2024-11-27T01:00:00+00:00",
                "content": rows.TEXT,
            },
            ("facebook", "", ""),  # the address bears a name; the id is known
        ),
    ],
)
def test_snscrape_says_itself_what_a_line_is(
    tmp_path: Path, row: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    path = rows.write_lines(tmp_path / "a.jsonl", [row])

    assert detect_export(path) is ExportName.SNSCRAPE
    post = read_post(path, ExportName.SNSCRAPE)
    assert known(post) == expected
    assert (post.record.text, post.record.published_at) == (rows.TEXT, WHEN)


def test_profiles_and_tombstones_of_snscrape_are_counted_apart(tmp_path: Path) -> None:
    kinds = ("twitter.Tombstone", "twitter.TweetRef", "twitter.User", "weibo.Post")
    lines = [{"_type": f"snscrape.modules.{kind}", "id": 1} for kind in kinds]
    path = rows.write_lines(tmp_path / "a.jsonl", lines)

    assert read(path, ExportName.SNSCRAPE) == [Passed.GONE, Passed.GONE, Passed.NO_POST, Passed.NO_POST]


def test_a_video_is_known_as_the_crawler_knows_it(tmp_path: Path) -> None:
    gone = rows.VIDEO | {"publishedAt": "", "videoTitle": "[not found: hilang]", "videoId": ""}
    path = rows.write_table(tmp_path / "a.csv", [rows.VIDEO, gone])

    assert detect_export(path) is ExportName.YOUTUBE_VIDEOS
    post, other = read(path, ExportName.YOUTUBE_VIDEOS)
    assert isinstance(post, Post)
    assert known(post) == (
        "youtube",
        "https://www.youtube.com/watch?v=abcdefghijk",
        "UCarunika00000000000000a",
    )
    assert (post.record.title, post.record.text) == ("TPS pindah", rows.TEXT)
    assert other is Passed.GONE


@pytest.mark.parametrize(
    ("row", "url", "text"),
    [
        (
            rows.COMMENT,
            "https://www.youtube.com/watch?v=abcdefghijk&lc=UgxArunika.1",
            "Suara <3 hilang",
        ),
        (rows.COMMENT | {"id": "a" * 40}, "", "Suara <3 hilang"),
        (rows.OLD_COMMENT, "", "Suara hilang\ndi TPS 4 & 5"),
        (rows.COMMENT | {"id": "a" * 40, "text": "@budi-arunika-x1z betul"}, "", "@USER betul"),
        (
            rows.OLD_COMMENT
            | {"text": '<a href="https://www.youtube.com/channel/UCx">@Budi Arunika</a> betul'},
            "",
            "@USER betul",
        ),
    ],
)
def test_comments_of_both_editions_are_read_as_each_writes_them(
    tmp_path: Path, row: dict[str, str], url: str, text: str
) -> None:
    path = rows.write_table(tmp_path / "a.csv", [row])

    assert detect_export(path) is ExportName.YOUTUBE_COMMENTS
    post = read_post(path, ExportName.YOUTUBE_COMMENTS)
    assert (post.record.url, post.record.text, post.record.published_at) == (url, text, WHEN)


def test_a_quotation_mark_after_a_backslash_ends_no_field_of_the_first_edition(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    columns = list(rows.OLD_COMMENT)
    values = [f'"{v}"' if k != "text" else r'"kata \"salah\" itu"' for k, v in rows.OLD_COMMENT.items()]
    path.write_text(f"{','.join(columns)}\n{','.join(values)}\n", encoding="utf-8")

    assert read_post(path, ExportName.YOUTUBE_COMMENTS).record.text == 'kata "salah" itu'


def telegram(tmp_path: Path, value: object) -> Path:
    path = rows.write_document(tmp_path / "result.json", value)
    assert detect_export(path) is ExportName.TELEGRAM
    return path


def test_a_channel_of_telegram_has_no_author_and_its_public_address_when_told(tmp_path: Path) -> None:
    post = rows.message(12, author="Budi Arunika")  # signed by a member
    path = telegram(tmp_path, rows.chat("public_channel", post))

    told = read_post(path, ExportName.TELEGRAM, Asked(channel="InfoArunika"))
    untold = read_post(path, ExportName.TELEGRAM)
    assert known(told) == ("telegram-infoarunika", "https://t.me/InfoArunika/12", "")
    assert known(untold) == ("telegram-info-arunika", "", "")
    assert untold.record.id == "900/12"
    assert untold.record.published_at == WHEN


def test_no_name_of_a_groups_member_is_read(tmp_path: Path) -> None:
    pieces = [
        "Kata ",
        {"type": "mention_name", "text": "Siti Arunika", "user_id": 5},
        " dan ",
        {"type": "text_link", "text": "Joko Arunika", "href": "tg://user?id=6"},
        ", hubungi ",
        {"type": "phone", "text": "+1 555 0100"},
        {"type": "bold", "text": "!"},
    ]
    contact = {"first_name": "Tono", "last_name": "Arunika", "phone_number": "0812"}
    said = rows.message(3, text=pieces, contact_information=contact, forwarded_from="Wati Arunika")
    path = telegram(tmp_path, rows.chat("private_supergroup", said, name="Keluarga Pak Budi"))
    post = read_post(path, ExportName.TELEGRAM)

    assert post.record.text == "Kata @USER dan @USER, hubungi NOMOR!"
    assert known(post) == ("telegram-900", "", "77@telegram")
    assert not any(name in repr(post) for name in ("Siti", "Joko", "Tono", "Wati", "Budi"))


def test_chats_of_two_people_and_service_messages_are_counted_not_kept(tmp_path: Path) -> None:
    account = {
        "about": "x",
        "personal_information": {"user_id": 1, "first_name": "Budi"},
        "chats": {
            "about": "x",
            "list": [
                rows.chat("personal_chat", rows.message(1), id=1),
                rows.chat("public_channel", rows.message(2), {"id": 3, "type": "service"}, id=2),
            ],
        },
        "left_chats": {"list": [rows.chat("public_supergroup", rows.message(4), id=3)]},
    }
    first, second, third, fourth = read(telegram(tmp_path, account), ExportName.TELEGRAM)

    assert (first, third) == (Passed.PRIVATE, Passed.NO_POST)
    assert isinstance(second, Post)
    assert isinstance(fourth, Post)
    assert (second.record.id, fourth.record.id) == ("2/2", "3/4")


def test_an_old_telegram_time_without_seconds_is_in_the_regions_zone(tmp_path: Path) -> None:
    said = rows.message(1)
    del said["date_unixtime"]
    path = telegram(tmp_path, rows.chat("public_channel", said))

    assert read_post(path, ExportName.TELEGRAM).record.published_at == WHEN


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (
            rows.chat("public_channel", rows.message(1), rows.message(2) | {"id": "dua"}),
            "message 2: id: not a whole",
        ),
        (rows.chat("public_channel", rows.message(1, text=[7])), "message 1: text: not pieces of text"),
        (rows.chat("public_channel", 7), "message 1: not an object"),
        ({"messages": []}, "no chat in it"),
        ([[[]]], "no chat in it"),
    ],
)
def test_a_message_that_lost_its_form_is_named(tmp_path: Path, value: object, problem: str) -> None:
    path = rows.write_document(tmp_path / "result.json", value)

    with pytest.raises(BadInput, match=problem):
        read(path, ExportName.TELEGRAM)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a": "' + "x" * 9_000_000, "a value longer"),
        ("{", "not JSON"),
    ],
    ids=["deep", "long", "cut"],
)
def test_a_hostile_document_ends_the_reading(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadInput, match=problem):
        read(path, ExportName.TELEGRAM)


@pytest.mark.parametrize(
    ("name", "lines", "line", "problem"),
    [
        (ExportName.ZEESCHUIMER, [rows.zeeschuimer({"x": 1}, "9gag.com")], 1, "platform is '9gag.com'"),
        (
            ExportName.ZEESCHUIMER,
            [rows.zeeschuimer(rows.TIKTOK), rows.zeeschuimer(rows.TIKTOK | {"createTime": "kemarin"})],
            2,
            "createTime: not a whole number",
        ),
        (ExportName.TWITTER, [rows.API_TWEET, rows.API_TWEET | {"id": None}], 2, "id: missing"),
        (ExportName.SNSCRAPE, [rows.SNSCRAPE | {"date": "kemarin"}], 1, "date: 'kemarin' is no time"),
    ],
)
def test_a_line_that_is_not_of_the_tools_form_is_refused_with_its_field(
    tmp_path: Path, name: ExportName, lines: Sequence[object], line: int, problem: str
) -> None:
    path = rows.write_lines(tmp_path / "a.jsonl", lines)

    with pytest.raises(FormatError, match=problem) as caught:
        read(path, name)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (rows.CROWDTANGLE | {"Post Created": "2024-11-26 20:00:00 XYZ"}, "unknown time zone 'XYZ'"),
        (rows.CROWDTANGLE | {"Post Created": "kemarin"}, "Post Created: 'kemarin' is no time"),
        (rows.CROWDTANGLE | {"URL": "https://lain.example/"}, "URL: .* is no post of Facebook"),
        ({"a": "1", "b": "2"}, "not the columns of an export of crowdtangle"),
    ],
)
def test_a_row_that_is_not_of_the_tools_form_is_refused_with_its_column(
    tmp_path: Path, row: dict[str, str], problem: str
) -> None:
    path = rows.write_table(tmp_path / "a.csv", [row])

    with pytest.raises(FormatError, match=problem):
        read(path, ExportName.CROWDTANGLE)


def test_our_own_items_are_nobodys_export(tmp_path: Path) -> None:
    item = {"id": "1", "text": "satu", "source": "kanal", "url": "https://a.example/"}

    assert detect_export(rows.write_lines(tmp_path / "a.jsonl", [item])) is None
    assert detect_export(rows.write_table(tmp_path / "a.csv", [item])) is None


def test_what_can_be_read_only_once_is_left_to_its_reader(tmp_path: Path) -> None:
    pipe = tmp_path / "pipa"
    os.mkfifo(pipe)  # to open it would wait for a writer

    assert detect_export(pipe) is None


def test_a_head_that_two_tools_write_is_asked_about(tmp_path: Path) -> None:
    path = rows.write_lines(tmp_path / "a.jsonl", [rows.API_TWEET | {"__import_meta": {}}])

    with pytest.raises(BadInput, match="it may be zeeschuimer or twitter-v2: say which with --export"):
        detect_export(path)
