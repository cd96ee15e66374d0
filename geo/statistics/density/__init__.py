"""Density: how many live per square kilometre, smoothed, from counts by area."""
