"""Rounds of reporting, as values: lurah to camat to city, who owes what until when, and what one hands in.

Pure: nothing here reads or writes the record (`kentongan.store.rounds`, `kentongan.store.submissions`).
"""
