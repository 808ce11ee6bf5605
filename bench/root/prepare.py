"""Write the files of the comparison where they are not there yet."""

from pathlib import Path

from commands import FILES
from shared.environment import TO_PARQUET, Environment, write

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
PROGRAMS = (HERE / "generator" / "gen_mini.C", PEERS / "getentry.cpp", PEERS / "rdf_zpeak.cpp")
COMPRESSION = {"zlib1": 101, "zstd5": 505, "lz4": 404, "rntuple": 505}
"""ROOT's numbers for codec and level."""


def data(venv: Environment, build: Path, folder: Path, events: int, wanted: list[str]) -> dict[str, Path]:
    """Write the files of `wanted` that are not there yet; return the path of each."""
    stem = "mini" if events == 2_000_000 else f"mini_{events}"
    paths = {
        name: folder / (f"{stem}.parquet" if name == "parquet" else f"{stem}_{name}.root") for name in FILES
    }
    for name in wanted:
        if name in COMPRESSION and name != "rntuple":
            write(paths[name], build / "gen_mini", events, "{output}", COMPRESSION[name])
            continue
        write(paths["zlib1"], build / "gen_mini", events, "{output}", COMPRESSION["zlib1"])
        if name == "parquet":
            write(paths[name], venv.python, TO_PARQUET, paths["zlib1"], "mini", "{output}")
        else:
            write(paths[name], venv.python, PEERS / "to_rntuple.py", paths["zlib1"], "{output}", COMPRESSION[name])
    return {name: paths[name] for name in wanted}
