"""What all views share: page, palette, type, legends, labels, export."""
