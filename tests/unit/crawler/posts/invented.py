"""Answers of the sites of public posts, in their shapes, about an invented city and invented people."""

from html import escape


def status(number: int, site: str = "https://sosial.example", **fields: object) -> dict[str, object]:
    """Return a Mastodon post of this instance; `fields` replace its own, `account` is merged."""
    account = {"acct": "sari", "noindex": False, "indexable": True, "url": f"{site}/@sari"}
    told = fields.pop("account", {})
    assert isinstance(told, dict)
    return {
        "id": str(number),
        "created_at": "2025-11-03T02:00:00.000Z",
        "visibility": "public",
        "language": "id",
        "uri": f"{site}/users/sari/statuses/{number}",
        "url": f"{site}/@sari/{number}",
        "spoiler_text": "",
        "content": f"<p>Kabar nomor {number} dari Arunika</p>",
        "reblog": None,
        "account": account | told,
    } | fields


def bluesky_post(key: str, at: str = "2025-11-03T02:00:00.000Z", **fields: object) -> dict[str, object]:
    """Return a post as searchPosts shows it; `record` and `author` are merged."""
    record: dict[str, object] = {"text": f"Kabar {key} dari Arunika", "createdAt": at, "langs": ["id"]}
    author: dict[str, object] = {"did": "did:plc:arunika", "handle": "sari.bsky.example", "labels": []}
    for part, name in ((record, "record"), (author, "author")):
        told = fields.pop(name, {})
        assert isinstance(told, dict)
        part.update(told)
    uri = f"at://did:plc:arunika/app.bsky.feed.post/{key}"
    return {
        "uri": uri,
        "cid": "x",
        "author": author,
        "record": record,
        "indexedAt": at,
        "labels": [],
    } | fields


def youtube_feed(*videos: tuple[str, str, str]) -> str:
    """Return a channel's feed of (id, title, description)."""
    entries = "".join(
        f"""<entry><id>yt:video:{video}</id><yt:videoId>{video}</yt:videoId><yt:channelId>UCarunika</yt:channelId>
        <title>{escape(title)}</title><link rel="alternate" href="https://jahat.example/{video}"/>
        <author><name>Kanal Arunika</name><uri>https://www.youtube.com/channel/UCarunika</uri></author>
        <published>2025-11-03T02:00:00+00:00</published><media:group><media:title>{escape(title)}</media:title>
        <media:description>{escape(description)}</media:description></media:group></entry>"""
        for video, title, description in videos
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Kanal Arunika</title>{entries}</feed>"
    )


def reddit_feed(*posts: tuple[str, str, str], site: str = "https://www.reddit.com") -> str:
    """Return a community's feed of (id, title, content as HTML); what a post passes on stands in the content."""
    entries = "".join(
        f"""<entry><author><name>/u/sari_w</name><uri>{site}/user/sari_w</uri></author><category term="arunika"/>
        <content type="html">{escape(content)} &amp;#32; submitted by &amp;#32;
        {escape(f'<a href="{site}/user/sari_w"> /u/sari_w </a>')}</content><id>t3_{key}</id>
        <link href="{site}/r/arunika/comments/{key}/judul_pos/"/><updated>2025-11-03T03:00:00+00:00</updated>
        <published>2025-11-03T02:00:00+00:00</published><title>{escape(title)}</title></entry>"""
        for key, title, content in posts
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>r/arunika</title>{entries}</feed>'
