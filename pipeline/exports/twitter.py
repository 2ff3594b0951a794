"""Posts of X by its API v2: twarc2's JSONL, whole answers or flattened, and other programs' of that form.

Read in: twarc, src/twarc/expansions.py (data, includes.users, includes.tweets, errors, `flatten`,
author, referenced_tweets, withheld, edit_history_tweet_ids, protected); 4CAT,
datasources/twitterv2/search_twitter.py (author_user). An edited post has a new id; it is kept under the
first one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.exports.addresses import x_post
from pipeline.exports.fields import field, id_of, inner, iso_time, rows, some_id, text
from pipeline.exports.post import Passed, Reading, Site, make_post
from pipeline.exports.x_web import first_of, x_author

_RETWEET = re.compile(r"RT @\w{1,20}: ")
_TWEET = frozenset({"id", "text", "author_id", "created_at"})


def knows(row: Mapping[str, Any]) -> bool:
    answer = "data" in row and ("includes" in row or "__twarc" in row or "meta" in row)
    only_errors = "errors" in row and "__twarc" in row
    return answer or only_errors or row.keys() >= _TWEET


def read(line: int, row: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield the posts of an answer, or the one of a flattened line; raises ValueError naming a field."""
    if "data" not in row and ("errors" in row or "meta" in row):
        yield from (Passed.GONE for _ in rows(row, "errors"))
        return
    if "data" not in row:
        yield _read_tweet(line, row, {}, {})
        return
    users = {some_id(user, "id"): user for user in rows(row, "includes.users")}
    tweets = {some_id(tweet, "id"): tweet for tweet in rows(row, "includes.tweets")}
    told = [inner(row, "data")] if isinstance(row["data"], Mapping) else rows(row, "data")
    for tweet in told:
        yield _read_tweet(line, tweet, users, tweets)
    yield from (Passed.GONE for _ in rows(row, "errors"))


def _read_tweet(
    line: int,
    tweet: Mapping[str, Any],
    users: Mapping[str, Mapping[str, Any]],
    tweets: Mapping[str, Mapping[str, Any]],
) -> Reading:
    """Return a post; of a retweet the post that it passes on, where the file has it."""
    for reference in rows(tweet, "referenced_tweets"):
        if text(reference, "type") == "retweeted":
            first = reference if "text" in reference else tweets.get(some_id(reference, "id"))
            return _post(line, first, users) if first else _passed_on(line, tweet, reference)
    return _post(line, tweet, users)


def _post(line: int, tweet: Mapping[str, Any], users: Mapping[str, Mapping[str, Any]]) -> Reading:
    id, author = id_of(tweet, "id"), some_id(tweet, "author_id")
    known = inner(tweet, "author") or inner(tweet, "author_user") or users.get(author, {})
    if field(known, "protected") is True or inner(tweet, "withheld") or inner(known, "withheld"):
        return Passed.WITHHELD
    return make_post(
        line,
        source=Site.X,
        id=id,
        url=x_post(first_of(tweet, "edit_history_tweet_ids") or id),
        text=text(tweet, "note_tweet.text") or text(tweet, "text"),
        author=x_author(author),
        published_at=iso_time(tweet, "created_at"),
        version=int(id),
    )


def _passed_on(line: int, tweet: Mapping[str, Any], reference: Mapping[str, Any]) -> Reading:
    """Return what a retweet shows of a post that the file lacks.

    It is cut short, so it has no address: under that of the post it would replace the whole text.
    """
    id_of(reference, "id")
    said = _RETWEET.sub("", text(tweet, "text"), count=1)
    return make_post(line, source=Site.X, text=said, passed_on=True)
