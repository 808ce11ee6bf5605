#!/usr/bin/env python3
"""Ways to store waveforms without loss, beside each other: `make bench-storage`.

Measures photopeak's files (`photopeak bench storage`, one thread), then FLAC, pco and LEGEND's
radware-sigcompress on the same samples in memory; prints a table for each set of waveforms. What is
decoded must be what was encoded, or the run ends with an error.

The waveforms: those of `photopeak simulate majorana` as the release stores them, and as the digitiser
recorded them; real ones from the folder that PHOTOPEAK_HPGE names (LEGEND's test data).
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np
import soundfile
from lh5.compression import radware
from pcodec import ChunkConfig, standalone

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from shared import environment  # noqa: E402

# Files of LEGEND's test data, the table in each, and the column.
REAL = [
    ("th228_flashcam_1000wf.hdf5", "", "raw_waveform", "FlashCam, 62.5 MHz, 228Th"),
    ("l200-p06-r007-cal-20230725T202227Z_raw.lh5", ":FCEvent", "waveform.values", "FlashCam, LEGEND-200 calibration"),
    ("LDQTA_r117_20200110T105115Z_cal_geds_raw.lh5", "", "waveform.values", "Digitiser of a test stand, 100 MHz"),
]
# A record of the Majorana digitiser: from this sample on each is a sum of four.
PRESUM_FROM, PRESUM = 1424, 4
ROUNDS = 3
# Waveforms that are encoded together: a single one is too short for pco.
GROUP = 64


def photopeak(*arguments):
    run = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"photopeak {' '.join(map(str, arguments))}: {run.stderr}")
    return run.stdout


def samples(source, column, folder):
    """The waveforms as photopeak reads them, in the narrowest type."""
    path = folder / "samples.h5"
    photopeak("convert", source, path, "--columns", column, "--narrow", "--compression", "none")
    with h5py.File(path) as f:
        return f[column][:]


def measure(wave, encode, decode, size=len):
    """Bytes, and the best seconds to encode and to decode, group by group."""
    groups = [np.ascontiguousarray(wave[i : i + GROUP]) for i in range(0, len(wave), GROUP)]
    best = [float("inf")] * 2
    for _ in range(ROUNDS):
        start = time.perf_counter()
        coded = [encode(group) for group in groups]
        best[0] = min(best[0], time.perf_counter() - start)
        start = time.perf_counter()
        back = [decode(item) for item in coded]
        best[1] = min(best[1], time.perf_counter() - start)
    for group, again in zip(groups, back):
        # Unsigned samples went through signed ones of the same bits.
        if not (np.asarray(again).reshape(group.shape).astype(group.dtype) == group).all():
            sys.exit("what was decoded is not what was encoded")
    return {"bytes": sum(size(item) for item in coded), "write_s": best[0], "read_s": best[1]}


def flac(group):
    out = io.BytesIO()
    # As a sound of one channel; the highest bit turned, so that baselines are near the middle.
    signed = (group.astype("i4") - (32768 if group.dtype == np.uint16 else 0)).astype("i2")
    soundfile.write(out, signed.reshape(-1), 48000, format="FLAC", subtype="PCM_16", compression_level=1.0)
    return group.dtype == np.uint16, out.getvalue()


def from_flac(item):
    turned, coded = item
    values, _ = soundfile.read(io.BytesIO(coded), dtype="int16")
    return values.astype("i4") + (32768 if turned else 0)


def peers(wave):
    config = ChunkConfig(compression_level=8)
    if wave.dtype.itemsize == 2:
        yield "FLAC, best", measure(wave, flac, from_flac, size=lambda item: len(item[1]))
    pco = lambda group: standalone.simple_compress(group.reshape(-1), config)
    yield "pco, level 8", measure(wave, pco, standalone.simple_decompress)
    shift = -32768 if wave.dtype == np.uint16 else 0
    pack = lambda group: radware.encode(group.astype("i4"), shift=shift)
    unpack = lambda item: radware.decode(item, shift=shift)[0][:, : wave.shape[1]]
    yield "radware-sigcompress (lh5, numba)", measure(wave, pack, unpack, size=lambda item: int(item[1].sum()))


def table(title, source, column, folder, published=None):
    """`published`: samples of a waveform as it is published, if they are more than are stored."""
    ours = json.loads(photopeak("bench", "storage", source, "--column", column, "--json"))
    wave = samples(source, column, folder)
    count, width = ours["samples"], wave.dtype.itemsize
    as_float64 = 8 * ours["waveforms"] * (published or wave.shape[1])
    print(f"\n**{title}**: {ours['waveforms']:,} waveforms of {wave.shape[1]:,} samples, {wave.dtype}\n")
    print("| stored as | bits/sample | times smaller than float64 | write MB/s | read MB/s |")
    print("|---|--:|--:|--:|--:|")
    ways = [(way["way"], way) for way in ours["ways"]]
    for name, measured in ways + list(peers(wave)):
        if published and name.startswith("float64"):
            continue
        bits = 8 * measured["bytes"] / count
        speeds = [f"{count * width / measured[key] / 1e6:.0f}" for key in ("write_s", "read_s")]
        print(f"| {name} | {bits:.2f} | {as_float64 / measured['bytes']:.1f} | {' | '.join(speeds)} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=5000, help="simulated waveforms")
    parser.add_argument("--photopeak", type=Path, help="a built binary (default: build it)")
    arguments = parser.parse_args()
    global BINARY
    BINARY = arguments.photopeak or environment.photopeak() or sys.exit("no photopeak to measure")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        simulated = folder / "simulated.parquet"
        photopeak("simulate", "majorana", "-o", simulated, "--events", arguments.events)
        table("Simulated records of the Majorana release", simulated, "raw_waveform", folder)
        wave = samples(simulated, "raw_waveform", folder).astype("i4")
        sums = wave[:, PRESUM_FROM:].reshape(len(wave), -1, PRESUM).sum(axis=2)
        np.save(folder / "native.npy", np.hstack([wave[:, :PRESUM_FROM], sums]))
        title = "The same as they were recorded"
        table(title, folder / "native.npy", "values", folder, published=wave.shape[1])
        if hpge := os.environ.get("PHOTOPEAK_HPGE"):
            for name, place, column, title in REAL:
                table(title, f"{hpge}/{name}{place}", column, folder)
        else:
            print("\nPHOTOPEAK_HPGE is not set: no real waveforms.")


main()
