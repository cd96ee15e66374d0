"""What people look at: figures, maps, pages."""
