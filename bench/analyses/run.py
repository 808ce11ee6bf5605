#!/usr/bin/env python3
"""What several analyses and systematic variations cost: `make bench-analyses`.

Runs the 2020 analyses of the catalogue in one pass over simulated Z events, and one after the
other; then one of them with ten variations of the weight, of a column that few expressions use,
and of the momentum on which nearly all depend. Whole processes on one thread, in interleaved
rounds; prints the medians of their CPU seconds and the ratios as Markdown. Ends with status 1 if
the analyses give other numbers together than alone. The events are those of `make bench-root`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BENCH), str(BENCH / "root")]

import prepare  # noqa: E402
from shared import environment  # noqa: E402
from shared.environment import REPOSITORY, say  # noqa: E402
from shared.measure import Cost, Failed, medians, run  # noqa: E402

# All of 2020 but `ztautau`: the simulated events have no tau_charge.
ANALYSES = ["hww", "hyy", "hzz", "single-top", "ttbar", "wboson", "wz", "zboson", "zprime", "zz"]
VARIED = "zboson"
# The events as the sample of Z to two muons, of the collection that `zboson` reads.
SAMPLE = "361107.2lep"
NUMBER = 10
VARIATIONS = {
    "the weight": 'up.weight = "{}"',
    "the missing transverse momentum": 'up.columns.met_et = "met_et * {}"',
    "the momenta and energies of the leptons": 'up.columns = {{ lep_pt = "lep_pt * {0}", lep_E = "lep_E * {0}" }}',
}


def main() -> int:
    options = arguments()
    data = options.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    try:
        venv = environment.environment(data / "venv")
        environment.programs(venv, data / "bin", prepare.PROGRAMS[:1])
        events = prepare.data(venv, data / "bin", data, options.events, ["zlib1"])["zlib1"]
    except subprocess.CalledProcessError as error:
        say(f"cannot prepare the benchmark: {error}")
        return 1
    binary = options.photopeak.resolve() if options.photopeak else environment.photopeak()
    if binary is None:
        return 1
    with tempfile.TemporaryDirectory() as folder:
        cases = commands(str(binary), str(events), Path(folder))
        try:
            costs, texts = measured(cases, options.rounds)
        except Failed as failure:
            say(f"PROBLEM {failure}")
            return 1
    print(f"{options.events} events, {options.rounds} rounds; CPU seconds on one thread\n")
    print(tables(costs))
    if not alike(texts):
        say("PROBLEM the analyses give other numbers together than alone")
        return 1
    return 0


def commands(binary: str, events: str, folder: Path) -> dict[str, list[str]]:
    """The command of each case: all analyses, each of them, and the variations of one."""

    def command(*analyses: str, sample: str) -> list[str]:
        options = ["--data", f"{events}:mini", "--sample", f"{events}={sample}", "--threads", "1", "--json"]
        return [binary, "analyse", *analyses, *options]

    named = {name: f"atlas-2020/{name}" for name in ANALYSES}
    cases = {"together": command(*named.values(), sample="data")}
    cases |= {name: command(path, sample="data") for name, path in named.items()}
    cases["nominal"] = command(named[VARIED], sample=SAMPLE)
    for what, change in VARIATIONS.items():
        text = f'title = "{VARIED}, varied"\nbased_on = "{named[VARIED]}"\n'
        for i in range(NUMBER):
            text += f'[[systematic]]\nname = "s{i}"\n{change.format(1.001 + i / 1000)}\n'
        path = folder / f"{len(cases)}.toml"
        path.write_text(text)
        cases[what] = command(str(path), sample=SAMPLE)
    return cases


def measured(cases: dict[str, list[str]], rounds: int) -> tuple[dict[str, Cost], dict[str, str]]:
    """Medians of the costs, and what each printed. The first round is not counted."""
    costs: dict[str, list[Cost]] = {name: [] for name in cases}
    texts: dict[str, str] = {}
    for number in range(rounds + 1):
        say(f"round {number} of {rounds}")
        for name, command in cases.items():
            cost, texts[name] = run(command)
            if number > 0:
                costs[name].append(cost)
    return {name: medians(each) for name, each in costs.items()}, texts


def alike(texts: dict[str, str]) -> bool:
    """Whether each analysis gives together with the others what it gives alone."""
    together = {result["analysis"]: result for result in json.loads(texts["together"])}
    alone = {name: json.loads(texts[name]) for name in ANALYSES}
    return all(
        together[f"atlas-2020/{name}"][part] == alone[name][part]
        for name in ANALYSES
        for part in ("cutflow", "histograms")
    )


def tables(costs: dict[str, Cost]) -> str:
    """The two comparisons as Markdown."""
    one_by_one = sum(costs[name].cpu for name in ANALYSES)
    together, nominal = costs["together"].cpu, costs["nominal"].cpu
    lines = [
        f"| {len(ANALYSES)} analyses | CPU s | |",
        "|---|--:|--:|",
        f"| one after the other | {one_by_one:.2f} | {one_by_one / together:.1f} |",
        f"| in one pass | {together:.2f} | 1 |",
        "",
        f"| {VARIED} | CPU s | | each |",
        "|---|--:|--:|--:|",
        f"| nominal | {nominal:.2f} | 1 | |",
    ]
    for what in VARIATIONS:
        ratio = costs[what].cpu / nominal
        each = 100 * (ratio - 1) / NUMBER
        lines.append(f"| with {NUMBER} variations of {what} | {costs[what].cpu:.2f} | {ratio:.2f} | {each:+.1f} % |")
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--events", type=int, default=2_000_000, help="events in the file (default: %(default)s)")
    add("--rounds", type=int, default=5, help="counted rounds (default: %(default)s)")
    add("--data", type=Path, default=REPOSITORY / "bench-data", help="folder of data (default: bench-data)")
    add("--photopeak", type=Path, help="a built binary (default: build it)")
    options = parser.parse_args()
    if options.events < 1 or options.rounds < 1:
        parser.error("--events and --rounds must be at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
