#!/usr/bin/env python3
"""Compare photopeak with other tools on the IRIS-HEP ADL queries: `make bench-adl`.

Makes its environment and its data on the first run, then runs every tool as a
whole process in interleaved rounds, checks that all fill the same histograms, and
prints the medians and their ratios to photopeak as Markdown. Ends with status 1
if answers differ or a tool fails. Needs Linux, Python 3.11 and a C++ compiler.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import prepare  # noqa: E402
from commands import FILES, KNOWN_ANSWERS, QUERIES, TOOLS  # noqa: E402
from shared import report  # noqa: E402
from shared.benchmark import Benchmark, main  # noqa: E402

if __name__ == "__main__":
    sys.exit(
        main(
            Benchmark(
                about=__doc__.partition("\n")[0],
                contents="86 branches",
                tasks=QUERIES,
                files=FILES,
                default_files=("zlib1", "parquet"),
                tools=TOOLS,
                peers=prepare.PEERS,
                programs=prepare.PROGRAMS,
                data=prepare.data,
                events=5_000_000,
                tables=report.matrices,
                answers=KNOWN_ANSWERS,
            )
        )
    )
