"""Convert a TTree to Parquet (zstd-3, row groups of 250,000 rows): `to_parquet.py SOURCE TREE OUTPUT`."""

import sys

import awkward as ak
import pyarrow as pa
import pyarrow.parquet as pq
import uproot

ROWS = 250_000


def main(source: str, name: str, output: str) -> None:
    with uproot.open(source) as file:
        tree = file[name]
        writer = None
        for events in tree.iterate(step_size=ROWS, library="ak"):
            arrays = {
                branch: ak.to_arrow(events[branch], extensionarray=False, list_to32=True) for branch in tree.keys()
            }
            table = pa.table(arrays)
            writer = writer or pq.ParquetWriter(output, table.schema, compression="zstd", compression_level=3)
            writer.write_table(table.cast(writer.schema), row_group_size=ROWS)
        writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
