"""The ADL queries with Polars' streaming engine on Parquet: `polars_adl.py QUERY FILE THREADS`.

Objects are exploded to rows of a frame; choices of them are joins of that frame with itself by
event. Double precision.
"""

import os
import sys

os.environ["POLARS_MAX_THREADS"] = sys.argv[3]  # read when Polars is imported

import polars as pl  # noqa: E402
from math import pi  # noqa: E402

COMPONENTS = ("x", "y", "z", "e")


def objects(events: pl.LazyFrame, name: str, *more: str) -> pl.LazyFrame:
    """A row for each object: id of the event, number in it, pt, eta, phi, mass and more."""
    fields = ("pt", "eta", "phi", "mass", *more)
    columns = [pl.col(f"{name}_{field}").alias(field) for field in fields]
    number = pl.int_ranges(0, pl.col(f"n{name}")).alias("number")
    rows = events.filter(pl.col(f"n{name}") > 0).select("id", number, *columns).explode("number", *fields)
    return rows.with_columns(pl.col("pt", "eta", "phi", "mass").cast(pl.Float64))


def momenta(rows: pl.LazyFrame) -> pl.LazyFrame:
    pt, eta, phi, mass = (pl.col(name) for name in ("pt", "eta", "phi", "mass"))
    rows = rows.with_columns(x=pt * phi.cos(), y=pt * phi.sin(), z=pt * eta.sinh())
    p2 = pl.col("x") ** 2 + pl.col("y") ** 2 + pl.col("z") ** 2
    return rows.with_columns(e=(p2 + mass**2).sqrt())


def mass(*suffixes: str) -> pl.Expr:
    x, y, z, e = (sum(pl.col(name + suffix) for suffix in suffixes) for name in COMPONENTS)
    return (e**2 - x**2 - y**2 - z**2).clip(0).sqrt()


def delta_phi(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    return a - b - 2 * pi * ((a - b) / (2 * pi)).round()


def best(rows: pl.LazyFrame, key: str, *wanted: str) -> pl.LazyFrame:
    """Of each event the row with the least key."""
    return rows.group_by("id").agg(pl.col(name).get(pl.col(key).arg_min()) for name in wanted)


def q1(events):
    return events.select(v=pl.col("MET_pt"))


def q2(events):
    return events.select(v=pl.col("Jet_pt")).explode("v").drop_nulls()


def q3(events):
    jets = events.select(v=pl.col("Jet_pt"), eta=pl.col("Jet_eta")).explode("v", "eta")
    return jets.filter(pl.col("eta").abs() < 1)


def q4(events):
    hard = pl.col("Jet_pt").list.eval((pl.element() > 40).cast(pl.Int32)).list.sum()
    return events.filter(hard >= 2).select(v=pl.col("MET_pt"))


def q5(events):
    muons = momenta(objects(events.filter(pl.col("nMuon") >= 2), "Muon", "charge"))
    muons = muons.select("id", "number", "charge", *COMPONENTS)
    pairs = muons.join(muons, on="id", suffix="_b").filter(
        (pl.col("number") < pl.col("number_b")) & (pl.col("charge") != pl.col("charge_b"))
    )
    good = pairs.filter(mass("", "_b").is_between(60, 120)).select("id").unique()
    return events.select("id", "MET_pt").join(good, on="id").select(v=pl.col("MET_pt"))


def q6(events):
    jets = momenta(objects(events.filter(pl.col("nJet") >= 3), "Jet", "btag"))
    jets = jets.select("id", "number", "btag", *COMPONENTS)
    pairs = jets.join(jets, on="id", suffix="_b").filter(pl.col("number") < pl.col("number_b"))
    triples = pairs.join(jets, on="id", suffix="_c").filter(pl.col("number_b") < pl.col("number_c"))
    x, y = (pl.col(name) + pl.col(name + "_b") + pl.col(name + "_c") for name in ("x", "y"))
    triples = triples.select(
        "id",
        v=(x**2 + y**2).sqrt(),
        w=pl.max_horizontal("btag", "btag_b", "btag_c"),
        key=(mass("", "_b", "_c") - 172.5).abs(),
    )
    return best(triples, "key", "v", "w")


def q7(events):
    jets = objects(events, "Jet").filter(pl.col("pt") > 30).select("id", "number", "pt", "eta", "phi")
    leptons = pl.concat(
        objects(events, name).filter(pl.col("pt") > 10).select("id", "eta", "phi") for name in ("Electron", "Muon")
    )
    pairs = jets.join(leptons, on="id", how="left", suffix="_l")
    d2 = (pl.col("eta") - pl.col("eta_l")) ** 2 + delta_phi(pl.col("phi"), pl.col("phi_l")) ** 2
    near = (d2.sqrt() < 0.4).fill_null(False)
    clean = pairs.group_by("id", "number").agg(pl.col("pt").first(), near=near.any()).filter(~pl.col("near"))
    sums = clean.group_by("id").agg(pl.col("pt").sum())
    return events.select("id").join(sums, on="id", how="left").select(v=pl.col("pt").fill_null(0))


def q8(events):
    events = events.filter(pl.col("nElectron") + pl.col("nMuon") >= 3)
    electrons = objects(events, "Electron", "charge").with_columns(flavour=pl.lit(0))
    muons = objects(events, "Muon", "charge").with_columns(flavour=pl.lit(1), number=pl.col("number") + 1000)
    leptons = momenta(pl.concat((electrons, muons)))
    parts = leptons.select("id", "number", "flavour", "charge", *COMPONENTS)
    pairs = parts.join(parts, on="id", suffix="_b").filter(
        (pl.col("number") < pl.col("number_b"))
        & (pl.col("flavour") == pl.col("flavour_b"))
        & (pl.col("charge") != pl.col("charge_b"))
    )
    pairs = pairs.with_columns(key=(mass("", "_b") - 91.2).abs())
    chosen = best(pairs, "key", "number", "number_b")
    others = leptons.select("id", "number", "pt", "phi").join(chosen, on="id", suffix="_a")
    others = others.filter((pl.col("number") != pl.col("number_a")) & (pl.col("number") != pl.col("number_b")))
    third = others.group_by("id").agg(pl.col("phi").get(pl.col("pt").arg_max()), pl.col("pt").max())
    met = events.select("id", pl.col("MET_pt", "MET_phi").cast(pl.Float64))
    angle = delta_phi(pl.col("phi"), pl.col("MET_phi"))
    return third.join(met, on="id").select(v=(2 * pl.col("pt") * pl.col("MET_pt") * (1 - angle.cos())).sqrt())


RANGES = {
    1: {"v": (0, 2000)},
    2: {"v": (15, 60)},
    3: {"v": (15, 60)},
    4: {"v": (0, 2000)},
    5: {"v": (0, 2000)},
    6: {"v": (15, 40), "w": (0, 1)},
    7: {"v": (15, 200)},
    8: {"v": (15, 250)},
}


def main(query: int, path: str) -> None:
    events = pl.scan_parquet(path)
    if query > 4:
        events = events.with_row_index("id")
    values = globals()[f"q{query}"](events)
    axes = RANGES[query]
    bins = [
        ((pl.col(name).cast(pl.Float64) - low) * (100 / (high - low))).floor().clip(-1, 100).cast(pl.Int32).alias(name)
        for name, (low, high) in axes.items()
    ]
    counts = values.select(bins).group_by(*axes).len().collect(engine="streaming")
    for name in axes:
        inside = counts.filter(pl.col(name).is_between(0, 99))
        print(counts["len"].sum(), inside["len"].sum(), (inside[name].cast(pl.Int64) * inside["len"]).sum())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
