"""Smoothing is the convolution that scipy.signal makes."""

import numpy as np
import pytest
from scipy import signal

from geo.statistics.density.kernel import _convolved


@pytest.mark.parametrize(("shape", "width"), [((41, 67), 11), ((30, 12), 5), ((9, 8), 15)])
def test_convolved_is_what_scipy_signal_gives(shape, width):
    random = np.random.default_rng(1)
    grid, kernel = random.random(shape), random.random((width, width))
    wanted = signal.fftconvolve(grid, kernel, mode="same")
    np.testing.assert_allclose(_convolved(grid, kernel), wanted, atol=1e-12)
