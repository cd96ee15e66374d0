"""Short paths lead where long ones did."""

import numpy as np

from geo.views.style.paths import rings_path, short_paths
from tests.drawn import path_corners


def test_short_paths_leads_where_the_long_one_did():
    random = np.random.default_rng(2)
    rings = [np.cumsum(random.normal(size=(200, 2)), axis=0) + 300 for _ in range(3)]
    long = "".join(
        "M " + " \nL ".join(f"{x:.6f} {y:.6f}" for x, y in ring) + " \nz\n" for ring in rings
    )
    curve = "M 1.23456 2 \nC 3.33333 4 -5.66666 6 7 0.004 \nL 8 9.999 \n"
    for path in (long, curve):
        drawing = f'<text> d="M 1.23456 2"</text><path d="{path}" style="x: 1.23456"/>'
        short = short_paths(drawing)
        assert short.startswith('<text> d="M 1.23456 2"</text>')
        assert short.endswith('" style="x: 1.23456"/>')
        given = short.split('<path d="')[1].split('"')[0]
        assert given.count("z") == path.count("z")
        assert np.abs(path_corners(given) - path_corners(path)).max() <= (
            0.01 if "C" in path else 0.005 + 1e-9
        )
    assert len(short_paths(f'<path id="C0" d="{long}"')) < 0.55 * len(long)


def test_rings_path_in_whole_units_keeps_the_tens():
    assert rings_path([np.array([[10.0, 200.4], [30.0, 0.0], [30.0, 100.0]])], 0) == (
        "M10 200l20-200 0 100z"
    )


def test_rings_path_keeps_what_rings_share():
    random = np.random.default_rng(3)
    shared = random.uniform(0, 700, size=(50, 2))
    rings = [np.vstack([shared, random.uniform(0, 700, (20, 2))]) for _ in range(4)]
    one, *others = (path_corners(rings_path([ring], 1))[:50] for ring in rings)
    for other in others:
        np.testing.assert_allclose(other, one, atol=1e-6)
    assert np.abs(one - shared).max() <= 0.05 + 1e-9
    assert rings_path(rings, 1).count("z") == len(rings)
