"""Read files in, hand tidy tables out."""
