"""What a text is judged to be: labels, stance, spans, embeddings, matches to fact-checks.

Owns: the shipped artefact, reading texts with it, training it. Leaves storing and
scheduling to `pipeline`. Knows nothing of `crawler` and `search`.
"""
