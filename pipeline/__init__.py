"""The conveyor: what was collected is assessed, matched, grouped and told to the index."""
