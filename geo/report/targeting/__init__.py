"""Whom to serve first: what puts LSOAs in order, whom that reaches, where to place outreach."""
