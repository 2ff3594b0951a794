"""Reports as files: what stands in one, as DOCX, as PDF, and short enough for a message."""
