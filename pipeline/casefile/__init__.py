"""Case files on their way out: files kept, events read, one signed ZIP made and verified."""
