"""Outcome indicators and their catalogues, as people have them."""
