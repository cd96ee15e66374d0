"""What the numbers say: tables in, tables out."""
