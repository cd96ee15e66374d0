"""Compose: evidence of a place, its indicators, figures, rugs and map, written as one folder."""
