"""The pages that people decide on. Owns HTTP; leaves judging, searching and keeping to others."""
