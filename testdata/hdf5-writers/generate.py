"""Writes the HDF5 files of this folder, and `expected.json`: what h5py and lh5 read from them.

    pip install h5py==3.16.0 hdf5plugin==7.1.0 legend-lh5io==0.3.0 && python generate.py

They are small, and hold what the files that the tests make with h5py do not: filters of plugins,
and LEGEND's LH5 as LEGEND's own library writes it. They are also what hostile files are made of.
"""

import hashlib
import json
import os
import warnings

warnings.filterwarnings("ignore")

import awkward as ak
import h5py
import hdf5plugin
import lgdo
import lh5
import numpy as np
from lh5.compression import RadwareSigcompress, ULEB128ZigZagDiff

folder = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(8)


def pulses(rows, length):
    t = np.arange(length)
    start = rng.integers(length // 3, length // 2, rows)[:, None]
    height = rng.integers(100, 3000, rows)[:, None]
    pulse = np.where(t > start, height * np.exp(-(t - start) / (4 * length)), 0)
    return (9000 + pulse + rng.normal(0, 4, (rows, length))).astype("u2")


def filters(path):
    wave = pulses(12, 50)
    with h5py.File(path, "w") as f:
        for name, options in {
            "plain": {},
            "gzip": dict(compression="gzip", shuffle=True, fletcher32=True),
            "lzf": dict(compression="lzf"),
            "szip": dict(compression="szip", compression_opts=("nn", 16)),
            "scaleoffset": dict(scaleoffset=0),
            "zstd": dict(**hdf5plugin.Zstd()),
            "lz4": dict(**hdf5plugin.LZ4()),
            "bitshuffle": dict(**hdf5plugin.Bitshuffle()),
            "blosc": dict(**hdf5plugin.Blosc()),
            "zfp": dict(**hdf5plugin.Zfp(reversible=True)),
        }.items():
            data = wave.astype("f4") if name == "zfp" else wave
            f.create_dataset(name, data=data, chunks=(5, 20), **options)
        ty = h5py.h5t.STD_U16LE.copy()
        ty.set_precision(14)
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((5, 20))
        plist.set_filter(h5py.h5z.FILTER_NBIT, 0, ())
        space = h5py.h5s.create_simple(wave.shape)
        nbit = h5py.h5d.create(f.id, b"nbit", ty, space, plist)
        nbit.write(h5py.h5s.ALL, h5py.h5s.ALL, wave)


def indices(path, libver):
    wave = pulses(40, 6).astype("i4")
    with h5py.File(path, "w", libver=libver) as f:
        for name, options in {
            "contiguous": {},
            "single": dict(chunks=wave.shape, compression="gzip"),
            "fixed": dict(chunks=(3, 4), compression="gzip"),
            "grows": dict(chunks=(1, 6), maxshape=(None, 6)),
            "both": dict(chunks=(3, 4), maxshape=(None, None), compression="lzf"),
        }.items():
            f.create_dataset(name, data=wave, **options)
        many = f.create_group("many")
        for i in range(30):
            many[f"column {i}"] = np.arange(i % 4)
            many.attrs[f"attribute {i}"] = f"value {i}" * (i % 7)


def types(path):
    with h5py.File(path, "w") as f:
        f["bool"] = rng.integers(0, 2, 9).astype(bool)
        f["big"] = np.arange(9, dtype=">f8")
        f["fixed-text"] = np.array([b"", b"a", b"germanium"] * 3)
        f.create_dataset("text", data=["keV", "Größe", ""] * 3, dtype=h5py.string_dtype())
        lists = f.create_dataset("lists", (9,), dtype=h5py.vlen_dtype("i4"))
        for i in range(9):
            lists[i] = np.arange(i)
        record = np.zeros(9, dtype=[("e", "f4"), ("n", "i8"), ("v", "u2", (3,)), ("tag", "S5")])
        record["e"] = rng.normal(0, 1, 9)
        record["v"] = rng.integers(0, 999, (9, 3))
        f["records"] = record
        f["records"].attrs["description"] = "hits of a detector"


def legend(path):
    """A table of each kind of column that LH5 knows, written by lh5."""
    wave = pulses(20, 120)

    def waveforms():
        return lgdo.WaveformTable(t0=0, t0_units="ns", dt=16, dt_units="ns", values=wave)

    lists = ak.Array([[1, 2], [], [5]] * 6 + [[7], [8, 9, 10]])
    nested = ak.Array([[[1], [2, 3]], [], [[], [4]]] * 6 + [[[7]], []])
    table = lgdo.Table(
        {
            "energy": lgdo.Array(rng.uniform(0, 3000, 20), attrs={"units": "keV", "description": "calibrated energy"}),
            "channel": lgdo.Array(np.arange(20, dtype="u4")),
            "quality": lgdo.Array(rng.integers(0, 2, 20).astype(bool)),
            "tracelist": lgdo.VectorOfVectors(lists, dtype="u2"),
            "hits": lgdo.VectorOfVectors(nested, dtype="i4"),
            "waveform": waveforms(),
            "waveform_radware": waveforms(),
            "waveform_uleb128": waveforms(),
        }
    )
    table["waveform_radware"]["values"].attrs["compression"] = RadwareSigcompress(codec_shift=-32768)
    table["waveform_uleb128"]["values"].attrs["compression"] = ULEB128ZigZagDiff()
    lh5.write(table, "raw", path, group="ch1", wo_mode="overwrite_file")
    lh5.write(lgdo.Table({"nadcs": lgdo.Array(np.array([6]))}), "config", path, wo_mode="append")
    read = lh5.read("ch1/raw", path)
    for name in ["waveform_radware", "waveform_uleb128"]:
        assert (read[name]["values"].nda == wave).all()
    return {
        "raw": {"waveform.values": digest(wave), "energy": digest(table["energy"].nda)},
        "tracelist": lists.to_list(),
        "hits": nested.to_list(),
    }


def digest(values):
    """As the tests of `hdf5file` do it: numbers little-endian, texts after their length."""
    out = []

    def canonical(values):
        if values.dtype.names:
            for name in values.dtype.names:
                canonical(values[name])
            return
        flat = values.reshape(-1)
        if values.dtype.kind in "OS":
            for value in flat:
                if isinstance(value, np.ndarray):
                    out.append(len(value).to_bytes(4, "little"))
                    canonical(value)
                else:
                    out.append(len(value).to_bytes(4, "little") + value)
        elif values.dtype.kind == "b":
            out.append(flat.astype("u1").tobytes())
        else:
            out.append(flat.astype(values.dtype.newbyteorder("<")).tobytes())

    canonical(np.asarray(values))
    return hashlib.sha256(b"".join(out)).hexdigest()[:16]


def main():
    names = ["filters.h5", "indices-old.h5", "indices-v110.h5", "indices-latest.h5", "types.h5"]
    filters(f"{folder}/filters.h5")
    indices(f"{folder}/indices-old.h5", "earliest")
    indices(f"{folder}/indices-v110.h5", ("v110", "v110"))
    indices(f"{folder}/indices-latest.h5", "latest")
    types(f"{folder}/types.h5")
    expected = {}
    for name in names:
        found = expected[name] = {}
        with h5py.File(f"{folder}/{name}") as f:
            f.visititems(lambda path, item: found.update({path: digest(item[()])}) if isinstance(item, h5py.Dataset) else None)
    expected["legend.lh5"] = legend(f"{folder}/legend.lh5")
    with open(f"{folder}/expected.json", "w") as out:
        json.dump(expected, out, indent=1)
        out.write("\n")


main()
