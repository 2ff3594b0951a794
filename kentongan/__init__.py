"""What every room shares: the words, the settings, the errors, text and the record."""

__version__ = "0.1.0"
