"""Higgs boson to four leptons."""

from objects import Z_MASS, fires, from_the_vertex, jets, leptons, rapidity
from particles import add, mass, pt
from selections.zz import pairings

COLLECTION = "4lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP"
PROCESSES = {
    "other": (
        1,
        [(361100, 361108), (410000, 410000), (410011, 410014), (410025, 410026)]
        + [(363359, 363360), (363491, 363491), (363493, 363493), (363358, 363358), (363489, 363489)],
    ),
    "zz": (1.3, [(363490, 363490), (363356, 363356), (363492, 363492)]),
    "higgs": (1, [(341947, 341947), (341964, 341964), (344235, 344235), (345060, 345060)]),
}


def loose_leptons(event, published):
    good = []
    for one in leptons(event):
        if one.pt <= 5 or abs(one.eta) >= 2.5 or one.ptcone >= 0.3 or one.etcone >= 0.3:
            continue
        if one.type == 11 and (one.pt <= 7 or abs(one.eta) >= 2.47):
            continue
        if from_the_vertex(one, published):
            good.append(one)
    return good


def nearest_first(masses):
    return sorted(masses, key=lambda m: abs(m - Z_MASS))


def select(event, tally, published):
    tally.passed("all")
    if not fires(event):
        return
    tally.passed("trigger")
    four = loose_leptons(event, published)
    if len(four) != 4:
        return
    tally.passed("four_good")
    if not (four[0].pt > 25 and four[1].pt > 15 and four[2].pt > 10):
        return
    tally.passed("pt")
    if sum(one.charge for one in four) != 0:
        return
    tally.passed("charge")
    valid = [masses for masses in pairings(four) if masses != (0.0, 0.0)]
    if sum(one.type for one in four) not in (44, 48, 52) or not published and not valid:
        return
    tally.passed("flavour")

    if published:
        masses = valid[-1] if valid else (0.0, 0.0)
    else:
        masses = min(valid, key=lambda pair: min(abs(m - Z_MASS) for m in pair))
    m1, m2 = nearest_first(masses)
    tally.fill("hist_mLL1", m1)
    tally.fill("hist_mLL2", m2)
    system = add(*(one.p for one in four))
    tally.fill("hist_fourlepsys_pt", pt(system))
    tally.fill("hist_fourlepsys_y", rapidity(system))
    tally.fill("mass_four_lep", mass(system))
    tally.fill("mass_ext_four_lep", mass(system))
    tally.fill("hist_n_jets", sum(jet.pt > 30 and abs(jet.eta) < 4.4 for jet in jets(event)))
    for one in four:
        tally.fill_lepton("four", one)
