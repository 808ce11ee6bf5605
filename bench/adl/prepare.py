"""Write the files of the comparison where they are not there yet."""

from pathlib import Path

from commands import FILES
from shared.environment import REPOSITORY, TO_PARQUET, Environment, write

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
PROGRAMS = (HERE / "generator" / "gen_adl.C", PEERS / "rdf_adl.cpp")
EVENTS = REPOSITORY / "testdata" / "cms-2012-singlemu" / "Run2012B_SingleMu_1000.root"
"""The real events that are repeated."""
COMPRESSION = {"zlib1": 101, "zstd5": 505, "lz4": 404}
"""ROOT's numbers for codec and level."""


def data(venv: Environment, build: Path, folder: Path, events: int, wanted: list[str]) -> dict[str, Path]:
    """Write the files of `wanted` that are not there yet; return the path of each."""
    stem = f"adl_{events}"
    paths = {name: folder / (f"{stem}.parquet" if name == "parquet" else f"{stem}_{name}.root") for name in FILES}
    for name in wanted:
        if name in COMPRESSION:
            write(paths[name], build / "gen_adl", EVENTS, events, "{output}", COMPRESSION[name])
        else:
            write(paths["zlib1"], build / "gen_adl", EVENTS, events, "{output}", COMPRESSION["zlib1"])
            write(paths[name], venv.python, TO_PARQUET, paths["zlib1"], "Events", "{output}")
    return {name: paths[name] for name in wanted}
