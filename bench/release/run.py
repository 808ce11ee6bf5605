#!/usr/bin/env python3
"""What building a release costs: `make bench-release`.

First a simulated Majorana release (docs/examples/majorana): simulated, labelled, and built as HDF5 in
the published layout and as Parquet. Prints the speed of the build in MB of data files a second beside
a plain copy of the same files, its peak memory, and the sizes. Then the ntuple of `make bench-root`
(2 million events, 84 branches) written as a ROOT file: by photopeak, by RDataFrame's Snapshot and by
uproot, with ZLIB at level 1; seconds, memory and sizes.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BENCH), str(BENCH / "root")]

import prepare  # noqa: E402
from shared import environment  # noqa: E402
from shared.environment import REPOSITORY, say  # noqa: E402
from shared.measure import Cost, Failed, medians, run  # noqa: E402

PEERS = Path(__file__).resolve().parent / "peers"
EXAMPLE = REPOSITORY / "docs/examples/majorana/release.toml"


def main() -> int:
    options = arguments()
    binary = options.photopeak.resolve() if options.photopeak else environment.photopeak()
    if binary is None:
        return 1
    data = options.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    try:
        if options.events:
            majorana(str(binary), data, options.events, options.threads)
        if options.root_events:
            ntuple(str(binary), data, options.root_events, options.threads, options.rounds)
    except (Failed, subprocess.CalledProcessError) as failure:
        say(f"PROBLEM {failure}")
        return 1
    return 0


def majorana(binary: str, data: Path, events: int, threads: int) -> None:
    """The simulated release: its parts are kept for the next run, the release is not."""
    folder = data / f"majorana-{events}"
    folder.mkdir(exist_ok=True)
    raw, labelled = folder / "raw.parquet", folder / "labelled.parquet"
    if not labelled.exists():
        say(f"simulating and labelling {events} events")
        # As many of the 26 detectors and 50 runs as so many events can tune.
        detectors, runs = (str(max(1, min(most, events // 3000))) for most in (26, 50))
        simulate = [binary, "simulate", "majorana", "--detectors", detectors, "--runs", runs]
        for command in (
            [*simulate, "--events", str(events), "-o", str(raw)],
            [binary, "label", str(raw), "-o", str(labelled)],
        ):
            print(f"{command[1]}: {run(command)[0].wall:.1f} s")
    shutil.copyfile(EXAMPLE, folder / "release.toml")
    out = folder / "release"
    for left in folder.glob("release.*"):
        if left.name != "release.toml":
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    shutil.rmtree(out, ignore_errors=True)
    say("building the release")
    command = [binary, "release", "build", str(folder / "release.toml"), "-o", str(out)]
    cost, _ = run([*command, "--threads", str(threads)])
    sizes = {name: size(out / "data" / name) for name in ("hdf5", "parquet")}
    both = sum(sizes.values()) / 1e6
    copied = copy(out / "data", folder)
    print(f"\n{events} events, {threads} threads\n")
    print("| | s | MB/s | peak MB |\n|---|--:|--:|--:|")
    print(f"| release build, {both:.0f} MB of data files | {cost.wall:.1f} | {both / cost.wall:.0f} | {cost.peak:.0f} |")
    print(f"| their plain copy | {copied:.1f} | {both / copied:.0f} | |")
    ratio = sizes["hdf5"] / sizes["parquet"]
    print(f"\nHDF5 {sizes['hdf5']:,} bytes, Parquet {sizes['parquet']:,}: {ratio:.2f} times smaller\n")
    shutil.rmtree(out)
    shutil.rmtree(folder / "release.private", ignore_errors=True)


def copy(source: Path, beside: Path) -> float:
    """Seconds for copying a folder, until it is on disk."""
    with tempfile.TemporaryDirectory(dir=beside) as folder:
        start = time.perf_counter()
        for path in sorted(source.rglob("*")):
            if path.is_file():
                target = Path(folder) / path.name
                with path.open("rb") as data, target.open("wb") as out:
                    shutil.copyfileobj(data, out, 1 << 20)
                    out.flush()
                    os.fsync(out.fileno())
        return time.perf_counter() - start


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def ntuple(binary: str, data: Path, events: int, threads: int, rounds: int) -> None:
    """One ROOT file from another, by each tool in turn."""
    venv = environment.environment(data / "venv")
    environment.programs(venv, data / "bin", prepare.PROGRAMS[:1])
    source = prepare.data(venv, data / "bin", data, events, ["zlib1"])["zlib1"]
    costs: dict[str, list[Cost]] = {}
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(dir=data) as folder:
        out = Path(folder) / "out.root"
        tools = {
            "photopeak convert": [binary, "convert", f"{source}:mini", str(out), "--threads", str(threads)],
            "RDataFrame Snapshot": [str(venv.python), str(PEERS / "snapshot.py"), str(source), str(out), str(threads)],
            "uproot": [str(venv.python), str(PEERS / "uproot_write.py"), str(source), str(out)],
        }
        for number in range(rounds + 1):
            say(f"round {number} of {rounds}")
            for name, command in tools.items():
                out.unlink(missing_ok=True)
                cost, _ = run(command)
                sizes[name] = out.stat().st_size
                if number == 0 and entries(binary, out) != events:
                    raise Failed(f"{name} wrote another number of events")
                if number > 0:
                    costs.setdefault(name, []).append(cost)
    print(f"{events} events, 84 branches, {source.stat().st_size / 1e6:.0f} MB; {threads} threads, {rounds} rounds\n")
    print("| | CPU s | wall s | peak MB | size, MB |\n|---|--:|--:|--:|--:|")
    for name, each in costs.items():
        cost = medians(each)
        print(f"| {name} | {cost.cpu:.2f} | {cost.wall:.2f} | {cost.peak:.0f} | {sizes[name] / 1e6:.0f} |")


def entries(binary: str, path: Path) -> int:
    found = json.loads(run([binary, "inspect", f"{path}:mini", "--json"])[1])
    return found.get("events") or found.get("rows")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--events", type=int, default=200_000, help="simulated records, 0 for none (default: %(default)s)")
    add("--root-events", type=int, default=2_000_000, help="events of the ntuple, 0 for none (default: %(default)s)")
    add("--rounds", type=int, default=3, help="counted rounds of the ntuple (default: %(default)s)")
    add("--threads", type=int, default=os.cpu_count(), help="threads (default: all cores)")
    add("--data", type=Path, default=REPOSITORY / "bench-data", help="folder of data (default: bench-data)")
    add("--photopeak", type=Path, help="a built binary (default: build it)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
