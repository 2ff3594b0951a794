"""Building an artefact: base weights, vocabulary, examples, tuning, calibration, card.

Owns: everything behind `kentongan train`. Leaves reading texts with the result to
`classifier.assess`; nothing here is needed to run the service.
"""
