"""What the pages take from the project itself, so that they cannot say otherwise."""
