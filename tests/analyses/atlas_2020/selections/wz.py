"""WZ to three leptons and a neutrino."""

from itertools import combinations

from objects import Z_MASS, fires, met, mt_w, opposite, tight_leptons
from particles import add, mass, pt

COLLECTION = "3lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP"
PROCESSES = {
    "top": (1, [(410000, 410000), (410011, 410014), (410025, 410026)]),
    "v": (1, [(361100, 361108)]),
    "zz_ww": (1, [(363359, 363360), (363356, 363356), (363490, 363490), (363492, 363492)]),
    "wz": (1, [(363491, 363491), (363493, 363493), (363358, 363358), (363489, 363489)]),
}


def select(event, tally, published):
    tally.passed("all")
    if not fires(event):
        return
    tally.passed("trigger")
    good = tight_leptons(event, 20, 0.15, published)
    if len(good) != 3:
        return
    tally.passed("three_leptons")
    pairs = [pair for pair in combinations(good, 2) if opposite(*pair)]
    if not pairs:
        return
    tally.passed("pair")
    off = lambda pair: abs(mass(add(pair[0].p, pair[1].p)) - Z_MASS)
    best = min(pairs, key=off)
    if not off(best) < 10:
        return
    tally.passed("mass")
    third = next(one for one in good if one not in best)
    mt = mt_w(third, event)
    if not mt > 30:
        return
    tally.passed("mtw")
    if not met(event) > 30:
        return
    tally.passed("met")
    if not any(one.pt > 25 for one in good):
        return
    tally.passed("lead_pt")

    z = add(best[0].p, best[1].p)
    tally.fill("hist_mLL", mass(z))
    tally.fill("hist_ptLL", pt(z))
    tally.fill("hist_etmiss", met(event))
    tally.fill("hist_mtw", mt)
    for one in good:
        tally.fill_lepton("three", one)
