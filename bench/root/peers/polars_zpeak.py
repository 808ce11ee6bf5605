"""The Z -> mumu peak with Polars' streaming engine on Parquet: `polars_zpeak.py FILE THREADS`.

Prints the selected events, those in 66-116 GeV, and bin 50 of 100.
"""

import os
import sys

os.environ["POLARS_MAX_THREADS"] = sys.argv[2]  # read when Polars is imported

import polars as pl  # noqa: E402


def lepton(name: str, index: int) -> pl.Expr:
    return pl.col(f"lep_{name}").list.get(index, null_on_oob=True)


def pair(name: str) -> tuple[pl.Expr, pl.Expr]:
    return tuple(lepton(name, index).cast(pl.Float64) for index in (0, 1))


def main(path: str) -> None:
    good = (
        (lepton("type", 0) == 13)
        & (lepton("type", 1) == 13)
        & (lepton("charge", 0) + lepton("charge", 1) == 0)
        & (lepton("pt", 0) > 25_000)
        & (lepton("pt", 1) > 25_000)
        & lepton("isTightID", 0)
        & lepton("isTightID", 1)
    )
    pt, eta, phi = pair("pt"), pair("eta"), pair("phi")
    px = pt[0] * phi[0].cos() + pt[1] * phi[1].cos()
    py = pt[0] * phi[0].sin() + pt[1] * phi[1].sin()
    pz = pt[0] * eta[0].sinh() + pt[1] * eta[1].sinh()
    energy = sum(pair("E"))
    mass = (energy * energy - px * px - py * py - pz * pz).clip(0).sqrt() / 1000
    query = (
        pl.scan_parquet(path)
        .filter(pl.col("trigM") & (pl.col("lep_n") == 2))
        .filter(good)
        .select(bin=((mass - 66) / 0.5).floor().cast(pl.Int32))
        .group_by("bin")
        .len()
    )
    counts = dict(query.collect(engine="streaming").rows())
    print(sum(counts.values()), sum(n for k, n in counts.items() if 0 <= k < 100), counts.get(50, 0))


if __name__ == "__main__":
    main(sys.argv[1])
