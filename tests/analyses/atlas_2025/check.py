"""Compares what `photopeak` gives for the six 2025 analyses with NumPy and awkward-array.

    python check.py EVENTS RESULTS ANALYSIS...

EVENTS is what events.py wrote. RESULTS holds NAME.json for each ANALYSIS: `luminosity`, to which
the weights are normalised, in inverse picobarns, and under `processes` for each of them (`data` and
the simulated ones) events, sum of weights and of their squares after each cut, and for each
histogram its axis, contents and variances, the bins below and above the axis first and last. Says
what differs, and ends with 1 if anything does.
"""

import functools
import json
import pathlib
import re
import sys

import awkward as ak
import numpy as np
import pyarrow.parquet

from selections import ANALYSES

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
from compare import Tally, differences

SUFFIX = "-as-published"
# Three values are published for the whole release, in inverse picobarns.
LUMINOSITIES = (36_000, 36_100, 36_600)

TOP = [410644, 410645, 410658, 410659, 601352, 601355]
Z_AND_W = [*range(700320, 700326), *range(700338, 700350), *range(700792, 700795)]
PROCESSES = {
    "hzz": {
        "other": [410470, 410155, 410218, 410219, 412043, 364242, 364243, 364246, 364248, *range(700320, 700326)],
        "zz": [700600],
        "higgs": [345060, 346228, 346310, 346311, 346312, 346340, 346341, 346342],
    },
    "hyy": {"diphoton": [364351, 364352, 364353], "higgs": [343981, 345061, 345317, 345318, 345319, 346214, 346525]},
    "wz": {
        "vjets": [*Z_AND_W, 700470],
        "other": [410470, *TOP],
        "diboson": [700488, 700492, 700493, 700600],
        "wz": [700601],
    },
    "ttbar": {"diboson": [*range(700488, 700494), 700495, 700496], "single_top": TOP, "ttbar": [410470, 410471]},
    "ttbar-as-published": {
        "diboson": [*range(700488, 700494), 700495, 700496],
        "single_top": [601355, 601487, 601627, 601628, 601631, 601761, 601762, 601763, 601764],
        "ttbar": [601495, 410081, 410470],
    },
    "hbb": {
        "diboson": [*range(700488, 700497), 700195, 700196, 700199, 700200, 700201],
        "vjets": [*Z_AND_W, *range(700467, 700473), 700335, 700336, 700337],
        "single_top": TOP,
        "ttbar": [410470, 410471],
        "higgs": [345056, 345058, 345949, 346311, 346312],
    },
    "hmumu": {"ttbar": [410470], "mumu": [700323, 700324, 700325], "higgs": [345097, 345098, 345106]},
}
PROCESSES["hbb-as-published"] = PROCESSES["hbb"] | {"single_top": [*TOP[:4], 601624, 601628]}


class Flow:
    """Events with weights that pass cut after cut, counted in a tally."""

    def __init__(self, events, weights, tally):
        self.events, self.weights, self.tally = events, np.asarray(weights), tally
        self.count("all")

    def count(self, name):
        if len(self.weights):
            step = self.tally.steps.setdefault(name, [0, 0.0, 0.0])
            step[0] += len(self.weights)
            step[1] += np.sum(self.weights)
            step[2] += np.sum(self.weights**2)

    def cut(self, name, condition):
        passes = ak.to_numpy(condition(self.events)).astype(bool)
        self.events, self.weights = self.events[passes], self.weights[passes]
        self.count(name)

    def fill(self, name, values):
        values = ak.to_numpy(ak.fill_none(values, np.nan)).astype(float)
        n, low, high = self.tally.axes[name]
        edges = np.linspace(low, high, n + 1)
        edges[-1] = high
        there = ~np.isnan(values)
        place = np.searchsorted(edges, values[there], side="right")
        for column, power in ((0, 1), (1, 2)):
            sums = np.bincount(place, self.weights[there] ** power, minlength=n + 2)
            for bin, more in zip(self.tally.histograms[name], sums):
                bin[column] += more


@functools.cache
def read(path):
    """The events, without columns that no analysis needs. Numbers become 64 bits wide."""
    table = pyarrow.parquet.read_table(path)
    needed = [name for name in table.column_names if not name.startswith(("truth", "tau", "largeR", "num_"))]
    return ak.zip({name: ak.Array(table[name].to_pylist()) for name in needed}, depth_limit=1)


def weights(base, published, events, luminosity):
    """Of simulated events."""
    factors = [events["ScaleFactor_" + name] for name in ANALYSES[base][3].split()]
    if base == "ttbar":
        electron = ak.fill_none(ak.firsts(events.lep_type) == 11, False)
        of_lepton = {kind: events["ScaleFactor_" + a] * events["ScaleFactor_" + b]
                     for kind, a, b in ((11, "ELE", "ElTRIGGER"), (13, "MUON", "MuTRIGGER"))}
        factors.append(ak.where(electron, of_lepton[11], of_lepton[13]))
    generator = events.mcWeight
    if base == "hzz" and published:
        generator = abs(generator)
        factors = [abs(factor) for factor in factors]
    return generator * np.prod(np.asarray(factors), axis=0) * (
        luminosity * events.xsec * events.kfac * events.filteff / events.sum_of_weights
    )


def expected(name, folder, luminosity):
    """What each process gives."""
    base, published = name.removesuffix(SUFFIX), name.endswith(SUFFIX)
    select, collection, axes, _ = ANALYSES[base]
    totals = {}
    for path in sorted((folder / collection).glob("*.parquet")):
        events = read(path)
        number = re.search(r"_mc_(\d+)\.", path.name)
        process, of_event = "data", np.ones(len(events))
        if number:
            process = next((p for p, of in PROCESSES.get(name, PROCESSES[base]).items() if int(number[1]) in of), None)
            of_event = weights(base, published, events, luminosity)
        if process is not None:
            select(Flow(events, of_event, totals.setdefault(process, Tally(axes))), published)
    return totals


def main(folder, results, names):
    wrong = []
    for name in names:
        ours = json.loads((results / f"{name}.json").read_text())
        luminosity = ours["luminosity"]
        if luminosity not in LUMINOSITIES:
            wrong.append(f"{name}: normalised to {luminosity} pb⁻¹; published are {LUMINOSITIES}")
        theirs = expected(name, folder, luminosity)
        print(f"{name}: { {process: tally.passing() for process, tally in theirs.items()} }")
        wrong += differences(name, theirs, ours["processes"])
    print(*wrong[:40], f"{len(wrong)} differences", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]))
