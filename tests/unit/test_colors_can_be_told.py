"""Text of map pages has contrast, and neighbouring classes stay apart for readers who do not see red or green."""

from __future__ import annotations

import re
from itertools import combinations, pairwise, product
from typing import TypeAlias

import numpy as np
import pytest

from geo_urban.maps.page_assets import OWN_SCRIPTS, OWN_STYLES, own_text
from geo_urban.palettes import HOT_COLD, LOCAL_MORAN, NO_DATA, PALETTES, QUALITATIVE, diverging, sequential

Vector: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"

# Contrast that level AA of the Web Content Accessibility Guidelines 2.1 asks for: of text (1.4.3), and of borders of
# controls and marks (1.4.11).
TEXT, MARK = 4.5, 3.0
# Just noticeable in CIELAB is 2.3 (Mahy, Van Eycken and Oosterlinck 1994, doi:10.1002/col.5080190308). Neighbours on a
# scale need twice as much, because a map shows them apart from the legend; the two sides of a scale three times.
APART = 2 * 2.3
OPPOSED = 3 * 2.3

# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1.0, on linear RGB.
SIGHT = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
# Linear sRGB to CIE XYZ under D65 (IEC 61966-2-1), and the white point.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])

COLOR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)


def linear(color: str) -> Vector:
    digits = color.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    signal = np.array([int(digits[at : at + 2], 16) for at in (0, 2, 4)]) / 255
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((float(TO_XYZ[1] @ linear(color)) for color in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(color: str, sight: str) -> Vector:
    x, y, z = (TO_XYZ @ np.clip(SIGHT[sight] @ linear(color), 0, 1)) / WHITE
    f = [value ** (1 / 3) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29 for value in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, sight: str) -> float:
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def rules() -> list[tuple[str, str, dict[str, str]]]:
    """Return file, selector and declarations of every rule of our styles, with the page's own variables filled in."""
    found = []
    texts = {name: re.sub(r"/\*.*?\*/", "", own_text(name), flags=re.DOTALL) for name in OWN_STYLES}
    variables = dict(re.findall(r"(--[\w-]+):\s*([^;}]+)", texts["page.css"]))
    for name, text in texts.items():
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
            filled = re.sub(r"var\((--[\w-]+)\)", lambda met: variables[met[1]], body)
            pairs = re.findall(r"([\w-]+)\s*:\s*([^;]+)", filled)
            found.append((name, selector.strip(), {key: value.strip() for key, value in pairs}))
    return found


def color_of(value: str) -> str | None:
    met = COLOR.search(value)
    return met[0] if met else None


def test_the_measures_give_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21, abs=0.001)
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.005)  # the grey that just fails, by common knowledge
    assert lab("#ffffff", "all colours") == pytest.approx([100, 0, 0], abs=0.02)
    assert lab("#ff0000", "all colours") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)  # of sRGB red under D65
    for matrix in SIGHT.values():
        assert matrix.sum(axis=1) == pytest.approx(1, abs=2e-6)  # grey stays grey


def test_a_brick_beside_an_olive_would_be_refused() -> None:
    # The test can fail: an olive and a brick that normal sight tells apart fall together without green cones.
    assert distance("#9a6a3a", "#7f7a3a", "all colours") > 3 * APART
    assert distance("#9a6a3a", "#7f7a3a", "deuteranopia") < APART


def test_text_has_contrast_on_every_ground_it_stands_on() -> None:
    grounds = {rule["--paper"] for _, _, rule in rules() if "--paper" in rule}
    grounds |= {rule["--sea"] for _, _, rule in rules() if "--sea" in rule}
    assert len(grounds) == 2
    faint, seen = [], 0
    for name, selector, rule in rules():
        color = color_of(rule.get("color", ""))
        if color is None:
            continue
        seen += 1
        own = color_of(rule.get("background", "") + rule.get("background-color", ""))
        faint += [
            f"{name}: {selector}: {color} on {ground} is {contrast(color, ground):.2f}"
            for ground in ({own} if own else grounds)
            if contrast(color, ground) < TEXT
        ]
    assert seen > 10
    assert faint == []


