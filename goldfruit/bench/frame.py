"""What a benchmark is (基准): a function of sizes that returns figures with their references."""

import gc
import importlib
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from goldfruit.kernel.errors import NotFound

LIBRARIES = ("flask", "gunicorn", "sqlalchemy", "psycopg")
BENCHES = {"index": "goldfruit.bench.index", "pages": "goldfruit.bench.pages"}
"""Each bench is a module with a function ``measure``."""


@dataclass(eq=False)
class NoSuchBench(NotFound):
    """No benchmark has that name."""

    code = "no-such-bench"
    title = "没有这项基准测量"
    detail = "没有名为 {name} 的基准测量。可用的有：{known}。"

    name: str
    known: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """规模: how much is measured. ``scale`` 1 is the full size; ``repeats`` runs, medians told."""

    scale: float = 1.0
    repeats: int = 3
    seconds: float = 3.0
    database_url: str = "sqlite://"

    def of(self, full: int) -> int:
        """Return ``full`` at this scale, at least 1."""
        return max(1, round(full * self.scale))


@dataclass(frozen=True, slots=True)
class Figure:
    """测量值: one figure, and what the reference took or gave in the same run."""

    name: str
    value: float
    unit: str
    reference: str = ""
    beside: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return ours over the reference's; None without one."""
        return self.value / self.beside if self.beside else None

    def plain(self) -> dict[str, Any]:
        """Return the figure as a JSON document."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "reference": self.reference,
            "beside": self.beside,
            "ratio": self.ratio,
            "note": self.note,
        }


Bench: TypeAlias = "Callable[[Sizes], list[Figure]]"


@dataclass(frozen=True, slots=True)
class Report:
    """测量报告: the figures of one benchmark, when, and on what machine."""

    name: str
    at: datetime
    figures: tuple[Figure, ...]

    def plain(self) -> dict[str, Any]:
        """Return the report as a JSON document."""
        return {
            "bench": self.name,
            "at": self.at.isoformat(timespec="minutes"),
            "machine": machine(),
            "figures": [figure.plain() for figure in self.figures],
        }


def names() -> list[str]:
    """Return the names of all benchmarks, in order."""
    return sorted(BENCHES)


def bench(name: str) -> Bench:
    """Return the benchmark of that name.

    Raises:
        NoSuchBench: there is none; the refusal lists them.
    """
    if name not in BENCHES:
        raise NoSuchBench(name=name[:40], known="、".join(names()))
    found: Bench = importlib.import_module(BENCHES[name]).measure
    return found


def machine() -> dict[str, str]:
    """Return what figures depend on: processor, cores, memory, load, versions."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory_gib": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f}",
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def seconds_of(work: Callable[[], object], repeats: int = 1) -> float:
    """Return the median of how many seconds ``work`` takes, measured ``repeats`` times."""
    return median(_once(work) for _ in range(max(1, repeats)))


def _once(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
