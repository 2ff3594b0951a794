"""The invented city of the demo: its websites, and the pages they serve.

Owns: content/ (the texts), templates/ (the websites' looks), the servers on loopback.
Leaves crawling them and running the pipeline to the `demo` command.
"""
