"""What is spoken of more, less, and again: figures by week, of what was collected.

Pure: counts in, figures out. Owns which week is a hole, what moves, and what is withheld from those who see
aggregates only. Leaves counting to `store.trends`, words and drawing to `webui`. See docs/decisions/0027.
"""
