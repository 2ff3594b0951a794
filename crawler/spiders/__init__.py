"""One spider per kind of source: news, public channel, fact-checker."""
