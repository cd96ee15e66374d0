"""Sentences to use, written from the tables of a report."""
