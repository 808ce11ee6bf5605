"""ZZ to four leptons."""

from objects import Z_MASS, fires, opposite, rapidity, tight_leptons
from particles import add, mass, pt

COLLECTION = "4lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP"
PROCESSES = {
    "other": (1, [(410000, 410000), (410011, 410014), (410025, 410026), (361100, 361108)]),
    "ww_wz": (1, [(363359, 363360), (363491, 363491), (363493, 363493), (363358, 363358), (363489, 363489)]),
    "zz": (1, [(363490, 363490), (363356, 363356), (363492, 363492)]),
}


def pairings(four):
    """The three ways to make two pairs; the masses are 0 where the first pair is not one of
    one kind and opposite charge."""
    for (a, b), (c, d) in (((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))):
        if opposite(four[a], four[b]):
            yield mass(add(four[a].p, four[b].p)), mass(add(four[c].p, four[d].p))
        else:
            yield 0.0, 0.0


def off(masses):
    return sum(abs(m - Z_MASS) for m in masses)


def as_published(four, types):
    """What the published code takes. Where all four are of one kind, a pairing that is not
    valid has the sum 0 and always wins."""
    found = list(pairings(four))
    if types == 48:
        valid = [masses for masses in found if masses != (0.0, 0.0)]
        masses = valid[-1] if valid else (0.0, 0.0)
    else:
        sums = [0.0 if masses == (0.0, 0.0) else off(masses) for masses in found]
        masses = found[sums.index(min(sums))]
    return masses, 0.0 if masses == (0.0, 0.0) else off(masses)


def select(event, tally, published):
    tally.passed("all")
    if event["lep_n"] < 4:
        return
    tally.passed("leptons")
    if not fires(event):
        return
    tally.passed("trigger")
    four = tight_leptons(event, 20, 0.15, published, crack=False)
    if len(four) != 4:
        return
    tally.passed("four_leptons")
    if sum(one.charge for one in four) != 0:
        return
    tally.passed("charge")
    if not any(one.pt > 25 for one in four):
        return
    tally.passed("lead_pt")
    types = sum(one.type for one in four)
    if types not in (44, 48, 52):
        return
    valid = [masses for masses in pairings(four) if masses != (0.0, 0.0)]
    if not published and not valid:
        return
    tally.passed("flavour")
    if published:
        masses, distance = as_published(four, types)
        if not distance < 50:
            return
    else:
        masses = min(valid, key=off)
        if not all(66 < m < 116 for m in masses):
            return
    tally.passed("mass")

    system = add(*(one.p for one in four))
    tally.fill("hist_mLL1", masses[0])
    tally.fill("hist_mLL2", masses[1])
    tally.fill("hist_fourlepsys_pt", pt(system))
    tally.fill("hist_fourlepsys_y", rapidity(system))
    tally.fill("hist_fourlepsys_m", mass(system))
    for one in four:
        tally.fill_lepton("four", one)
