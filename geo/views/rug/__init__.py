"""The Tartan Rug: layout, and its page, workbook and figure."""
