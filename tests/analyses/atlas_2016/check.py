"""Compares what `photopeak` gives for the seven 8 TeV analyses with plain loops over the events.

    python check.py EVENTS RESULTS ANALYSIS...

EVENTS is a folder of files of the release, ROOT or Parquet. RESULTS holds NAME.json for each
ANALYSIS: `luminosity`, to which the weights are normalised, in inverse picobarns, and under
`processes` for each of them (`data` and the simulated ones) events, sum of weights and of their
squares after each cut, and for each histogram its axis, contents and variances, the bins below
and above the axis first and last. Says what differs, and ends with 1 if anything does.
"""

import csv
import json
import pathlib
import re
import sys

import selections

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
from compare import Tally, differences, events

SUFFIX = "-as-published"
SCALE_FACTORS = "PILEUP ZVERTEX ELE MUON TRIGGER".split()
LUMINOSITY = 1000

# Data set identifier: cross-section in pb, sum of weights, reduction efficiency; as published.
SAMPLES = {
    105985: (20.90286, 2489550.66, 0.388),
    105986: (1.5376, 243674.74, 0.95088),
    105987: (6.9673, 996210.5, 0.96668),
    110090: (18.39495, 0.087147591, 0.08947185),
    110901: (3.925, 99492.841, 1),
    110903: (0.3937, 99854.551, 1),
    117050: (137.29749, 49761200.21, 0.072212854),
    147770: (1241.2072, 203795455568148.0, 0.151816307),
    147771: (1241.2072, 225316022111048.0, 0.124706551),
    161005: (0.21288, 497986.026, 0.357042356),
    167740: (154.374, 4260058.061, 0.129496439),
    167745: (11404.8, 11600960.24, 0.943743915),
    173042: (279.19, 13895470.42, 0.945799529),
}

# Which samples a process has: the first six stand for those of most analyses.
W, SINGLE_TOP, TOP = range(167740, 167749), (110090, 110091, 110119, 110140), (117049, 117050)
Z, DRELL_YAN = range(147770, 147773), range(173041, 173047)
USUAL = {
    "diboson": range(105985, 105988), "drell_yan": DRELL_YAN, "w": W, "z": Z, "single_top": SINGLE_TOP, "ttbar": TOP,
}
FEW = {"drell_yan": (*Z, *DRELL_YAN), "w": W, "single_top": SINGLE_TOP, "ttbar": TOP}
PROCESSES = {
    "w": USUAL,
    "z": USUAL,
    "ttbar": USUAL,
    "wz": FEW | {"wz": [105987], "diboson": [105985, 105986]},
    "zz": FEW | {"zz": [105986], "diboson": [105985, 105987]},
    "hww": USUAL | {"higgs": [161005]},
    "zprime": USUAL | {"zprime500": [110901], "zprime1000": [110903]},
}


def booked(analysis):
    with open(HERE / "histograms.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["analysis"] == analysis]
    return {row["name"]: (int(row["bins"]), float(row["low"]), float(row["high"])) for row in rows}


def expected(name, files):
    """What each process gives."""
    base, published = name.removesuffix(SUFFIX), name.endswith(SUFFIX)
    select, axes = getattr(selections, base), booked(base)
    totals = {}
    for path, rows in files:
        number = re.search(r"mc_(\d+)\.", path.name)
        process, scale = "data", 1.0
        if number:
            sample = int(number[1])
            process = next((p for p, samples in PROCESSES[base].items() if sample in samples), None)
            cross_section, sum_of_weights, efficiency = SAMPLES[sample]
            scale = LUMINOSITY * cross_section / (sum_of_weights * efficiency)
        if process is None:
            continue
        total = totals.setdefault(process, Tally(axes))
        for event in rows:
            total.weight = scale
            if number:
                total.weight *= event["mcWeight"]
                for factor in SCALE_FACTORS:
                    total.weight *= event["scaleFactor_" + factor]
            else:
                total.weight = 1.0
            select(event, total, published)
    return totals


def main(folder, results, names):
    files = [(path, events(path, "mini")) for path in sorted(folder.iterdir()) if path.suffix in (".root", ".parquet")]
    wrong = []
    for name in names:
        theirs = expected(name, files)
        ours = json.loads((results / f"{name}.json").read_text())
        if ours["luminosity"] != LUMINOSITY:
            wrong.append(f"{name}: normalised to {ours['luminosity']} pb⁻¹, expected {LUMINOSITY}")
        passed = {process: tally.passing() for process, tally in theirs.items()}
        print(f"{name}: {passed}")
        wrong += differences(name, theirs, ours["processes"])
    print(*wrong[:40], f"{len(wrong)} differences", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]))
