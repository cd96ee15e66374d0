"""The report of the sample borough, to show and to lead to."""

from pathlib import Path

import geo

_DONE = "manifest.json"


def sample_report(folder: Path) -> Path:
    """Build the sample into a folder, unless it is there and newer than all of the toolkit."""
    code = Path(geo.__file__).parent.rglob("*.*")
    newest = max(path.stat().st_mtime for path in code if "__pycache__" not in path.parts)
    done = folder / _DONE
    if not done.exists() or done.stat().st_mtime < newest:
        geo.build_report(sample=True, out=folder)
    return folder
