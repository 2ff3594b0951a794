"""Exports of the tools that researchers and city teams have, read as items.

One module a tool: a function from one row to posts. `registry` names them, `detect` knows them by
their head, `importing_exports` keeps what they hold. Each module names where its form was read.
"""
