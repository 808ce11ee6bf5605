#!/usr/bin/env python3
"""A chain over waveforms, beside dspeed and beside a copy of their bytes: `make bench-pulse`.

Runs one configuration of dspeed in dspeed and in photopeak over the same simulated records, which
are in memory when the clock starts, in interleaved rounds; prints waveforms per second of CPU time
and ratios as Markdown. Ends with status 1 if the two do not give the same numbers.

photopeak's CPU time is what further passes add to a whole process, the copy of the bytes included:
the mean of them. dspeed's is the least of all passes, block by block, so that the comparison does not
favour photopeak on a busy machine. The copy is the least wall time.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from shared import environment  # noqa: E402
from shared.environment import REPOSITORY, say  # noqa: E402
from shared.measure import Cost, Failed, run  # noqa: E402

CHAIN, GENERATE, ASK, COMPARE = (HERE / name for name in ("chain.json", "generate.py", "ask_dspeed.py", "compare.py"))
TITLES = {"dspeed": "dspeed 2.4.3", "photopeak": "photopeak", "copy": "a copy of the bytes"}


def main() -> int:
    options = arguments()
    data = options.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    records = data / f"pulses-{options.records}.parquet"
    try:
        python = options.python or environment.environment(data / "pulse-venv", HERE / "requirements.txt").python
        environment.write(records, python, GENERATE, options.records, "{output}")
    except subprocess.CalledProcessError as error:
        say(f"cannot prepare the benchmark: {error}")
        return 1
    binary = options.photopeak.resolve() if options.photopeak else environment.photopeak()
    if binary is None:
        return 1
    ours, theirs = data / "pulses-photopeak.parquet", data / "pulses-dspeed.parquet"
    rates: dict[str, list[float]] = {name: [] for name in TITLES}
    try:
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}")
            _, text = run([str(word) for word in (python, ASK, CHAIN, records, options.passes, theirs)])
            answer = json.loads(text)
            rates["dspeed"].append(answer["records"] / answer["seconds"])
            chain, copy = ours_per_second(binary, records, options.records, options.passes)
            rates["photopeak"].append(chain)
            rates["copy"].append(copy)
        run([str(word) for word in (binary, "process", CHAIN, records, "-o", ours)])
        _, differences = run([str(word) for word in (python, COMPARE, ours, theirs)])
    except Failed as failure:
        say(f"PROBLEM {failure}")
        return 1
    print(f"{options.records} records of 3,800 samples, 16 bits; one core, medians of {options.rounds} rounds\n")
    print(table({name: median(each) for name, each in rates.items()}))
    ratios = [ours / theirs for ours, theirs in zip(rates["photopeak"], rates["dspeed"])]
    print(f"\nphotopeak over dspeed, round by round: {', '.join(f'{ratio:.1f}' for ratio in ratios)}\n")
    print(differences, end="")
    return 0


def ours_per_second(binary: Path, path: Path, records: int, passes: int) -> tuple[float, float]:
    """Waveforms per second of the chain, and of the copy."""

    def process(passes: int) -> tuple[Cost, str]:
        return run([str(word) for word in (binary, "--threads", 1, "bench", "process", CHAIN, path, "--passes", passes)])

    first, _ = process(1)
    # Ours is so much shorter that four times as many passes are still the smaller part of a round.
    further = 4 * passes
    all_of_them, text = process(1 + further)
    copy = re.search(r"^copy .*/s +([\d ]+) waveforms/s$", text, re.M)
    if copy is None:
        raise Failed(f"photopeak printed {text!r}")
    return records * further / (all_of_them.cpu - first.cpu), float(copy[1].replace(" ", ""))


def table(rates: dict[str, float]) -> str:
    lines = ["| | waveforms/s | of dspeed |", "|---|--:|--:|"]
    lines += [f"| {title} | {rates[name]:,.0f} | {rates[name] / rates['dspeed']:.1f} |" for name, title in TITLES.items()]
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--records", type=int, default=10_000, help="waveforms (default: %(default)s)")
    add("--rounds", type=int, default=3, help="rounds (default: %(default)s)")
    add("--passes", type=int, default=5, help="passes in a round, of which the least counts (default: %(default)s)")
    add("--data", type=Path, default=REPOSITORY / "bench-data", help="folder of data (default: bench-data)")
    add("--photopeak", type=Path, help="a built binary (default: build it)")
    add("--python", type=Path, help="an interpreter with the packages of requirements.txt (default: install them)")
    options = parser.parse_args()
    if min(options.records, options.rounds, options.passes) < 1:
        parser.error("--records, --rounds and --passes must be at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
