"""What is compared: the files, the tasks, and each tool's command for each task.

This is the one place to edit when a command line or its output changes; the
fields of the commands are told in `shared/tools.py`.
"""

import json
import re

from shared.tools import Answer, Tool, peer

TREES = ("zlib1", "zstd5", "lz4")
"""The TTree files, by codec, as ROOT's compression number is in prepare.py."""
FILES = (*TREES, "rntuple", "parquet")
TASKS = {
    "all": "All 84 branches to columns",
    "8": "8 branches to columns",
    "z": "Z → µµ peak (9 branches, selection, histogram)",
}

CONSTANTS = {
    # The same eight as peers/columns.py.
    "eight": "lep_n,lep_pt,lep_eta,lep_phi,lep_E,lep_charge,met_et,mcWeight",
    "mass": "sum(p4(lep_pt, lep_eta, lep_phi, lep_E)).mass",
    "cuts": "trigM && lep_n == 2 && all(lep_type == 13) && sum(lep_charge) == 0"
    " && all(lep_pt > 25*GeV) && all(lep_isTightID)",
    "bins": "100,66,116,GeV",
}

KNOWN_ANSWERS: dict[tuple[str, int], Answer] = {
    ("all", 2_000_000): (2_000_000, 135_913_044),
    ("8", 2_000_000): (2_000_000, 25_819_175),
    ("z", 2_000_000): (538_006, 512_671, 44_846),
}
"""Of a reading task: rows, and leaf values (elements of vectors, and scalars). Of the Z peak:
events selected, of these in 66-116 GeV, of these in bin 50 of 100."""


def photopeak_read(text: str) -> Answer:
    """`photopeak bench read` prints rows and values among words: `2000000 rows, 135913044 values ...`."""
    found = (re.search(rf"([\d,_]+) {what}\b|\b{what}\W+([\d,_]+)", text) for what in ("rows", "values"))
    return tuple(int(re.sub("[,_]", "", match[1] or match[2])) for match in found)


def photopeak_peak(text: str) -> Answer:
    """`photopeak hist --json` prints a UHI histogram, with flow bins: selected, in range, bin 50."""
    histogram = json.loads(text)
    counts = [int(count) for count in histogram["storage"]["values"]]
    flow = len(counts) - 100
    inner = counts[1:101] if flow else counts
    return sum(counts), sum(inner), inner[50]


PHOTOPEAK = Tool(
    "photopeak",
    # It does not read RNTuple yet.
    (*TREES, "parquet"),
    {
        "all": "{photopeak} bench read {source} --threads {threads}",
        "8": "{photopeak} bench read {source} --threads {threads} --columns {eight}",
        "z": "{photopeak} hist {source} {mass} --where {cuts} --bins {bins} --threads {threads} --json",
    },
    {"all": photopeak_read, "8": photopeak_read, "z": photopeak_peak},
)


TOOLS = (
    PHOTOPEAK,
    peer(
        "uproot",
        (*TREES, "rntuple"),
        {
            "all": "{python} {peers}/uproot_read.py {file} {threads}",
            "8": "{python} {peers}/uproot_read.py {file} {threads} {eight}",
            "z": "{python} {peers}/uproot_zpeak.py {file} {threads}",
        },
    ),
    peer(
        "ROOT GetEntry",
        TREES,
        {"all": "{build}/getentry {file}", "8": "{build}/getentry {file} {eight}"},
        threads=(1,),
    ),
    peer("RDataFrame", (*TREES, "rntuple"), {"z": "{build}/rdf_zpeak {file} {threads}"}),
    peer(
        "pyarrow",
        ("parquet",),
        {
            "all": "{python} {peers}/pyarrow_read.py {file} {threads}",
            "8": "{python} {peers}/pyarrow_read.py {file} {threads} {eight}",
        },
    ),
    peer("DuckDB", ("parquet",), {"z": "{python} {peers}/duckdb_zpeak.py {file} {threads}"}),
    peer("Polars", ("parquet",), {"z": "{python} {peers}/polars_zpeak.py {file} {threads}"}),
)
