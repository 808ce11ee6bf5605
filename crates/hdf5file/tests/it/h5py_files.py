"""Writes HDF5 files of every kind with h5py, and what h5py reads from them.

    h5py_files.py FOLDER     make the files, then print what is in them
    h5py_files.py --read FILE...     print what is in these files

Prints JSON: {file: {path: {"shape": [...], "digest": "..."}}}, where the digest is that of the
values in a plain form that `canonical.rs` makes too; without one for what numpy cannot say.
"""

import hashlib
import json
import os
import sys

import h5py
import numpy as np


def canonical(values, out):
    """Values in order: numbers little-endian, texts and lists after their length."""
    dtype = values.dtype
    if dtype.subdtype:
        raise TypeError
    if dtype.names:
        for name in dtype.names:
            canonical(values[name], out)
        return
    flat = values.reshape(-1)
    if dtype.kind == "O":
        for value in flat:
            if isinstance(value, (bytes, str)):
                value = value.encode() if isinstance(value, str) else value
                out.append(len(value).to_bytes(4, "little") + value)
            else:
                out.append(len(value).to_bytes(4, "little"))
                canonical(np.asarray(value), out)
    elif dtype.kind in "SU":
        for value in flat:
            value = value.encode() if dtype.kind == "U" else value
            out.append(len(value).to_bytes(4, "little") + value)
    elif dtype.kind == "b":
        out.append(flat.astype("u1").tobytes())
    elif dtype.kind == "c":
        canonical(flat.real, out)
        canonical(flat.imag, out)
    elif dtype.kind in "iuf":
        out.append(flat.astype(dtype.newbyteorder("<")).tobytes())
    else:
        raise TypeError(dtype)


