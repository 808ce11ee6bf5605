"""The ADL queries with uproot and awkward: `uproot_adl.py QUERY FILE THREADS`.

Columns of the query alone, in steps of 500,000 events; vectors in double precision.
"""

import sys

import awkward as ak
import numpy as np
import uproot

from histogram import answer, bins

COLUMNS = {
    1: ["MET_pt"],
    2: ["Jet_pt"],
    3: ["Jet_pt", "Jet_eta"],
    4: ["MET_pt", "Jet_pt"],
    5: ["MET_pt", "Muon_pt", "Muon_eta", "Muon_phi", "Muon_mass", "Muon_charge"],
    6: ["Jet_pt", "Jet_eta", "Jet_phi", "Jet_mass", "Jet_btag"],
    7: ["Jet_pt", "Jet_eta", "Jet_phi"]
    + [f"{lepton}_{name}" for lepton in ("Electron", "Muon") for name in ("pt", "eta", "phi")],
    8: ["MET_pt", "MET_phi"]
    + [f"{lepton}_{name}" for lepton in ("Electron", "Muon") for name in ("pt", "eta", "phi", "mass", "charge")],
}


def vectors(pt: ak.Array, eta: ak.Array, phi: ak.Array, mass: ak.Array, **more: ak.Array) -> ak.Array:
    """Records with px, py, pz and e in double precision."""
    pt, eta, phi, mass = (ak.values_astype(x, np.float64) for x in (pt, eta, phi, mass))
    px, py, pz = pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)
    return ak.zip({"px": px, "py": py, "pz": pz, "e": np.sqrt(px**2 + py**2 + pz**2 + mass**2), **more})


def collection(events: ak.Array, name: str, *more: str) -> ak.Array:
    fields = {field: events[f"{name}_{field}"] for field in ("pt", "eta", "phi", "mass", *more)}
    return vectors(**fields)


def total(parts: tuple[ak.Array, ...]) -> dict[str, ak.Array]:
    return {name: sum(part[name] for part in parts) for name in ("px", "py", "pz", "e")}


def mass(parts: tuple[ak.Array, ...]) -> ak.Array:
    v = total(parts)
    return np.sqrt(np.maximum(v["e"] ** 2 - v["px"] ** 2 - v["py"] ** 2 - v["pz"] ** 2, 0))


def q1(events):
    return [events.MET_pt]


def q2(events):
    return [ak.flatten(events.Jet_pt)]


def q3(events):
    return [ak.flatten(events.Jet_pt[abs(events.Jet_eta) < 1])]


def q4(events):
    return [events.MET_pt[ak.sum(events.Jet_pt > 40, axis=1) >= 2]]


def q5(events):
    events = events[ak.num(events.Muon_pt) >= 2]
    a, b = ak.unzip(ak.combinations(collection(events, "Muon", "charge"), 2))
    m = mass((a, b))
    return [events.MET_pt[ak.any((a.charge != b.charge) & (60 < m) & (m < 120), axis=1)]]


def q6(events):
    events = events[ak.num(events.Jet_pt) >= 3]
    jets = collection(events, "Jet", "btag")
    triples = ak.combinations(jets, 3)
    best = ak.argmin(abs(mass(ak.unzip(triples)) - 172.5), axis=1, keepdims=True)
    chosen = ak.unzip(ak.flatten(triples[best]))
    v = total(chosen)
    btag = np.maximum(np.maximum(chosen[0].btag, chosen[1].btag), chosen[2].btag)
    return [np.hypot(v["px"], v["py"]), btag]


def q7(events):
    jets = ak.zip({name: events[f"Jet_{name}"] for name in ("pt", "eta", "phi")})
    jets = jets[jets.pt > 30]
    clean = True
    for lepton in ("Electron", "Muon"):
        leptons = ak.zip({name: events[f"{lepton}_{name}"] for name in ("pt", "eta", "phi")})
        jet, other = ak.unzip(ak.cartesian((jets, leptons[leptons.pt > 10]), nested=True))
        eta = ak.values_astype(jet.eta, np.float64) - other.eta
        phi = np.remainder(ak.values_astype(jet.phi, np.float64) - other.phi + np.pi, 2 * np.pi) - np.pi
        clean = clean & ~ak.any(np.hypot(eta, phi) < 0.4, axis=2)
    return [ak.sum(ak.values_astype(jets[clean].pt, np.float64), axis=1)]


def q8(events):
    events = events[ak.num(events.Electron_pt) + ak.num(events.Muon_pt) >= 3]
    sides = []
    for name, flavour in (("Electron", 0), ("Muon", 1)):
        leptons = collection(events, name, "charge")
        leptons["pt"], leptons["phi"] = events[f"{name}_pt"], events[f"{name}_phi"]
        leptons["flavour"] = ak.full_like(leptons.charge, flavour)
        sides.append(leptons)
    leptons = ak.concatenate(sides, axis=1)
    leptons["number"] = ak.local_index(leptons.charge)
    pairs = ak.combinations(leptons, 2)
    a, b = ak.unzip(pairs)
    pairs = pairs[(a.flavour == b.flavour) & (a.charge != b.charge)]
    some = ak.num(pairs) > 0
    events, leptons, pairs = events[some], leptons[some], pairs[some]
    a, b = ak.unzip(pairs)
    best = ak.argmin(abs(mass((a, b)) - 91.2), axis=1, keepdims=True)
    first, second = (ak.flatten(x[best].number) for x in (a, b))
    others = leptons[(leptons.number != first) & (leptons.number != second)]
    third = ak.flatten(others[ak.argmax(others.pt, axis=1, keepdims=True)])
    pt, phi, met, met_phi = (
        ak.to_numpy(x).astype(np.float64) for x in (third.pt, third.phi, events.MET_pt, events.MET_phi)
    )
    return [np.sqrt(2 * pt * met * (1 - np.cos(phi - met_phi)))]


RANGES = {
    1: [(0, 2000)],
    2: [(15, 60)],
    3: [(15, 60)],
    4: [(0, 2000)],
    5: [(0, 2000)],
    6: [(15, 40), (0, 1)],
    7: [(15, 200)],
    8: [(15, 250)],
}


def main(query: int, path: str, threads: int) -> None:
    parallel = {"decompression_executor": uproot.ThreadPoolExecutor(threads)} if threads > 1 else {}
    run = globals()[f"q{query}"]
    histograms = [np.zeros(102, dtype=np.int64) for _ in RANGES[query]]
    with uproot.open(path) as file:
        for events in file["Events"].iterate(COLUMNS[query], step_size=500_000, **parallel):
            for histogram, values, (low, high) in zip(histograms, run(events), RANGES[query], strict=True):
                histogram += bins(ak.to_numpy(values), low, high)
    for histogram in histograms:
        print(answer(histogram))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
