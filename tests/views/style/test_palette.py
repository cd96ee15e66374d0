"""Colours are checked by measurement: contrast, order, and difference as different eyes see it."""

import itertools
import math

import numpy as np
import pytest

from geo.views.style.palette import (
    BIVARIATE,
    BOUNDARY_CHANGED,
    CATEGORIES,
    CHANGE_CLASSES,
    COMPARISON_CLASSES,
    DECILE_CLASSES,
    DECILES,
    GROUP_HUES,
    HATCHES,
    INK,
    NEED,
    PAPER,
    QUINTILES,
    SECONDARY,
    ZERO,
    ClassStyle,
    comparison_styles,
    contrast,
    luminance,
)

# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
MACHADO = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(colour, vision="normal"):
    """CIELAB under D65 of a colour as one kind of eye sees it."""
    seen = np.clip(MACHADO[vision] @ linear(colour), 0, 1)
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    ratio = (to_xyz @ seen) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def ciede2000(one, other):
    """Colour difference after Sharma, Wu and Dalal 2005."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean_c**7 / (mean_c**7 + 25**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    dl, dc = l2 - l1, c2 - c1
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    ml, mc = (l1 + l2) / 2, (c1 + c2) / 2
    mh = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * math.cos(math.radians(mh - 30))
        + 0.24 * math.cos(math.radians(2 * mh))
        + 0.32 * math.cos(math.radians(3 * mh + 6))
        - 0.20 * math.cos(math.radians(4 * mh - 63))
    )
    sl = 1 + 0.015 * (ml - 50) ** 2 / math.sqrt(20 + (ml - 50) ** 2)
    sc, sh = 1 + 0.045 * mc, 1 + 0.015 * mc * t
    rt = -math.sin(math.radians(60 * math.exp(-(((mh - 275) / 25) ** 2))))
    rt *= 2 * math.sqrt(mc**7 / (mc**7 + 25**7))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))


def least_difference(colours, vision):
    seen = [lab(colour, vision) for colour in colours]
    return min(ciede2000(one, other) for one, other in itertools.pairwise(seen))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # pairs 1, 7, 17 and 25 of the test data published with Sharma, Wu and Dalal 2005
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_ciede2000_as_published(one, other, expected):
    assert ciede2000(one, other) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("colours", "vision", "least"),
    [
        (DECILES, "normal", 7.5),
        (DECILES, "protan", 6.5),
        (DECILES, "deutan", 6.5),
        (DECILES, "tritan", 6.5),
        (DECILES, "grey", 5.5),
        (NEED, "normal", 7.3),
        (NEED, "protan", 5.7),
        (NEED, "deutan", 7.0),
        (NEED, "tritan", 7.0),
        (NEED, "grey", 5.7),
        (QUINTILES, "normal", 17.2),
        (QUINTILES, "protan", 16.0),
        (QUINTILES, "deutan", 16.0),
        (QUINTILES, "tritan", 16.0),
        (QUINTILES, "grey", 13.3),
    ],
)
def test_neighbouring_classes_differ_for_every_eye(colours, vision, least):
    assert least_difference(colours, vision) >= least


@pytest.mark.parametrize(
    ("vision", "least"),
    [("normal", 20), ("protan", 20), ("deutan", 20), ("tritan", 20), ("grey", 10)],
)
def test_comparison_classes_differ_for_every_eye(vision, least):
    fills = [shown.fill for shown in COMPARISON_CLASSES.values()]
    assert least_difference(fills, vision) >= least


def test_similar_is_neutral():
    """A tan between brown and blue reads as rather bad."""
    channels = [int(COMPARISON_CLASSES["similar"].fill[at : at + 2], 16) for at in (1, 3, 5)]
    assert max(channels) - min(channels) <= 3


@pytest.mark.parametrize(
    ("vision", "least"),
    [("normal", 15), ("protan", 12.2), ("deutan", 14.7), ("tritan", 14), ("grey", 5)],
)
def test_every_colour_of_the_key_is_told_from_all_others(vision, least):
    """In grey ten steps of lightness can be no farther apart; each has its own sign too."""
    styles = comparison_styles(placed=True)
    judged = [styles[name] for name in ("worse", "similar", "better", "higher", "lower")]
    fifths = [styles[f"fifth_{at}"] for at in range(1, 6)]
    pairs = [
        ciede2000(lab(one.fill, vision), lab(other.fill, vision))
        for one, other in itertools.combinations([*judged, *fifths], 2)
    ]
    assert min(pairs) >= least
    assert len({one.symbol for one in (*judged, *fifths)}) == 10
    assert all(contrast(one.text, one.fill) >= 4.5 for one in fifths)


@pytest.mark.parametrize("colours", [DECILES, NEED, QUINTILES])
@pytest.mark.parametrize("vision", list(MACHADO))
def test_classes_lighten_strictly_from_most_deprived(colours, vision):
    lightness = [lab(colour, vision)[0] for colour in colours]
    assert all(one < other for one, other in itertools.pairwise(lightness))


@pytest.mark.parametrize(
    "shown",
    [*DECILE_CLASSES.values(), *COMPARISON_CLASSES.values(), *(ClassStyle(c, "") for c in NEED)],
    ids=lambda shown: shown.fill,
)
def test_text_on_every_fill_meets_wcag(shown):
    assert contrast(shown.text, shown.fill) >= 4.5


JOINT = [fill for row in BIVARIATE for fill in row]
CHANGES = [shown.fill for shown in CHANGE_CLASSES.values()]


@pytest.mark.parametrize(
    ("fills", "vision", "least"),
    [
        *((JOINT, vision, 16) for vision in ("normal", "protan", "deutan", "tritan")),
        (JOINT, "grey", 8),
        *((CHANGES, vision, 18) for vision in ("normal", "protan", "deutan", "tritan")),
        (CHANGES, "grey", 9),
    ],
)
def test_every_pair_of_joint_and_change_classes_differs_for_every_eye(fills, vision, least):
    seen = [lab(fill, vision) for fill in fills]
    pairs = [ciede2000(one, other) for one, other in itertools.combinations(seen, 2)]
    assert min(pairs) >= least


@pytest.mark.parametrize("fill", [*JOINT, *CHANGES])
def test_text_on_joint_and_change_classes_meets_wcag(fill):
    assert contrast(ClassStyle(fill, "").text, fill) >= 4.5


@pytest.mark.parametrize("vision", list(MACHADO))
def test_joint_classes_lighten_in_reading_order(vision):
    # Only greyscale orders all nine; each column lightens for every eye.
    columns = list(zip(*BIVARIATE, strict=True)) + ([JOINT] if vision == "grey" else [])
    for column in columns:
        lightness = [lab(fill, vision)[0] for fill in column]
        assert all(one < other for one, other in itertools.pairwise(lightness))


def test_every_pattern_of_the_states_has_a_hatch_of_its_own():
    patterned = [*comparison_styles().values(), ZERO, BOUNDARY_CHANGED]
    names = {shown.pattern for shown in patterned if shown.pattern}
    assert names == {"border", "diagonal", "dots", "rings", "cross"}
    assert len({HATCHES[name] for name in names}) == len(names)


@pytest.mark.parametrize("hue", GROUP_HUES, ids=lambda hue: hue.ink)
def test_group_hues_carry_ink_and_their_own_name(hue):
    assert all(contrast(INK, fill) >= 4.5 for fill in hue.fills)
    assert contrast(hue.ink, PAPER) >= 4.5
    assert least_difference(hue.fills, "grey") >= 5


def test_group_hues_differ_from_each_other():
    for vision in ("normal", "protan", "deutan", "tritan"):
        first, second = (lab(hue.fills[1], vision) for hue in GROUP_HUES[:2])
        assert ciede2000(first, second) >= 15, vision


def test_secondary_text_meets_wcag_on_paper():
    assert contrast(SECONDARY, PAPER) >= 4.5


def test_classes_have_a_word_each_and_comparisons_a_symbol_each():
    assert list(DECILE_CLASSES) == list(range(1, 11))
    assert len({shown.label for shown in DECILE_CLASSES.values()}) == 10
    assert len({shown.symbol for shown in COMPARISON_CLASSES.values()}) == 3


def test_contrast_of_middle_grey_as_in_wcag():
    # #767676 on white is the well-known darkest grey that passes AA: 4.54.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert luminance("#ffffff") == pytest.approx(1.0)
    assert len(set(CATEGORIES)) == 6
