"""Holds the columns of photopeak against those of dspeed; prints how far they are apart.

    python compare.py OURS.parquet THEIRS.parquet

Ends with status 1 where more than one record in 1,000 is farther apart than `WITHIN` says: dspeed
adds up in single precision, of samples of some 10,000. A threshold that a sample meets to the last
digit moves a moment by a sample or two, and late charge with it.
"""

import sys

import numpy as np
import pyarrow.parquet as pq

# In the column's own unit.
WITHIN = {
    "bl_mean": 0.02,
    "bl_std": 0.002,
    "wf_max": 0.0,
    "trapEmax": 0.02,
    "trapEftp": 0.02,
    "A_max": 1e-4,
    "dcr_slope": 3e-6,
    "lq": 6.0,
    "tp_0": 0.0,
    "tp_50": 0.0,
    "tp_90": 0.0,
}


def main() -> int:
    ours, theirs = pq.read_table(sys.argv[1]), pq.read_table(sys.argv[2])
    wrong = []
    print("| | within | of records | apart at most |\n|---|--:|--:|--:|")
    for name, within in WITHIN.items():
        apart = np.abs(np.asarray(ours[name], dtype=float) - np.asarray(theirs[name]))
        share = np.mean(apart <= within)
        print(f"| {name} | {within:g} | {100 * share:.2f} % | {np.nanmax(apart):.2g} |")
        if not share >= 0.999:
            wrong.append(name)
    if wrong:
        print(f"not as dspeed gives them: {', '.join(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
