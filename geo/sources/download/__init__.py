"""Official data over HTTP: fetched once, checked, kept with where it is from."""
