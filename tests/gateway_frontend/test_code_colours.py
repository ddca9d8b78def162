"""Colours of highlighted code can be read in light and dark."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "gateway_frontend" / "static" / "css"
PAIR = r"light-dark\((#\w{6}), (#\w{6})\)"
LEAST_CONTRAST = 4.5
"""WCAG 2.2, level AA."""


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_of_code_stands_out_from_its_background(scheme: int) -> None:
    found = re.search(rf"--side: {PAIR}", (CSS / "base.css").read_text())
    assert found is not None
    background = found.groups()[scheme]
    colours = re.findall(rf"--code-\w+: {PAIR}", (CSS / "messages.css").read_text())
    assert len(colours) >= 7
    for colour in colours:
        assert contrast(colour[scheme], background) >= LEAST_CONTRAST, colour[scheme]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
