"""What ROOT reads of a file that we wrote: `python root_reads.py FILE` prints JSON.

Every branch entry by entry, and the columns that RDataFrame can take on two threads.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")
import ROOT


def plain(value):
    """Numbers, texts and lists of C++ and of Python."""
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (str, bytes)) or type(value).__name__ == "string":
        return str(value)
    return [plain(item) for item in value]


def number(leaf, k):
    """Item `k` of a leaf; whole numbers exactly."""
    if leaf.ClassName() == "TLeafO":
        return bool(leaf.GetValue(k))
    if leaf.ClassName() in ("TLeafF", "TLeafD"):
        return leaf.GetValue(k)
    return leaf.GetTypedValue["ULong64_t" if leaf.IsUnsigned() else "Long64_t"](k)


file = ROOT.TFile.Open(sys.argv[1])
tree = file.Get("events")
names = [branch.GetName() for branch in tree.GetListOfBranches()]
kinds = {branch.GetName(): branch.GetListOfLeaves()[0] for branch in tree.GetListOfBranches()}
out = {"entries": int(tree.GetEntries()), "entry": {name: [] for name in names}, "frame": {}}
for i in range(out["entries"]):
    if tree.GetEntry(i) <= 0:
        raise SystemExit(f"ROOT reads nothing of entry {i}")
    for name in names:
        leaf = kinds[name]
        if leaf.ClassName() == "TLeafElement":
            value = getattr(tree, name)
            if "vector<unsigned char>" in leaf.GetTypeName():
                value = [ord(item) if isinstance(item, str) else item for item in value]
            out["entry"][name].append(plain(value))
        elif leaf.ClassName() == "TLeafC":
            out["entry"][name].append(str(leaf.GetValueString()))
        else:
            out["entry"][name].append([number(leaf, k) for k in range(leaf.GetLen())])

ROOT.EnableImplicitMT(2)
frame = ROOT.RDataFrame("events", sys.argv[1])
columns = ("i16", "f64", "u32", "bool", "floats", "longs", "fixed", "counted", "text")
for name in columns if out["entries"] else ():
    # Threads finish in any order, so each value goes with the number of its entry.
    entries = frame.Take["ULong64_t"]("rdfentry_")
    values = frame.Take[frame.GetColumnType(name)](name)
    pairs = sorted(zip(entries.GetValue(), map(plain, values.GetValue())))
    out["frame"][name] = [value for _, value in pairs]
print(json.dumps(out))
