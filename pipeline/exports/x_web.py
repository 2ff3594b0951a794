"""Posts as X's own website is sent them, which Zeeschuimer keeps as they are.

Read in: 4CAT, datasources/twitter-import/search_twitter.py (rest_id, legacy.full_text, created_at,
user_id_str, retweeted_status_result, withheld_scope, withheld_status, tombstone); Zeeschuimer,
modules/twitter.js (promoted). The long text of `note_tweet` and the ids of `edit_control` are read as
several public clients of the site do. An edited post has a new id; it is kept under the first one.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.exports.addresses import x_post
from pipeline.exports.fields import field, form_time, id_of, inner, needed, number, some_id, text
from pipeline.exports.post import Passed, Reading, Site, make_post

CREATED = "%a %b %d %H:%M:%S %z %Y"


def is_tweet(row: Mapping[str, Any]) -> bool:
    return "legacy" in row and ("rest_id" in row or row.get("type") == "adaptive")


def read_tweet(line: int, tweet: Mapping[str, Any]) -> Reading:
    """Return a post; of a retweet the post that it passes on. Raises ValueError naming a field."""
    if field(tweet, "promoted") is True:
        return Passed.AD
    passed_on = inner(tweet, "legacy.retweeted_status_result.result")
    if not passed_on:
        return _read_one(line, tweet)
    return _read_one(line, inner(passed_on, "tweet") or passed_on)


def _read_one(line: int, tweet: Mapping[str, Any]) -> Reading:
    if "tombstone" in tweet:
        return Passed.GONE
    legacy = inner(tweet, "legacy")
    if any(text(legacy, mark) for mark in ("withheld_scope", "withheld_status")):
        return Passed.WITHHELD
    id = id_of(tweet, "rest_id") if tweet.get("rest_id") is not None else id_of(legacy, "id_str")
    user = some_id(legacy, "user_id_str") or needed(tweet, "user.id_str")
    return make_post(
        line,
        source=Site.X,
        id=id,
        url=x_post(_first_id(tweet) or id),
        text=text(tweet, "note_tweet.note_tweet_results.result.text") or text(legacy, "full_text"),
        author=x_author(user),
        published_at=form_time(legacy, "created_at", CREATED),
        version=number({"id": id}, "id") or 0,
    )


def _first_id(tweet: Mapping[str, Any]) -> str:
    control = inner(tweet, "edit_control")
    return first_of(inner(control, "edit_control_initial") or control, "edit_tweet_ids")


def first_of(row: Mapping[str, Any], path: str) -> str:
    """Return the first of the ids that one post had through its edits, '' when none are told."""
    ids = field(row, path)
    if ids is None:
        return ""
    if not isinstance(ids, list) or not ids:
        raise ValueError(f"{path}: not a list of ids")
    return id_of({path: ids[0]}, path)


def x_author(id: str) -> str:
    """Return what a user of X is called before the pseudonym: by the id, which does not change."""
    return f"{id}@x.com" if id else ""
