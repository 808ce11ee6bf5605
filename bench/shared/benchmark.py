"""Run a comparison: whole processes in interleaved rounds, held to one answer.

What is compared is a `Benchmark`; `main` reads the command line, prepares, measures
and prints Markdown. Ends with status 1 if answers differ or a tool fails.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import environment, report
from .environment import REPOSITORY, Environment, say
from .measure import Cost, Failed, run
from .report import Case
from .tools import Answer, Tool


@dataclass(frozen=True)
class Benchmark:
    """Tasks, files and tools that are held against each other."""

    about: str
    """One line for --help."""
    contents: str
    """What an event is, as in "84 branches"."""
    tasks: dict[str, str]
    """Title of each task."""
    files: tuple[str, ...]
    tools: tuple[Tool, ...]
    peers: Path
    """Folder of the peers' scripts."""
    programs: tuple[Path, ...]
    """C++ sources to be compiled."""
    data: Callable[[Environment, Path, Path, int, list[str]], dict[str, Path]]
    """Writes the files that are not there: environment, programs, folder, events, names to paths."""
    events: int
    tables: Callable[[dict[Case, list[Cost]], dict[str, str], int], str] = report.tables
    """The result as Markdown: measurements, titles of the tasks, events."""
    constants: dict[str, str] = field(default_factory=dict)
    """Fields of the commands, beyond those of every benchmark."""
    tree: str | None = None
    """Appended to a ROOT file's name for photopeak's {source}."""
    default_files: tuple[str, ...] = ()
    """Files that are measured unless others are named; all without it."""
    answers: dict[tuple[str, int], Answer] = field(default_factory=dict)
    """By task and events; without a record the tools are held against each other."""


def main(benchmark: Benchmark) -> int:
    options = arguments(benchmark)
    data = options.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    tools = [tool for tool in benchmark.tools if tool.name in options.tools]
    try:
        venv = environment.environment(options.venv.resolve() if options.venv else data / "venv")
        environment.programs(venv, data / "bin", benchmark.programs)
        files = benchmark.data(venv, data / "bin", data, options.events, options.files)
    except subprocess.CalledProcessError as error:
        say(f"cannot prepare the benchmark: {error}")
        return 1
    binary = photopeak(options, tools)
    if binary is None:
        tools = [tool for tool in tools if tool.name != "photopeak"]

    sizes = {name: path.stat().st_size for name, path in files.items()}
    machine = report.machine(venv, binary, options.events, benchmark.contents, sizes, options.rounds)
    fields = {"python": venv.python, "build": data / "bin", "peers": benchmark.peers, "photopeak": binary or ""}
    rounds = Rounds(benchmark, options.rounds, {name: str(value) for name, value in fields.items()}, options.threads)
    for task in options.tasks:
        for name, path in files.items():
            rounds.compare(task, name, path, [tool for tool in tools if task in tool.commands and name in tool.files])
    rounds.judge(options.events)

    print(machine, benchmark.tables(rounds.costs, benchmark.tasks, options.events), sep="\n\n")
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "cases": rounds.cases()}, indent=1) + "\n")
    for problem in rounds.problems:
        say(f"PROBLEM {problem}")
    return 1 if rounds.problems else 0


