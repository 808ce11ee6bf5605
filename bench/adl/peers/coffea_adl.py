"""The ADL queries with coffea's NanoEvents: `coffea_adl.py QUERY FILE`.

Columns are read when they are used, in steps of 500,000 events; vectors in double precision.
"""

import sys
import warnings

import awkward as ak
import numpy as np
import uproot
from coffea.nanoevents import NanoAODSchema, NanoEventsFactory

from histogram import answer, bins
from uproot_adl import RANGES

STEP = 500_000


def vectors(objects: ak.Array, *more: str) -> ak.Array:
    """Four-vectors in double precision."""
    fields = {name: ak.values_astype(objects[name], np.float64) for name in ("pt", "eta", "phi", "mass")}
    fields |= {name: objects[name] for name in more}
    return ak.zip(fields, with_name="PtEtaPhiMLorentzVector", behavior=objects.behavior)


def q1(events):
    return [events.MET.pt]


def q2(events):
    return [ak.flatten(events.Jet.pt)]


def q3(events):
    return [ak.flatten(events.Jet.pt[abs(events.Jet.eta) < 1])]


def q4(events):
    return [events.MET.pt[ak.sum(events.Jet.pt > 40, axis=1) >= 2]]


def q5(events):
    some = ak.num(events.Muon.pt) >= 2
    a, b = ak.unzip(ak.combinations(vectors(events.Muon[some], "charge"), 2))
    mass = (a + b).mass
    return [events.MET.pt[some][ak.any((a.charge != b.charge) & (60 < mass) & (mass < 120), axis=1)]]


def q6(events):
    jets = vectors(events.Jet[ak.num(events.Jet.pt) >= 3], "btag")
    triples = ak.combinations(jets, 3)
    a, b, c = ak.unzip(triples)
    best = ak.argmin(abs((a + b + c).mass - 172.5), axis=1, keepdims=True)
    a, b, c = ak.unzip(ak.flatten(triples[best]))
    return [(a + b + c).pt, np.maximum(np.maximum(a.btag, b.btag), c.btag)]


def q7(events):
    jets = vectors(events.Jet[events.Jet.pt > 30])
    clean = True
    for leptons in (events.Electron, events.Muon):
        jet, lepton = ak.unzip(ak.cartesian((jets, vectors(leptons[leptons.pt > 10])), nested=True))
        clean = clean & ~ak.any(jet.delta_r(lepton) < 0.4, axis=2)
    return [ak.sum(jets[clean].pt, axis=1)]


def q8(events):
    events = events[ak.num(events.Electron.pt) + ak.num(events.Muon.pt) >= 3]
    sides = []
    for leptons, flavour in ((events.Electron, 0), (events.Muon, 1)):
        leptons = vectors(leptons, "charge")
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
    best = ak.argmin(abs((a + b).mass - 91.2), axis=1, keepdims=True)
    first, second = (ak.flatten(x[best].number) for x in (a, b))
    others = leptons[(leptons.number != first) & (leptons.number != second)]
    third = ak.flatten(others[ak.argmax(others.pt, axis=1, keepdims=True)])
    met, met_phi = (ak.values_astype(x, np.float64) for x in (events.MET.pt, events.MET.phi))
    return [np.sqrt(2 * third.pt * met * (1 - np.cos(third.phi - met_phi)))]


def main(query: int, path: str) -> None:
    warnings.simplefilter("ignore")  # the file is older than the schema
    run = globals()[f"q{query}"]
    histograms = [np.zeros(102, dtype=np.int64) for _ in RANGES[query]]
    with uproot.open(path) as file:
        entries = file["Events"].num_entries
    for start in range(0, entries, STEP):
        events = NanoEventsFactory.from_root(
            {path: "Events"},
            schemaclass=NanoAODSchema,
            mode="virtual",
            entry_start=start,
            entry_stop=min(start + STEP, entries),
        ).events()
        for histogram, values, (low, high) in zip(histograms, run(events), RANGES[query], strict=True):
            histogram += bins(ak.to_numpy(values), low, high)
    for histogram in histograms:
        print(answer(histogram))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
