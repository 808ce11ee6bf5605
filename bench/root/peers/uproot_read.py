"""Read columns with uproot: `uproot_read.py FILE THREADS [COLUMN,...]`.

Prints rows and leaf values. Branches are read one after the other, which costs
uproot no more time than `arrays()` and needs far less memory.
"""

import sys

import awkward as ak
import uproot


def main(path: str, threads: int, columns: list[str] | None) -> None:
    with uproot.open(path) as file:
        tree = file["mini"]
        parallel = {"decompression_executor": uproot.ThreadPoolExecutor(threads)} if threads > 1 else {}
        values = 0
        for name in columns or tree.keys():
            values += int(ak.count(tree[name].array(library="ak", **parallel), axis=None))
        print(tree.num_entries, values)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3].split(",") if len(sys.argv) > 3 else None)
