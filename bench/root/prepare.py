"""Make what the benchmark needs and does not find: environment, programs, data."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
PEERS = HERE / "peers"
COMPRESSION = {"zlib1": 101, "zstd5": 505, "lz4": 404, "rntuple": 505}
LIBRARIES = "Core RIO Tree TreePlayer Hist ROOTVecOps ROOTDataFrame MathCore Imt Thread".split()


@dataclass(frozen=True)
class Environment:
    """A virtual environment with the pinned peers, among them ROOT."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def root(self) -> Path:
        """Where ROOT's headers and libraries are."""
        return next(self.folder.glob("lib/python3*/site-packages/ROOT"))


def environment(folder: Path) -> Environment:
    """Create the virtual environment, or bring it to the pinned versions."""
    venv, requirements = Environment(folder), HERE / "requirements.txt"
    stamp = folder / "bench-requirements.sha256"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not venv.python.exists():
        _say(f"creating {folder}")
        _call(sys.executable, "-m", "venv", folder)
    if not stamp.exists() or stamp.read_text() != wanted:
        _say("installing the peers (ROOT alone is some 200 MB)")
        _call(venv.python, "-m", "pip", "install", "--quiet", "--requirement", requirements)
        stamp.write_text(wanted)
    return venv


def programs(venv: Environment, folder: Path) -> None:
    """Compile the generator and the C++ peers where they are older than their sources."""
    folder.mkdir(parents=True, exist_ok=True)
    include, libraries = venv.root / "include", venv.root / "lib"
    for source in (HERE / "generator" / "gen_mini.C", PEERS / "getentry.cpp", PEERS / "rdf_zpeak.cpp"):
        program = folder / source.stem
        depends = (source, *source.parent.glob("*.h"), include)
        if program.exists() and program.stat().st_mtime > max(path.stat().st_mtime for path in depends):
            continue
        _say(f"compiling {source.name}")
        # The wheel's root-config names folders that are not there, and its own
        # libraries need others that only the loader finds: hence the last flag.
        _call(
            *(os.environ.get("CXX", "g++"), "-O2", "-std=c++17", "-pthread", source, "-o", program),
            *("-isystem", include, f"-L{libraries}", f"-Wl,-rpath,{libraries}", "-Wl,--allow-shlib-undefined"),
            *(f"-l{library}" for library in LIBRARIES),
        )


def data(venv: Environment, build: Path, folder: Path, events: int, wanted: list[str]) -> dict[str, Path]:
    """Write the files of `wanted` that are not there yet; return the path of each."""
    stem = "mini" if events == 2_000_000 else f"mini_{events}"
    paths = {
        name: folder / (f"{stem}.parquet" if name == "parquet" else f"{stem}_{name}.root")
        for name in ("zlib1", "zstd5", "lz4", "rntuple", "parquet")
    }
    for name in wanted:
        if name in COMPRESSION and name != "rntuple":
            _write(paths[name], build / "gen_mini", events, "{output}", COMPRESSION[name])
            continue
        _write(paths["zlib1"], build / "gen_mini", events, "{output}", COMPRESSION["zlib1"])
        script = [venv.python, PEERS / f"to_{name}.py", paths["zlib1"], "{output}"]
        _write(paths[name], *script, *([COMPRESSION[name]] if name in COMPRESSION else []))
    return {name: paths[name] for name in wanted}


def photopeak() -> Path | None:
    """Build the release binary; None if there is no cargo, or it does not build."""
    if not shutil.which("cargo"):
        _say("no cargo: photopeak is left out (name a built one with --photopeak)")
        return None
    build = ["cargo", "build", "--release", "--quiet", "--package", "photopeak-cli"]
    if subprocess.run(build, cwd=REPOSITORY).returncode != 0:
        _say("photopeak does not build (see above): measuring the peers alone")
        return None
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    return REPOSITORY / target / "release" / "photopeak"


def _write(path: Path, *command) -> None:
    """Run `command`, whose "{output}" stands for a file beside `path` that becomes it at the end."""
    if path.exists():
        return
    _say(f"writing {path.name}")
    partial = path.with_name(f"partial-{path.name}")
    partial.unlink(missing_ok=True)
    _call(*(partial if word == "{output}" else word for word in command))
    partial.rename(path)


def _call(*command) -> None:
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
