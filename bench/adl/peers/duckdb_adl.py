"""The ADL queries in SQL with DuckDB on Parquet: `duckdb_adl.py QUERY FILE THREADS`.

One pass over the events: choices of elements are lists of their numbers, made by list
comprehensions and unnested beside the event. That is the published shape of these queries
(unnest, filter, take the best of each event) without the joins of events with themselves.
Double precision. DuckDB's lists count from 1.
"""

import sys

import duckdb

# The choices of 2 or 3 elements out of n, as a list of structs.
MACROS = """
CREATE MACRO pairs(n) AS flatten([[{'i': i, 'j': j} for j in range(i + 1, n + 1)] for i in range(1, n)]);
CREATE MACRO triples(n) AS flatten([flatten(
    [[{'i': i, 'j': j, 'k': k} for k in range(j + 1, n + 1)] for j in range(i + 1, n)]) for i in range(1, n - 1)]);
CREATE MACRO delta_phi(a, b) AS a - b - 2 * pi() * round((a - b) / (2 * pi()));
CREATE MACRO energy(pt, eta, m) AS sqrt(pow(pt * cosh(eta), 2) + m * m);
CREATE MACRO mass(e, x, y, z) AS sqrt(greatest(e * e - x * x - y * y - z * z, 0));
"""

# The file, with a number for each event.
EVENTS = "(SELECT *, file_row_number AS id FROM read_parquet('FILE', file_row_number = true))"

def momenta(name: str) -> str:
    """px, py, pz and e of each object of a collection, as lists."""
    zipped = f"list_zip({name}_pt::DOUBLE[], {name}_eta::DOUBLE[], {name}_phi::DOUBLE[], {name}_mass::DOUBLE[])"
    return (
        f"list_transform({zipped}, lambda v: "
        "{'x': v[1] * cos(v[3]), 'y': v[1] * sin(v[3]), 'z': v[1] * sinh(v[2]), 'e': energy(v[1], v[2], v[4])})"
    )


