"""Indicators of a place before they are made safe to print: completed, summed, placed."""
