"""Makes the ROOT files of this folder anew, byte for byte: `python generate.py`.

Needs ROOT with Python (`pip install --pre ROOT`, or conda-forge) and a C++ compiler, because
the classes in `writers.C` need dictionaries. Files are written beside this script.
"""

import os
import tempfile
from pathlib import Path

import ROOT

CODECS = {"none": 0, "zlib": 101, "lzma": 207, "lz4": 404, "zstd": 505}


# The record of class descriptions that the reader falls back on, key and all.
STANDARD = "crates/rootfile/src/standard-streamers.bin"


def streamer_record(path):
    """The bytes of the StreamerInfo record of a small file (32-bit positions)."""
    data = path.read_bytes()
    field = lambda at: int.from_bytes(data[at : at + 4], "big")
    seek, size = field(37), field(41)
    return data[seek : seek + size]


def main():
    folder = Path(__file__).resolve().parent
    ROOT.gROOT.SetBatch(True)
    ROOT.gErrorIgnoreLevel = ROOT.kError
    with tempfile.TemporaryDirectory() as build:
        ROOT.gSystem.SetBuildDir(build, True)
        if ROOT.gROOT.LoadMacro(f"{folder / 'writers.C'}+") != 0:
            raise SystemExit("writers.C does not compile")
        # Names of friends and chain elements are written as given: relative ones.
        os.chdir(folder)
        for name, setting in CODECS.items():
            ROOT.codec(f"codec-{name}.root", setting)
        ROOT.offsetmap("offsetmap.root", True)
        ROOT.offsetmap("offsetmap-plain.root", False)
        for name in (
            "leaves", "stl", "objects", "friends", "chain", "directories", "cycles",
            "embedded", "unclosed", "keyless", "histograms",
        ):
            getattr(ROOT, name)(f"{name}.root")
        standard = Path(build) / "standard.root"
        ROOT.standard(str(standard))
        (folder.parents[1] / STANDARD).write_bytes(streamer_record(standard))
    total = sum(path.stat().st_size for path in folder.glob("*.root"))
    print(f"ROOT {ROOT.gROOT.GetVersion()}: {total} bytes in {len(list(folder.glob('*.root')))} files")


if __name__ == "__main__":
    main()
