"""What a search finds as a table to take along: CSV, XLSX or JSON lines, every row, whole texts.

Leaves finding to `search`, texts to the record, and who may to `webui` and `cli`.
"""

from pipeline.tables.cells import Tally
from pipeline.tables.forms import Form, write_table
from pipeline.tables.notice import Notice
from pipeline.tables.rows import Addresses
from pipeline.tables.walk import Walk

__all__ = ["Addresses", "Form", "Notice", "Tally", "Walk", "write_table"]
