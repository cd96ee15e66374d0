"""Where things are: places, vintages, membership."""
