"""Reports: medians with their spread, ratios to the peer, the machine."""

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
PARTS = Path(__file__).resolve().parent / "results"
HEAD = """# Results

Each part is written by `make bench ARGS=NAME`, all of them by `make bench`, on a machine that does
nothing else. The servers share one core, the clients have another. A figure is the median of all
rounds (lowest–highest), and its ratio to the peer's in the same run; the targets take turns within
a round.
"""


@dataclass(frozen=True)
class Bars:
    """A plot of one figure: a bar for each name, with the spread of its samples."""

    name: str
    """Of the file, without its suffix."""
    unit: str
    samples: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Table:
    """One table of results."""

    title: str
    note: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    bars: Bars | None = None

    def as_markdown(self) -> str:
        lines = [f"## {self.title}", "", self.note, ""]
        lines += ["| " + " | ".join(self.header) + " |", "|---" * len(self.header) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines) + "\n"


def record(name: str, tables: Sequence[Table], order: Iterable[str]) -> None:
    """Writes the part `name` with its plots, and RESULTS.md of all parts in their `order`."""
    from benchmarks.plots import draw  # matplotlib is for this alone

    PARTS.mkdir(exist_ok=True)
    when = f"{datetime.now(UTC):%Y-%m-%d}, commit {_commit()}, {machine()}"
    text = f"`make bench ARGS={name}`: {when}.\n\n"
    for table in tables:
        text += table.as_markdown() + "\n"
        if table.bars:
            draw(table.bars, PARTS / f"{table.bars.name}.svg")
            text += f"![{table.title}](results/{table.bars.name}.svg)\n\n"
    (PARTS / f"{name}.md").write_text(text)
    parts = [path for name in order if (path := PARTS / f"{name}.md").exists()]
    RESULTS.write_text("\n".join([HEAD, *(path.read_text() for path in parts)]))


def percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def spread(values: Sequence[float], peer: Sequence[float]) -> str:
    """`0.62 (0.60–0.65) ×0.31`: median, extremes, ratio to the peer's median."""
    middle = f"{times(median(values))} ({times(min(values))}–{times(max(values))})"
    return middle if values is peer else f"{middle} ×{median(values) / median(peer):.2f}"


def times(value: float) -> str:
    """A number with three significant figures."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def machine() -> str:
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores ({_processor()}), {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _commit() -> str:
    command = ("git", "rev-parse", "--short", "HEAD")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
