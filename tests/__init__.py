from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
"""The folder that the project lies in."""
