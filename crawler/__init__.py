"""Collecting: sources as YAML, spiders by source shape, extraction, evidence.

Leaves keeping to `kentongan.store` (through `crawler.sink.Sink`) and judging to `classifier`.
"""
