"""PDF documents as small files: fonts and paths without what paper does not show.

matplotlib has no setting for either, and other figures of the same process are left as they are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fontTools import subset  # type: ignore[import-untyped]
from matplotlib.backends.backend_pdf import PdfFile
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform, Transform

_DECIMALS = 2


@contextmanager
def small_documents() -> Iterator[None]:
    """Write documents with bare fonts and short paths, for a while.

    Fonts are embedded without the tables that lay out text, which is laid out already. Paths are in
    hundredths of a point, a three-hundredth of a millimetre, as in SVG, not in millionths.
    """
    tables, operations = subset.Options._drop_tables_default, PdfFile.pathOperations
    subset.Options._drop_tables_default = [*tables, "GDEF", "GPOS", "GSUB"]

    def rounded(path: Path, transform: Transform, *rest: Any, **options: Any) -> Any:
        placed: Any = transform.transform_path(path)
        corners = Path(placed.vertices.round(_DECIMALS), placed.codes)
        straight = IdentityTransform()
        return operations(corners, straight, *rest, **options)  # type: ignore[no-untyped-call]

    setattr(PdfFile, "pathOperations", staticmethod(rounded))  # noqa: B010 (mypy wants no methods)
    try:
        yield
    finally:
        subset.Options._drop_tables_default = tables
        setattr(PdfFile, "pathOperations", staticmethod(operations))  # noqa: B010
