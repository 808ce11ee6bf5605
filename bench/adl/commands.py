"""What is compared: the files, the queries, and each tool's command.

This is the one place to edit when a command line or its output changes; the
fields of the commands are told in `shared/tools.py`.
"""

import json

from shared.tools import Answer, Tool, peer

TREES = ("zlib1", "zstd5", "lz4")
"""The TTree files, by codec, as ROOT's compression number is in prepare.py."""
FILES = (*TREES, "parquet")
QUERIES = {
    "q1": "missing momentum",
    "q2": "all jets",
    "q3": "central jets",
    "q4": "two jets",
    "q5": "muon pair",
    "q6": "best three jets",
    "q7": "jets away from leptons",
    "q8": "Z and a third lepton",
}

KNOWN_ANSWERS: dict[tuple[str, int], Answer] = {}
"""Of each histogram of a query: entries, those in range, the sum of bin number times entries."""


def photopeak_histograms(text: str) -> Answer:
    """`photopeak analyse --json` prints UHI histograms with flow bins, by name; the peers print pt first."""
    answer: list[int] = []
    for _, histogram in sorted(json.loads(text)["histograms"].items(), reverse=True):
        counts = [int(count) for count in histogram["storage"]["values"]]
        inner = counts[1:101]
        answer += [sum(counts), sum(inner), sum(bin * count for bin, count in enumerate(inner))]
    return tuple(answer)


def _queries(template: str) -> dict[str, str]:
    return {query: template.replace("QUERY", query[1:]) for query in QUERIES}


_PHOTOPEAK = _queries("{photopeak} analyse adl/qQUERY --data {file} --threads {threads} --json")

TOOLS = (
    Tool("photopeak", FILES, _PHOTOPEAK, dict.fromkeys(QUERIES, photopeak_histograms)),
    peer("RDataFrame", TREES, _queries("{build}/rdf_adl QUERY {file} {threads}")),
    peer("uproot", TREES, _queries("{python} {peers}/uproot_adl.py QUERY {file} {threads}")),
    # It has no threads of its own; its executors start processes.
    peer("coffea", TREES, _queries("{python} {peers}/coffea_adl.py QUERY {file}"), threads=(1,)),
    peer("DuckDB", ("parquet",), _queries("{python} {peers}/duckdb_adl.py QUERY {file} {threads}")),
    peer("Polars", ("parquet",), _queries("{python} {peers}/polars_adl.py QUERY {file} {threads}")),
)
