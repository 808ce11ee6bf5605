"""The result as Markdown: the machine, then one table per task."""

import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from commands import TASKS
from measure import Cost, medians
from prepare import REPOSITORY, Environment


@dataclass(frozen=True)
class Case:
    """One row: a tool on a task, a file and a number of threads."""

    task: str
    file: str
    tool: str
    threads: int


def machine(venv: Environment, photopeak: Path | None, events: int, sizes: dict[str, int], rounds: int) -> str:
    """Processor, memory, load, versions, files and method, as a Markdown list."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0))
    lines = [
        f"{_cpu_model()}, {cores} cores, {memory:.0f} GB, {platform.system()} {platform.release()}",
        f"load average before the run {load:.2f}" + (" (not quiet: trust the CPU seconds only)" if load > 0.5 else ""),
        _versions(venv),
        f"photopeak {_first_line('git', '-C', REPOSITORY, 'describe', '--always', '--dirty')}, "
        f"{_first_line('rustc', '--version')}"
        if photopeak
        else "photopeak not measured",
        f"{events:,} events, 84 branches: " + ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in sizes.items()),
        f"whole processes, median of {rounds} interleaved rounds after one warm-up; files in the page cache",
    ]
    return "\n".join(f"- {line}" for line in lines)


def tables(costs: dict[Case, list[Cost]]) -> str:
    """A table per task; the ratios are to photopeak with the same file and threads."""
    result = {case: medians(runs) for case, runs in costs.items() if runs}
    parts = []
    for task, title in TASKS.items():
        rows = [_row(case, cost, result) for case, cost in result.items() if case.task == task]
        if rows:
            head = "| file | threads | tool | CPU s | wall s | peak MB | CPU ÷ photopeak | wall ÷ photopeak |"
            parts.append("\n".join([f"### {title}\n", head, "|---|--:|---|--:|--:|--:|--:|--:|", *rows]))
    return "\n\n".join(parts)


def _row(case: Case, cost: Cost, result: dict[Case, Cost]) -> str:
    ours = result.get(Case(case.task, case.file, "photopeak", case.threads))
    ratios = [f"{cost.cpu / ours.cpu:.2f}", f"{cost.wall / ours.wall:.2f}"] if ours else ["–", "–"]
    cells = [case.file, case.threads, case.tool, f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.peak:.0f}", *ratios]
    return "| " + " | ".join(map(str, cells)) + " |"


def _versions(venv: Environment) -> str:
    packages = ("uproot", "awkward", "numpy", "pyarrow", "duckdb", "polars")
    script = f"from importlib.metadata import version as v; print(*(p+' '+v(p) for p in {packages}), sep=', ')"
    root = _first_line(venv.root / "bin" / "root-config", "--version")
    compiler = _first_line(os.environ.get("CXX", "g++"), "--version")
    return f"ROOT {root} (wheel; peers by {compiler}, -O2), {_first_line(venv.python, '-c', script)}"


def _cpu_model() -> str:
    names = (line.partition(":")[2].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name"))
    return next(names, platform.machine())


def _lines(path: Path) -> Iterable[str]:
    return path.read_text().splitlines() if path.exists() else []


def _first_line(*command) -> str:
    try:
        run = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    except OSError:
        return "unknown"
    return (run.stdout.splitlines() or ["unknown"])[0]
