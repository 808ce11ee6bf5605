"""Writes .npy, .npz and .csv files into a folder, and prints what is in them as JSON:
{file: {column: digest}}, the digests as `hdf5file`'s tests make them.

    numpy_files.py FOLDER
"""

import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../hdf5file/tests/it"))

import numpy as np
from h5py_files import canonical

folder = sys.argv[1]
rng = np.random.default_rng(5)
found = {}


def digest(values):
    out = []
    canonical(np.asarray(values), out)
    return hashlib.sha256(b"".join(out)).hexdigest()[:16]


def save(name, values):
    np.save(f"{folder}/{name}.npy", values)
    if values.dtype.names:
        found[f"{name}.npy"] = {member: digest(values[member]) for member in values.dtype.names}
    else:
        found[f"{name}.npy"] = {"values": digest(values)}


arrays = {
    code: rng.normal(0, 50, 40).astype(code)
    for code in ["i1", "u1", "<i2", ">i2", "<u2", "<i4", ">u4", "<i8", ">u8", "<f2", "<f4", ">f4", "<f8", ">f8"]
}
arrays["bool"] = rng.integers(0, 2, 40).astype(bool)
arrays["bytes"] = np.array([b"", b"Ge", b"Si", b"abc"] * 10)
arrays["letters"] = np.array(["", "Größe", "µ", "keV"] * 10)
arrays["waveform"] = rng.integers(0, 60000, (40, 123)).astype("u2")
arrays["cube"] = rng.normal(0, 1, (40, 3, 5))
arrays["nothing"] = np.zeros((40, 0))
records = np.zeros(40, dtype=[("e", ">f4"), ("v", "u2", (3, 2)), ("tag", "S5"), ("in", [("a", "i1"), ("b", "f8")])])
records["e"] = rng.normal(0, 1, 40)
records["v"] = rng.integers(0, 999, (40, 3, 2))
records["tag"] = b"ab"
records["in"]["b"] = rng.normal(0, 1, 40)
aligned = np.zeros(7, dtype=np.dtype([("a", "i1"), ("b", "f8"), ("c", "i2")], align=True))
aligned["b"] = rng.normal(0, 1, 7)
for name, values in arrays.items():
    save(name.strip("<>") + ("-big" if name.startswith(">") else ""), values)
save("records", records)
save("aligned", aligned)
save("no-rows", np.zeros((0, 4)))
save("fortran", np.asfortranarray(np.arange(9)))
names = {key.replace("<", "l").replace(">", "b"): key for key in arrays}
for name, write in [("stored.npz", np.savez), ("packed.npz", np.savez_compressed)]:
    write(f"{folder}/{name}", records=records, other=np.arange(3), **{n: arrays[k] for n, k in names.items()})
    found[name] = {n: digest(arrays[k]) for n, k in names.items()}
    found[name] |= {f"records.{member}": digest(records[member]) for member in records.dtype.names}

table = {
    "id": rng.integers(0, 9, 20000),
    "energy [keV]": rng.normal(1000, 300, 20000),
    "pass": rng.integers(0, 2, 20000).astype(bool),
    "name": np.array(["a", "b,c", 'd"e', "f\ng"] * 5000),
}


def quoted(value):
    text = repr(float(value)) if isinstance(value, np.floating) else str(value)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text


with open(f"{folder}/table.csv", "w") as out:
    out.write("# made by a test\n" + ",".join(table) + "\n")
    for row in zip(*table.values()):
        out.write(",".join(quoted(value) for value in row) + "\n")
found["table.csv"] = {name.split(" ")[0]: digest(values) for name, values in table.items()}
json.dump(found, sys.stdout)
