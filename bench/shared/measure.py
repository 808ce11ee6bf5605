"""Run a command as a whole process and say what it cost."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from statistics import median


class Failed(Exception):
    """A command that could not be started, or ended with an error."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system, all threads), wall seconds, peak resident MB (10^6 bytes).

    The peak counts pages of memory-mapped files, and is never below what this
    interpreter itself holds (about 20 MB), because Linux carries the high-water
    mark across exec.
    """

    cpu: float
    wall: float
    peak: float


def run(argv: list[str]) -> tuple[Cost, str]:
    """Run `argv` to its end; return its cost and what it printed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        except OSError as error:
            raise Failed(f"{argv[0]}: {error.strerror}") from error
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # an interrupt must not leave a benchmark running
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise Failed(f"exit status {process.returncode}: {_last_line(err)}")
        out.seek(0)
        text = out.read().decode(errors="replace")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024 / 1e6), text


def medians(costs: list[Cost]) -> Cost:
    """The median of each quantity on its own."""
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "peak")))


def _last_line(stream) -> str:
    stream.seek(0)
    lines = stream.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no message"
