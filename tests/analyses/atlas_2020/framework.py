"""Runs the published C++ code over the synthetic events, and compares its histograms with those of
the analyses as published.

    git clone --branch 10fb-legacy \\
        https://github.com/atlas-outreach-data-tools/atlas-outreach-cpp-framework-13tev
    python events.py events
    photopeak analyse wz-as-published --data events/3lep -o results/wz-as-published
    python framework.py atlas-outreach-cpp-framework-13tev events results [ANALYSIS...]

RESULTS holds a folder for each analysis; those that are not there are left out. It needs ROOT
with a C++ compiler (`pip install --pre ROOT`) and pyarrow, and is not part of the tests for that
reason. Says what differs, and ends with 1 if anything does.
"""

import argparse
import array
import json
import math
import multiprocessing
import os
import pathlib
import re
import shutil
import sys
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq

from check import process_of, selection
from events import LUMINOSITY, OTHER_SUMS, SAMPLES

# The folder of each analysis in the framework.
FRAMEWORK = {
    "hww-as-published": "HWW",
    "hyy": "Hyy",
    "hzz-as-published": "HZZ",
    "single-top-as-published": "SingleTop",
    "susy-as-published": "SUSY",
    "ttbar-as-published": "TTbar",
    "wboson-as-published": "WBoson",
    "wz-as-published": "WZDiBoson",
    "zboson-as-published": "ZBoson",
    "zprime-as-published": "ZPrimeBoosted",
    "ztautau-as-published": "ZTauTau",
    "zz-as-published": "ZZDiBoson",
}
# Its histograms have 32-bit contents.
TOLERANCE = 1e-5
# Names in C++, letters of ROOT's leaf lists and of Python's arrays.
TYPES = {
    pa.float32(): ("float", "F", "f"),
    pa.int32(): ("int", "I", "i"),
    pa.uint32(): ("unsigned int", "i", "I"),
    pa.bool_(): ("bool", "O", "b"),
}


def as_root(parquet, path):
    """Writes the events as the release has them: std::vector branches of a TTree."""
    import ROOT

    table = pq.read_table(parquet)
    file = ROOT.TFile(str(path), "RECREATE")
    tree, values = ROOT.TTree("mini", "mini"), {}
    for field in table.schema:
        if pa.types.is_list(field.type):
            values[field.name] = ROOT.std.vector(TYPES[field.type.value_type][0])()
            tree.Branch(field.name, values[field.name])
        else:
            _, leaf, code = TYPES[field.type]
            values[field.name] = array.array(code, [0])
            tree.Branch(field.name, values[field.name], f"{field.name}/{leaf}")
    for row in table.to_pylist():
        for name, value in row.items():
            if isinstance(value, list):
                values[name].clear()
                for one in value:
                    values[name].push_back(one)
            else:
                values[name][0] = value
        tree.Fill()
    tree.Write()
    file.Close()


def published(name, code, events):
    """Sums of weights and of their squares by process and histogram, from the published code."""
    import ROOT

    # This process prints nothing: the framework tells of every file.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    ROOT.gErrorIgnoreLevel = ROOT.kWarning
    ROOT.gROOT.SetBatch(True)
    module, selector = selection(name), FRAMEWORK[name] + "Analysis"
    os.chdir(code / "Analysis" / selector)
    os.makedirs("Output_" + selector, exist_ok=True)
    sums = {}
    for parquet in sorted((events / module.COLLECTION).glob("*.parquet")):
        process, factor, option = "data", 1.0, "data"
        number = re.match(r"mc_(\d+)\.([^.]+)\.", parquet.name)
        if number:
            sample, option = int(number[1]), number[2]
            process, scale = process_of(module, sample)
            _, cross_section, sum_of_weights = SAMPLES[sample]
            sum_of_weights = OTHER_SUMS.get((sample, module.COLLECTION), sum_of_weights)
            factor = scale * LUMINOSITY * cross_section / sum_of_weights
        if process is None:
            continue
        as_root(parquet, "events.root")
        chain = ROOT.TChain("mini")
        chain.AddFile("events.root")
        chain.Process(selector + ".C+", option)
        output = ROOT.TFile(f"Output_{selector}/{option}.root")
        for key in output.GetListOfKeys():
            histogram = key.ReadObj()
            bins = sums.setdefault(f"{process}/{key.GetName()}", [])
            for i in range(histogram.GetNbinsX() + 2):
                if len(bins) <= i:
                    bins.append([0.0, 0.0])
                bins[i][0] += factor * histogram.GetBinContent(i)
                bins[i][1] += (factor * histogram.GetBinError(i)) ** 2
    return sums


def same(theirs, value):
    """Whether a bin is equal up to the rounding of its terms."""
    return abs(theirs[0] - value) <= TOLERANCE * max(abs(theirs[0]), math.sqrt(theirs[1]))


def compared(name, theirs, ours):
    """Prints what is the same and what differs, and gives the number of differences."""
    counts, wrong = {"equal": 0, "random": 0, "never filled": 0}, []
    for histogram, bins in theirs.items():
        values = ours[histogram]["storage"]["values"]
        if "syst_" in histogram:
            counts["random"] += 1
        elif len(values) == len(bins) and all(map(same, bins, values)):
            counts["equal"] += 1
        elif not any(squares for _, squares in bins):
            counts["never filled"] += 1
        else:
            wrong.append(histogram)
    print(f"{name}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    if wrong:
        print("  differ:", *wrong)
    return len(wrong)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("checkout", type=pathlib.Path)
    arguments.add_argument("events", type=pathlib.Path)
    arguments.add_argument("results", type=pathlib.Path)
    arguments.add_argument("analyses", nargs="*", help="all that are in the results without it")
    options = arguments.parse_args()
    found = [name for name in FRAMEWORK if (options.results / name / "histograms.json").exists()]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        code = pathlib.Path(folder) / "framework"
        shutil.copytree(options.checkout, code, ignore=shutil.ignore_patterns(".git"))
        # A process each: the selectors have global variables of the same names.
        context = multiprocessing.get_context("spawn")
        for name in options.analyses or found:
            with context.Pool(1) as pool:
                theirs = pool.apply(published, (name, code, options.events.resolve()))
            ours = json.loads((options.results / name / "histograms.json").read_text())
            wrong += compared(name, theirs, ours)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
