"""Runs a configuration in dspeed over records in memory, and says how fast.

    python ask_dspeed.py CHAIN.json RECORDS.parquet PASSES OUTPUT.parquet

Prints the seconds of the fastest block width as JSON: of each block of 1,024 records the least of all
passes, in CPU time, so that what else the machine does counts little. The first pass, in which numba
compiles, does not count. The columns that come out are written to OUTPUT.
"""

import json
import sys
import time

import lgdo
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from dspeed import build_processing_chain

BLOCK, WIDTHS = 1024, (16, 64)


def main() -> None:
    config, passes = json.load(open(sys.argv[1])), int(sys.argv[3])
    records = pq.read_table(sys.argv[2])["waveform"].combine_chunks()
    values = np.asarray(records.flatten()).reshape(len(records), -1)
    wave = lgdo.WaveformTable(t0=0, t0_units="ns", dt=10, dt_units="ns", values=values)
    seconds = {}
    for width in WIDTHS:
        chain, _, out = build_processing_chain(config, lgdo.Table(col_dict={"waveform": wave}), block_width=width)
        chain.execute()
        starts = range(0, len(values), BLOCK)
        seconds[width] = sum(min(timed(chain, start, len(values)) for _ in range(passes)) for start in starts)
    width = min(seconds, key=seconds.get)
    columns = {name: pa.array(np.asarray(out[name].nda, dtype=float)) for name in config["outputs"]}
    pq.write_table(pa.table(columns), sys.argv[4])
    print(json.dumps({"records": len(values), "seconds": seconds[width], "width": width}))


def timed(chain, start: int, end: int) -> float:
    begin = time.process_time()
    chain.execute(start, min(start + BLOCK, end))
    return time.process_time() - begin


if __name__ == "__main__":
    main()
