"""The `kentongan` command: reads the settings, builds the parts, runs them."""
