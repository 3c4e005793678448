"""Benchmarks (基准测量): figures of this machine beside a reference of the same run; no tests."""

from goldfruit.bench.frame import Bench, Figure, NoSuchBench, Report, Sizes, bench, names

__all__ = ["Bench", "Figure", "NoSuchBench", "Report", "Sizes", "bench", "names"]
