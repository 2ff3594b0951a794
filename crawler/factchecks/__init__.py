"""Fact-checkers, one shape each: pure readers that serve the spider and the importer alike.

`names` holds the closed set, `shapes` which reader goes with which; each other module knows
one publisher's pages or answers (DOMAIN 4.4). Values in, values out: nothing here fetches.
"""
