"""The Python side of uhi_python.rs: boost-histogram, hist and uhi as the reference.

`read FILE` loads what the crate wrote and prints, as JSON, what Python sees.
`write FILE` writes histograms, and prints the numbers Python holds for them.
`versions` prints the versions in use; it fails if a package is missing.
"""

import json
import sys

import boost_histogram as bh
import hist
import numpy as np
import uhi
import uhi.io.json
import uhi.schema
from boost_histogram.serialization import from_uhi


def describe(h):
    """What both sides must agree on; NaN as null."""
    view = h.view(flow=True)
    fields = view.dtype.names
    if fields is None:
        contents = {"values": view}
    elif "value" in fields and "variance" in fields:
        contents = {"values": view.value, "variances": view.variance}
    elif "count" in fields:
        contents = {"values": view.value, "counts": view.count, "variances": view.variance}
    else:
        contents = {"values": view.value, "sum_w": view.sum_of_weights, "variances": view.variance}
    axes = []
    for axis in h.axes:
        labels = [str(label) for label in axis] if isinstance(axis, bh.axis.StrCategory) else None
        axes.append(
            {
                "kind": type(axis).__name__,
                "extent": axis.extent,
                "edges": None if labels else np.asarray(axis.edges, dtype=float).tolist(),
                "labels": labels,
                "name": axis.__dict__.get("name") or "",
                "unit": axis.__dict__.get("unit"),
            }
        )
    flat = {
        key: [None if np.isnan(x) else float(x) for x in np.asarray(array).ravel()]
        for key, array in contents.items()
    }
    return {"axes": axes, "shape": list(view.shape), "storage": h.storage_type.__name__, **flat}


def load(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    uhi.schema.validate(json.loads(text))
    named = json.loads(text, object_hook=uhi.io.json.object_hook)
    return {name: (from_uhi(ir), hist.Hist(from_uhi(ir))) for name, ir in named.items()}


def read(path):
    out = {}
    for name, (plain, fancy) in load(path).items():
        assert describe(plain)["values"] == describe(fancy)["values"]
        out[name] = describe(plain)
        out[name]["metadata"] = {k: v for k, v in plain.__dict__.items() if not k.startswith("_")}
    return out


def made():
    rng = np.random.default_rng(1)
    x, y = rng.normal(0.5, 0.5, 1000), rng.exponential(1.0, 1000)
    w = rng.uniform(-0.5, 2.0, 1000)
    names = rng.choice(["a", "b", "z"], 1000)
    regular = hist.axis.Regular(7, 0, 1, name="x", label="X")
    weighted = hist.Hist(
        regular,
        hist.axis.Variable([0, 0.1, 3.5], name="y", overflow=False),
        hist.axis.StrCategory(["a", "b"], name="c"),
        storage=hist.storage.Weight(),
        name="three",
        label="Three axes",
    )
    weighted.fill(x, y, names, weight=w)
    counts = bh.Histogram(bh.axis.Integer(-2, 3), bh.axis.Boolean(), storage=bh.storage.Int64())
    counts.fill(rng.integers(-4, 6, 500), rng.integers(0, 2, 500) == 1)
    mean = hist.Hist(regular, storage=hist.storage.Mean())
    mean.fill([0.1, 0.1, 0.7], sample=[1.0, 2.0, 3.0])
    weighted_mean = hist.Hist(regular, storage=hist.storage.WeightedMean())
    weighted_mean.fill([0.1, 0.1, 0.7], sample=[1.0, 2.0, 3.0], weight=[1.0, 2.0, 0.5])
    circular = bh.Histogram(
        bh.axis.Regular(4, -np.pi, np.pi, circular=True),
        bh.axis.IntCategory([11, 13], growth=True),
        bh.axis.Regular(3, 1, 10, transform=bh.axis.transform.log),
    )
    circular.fill(rng.uniform(-9, 9, 300), rng.choice([11, 13, 22], 300), rng.uniform(0, 12, 300))
    sparse = bh.Histogram(bh.axis.Regular(50, 0, 1), bh.axis.Regular(50, 0, 1))
    sparse.fill([0.5, 0.7], [0.1, 0.1])
    return {
        "weighted": weighted,
        "counts": counts,
        "mean": mean,
        "weighted_mean": weighted_mean,
        "circular": circular,
        "sparse": sparse,
    }


def write(path):
    hists = made()
    document = {name: json.loads(json.dumps(h, default=uhi.io.json.default)) for name, h in hists.items()}
    document["sparse"] = uhi.io.to_sparse(document["sparse"])
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, default=uhi.io.json.default)
    return {name: describe(h) for name, h in hists.items()}


def fill(path):
    """Fills boost-histogram with the columns of FILE, to compare contents."""
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    x, w = np.array(data["x"]), np.array(data["w"])
    h = bh.Histogram(bh.axis.Regular(64, 0.0, 128.0), bh.axis.Variable(data["edges"]), storage=bh.storage.Weight())
    h.fill(x, np.array(data["y"]), weight=w)
    return describe(h)


if __name__ == "__main__":
    if sys.argv[1] == "versions":
        packages = {"boost-histogram": bh, "hist": hist, "uhi": uhi, "numpy": np}
        print(json.dumps({name: package.__version__ for name, package in packages.items()}))
    else:
        action = {"read": read, "write": write, "fill": fill}[sys.argv[1]]
        print(json.dumps(action(sys.argv[2])))