def test_ink_has_contrast_on_every_ground_of_the_page() -> None:
    ink = next(rule["--ink"] for _, _, rule in rules() if "--ink" in rule)
    quiet = next(rule["--quiet"] for _, _, rule in rules() if "--quiet" in rule)
    faint = []
    for name, selector, rule in rules():
        ground = color_of(rule.get("background", "") + rule.get("background-color", ""))
        if ground is None or "color" in rule or re.search(r"::|\bi\b|disc|stroke", selector):
            continue
        faint += [f"{name}: {selector}: {ground}" for text in (ink, quiet) if contrast(text, ground) < TEXT]
    assert faint == []


def test_borders_of_controls_and_the_focus_can_be_seen() -> None:
    page = {selector: rule for name, selector, rule in rules() if name == "page.css"}
    focus = color_of(page[":focus-visible"]["outline"])
    border = color_of(page[".gu-tool, .gu-tab"]["border"])
    for color, ground in product((focus, border), ("#ffffff", "#f3f5f7")):
        assert color is not None
        assert contrast(color, ground) >= MARK, (color, ground)


def test_marks_of_charts_and_pinned_units_can_be_seen_on_paper() -> None:
    named = {
        color
        for script in ("panel.js", "shapes.js", "firmness.js")
        for color in re.findall(r'(?:BAR|MARKED|INK|PINNED)\b[^;\n]*?"(#[0-9a-f]{6})"', own_text(script))
    }
    assert len(named) >= 3
    assert {script for script in ("panel.js", "shapes.js", "firmness.js") if script not in OWN_SCRIPTS} == set()
    assert [color for color in sorted(named) if contrast(color, "#ffffff") < MARK] == []


def all_scales() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in PALETTES:
        try:
            diverging(1, 1, name=name)
        except ValueError:
            found |= {f"{name} {classes}": sequential(classes, name=name) for classes in range(2, 10)}
        else:
            found |= {
                f"{name} {below}|{'0|' if neutral else ''}{above}": diverging(below, above, name=name, neutral=neutral)
                for below, above, neutral in product(range(1, 6), range(1, 6), (False, True))
            }
    return found


@pytest.mark.parametrize("sight", SIGHT)
def test_neighbouring_classes_stay_apart(sight: str) -> None:
    scales = all_scales()
    assert len(scales) == 2 * 8 + 2 * 50
    close = {
        f"{name}: {one} and {other}": round(distance(one, other, sight), 1)
        for name, colors in scales.items()
        for one, other in pairwise(colors)
        if distance(one, other, sight) < APART
    }
    assert close == {}


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", ["red_blue", "brown_teal"])
def test_no_class_below_looks_like_one_above(name: str, sight: str) -> None:
    for below, above in product(range(1, 6), range(1, 6)):
        colors = diverging(below, above, name=name)
        nearest = min(distance(one, other, sight) for one, other in product(colors[:below], colors[below:]))
        assert nearest >= OPPOSED, (below, above)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("colors", [tuple(LOCAL_MORAN.values()), HOT_COLD], ids=["local Moran", "hot and cold spots"])
def test_all_classes_of_clusters_stay_apart(colors: tuple[str, ...], sight: str) -> None:
    assert min(distance(one, other, sight) for one, other in combinations(colors, 2)) >= OPPOSED


@pytest.mark.parametrize("sight", SIGHT)
def test_kinds_stay_apart_from_each_other_and_from_no_data(sight: str) -> None:
    # Kinds lie anywhere beside each other on a map: any two must stay apart, not only neighbours of a scale.
    nearest = {
        (one, other): round(distance(one, other, sight), 1) for one, other in combinations((*QUALITATIVE, NO_DATA), 2)
    }
    assert len(set(QUALITATIVE)) == 10
    assert {pair: found for pair, found in nearest.items() if found < 2 * OPPOSED} == {}


@pytest.mark.parametrize("name", ["yellow_blue", "purples"])
def test_scales_from_light_to_dark_survive_a_print_in_grey(name: str) -> None:
    for classes in range(2, 10):
        lightness = [lab(color, "all colours")[0] for color in sequential(classes, name=name)]
        assert all(light > dark + 2 for light, dark in pairwise(lightness)), (classes, lightness)
