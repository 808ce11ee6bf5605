"""The Z -> mumu peak in SQL with DuckDB on Parquet: `duckdb_zpeak.py FILE THREADS`.

Prints the selected events, those in 66-116 GeV, and bin 50 of 100. DuckDB's
lists count from 1.
"""

import sys

import duckdb

QUERY = """
WITH good AS (
    SELECT lep_pt::DOUBLE[] AS pt, lep_eta::DOUBLE[] AS eta, lep_phi::DOUBLE[] AS phi, lep_E::DOUBLE[] AS e
    FROM read_parquet(?)
    WHERE trigM AND lep_n = 2 AND lep_type[1] = 13 AND lep_type[2] = 13
      AND lep_charge[1] + lep_charge[2] = 0 AND lep_pt[1] > 25000 AND lep_pt[2] > 25000
      AND lep_isTightID[1] AND lep_isTightID[2]
), momentum AS (
    SELECT pt[1] * cos(phi[1]) + pt[2] * cos(phi[2]) AS px,
           pt[1] * sin(phi[1]) + pt[2] * sin(phi[2]) AS py,
           pt[1] * sinh(eta[1]) + pt[2] * sinh(eta[2]) AS pz,
           e[1] + e[2] AS e
    FROM good
), mass AS (
    SELECT sqrt(greatest(e * e - px * px - py * py - pz * pz, 0)) / 1000 AS m FROM momentum
)
SELECT floor((m - 66) / 0.5)::INTEGER AS bin, count(*) FROM mass GROUP BY bin
"""


def main(path: str, threads: int) -> None:
    connection = duckdb.connect(config={"threads": threads})
    counts = dict(connection.execute(QUERY, [path]).fetchall())
    print(sum(counts.values()), sum(n for k, n in counts.items() if 0 <= k < 100), counts.get(50, 0))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
