"""The interactive map: one file, no network."""
