"""What uproot reads of ROOT files, as digests: `python uproot_digests.py FILE…` prints JSON.

For each file its trees with every branch that holds data: number of entries and, for each flat
buffer of the values (the order of awkward's `to_buffers`, offsets as 64-bit numbers from zero),
its length and the start of the SHA-256 of its little-endian bytes. `canonical.rs` makes the
same of Arrow arrays. Histograms: the digest of their values with flow bins.
"""

import hashlib
import json
import sys
import warnings

import awkward as ak
import numpy as np
import uproot


def buffer(name, values):
    values = np.asarray(values)
    if name.endswith("offsets"):
        values = (values - values[0] if len(values) else values).astype("<i8")
    values = np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<")))
    return {"len": int(values.size), "sha": hashlib.sha256(values.tobytes()).hexdigest()[:16]}


def branch(branch):
    out = {"name": branch.object_path.split(":", 1)[1], "typename": branch.typename}
    if "Unknown" in str(branch.interpretation) or "AsGroup" in str(branch.interpretation):
        return out | {"group": True}
    try:
        array = branch.array()
        _, length, buffers = ak.to_buffers(ak.to_packed(array))
        return out | {"len": length, "bufs": [buffer(k, v) for k, v in buffers.items()]}
    except Exception as error:
        return out | {"error": f"{type(error).__name__}: {error}"[:200]}


def file(path):
    out = {"trees": {}, "histograms": {}}
    with uproot.open(path) as source:
        for key, name in source.classnames(recursive=True).items():
            if name == "TTree":
                tree = source[key]
                branches = [branch(b) for b in tree.values(recursive=True)]
                out["trees"][key] = {"entries": tree.num_entries, "branches": branches}
            elif name[:3] in ("TH1", "TH2", "TH3") or name == "TProfile":
                histogram = source[key]
                values = np.ascontiguousarray(histogram.values(flow=True), "<f8")
                out["histograms"][key] = {
                    "sha": hashlib.sha256(values.tobytes()).hexdigest()[:16],
                    "edges": [axis.edges().tolist() for axis in histogram.axes],
                }
    return out


warnings.filterwarnings("ignore")
print(json.dumps({path: file(path) for path in sys.argv[1:]}))
