"""``python -m geo`` is the ``geo`` command."""

from geo.commands.cli import main

if __name__ == "__main__":
    main(prog_name="geo")
