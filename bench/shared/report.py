"""The result as Markdown: the machine, then one table per task, or one for all tasks."""

import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .environment import REPOSITORY, Environment
from .measure import Cost, medians


@dataclass(frozen=True)
class Case:
    """One row: a tool on a task, a file and a number of threads."""

    task: str
    file: str
    tool: str
    threads: int


def machine(
    venv: Environment, photopeak: Path | None, events: int, contents: str, sizes: dict[str, int], rounds: int
) -> str:
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
        f"{events:,} events, {contents}: " + ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in sizes.items()),
        f"whole processes, median of {rounds} interleaved rounds after one warm-up; files in the page cache",
    ]
    return "\n".join(f"- {line}" for line in lines)


def tables(costs: dict[Case, list[Cost]], titles: dict[str, str], _events: int) -> str:
    """A table per task; the ratios are to photopeak with the same file and threads."""
    result = {case: medians(runs) for case, runs in costs.items() if runs}
    parts = []
    for task, title in titles.items():
        rows = [_row(case, cost, result) for case, cost in result.items() if case.task == task]
        if rows:
            head = "| file | threads | tool | CPU s | wall s | peak MB | CPU ÷ photopeak | wall ÷ photopeak |"
            parts.append("\n".join([f"### {title}\n", head, "|---|--:|---|--:|--:|--:|--:|--:|", *rows]))
    return "\n\n".join(parts)


def matrices(costs: dict[Case, list[Cost]], titles: dict[str, str], events: int) -> str:
    """For each file and number of threads one table of all tasks: CPU seconds of each tool, and how many
    times photopeak's that is; wall seconds beside them where there are several threads."""
    result = {case: medians(runs) for case, runs in costs.items() if runs}
    parts = []
    for file, threads in dict.fromkeys((case.file, case.threads) for case in result):
        tools = list(dict.fromkeys(c.tool for c in result if (c.file, c.threads) == (file, threads)))
        peers = [tool for tool in tools if tool != "photopeak"]
        head = ["task", "events/s a core", "photopeak", *peers]
        rows = []
        for task in titles:
            ours = result.get(Case(task, file, "photopeak", threads))
            theirs = [result.get(Case(task, file, tool, threads)) for tool in peers]
            if ours or any(theirs):
                speed = f"{events / ours.cpu / 1e6:.1f} M" if ours else "–"
                rows.append([task, speed, *(_cell(cost, ours, threads) for cost in (ours, *theirs))])
        title = f"### {file}, {threads} thread{'s' if threads > 1 else ''}"
        unit = "CPU s, " + ("wall s, " if threads > 1 else "") + "peak MB (times photopeak's CPU s)"
        lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---", *["--:"] * (len(head) - 1)], *rows)]
        parts.append("\n".join([title, "", unit, "", *lines]))
    return "\n\n".join(parts)


def _cell(cost: Cost | None, ours: Cost | None, threads: int) -> str:
    if cost is None:
        return "–"
    wall = f"{cost.wall:.2f} s, " if threads > 1 else ""
    ratio = f" ({cost.cpu / ours.cpu:.1f}×)" if ours and cost is not ours else ""
    return f"{cost.cpu:.2f} s, {wall}{cost.peak:.0f} MB{ratio}"


def _row(case: Case, cost: Cost, result: dict[Case, Cost]) -> str:
    ours = result.get(Case(case.task, case.file, "photopeak", case.threads))
    ratios = [f"{cost.cpu / ours.cpu:.2f}", f"{cost.wall / ours.wall:.2f}"] if ours else ["–", "–"]
    cells = [case.file, case.threads, case.tool, f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.peak:.0f}", *ratios]
    return "| " + " | ".join(map(str, cells)) + " |"


def _versions(venv: Environment) -> str:
    packages = ("uproot", "awkward", "coffea", "numpy", "pyarrow", "duckdb", "polars")
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
