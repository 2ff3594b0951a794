"""Reports of the office, as values: kinds and periods, what one holds, who may change it when.

Pure: nothing here reads or writes the record (`kentongan.store.reports`), or makes a file of a report
(`pipeline.reports`).
"""
