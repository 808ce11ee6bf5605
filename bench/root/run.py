#!/usr/bin/env python3
"""Compare photopeak with the other readers of ROOT files: `make bench-root`.

Makes its environment and its data on the first run, then runs every tool as a
whole process in interleaved rounds, checks that all print the same answer, and
prints the medians and their ratios to photopeak as Markdown. Ends with status 1
if answers differ or a tool fails. Needs Linux, Python 3.11 and a C++ compiler.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import prepare
import report
from commands import FILES, KNOWN_ANSWERS, TASKS, TOOLS, Answer, Tool
from measure import Cost, Failed, run
from report import Case


def main() -> int:
    options = arguments()
    data = options.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    tools = [tool for tool in TOOLS if tool.name in options.tools]
    try:
        venv = prepare.environment(options.venv.resolve() if options.venv else data / "venv")
        prepare.programs(venv, data / "bin")
        files = prepare.data(venv, data / "bin", data, options.events, options.files)
    except subprocess.CalledProcessError as error:
        print(f"cannot prepare the benchmark: {error}", file=sys.stderr)
        return 1
    binary = photopeak(options, tools)
    if binary is None:
        tools = [tool for tool in tools if tool.name != "photopeak"]

    sizes = {name: path.stat().st_size for name, path in files.items()}
    machine = report.machine(venv, binary, options.events, sizes, options.rounds)
    fields = {"python": venv.python, "build": data / "bin", "peers": prepare.PEERS, "photopeak": binary or ""}
    bench = Bench(options.rounds, {name: str(value) for name, value in fields.items()})
    for task in options.tasks:
        for name, path in files.items():
            bench.compare(task, name, path, [tool for tool in tools if task in tool.commands and name in tool.files])
    bench.judge(options.events)

    print(machine, report.tables(bench.costs), sep="\n\n")
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "cases": bench.cases()}, indent=1) + "\n")
    for problem in bench.problems:
        print(f"PROBLEM {problem}", file=sys.stderr)
    return 1 if bench.problems else 0


class Bench:
    """The measurements so far, what each tool answered, and what went wrong."""

    def __init__(self, rounds: int, fields: dict[str, str]) -> None:
        self.rounds, self.fields = rounds, fields
        self.costs: dict[Case, list[Cost]] = {}
        self.answers: dict[Case, Answer] = {}
        self.problems: list[str] = []

    def compare(self, task: str, file: str, path: Path, tools: list[Tool]) -> None:
        """Measure every tool on one task and one file: A B C A B C ..., the first round not counted."""
        source = str(path) if file == "parquet" else f"{path}:mini"
        fields = self.fields | {"file": str(path), "source": source}
        turns = [(Case(task, file, tool.name, n), tool) for tool in tools for n in tool.threads]
        turns.sort(key=lambda turn: turn[0].threads)
        for warm_up in [True] + [False] * self.rounds:
            for case, tool in list(turns):
                print(f"{case.task} {case.file} {case.tool} x{case.threads}", file=sys.stderr)
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
        for task in TASKS:
            answers = {case: answer for case, answer in self.answers.items() if case.task == task}
            peers = [answer for case, answer in answers.items() if case.tool != "photopeak"]
            votes = Counter(peers or answers.values())
            expected = KNOWN_ANSWERS.get((task, events)) or (votes.most_common(1)[0][0] if votes else ())
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
    binary = options.photopeak.resolve() if options.photopeak else prepare.photopeak()
    if binary and not binary.exists():
        print(f"no photopeak at {binary}: measuring the peers alone", file=sys.stderr)
        return None
    return binary


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [tool.name for tool in TOOLS]
    add = parser.add_argument
    add("--events", type=int, default=2_000_000, help="events in each file (default: %(default)s)")
    add("--rounds", type=int, default=5, help="counted rounds (default: %(default)s)")
    add("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS), metavar="TASK", help=", ".join(TASKS))
    add("--files", nargs="+", default=list(FILES), choices=FILES, metavar="FILE", help=", ".join(FILES))
    add("--tools", nargs="+", default=names, choices=names, metavar="TOOL", help=", ".join(names))
    add("--data", type=Path, default=prepare.REPOSITORY / "bench-data", help="folder of data (default: bench-data)")
    add("--venv", type=Path, help="virtual environment of the peers (default: venv in the data folder)")
    add("--photopeak", type=Path, help="a built binary (default: build it)")
    add("--json", type=Path, metavar="PATH", help="also write every measurement to this file")
    options = parser.parse_args()
    if options.events < 1 or options.rounds < 1:
        parser.error("--events and --rounds must be at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