class Rounds:
    """The measurements so far, what each tool answered, and what went wrong."""

    def __init__(self, benchmark: Benchmark, rounds: int, fields: dict[str, str], threads: list[int]) -> None:
        self.benchmark, self.rounds, self.threads = benchmark, rounds, threads
        self.fields = benchmark.constants | fields
        self.costs: dict[Case, list[Cost]] = {}
        self.answers: dict[Case, Answer] = {}
        self.problems: list[str] = []

    def compare(self, task: str, file: str, path: Path, tools: list[Tool]) -> None:
        """Measure every tool on one task and one file: A B C A B C ..., the first round not counted."""
        tree = self.benchmark.tree
        source = f"{path}:{tree}" if tree and path.suffix == ".root" else str(path)
        fields = self.fields | {"file": str(path), "source": source}
        turns = [(Case(task, file, tool.name, n), tool) for tool in tools for n in tool.threads if n in self.threads]
        turns.sort(key=lambda turn: turn[0].threads)
        for warm_up in [True] + [False] * self.rounds:
            for case, tool in list(turns):
                say(f"{case.task} {case.file} {case.tool} x{case.threads}")
                try:
                    cost, text = run(tool.argv(task, case.threads, fields))
                    answer = parse(tool, task, text)
                    if answer != self.answers.setdefault(case, answer):
                        raise Failed(f"answers {answer} after {self.answers[case]}")
                except Failed as failure:
                    self.give_up(case, str(failure))
                    turns.remove((case, tool))
                else:
                    self.costs.setdefault(case, []).extend([] if warm_up else [cost])

    def judge(self, events: int) -> None:
        """Drop every tool whose answer is not the recorded one or, without a record, the peers' commonest."""
        for task in self.benchmark.tasks:
            answers = {case: answer for case, answer in self.answers.items() if case.task == task}
            peers = [answer for case, answer in answers.items() if case.tool != "photopeak"]
            votes = Counter(peers or answers.values())
            expected = self.benchmark.answers.get((task, events)) or (votes.most_common(1)[0][0] if votes else ())
            for case, answer in answers.items():
                if answer != expected:
                    self.give_up(case, f"answers {answer}, expected {expected}")

    def give_up(self, case: Case, reason: str) -> None:
        """A tool that fails or errs has no row."""
        self.costs.pop(case, None)
        self.answers.pop(case, None)
        self.problems.append(f"{case.tool} on {case.file}, task {case.task}, threads {case.threads}: {reason}")

    def cases(self) -> list[dict]:
        """Every measurement, for a program to read."""
        return [vars(case) | {"runs": [vars(cost) for cost in costs]} for case, costs in self.costs.items()]


def parse(tool: Tool, task: str, text: str) -> Answer:
    try:
        return tool.parse[task](text)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise Failed(f"its answer cannot be read ({error!r}): {text[:200]!r}") from error


def photopeak(options: argparse.Namespace, tools: list[Tool]) -> Path | None:
    """The binary to measure, if it is wanted and to be had."""
    if all(tool.name != "photopeak" for tool in tools):
        return None
    binary = options.photopeak.resolve() if options.photopeak else environment.photopeak()
    if binary and not binary.exists():
        say(f"no photopeak at {binary}: measuring the peers alone")
        return None
    return binary


def arguments(benchmark: Benchmark) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=benchmark.about)
    tasks, files = list(benchmark.tasks), list(benchmark.files)
    names = [tool.name for tool in benchmark.tools]
    add = parser.add_argument
    add("--events", type=int, default=benchmark.events, help="events in each file (default: %(default)s)")
    add("--rounds", type=int, default=5, help="counted rounds (default: %(default)s)")
    add("--tasks", nargs="+", default=tasks, choices=tasks, metavar="TASK", help=", ".join(tasks))
    usual = list(benchmark.default_files) or files
    add("--files", nargs="+", default=usual, choices=files, metavar="FILE", help=", ".join(files))
    add("--tools", nargs="+", default=names, choices=names, metavar="TOOL", help=", ".join(names))
    add("--threads", nargs="+", type=int, default=[1, 2], metavar="N", help="numbers of threads (default: 1 2)")
    add("--data", type=Path, default=REPOSITORY / "bench-data", help="folder of data (default: bench-data)")
    add("--venv", type=Path, help="virtual environment of the peers (default: venv in the data folder)")
    add("--photopeak", type=Path, help="a built binary (default: build it)")
    add("--json", type=Path, metavar="PATH", help="also write every measurement to this file")
    options = parser.parse_args()
    if options.events < 1 or options.rounds < 1:
        parser.error("--events and --rounds must be at least 1")
    return options
