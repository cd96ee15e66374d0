"""Charts for print."""