QUERIES = {
    1: "SELECT MET_pt AS x FROM EVENTS",
    2: "SELECT unnest(Jet_pt) AS x FROM EVENTS",
    3: "SELECT pt AS x FROM (SELECT unnest(Jet_pt) AS pt, unnest(Jet_eta) AS eta FROM EVENTS) WHERE abs(eta) < 1",
    4: "SELECT MET_pt AS x FROM EVENTS WHERE len(list_filter(Jet_pt, lambda pt: pt > 40)) >= 2",
    5: f"""
        WITH muons AS (
            SELECT id, MET_pt, Muon_charge AS charge, {momenta("Muon")} AS p
            FROM EVENTS WHERE nMuon >= 2
        ), pair AS (
            SELECT id, MET_pt, p, charge, unnest(pairs(len(p))) AS c FROM muons
        ), opposite AS (
            SELECT id, MET_pt, p[c.i] AS a, p[c.j] AS b FROM pair WHERE charge[c.i] <> charge[c.j]
        )
        SELECT any_value(MET_pt) AS x FROM opposite
        WHERE mass(a.e + b.e, a.x + b.x, a.y + b.y, a.z + b.z) BETWEEN 60 AND 120 GROUP BY id
        """,
    6: f"""
        WITH jets AS (
            SELECT id, Jet_btag AS btag, {momenta("Jet")} AS p FROM EVENTS WHERE nJet >= 3
        ), choice AS (
            SELECT id, btag, p, unnest(triples(len(p))) AS c FROM jets
        ), trijet AS (
            SELECT id, greatest(btag[c.i], btag[c.j], btag[c.k]) AS btag, p[c.i] AS a, p[c.j] AS b, p[c.k] AS d
            FROM choice
        ), total AS (
            SELECT id, btag, a.x + b.x + d.x AS x, a.y + b.y + d.y AS y, a.z + b.z + d.z AS z, a.e + b.e + d.e AS e
            FROM trijet
        ), best AS (
            SELECT arg_min({{'pt': sqrt(x * x + y * y), 'btag': btag}}, abs(mass(e, x, y, z) - 172.5)) AS best
            FROM total GROUP BY id
        )
        SELECT best.pt AS x, best.btag AS y FROM best
        """,
    7: """
        WITH lepton AS (
            SELECT id, Jet_pt, Jet_eta, Jet_phi,
                   list_filter(list_zip(list_concat(Electron_pt, Muon_pt), list_concat(Electron_eta, Muon_eta),
                                        list_concat(Electron_phi, Muon_phi)), lambda l: l[1] > 10) AS leptons
            FROM EVENTS
        )
        SELECT coalesce(list_sum([j[1]::DOUBLE for j in list_zip(Jet_pt, Jet_eta, Jet_phi) if j[1] > 30 AND len(
            list_filter(leptons, lambda l: sqrt(pow(j[2]::DOUBLE - l[2], 2)
                                                + pow(delta_phi(j[3]::DOUBLE, l[3]::DOUBLE), 2)) < 0.4)) = 0]), 0) AS x
        FROM lepton
        """,
    8: f"""
        WITH leptons AS (
            SELECT id, MET_pt, MET_phi, list_concat(Electron_pt, Muon_pt) AS pt,
                   list_concat(Electron_phi, Muon_phi) AS phi, list_concat(Electron_charge, Muon_charge) AS charge,
                   nElectron AS electrons, list_concat({momenta("Electron")}, {momenta("Muon")}) AS p
            FROM EVENTS WHERE nElectron + nMuon >= 3
        ), pair AS (
            SELECT *, unnest(pairs(len(p))) AS c FROM leptons
        ), fitting AS (
            SELECT *, p[c.i] AS a, p[c.j] AS b FROM pair
            WHERE charge[c.i] <> charge[c.j] AND (c.i <= electrons) = (c.j <= electrons)
        ), best AS (
            SELECT arg_min({{'pt': pt, 'phi': phi, 'met': MET_pt, 'met_phi': MET_phi, 'i': c.i, 'j': c.j}},
                           abs(mass(a.e + b.e, a.x + b.x, a.y + b.y, a.z + b.z) - 91.2)) AS s
            FROM fitting GROUP BY id
        ), third AS (
            SELECT s, list_reduce([k for k in range(1, len(s.pt) + 1) if k <> s.i AND k <> s.j],
                                  lambda k, l: CASE WHEN s.pt[l] > s.pt[k] THEN l ELSE k END) AS k FROM best
        )
        SELECT sqrt(2 * s.pt[k]::DOUBLE * s.met * (1 - cos(delta_phi(s.phi[k]::DOUBLE, s.met_phi::DOUBLE)))) AS x
        FROM third
        """,
}

RANGES = {
    1: {"x": (0, 2000)},
    2: {"x": (15, 60)},
    3: {"x": (15, 60)},
    4: {"x": (0, 2000)},
    5: {"x": (0, 2000)},
    6: {"x": (15, 40), "y": (0, 1)},
    7: {"x": (15, 200)},
    8: {"x": (15, 250)},
}


def histogram(column: str, low: float, high: float) -> str:
    """The bin of a value: -1 is the underflow, 100 the overflow."""
    return f"least(greatest(floor(({column}::DOUBLE - {low}) * {100 / (high - low)!r}), -1), 100)::INTEGER"


def main(query: int, path: str, threads: int) -> None:
    connection = duckdb.connect(config={"threads": threads})
    connection.execute(MACROS)
    text = QUERIES[query].replace("EVENTS", EVENTS.replace("FILE", path))
    axes = RANGES[query]
    bins = ", ".join(f"{histogram(column, *ends)} AS {column}" for column, ends in axes.items())
    rows = connection.execute(f"SELECT {', '.join(axes)}, count(*) FROM (SELECT {bins} FROM ({text})) GROUP BY ALL")
    rows = rows.fetchall()
    for axis in range(len(axes)):
        inside = [(row[axis], row[-1]) for row in rows if 0 <= row[axis] < 100]
        print(sum(row[-1] for row in rows), sum(n for _, n in inside), sum(bin * n for bin, n in inside))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
