"""Invented exports of each tool, in the form that its own code writes. Nobody here exists."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CREATED = "Wed Nov 27 01:00:00 +0000 2024"
UNIX = 1732669200  # the same moment
TEXT = "TPS 4 Arunika pindah, tanya @budi_arunika di 0812-3456-7890"


def tweet(id: int, **fields: Any) -> dict[str, Any]:
    """A post as X's website is sent it."""
    legacy = {"full_text": TEXT, "created_at": CREATED, "user_id_str": "77", "conversation_id_str": str(id)}
    user = {"result": {"core": {"screen_name": "budi_arunika", "name": "Budi Arunika"}, "legacy": {}}}
    return {
        "rest_id": str(id),
        "id": id,
        "core": {"user_results": user},
        "legacy": legacy | fields.pop("legacy", {}),
    } | fields


def zeeschuimer(data: Mapping[str, Any], platform: str = "twitter.com", **about: Any) -> dict[str, Any]:
    return {
        "nav_index": "1:1",
        "item_id": "1",
        "timestamp_collected": UNIX * 1000,
        "last_updated": UNIX * 1000,
        "source_platform": platform,
        "source_platform_url": f"https://{platform}/cari",
        "data": data,
    } | about


TIKTOK: dict[str, Any] = {
    "id": "7300000000000000001",
    "desc": TEXT,
    "createTime": UNIX,
    "author": {"uniqueId": "budi_arunika", "nickname": "Budi Arunika"},
    "stickersOnItem": [{"stickerText": ["SEBARKAN"]}],
    "video": {},
    "isAd": False,
}
TIKTOK_COMMENT: dict[str, Any] = {
    "cid": "7311",
    "aweme_id": "7300000000000000001",
    "text": "Benar kah?",
    "create_time": UNIX,
    "user": {"unique_id": "siti_arunika", "nickname": "Siti", "uid": "9"},
}
INSTAGRAM: dict[str, Any] = {
    "code": "C0abc_DEF-1",
    "media_type": 1,
    "caption": {"text": TEXT},
    "taken_at": UNIX,
    "user": {"username": "budi_arunika", "id": "5", "full_name": "Budi Arunika"},
}
THREADS: dict[str, Any] = {
    "code": "C9thr",
    "text_post_app_info": {"repost_count": 0},
    "caption": {"text": TEXT},
    "taken_at": UNIX,
    "user": {"username": "budi_arunika"},
}
FOURCAT: dict[str, str] = {
    "id": "1861",
    "thread_id": "1861",
    "timestamp": "2024-11-27 01:00:00",
    "unix_timestamp": str(UNIX),
    "link": "https://x.com/budi_arunika/status/1861",
    "body": TEXT,
    "author": "budi_arunika",
    "author_fullname": "Budi Arunika",
    "author_id": "77",
    "is_retweet": "no",
    "retweeted_user": "",
    "is_withheld": "no",
}
FOURCAT_TELEGRAM: dict[str, str] = {
    "id": "InfoArunika-12",
    "thread_id": "InfoArunika",
    "chat": "InfoArunika",
    "author": "55",
    "author_username": "budi_arunika",
    "author_name": "Budi Arunika",
    "body": TEXT,
    "restriction_reason": "",
    "chat_restriction_reason": "",
    "message_noforwards": "no",
    "chat_noforwards": "no",
    "timestamp": "2024-11-27 01:00:00",
    "unix_timestamp": str(UNIX),
    "unix_timestamp_edited": "",
    "author_forwarded_from_name": "",
    "author_forwarded_from_id": "",
}
CROWDTANGLE: dict[str, str] = {
    "Page Name": "Kabar Arunika",
    "User Name": "kabararunika",
    "Facebook Id": "100044",
    "Post Created": "2024-11-26 20:00:00 EST",
    "Post Created Date": "2024-11-26",
    "Post Created Time": "20:00:00",
    "Type": "Link",
    "URL": "https://www.facebook.com/100044/posts/99887766",
    "Message": TEXT,
    "Link": "https://kabar.example/1",
    "Image Text": "",
    "Link Text": "",
    "Description": "",
}
CROWDTANGLE_INSTAGRAM: dict[str, str] = {
    "Account": "Kabar Arunika",
    "User Name": "kabararunika",
    "Post Created": "2024-11-27 08:00:00 WIB",
    "URL": "https://www.instagram.com/p/C0abc_DEF-1/",
    "Title": "",
    "Description": TEXT,
}
LIBRARY: dict[str, str] = {
    "id": "555",
    "text": TEXT,
    "creation_time": "2024-11-27T01:00:00+0000",
    "modified_time": "2024-11-27T01:00:00+0000",
    "lang": "id",
    "mcl_url": "https://perpustakaan.example/555",
    "post_owner.id": "41",
    "post_owner.name": "Kabar Arunika",
    "post_owner.username": "kabararunika",
}
API_TWEET: dict[str, Any] = {
    "id": "1861",
    "text": TEXT,
    "author_id": "77",
    "created_at": "2024-11-27T01:00:00.000Z",
    "edit_history_tweet_ids": ["1861"],
}
API_USER: dict[str, Any] = {"id": "77", "username": "budi_arunika", "name": "Budi Arunika"}
SNSCRAPE: dict[str, Any] = {
    "_type": "snscrape.modules.twitter.Tweet",
    "url": "https://twitter.com/budi_arunika/status/1861",
    "date": "2024-11-27T01:00:00+00:00",
    "rawContent": TEXT,
    "id": 1861,
    "user": {"_type": "snscrape.modules.twitter.User", "username": "budi_arunika", "id": 77},
}
VIDEO: dict[str, str] = {
    "position": "1",
    "channelId": "UCarunika00000000000000a",
    "channelTitle": "Budi Arunika",
    "videoId": "abcdefghijk",
    "videoUrl": "https://www.youtube.com/watch?v=abcdefghijk",
    "publishedAt": "2024-11-27T01:00:00Z",
    "videoTitle": "TPS pindah",
    "videoDescription": TEXT,
}
COMMENT: dict[str, str] = {
    "position": "1",
    "videoId": "abcdefghijk",
    "id": "UgxArunika.1",
    "publishedAt": "2024-11-27 01:00:00",
    "authorName": "@budi_arunika",
    "authorChannelId": "UCarunika00000000000000b",
    "text": "Suara <3 hilang",
    "isReply": "0",
    "threadId": "UgxArunika.1",
    "isReplyToId": "",
    "isReplyToName": "",
}
OLD_COMMENT: dict[str, str] = {
    "id": "UgxArunika.2",
    "replyCount": "0",
    "likeCount": "0",
    "publishedAt": "2024-11-27 01:00:00",
    "authorName": "Budi Arunika",
    "text": "Suara hilang<br>di TPS 4 &amp; 5",
    "authorChannelId": "UCarunika00000000000000b",
    "authorChannelUrl": "https://www.youtube.com/channel/x",
    "isReply": "0",
    "isReplyTo": "",
    "isReplyToName": "",
}


def message(id: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": id,
        "type": "message",
        "date": "2024-11-27T08:00:00",
        "date_unixtime": str(UNIX),
        "from": "Budi Arunika",
        "from_id": "user77",
        "text": TEXT,
        "text_entities": [],
    } | fields


def chat(kind: str, *messages: object, id: int = 900, name: str = "Info Arunika!") -> dict[str, Any]:
    return {"name": name, "type": kind, "id": id, "messages": list(messages)}


def write_table(path: Path, rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_document(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False), encoding="utf-8")
    return path
