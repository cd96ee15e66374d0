"""What written tables give away together: found in files, as an outsider has them."""
