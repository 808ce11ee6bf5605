"""Compares what `photopeak` gives for the published 13 TeV analyses with plain loops over the events.

    python check.py EVENTS RESULTS ANALYSIS...

EVENTS is what events.py wrote. RESULTS holds NAME.json for each ANALYSIS: `luminosity`, to which
the weights are normalised, in inverse picobarns, and under `processes` for each of them (`data`
and the simulated ones) events, sum of weights and of their squares after each cut, and for each
histogram its axis, contents and variances, the bins below and above the axis first and last; under `varied` the same for each variation, such as
`jet_scale_up`. Says what differs, and ends with 1 if anything does.
"""

import functools
import importlib
import json
import pathlib
import re
import sys

from events import LUMINOSITY, OTHER_SUMS, SAMPLES
from tally import Tally, booked
from compare import differences, events

SUFFIX = "-as-published"


def weight(event, sample, scale_factors):
    """Of a simulated event; single top by the sign of its weight alone."""
    product = event["mcWeight"]
    if "single" in SAMPLES[sample][0]:
        product = product / abs(product)
    for name in scale_factors.split():
        product *= event["scaleFactor_" + name]
    return product


def selection(name):
    return importlib.import_module("selections." + name.removesuffix(SUFFIX).replace("-", "_"))


def variations(name):
    """By name, what takes the place of columns of an event."""
    systematics = getattr(selection(name), "SYSTEMATICS", {})
    return {
        f"{systematic}_{direction}": functools.partial(vary, sign=sign)
        for systematic, vary in systematics.items()
        for direction, sign in (("up", 1), ("down", -1))
    }


def process_of(module, sample):
    for name, (scale, ranges) in module.PROCESSES.items():
        if any(first <= sample <= last for first, last in ranges):
            return name, scale
    return None, 0.0


@functools.cache
def files(folder):
    return [(path.name, events(path, "mini")) for path in sorted(folder.glob("*.parquet"))]


def expected(name, folder, vary=None):
    """What each process gives, by its name; or each simulated one with its events varied."""
    base, published = name.removesuffix(SUFFIX), name.endswith(SUFFIX)
    module, axes = selection(name), booked(base)
    totals = {}
    for path, rows in files(folder / module.COLLECTION):
        number = re.match(r"mc_(\d+)\.", path)
        if vary and not number:
            continue
        process, factor = "data", 1.0
        if number:
            sample = int(number[1])
            process, scale = process_of(module, sample)
            _, cross_section, sum_of_weights = SAMPLES[sample]
            sum_of_weights = OTHER_SUMS.get((sample, module.COLLECTION), sum_of_weights)
            factor = scale * LUMINOSITY * cross_section / sum_of_weights
        if process is None:
            continue
        total = totals.setdefault(process, Tally(axes))
        for event in rows:
            total.weight = factor * weight(event, sample, module.SCALE_FACTORS) if number else 1.0
            module.select(event | vary(event) if vary else event, total, published)
    return totals


def main(folder, results, names):
    wrong, compared = [], 0
    for name in names:
        theirs = expected(name, folder)
        ours = json.loads((results / f"{name}.json").read_text())
        if ours["luminosity"] != LUMINOSITY:
            wrong.append(f"{name}: normalised to another luminosity than {LUMINOSITY}")
        print(f"{name}: passed {({process: tally.passing() for process, tally in theirs.items()})}")
        compared += sum(len(tally.histograms) for tally in theirs.values())
        wrong += differences(name, theirs, ours["processes"])
        for variation, vary in variations(name).items():
            theirs = expected(name, folder, vary)
            compared += sum(len(tally.histograms) for tally in theirs.values())
            wrong += differences(f"{name}, {variation}", theirs, ours["varied"].pop(variation, {}))
        if ours["varied"]:
            wrong.append(f"{name}: has the variations {sorted(ours['varied'])} as well")
    print(f"{compared} histograms compared", *wrong[:60], f"{len(wrong)} differences", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]))
