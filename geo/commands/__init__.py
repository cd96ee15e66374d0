"""The ``geo`` command: one file a command; parse, call, exit code."""
