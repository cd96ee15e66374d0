"""Documents in Word: text, tables and pictures that writers go on with."""