def read(path):
    found = {}

    def visit(name, item):
        if not isinstance(item, h5py.Dataset):
            return
        entry = {"shape": list(item.shape or [])}
        if len(item.attrs):
            entry["attributes"] = {
                name: value for name, value in item.attrs.items() if isinstance(value, str)
            }
            assert len(entry["attributes"]) <= len(item.attrs)
        try:
            out = []
            if item.shape is not None:
                canonical(np.asarray(item[()], dtype=item.dtype), out)
            entry["digest"] = hashlib.sha256(b"".join(out)).hexdigest()[:16]
        except (TypeError, OSError, ValueError) as e:
            entry["error"] = str(e)[:80]
        found[name] = entry

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def pulses(rng, n, length, dtype):
    t = np.arange(length)
    start = rng.integers(length // 4, length // 2, n)[:, None]
    height = rng.integers(50, 4000, n)[:, None]
    step = np.where(t > start, height * np.exp(-(t - start) / (4 * length)), 0)
    return (1000 + step + rng.normal(0, 5, (n, length))).astype(dtype)


def filters(folder, rng):
    wave = pulses(rng, 37, 230, "u2")
    real = wave / 7.0
    options = {
        "plain": {},
        "gzip": dict(compression="gzip", compression_opts=4),
        "shuffle-gzip": dict(compression="gzip", shuffle=True),
        "lzf": dict(compression="lzf"),
        "shuffle-lzf": dict(compression="lzf", shuffle=True),
        "fletcher32": dict(fletcher32=True),
        "gzip-fletcher32": dict(compression="gzip", fletcher32=True, shuffle=True),
        "szip-nn": dict(compression="szip", compression_opts=("nn", 16)),
        "szip-ec": dict(compression="szip", compression_opts=("ec", 8)),
        "szip-nn-32": dict(compression="szip", compression_opts=("nn", 32)),
    }
    kinds = {
        "u1": (wave & 255).astype("u1"),
        "i2": wave.astype("i2") - 2000,
        "u2": wave,
        "be2": wave.astype(">u2"),
        "i4": wave.astype("i4") * 70001 - 5,
        "u8": wave.astype("u8") ** 5,
        "f4": real.astype("f4"),
        "f8": real,
        "bf8": real.astype(">f8"),
        "zero": np.zeros_like(wave),
        "ramp": (np.arange(wave.size).reshape(wave.shape) % 700).astype("u2"),
    }
    with h5py.File(folder + "/filters.h5", "w") as f:
        for name, option in options.items():
            for kind, values in kinds.items():
                f.create_dataset(f"{name}/{kind}", data=values, chunks=(10, 64), **option)
        for kind in ["u1", "i2", "u2", "be2", "i4", "u8", "zero", "ramp"]:
            f.create_dataset(f"scaleoffset/{kind}", data=kinds[kind], chunks=(10, 64), scaleoffset=0)
        for kind in ["f4", "f8", "bf8"]:
            f.create_dataset(f"scaleoffset/{kind}", data=kinds[kind], chunks=(10, 64), scaleoffset=3)
        f.create_dataset(
            "scaleoffset/fill", data=kinds["i4"], chunks=(10, 64), scaleoffset=0, fillvalue=7
        )
        # N-bit has no name in h5py: numbers of 12 bits, signed and not, from bit 3 on.
        group = f.create_group("nbit")
        for kind, base, offset in [
            ("u2", h5py.h5t.STD_U16LE, 0),
            ("i2", h5py.h5t.STD_I16LE, 3),
            ("u4", h5py.h5t.STD_U32BE, 5),
        ]:
            ty = base.copy()
            ty.set_precision(12)
            ty.set_offset(offset)
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_chunk((10, 64))
            h5py.h5p.PropDCID.set_filter(plist, h5py.h5z.FILTER_NBIT, 0, ())
            space = h5py.h5s.create_simple(wave.shape)
            dataset = h5py.h5d.create(group.id, kind.encode(), ty, space, plist)
            values = np.ascontiguousarray(wave.astype("i4") % 2000 - (900 if base.get_sign() else 0))
            dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
            plain = h5py.h5d.create(group.id, b"plain-" + kind.encode(), ty, space)
            plain.write(h5py.h5s.ALL, h5py.h5s.ALL, values)


def indices(folder, rng):
    """Every kind of index of chunks, of superblock and of layout."""
    wave = pulses(rng, 137, 60, "i4")
    for name, libver in [("old", "earliest"), ("v110", ("v110", "v110")), ("latest", "latest")]:
        with h5py.File(f"{folder}/indices-{name}.h5", "w", libver=libver) as f:
            for packed in [False, True]:
                more = dict(compression="gzip") if packed else {}
                g = f.create_group("gzip" if packed else "plain")
                g.create_dataset("single", data=wave, chunks=wave.shape, **more)
                g.create_dataset("fixed", data=wave, chunks=(7, 9), **more)
                g.create_dataset("paged", data=wave.reshape(-1), chunks=(3,), **more)
                g.create_dataset("grows", data=wave, chunks=(7, 9), maxshape=(None, 60), **more)
                g.create_dataset("many", data=wave.reshape(-1), chunks=(2,), maxshape=(None,), **more)
                g.create_dataset("beside", data=wave, chunks=(7, 9), maxshape=(137, None), **more)
                g.create_dataset("both", data=wave, chunks=(7, 9), maxshape=(None, None), **more)
                g.create_dataset("larger", data=wave, chunks=(7, 9), maxshape=(400, 200), **more)
                cube = g.create_dataset(
                    "cube", shape=(11, 12, 13), chunks=(2, 5, 3), dtype="i8", fillvalue=-3,
                    maxshape=(11, None, 40), **more
                )
                cube[2:9, 1:11, 3:12] = rng.integers(-99, 99, (7, 10, 9))
                holes = g.create_dataset(
                    "holes", shape=(5000,), chunks=(2,), maxshape=(None,), dtype="f4", fillvalue=1.5, **more
                )
                holes[4000:4010] = 2
                shrunk = g.create_dataset("shrunk", data=wave, chunks=(7, 9), maxshape=(None, None), **more)
                shrunk.resize((31, 20))
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_chunk((7, 9))
            plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            space = h5py.h5s.create_simple(wave.shape)
            dataset = h5py.h5d.create(f.id, b"implicit", h5py.h5t.NATIVE_INT32, space, plist)
            dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, wave)
            f.create_dataset("contiguous", data=wave)
            f.create_dataset("unwritten", shape=(30, 4), dtype="f8", fillvalue=2.5)
            f.create_dataset("chunks-unwritten", shape=(30, 4), dtype="f8", fillvalue=-1, chunks=(7, 4))
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_layout(h5py.h5d.COMPACT)
            dataset = h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_INT32, space, plist) if wave.nbytes < 60000 else None
            if dataset is not None:
                dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, wave)


