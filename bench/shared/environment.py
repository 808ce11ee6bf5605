"""Make what a comparison needs and does not find: peers, programs, photopeak, files."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
REPOSITORY = BENCH.parent
TO_PARQUET = BENCH / "shared" / "to_parquet.py"
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


def environment(folder: Path, requirements: Path = BENCH / "requirements.txt") -> Environment:
    """Create the virtual environment, or bring it to the pinned versions."""
    venv = Environment(folder)
    stamp = folder / "bench-requirements.sha256"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not venv.python.exists():
        say(f"creating {folder}")
        call(sys.executable, "-m", "venv", folder)
    if not stamp.exists() or stamp.read_text() != wanted:
        say(f"installing {requirements.relative_to(REPOSITORY)}, some hundred MB")
        call(venv.python, "-m", "pip", "install", "--quiet", "--requirement", requirements)
        stamp.write_text(wanted)
    return venv


def programs(venv: Environment, folder: Path, sources: tuple[Path, ...]) -> None:
    """Compile C++ programs against ROOT where they are older than their sources."""
    folder.mkdir(parents=True, exist_ok=True)
    include, libraries = venv.root / "include", venv.root / "lib"
    for source in sources:
        program = folder / source.stem
        depends = (source, *source.parent.glob("*.h"), *(BENCH / "shared").glob("*.h"), include)
        if program.exists() and program.stat().st_mtime > max(path.stat().st_mtime for path in depends):
            continue
        say(f"compiling {source.name}")
        # The wheel's root-config names folders that are not there, and its own
        # libraries need others that only the loader finds: hence the last flag.
        call(
            *(os.environ.get("CXX", "g++"), "-O2", "-std=c++17", "-pthread", source, "-o", program),
            *("-isystem", include, f"-L{libraries}", f"-Wl,-rpath,{libraries}", "-Wl,--allow-shlib-undefined"),
            *(f"-l{library}" for library in LIBRARIES),
        )


def photopeak() -> Path | None:
    """Build the release binary; None if there is no cargo, or it does not build."""
    if not shutil.which("cargo"):
        say("no cargo: photopeak is left out (name a built one with --photopeak)")
        return None
    build = ["cargo", "build", "--release", "--quiet", "--package", "photopeak-cli"]
    if subprocess.run(build, cwd=REPOSITORY).returncode != 0:
        say("photopeak does not build (see above): measuring the peers alone")
        return None
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    return REPOSITORY / target / "release" / "photopeak"


def write(path: Path, *command) -> None:
    """Run `command`, whose "{output}" stands for a file beside `path` that becomes it at the end."""
    if path.exists():
        return
    say(f"writing {path.name}")
    partial = path.with_name(f"partial-{path.name}")
    partial.unlink(missing_ok=True)
    call(*(partial if word == "{output}" else word for word in command))
    partial.rename(path)


def call(*command) -> None:
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
