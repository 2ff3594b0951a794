"""The archive's index: a copy of the record that can be deleted and rebuilt."""