def types(folder, rng):
    with h5py.File(folder + "/types.h5", "w", userblock_size=1024) as f:
        for code in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
            for order in "<>":
                values = (rng.normal(0, 50, 23)).astype(order + code)
                f[f"{code}-{'le' if order == '<' else 'be'}"] = values
        f["bool"] = rng.integers(0, 2, (9, 3)).astype(bool)
        f["scalar"] = 42
        f["fixed-text"] = np.array([b"", b"a", b"germanium", b"228Th"])
        texts = ["", "keV", "Größe", "x" * 3000, "µ"] * 20
        f.create_dataset("text", data=texts, dtype=h5py.string_dtype())
        f.create_dataset("text-chunks", data=texts, dtype=h5py.string_dtype(), chunks=(7,), compression="gzip")
        lists = f.create_dataset("lists", (50,), dtype=h5py.vlen_dtype("i4"))
        for i in range(50):
            lists[i] = np.arange(i % 7) * i
        record = np.zeros(41, dtype=[("e", ">f4"), ("n", "i8"), ("v", "u2", (3, 2)), ("tag", "S5"), ("in", [("a", "i1"), ("b", "f8")])])
        record["e"] = rng.normal(0, 1, 41)
        record["n"] = np.arange(41)
        record["v"] = rng.integers(0, 999, (41, 3, 2))
        record["tag"] = b"ab"
        record["in"]["b"] = rng.normal(0, 1, 41)
        f["records"] = record
        f.create_dataset("records-chunks", data=record, chunks=(6,), compression="gzip", shuffle=True)
        f["complex"] = np.array([1 + 2j, 3 - 4j])
        enum = h5py.enum_dtype({"ge": 3, "si": 5}, basetype="u1")
        f.create_dataset("enum", data=np.array([3, 5, 3], "u1"), dtype=enum)
        f["empty"] = h5py.Empty("f4")
        f["no-rows"] = np.zeros((0, 5))
        f["no-columns"] = np.zeros((5, 0))
        f["deep/in/groups/x"] = np.arange(5)
        f["soft"] = h5py.SoftLink("/deep/in/groups/x")
        f["hard"] = f["deep/in/groups/x"]
        f["away"] = h5py.ExternalLink("other.h5", "/x")
        f["nowhere"] = h5py.SoftLink("/not/there")
        f["reference"] = np.array([f["hard"].ref], dtype=h5py.ref_dtype)
        f["named-type"] = np.dtype("i4")
        f.create_dataset("of-named-type", data=[1, 2, 3], dtype=f["named-type"])
        f["u2-le"].attrs["units"] = "ns"
        f["u2-le"].attrs["number"] = 16.5
        f["u2-le"].attrs["whole"] = np.int64(-7)
        f["u2-le"].attrs["list"] = np.arange(4)
        f["u2-le"].attrs["fixed"] = np.bytes_("ADC")


def crowds(folder, rng):
    """Groups of many names and objects of many attributes, old and new."""
    for name, libver in [("old", "earliest"), ("new", ("v110", "v110"))]:
        with h5py.File(f"{folder}/crowds-{name}.h5", "w", libver=libver) as f:
            many = f.create_group("many")
            for i in range(700):
                many[f"column {i:04} {'x' * (i % 40)}"] = np.arange(i % 5)
            busy = f.create_dataset("busy", data=np.arange(3))
            for i in range(150):
                busy.attrs[f"attribute {i:03}"] = i if i % 3 else f"text {i}" * (i + 1)
            ordered = f.create_group("ordered", track_order=True)
            for name in "zyxwvutsrqponmlkjihgfedcba":
                ordered[name] = ord(name) * np.ones(2)


def huge(folder):
    """More than 2 GiB, nearly all of it never written."""
    with h5py.File(folder + "/huge.h5", "w") as f:
        rows = 9_000_000
        one = f.create_dataset("contiguous", (rows, 32), "f8")
        one[rows - 2 :] = np.arange(64).reshape(2, 32)


def main():
    if sys.argv[1] == "--read":
        paths = sys.argv[2:]
    else:
        folder = sys.argv[1]
        rng = np.random.default_rng(1)
        filters(folder, rng)
        indices(folder, rng)
        types(folder, rng)
        crowds(folder, rng)
        paths = [f"{folder}/{name}" for name in sorted(os.listdir(folder))]
        huge(folder)
    json.dump({os.path.basename(path): read(path) for path in paths}, sys.stdout)


if __name__ == "__main__":
    main()
