"""Small pictures that look like the large ones."""

import numpy as np
import pytest
from PIL import Image

from geo.views.style.picture import write_picture

NO_MORE_THAN_SEEN = 16


def _written(pixels, tmp_path):
    write_picture(pixels, tmp_path / "picture.png", 300)
    return Image.open(tmp_path / "picture.png")


def _opaque(colours):
    return np.concatenate([colours, np.full((*colours.shape[:-1], 1), 255)], -1).astype(np.uint8)


def test_write_picture_keeps_every_colour_of_up_to_256(tmp_path):
    ramp = np.stack(np.meshgrid(np.arange(0, 256, 16), np.arange(0, 256, 16), [7]), -1)[:, :, 0]
    picture = _written(_opaque(ramp), tmp_path)
    assert picture.mode == "P"
    assert np.round(picture.info["dpi"]).tolist() == [300, 300]
    assert (np.asarray(picture.convert("RGB")) == ramp).all()


def test_write_picture_keeps_fills_and_nearly_keeps_blends_at_edges(tmp_path):
    fills = np.array([[21, 57, 92], [255, 247, 191], [212, 53, 28], [255, 255, 255], [11, 12, 12]])
    share = np.linspace(0, 1, 120)[:, None]
    blends = [a * share + b * (1 - share) for a in fills for b in fills]
    pixels = np.concatenate([np.repeat(fills, 2000, axis=0), *blends]).round()[None]
    seen = np.asarray(_written(_opaque(pixels), tmp_path).convert("RGB")).astype(int)
    apart = np.abs(seen - pixels).max(axis=-1)[0]
    assert not apart[: 2000 * len(fills)].any()
    assert 0 < apart.max() <= NO_MORE_THAN_SEEN


@pytest.mark.parametrize("case", ["transparent", "too many colours"])
def test_write_picture_changes_nothing_where_a_palette_could_be_seen(tmp_path, case):
    pixels = _opaque(np.random.default_rng(1).integers(0, 256, (300, 300, 3)))
    if case == "transparent":
        pixels = np.zeros((4, 4, 4), dtype=np.uint8)
    picture = _written(pixels, tmp_path)
    assert (np.asarray(picture.convert("RGBA")) == pixels).all()
