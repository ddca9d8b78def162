"""Bars of figures as SVG."""

from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "parley"  # the same figures make the same file

from matplotlib import pyplot  # noqa: E402

from benchmarks.report import Bars  # noqa: E402

PARLEY, PEER = "#4f46e5", "#9ca3af"
OWN_NAMES = ("Parley", "gateway", "messages_service")


def draw(bars: Bars, path: Path) -> None:
    """Horizontal bars of the medians; a line in each from the lowest to the highest sample."""
    names = list(bars.samples)
    middles = [median(bars.samples[name]) for name in names]
    below = [middle - min(bars.samples[name]) for middle, name in zip(middles, names, strict=True)]
    above = [max(bars.samples[name]) - middle for middle, name in zip(middles, names, strict=True)]
    colours = [PARLEY if name.startswith(OWN_NAMES) else PEER for name in names]
    figure, axes = pyplot.subplots(figsize=(8, 0.8 + 0.45 * len(names)), layout="constrained")
    axes.barh(names, middles, xerr=[below, above], color=colours, ecolor="#374151", capsize=3)
    axes.invert_yaxis()
    axes.set_xlabel(bars.unit)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
