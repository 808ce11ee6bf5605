"""Higgs boson to two photons."""

import math

from objects import in_crack, objects, turn

COLLECTION = "GamGam"
SCALE_FACTORS = "PHOTON PhotonTRIGGER PILEUP"
PROCESSES = {
    "higgs": (1, [(341081, 341081), (343981, 343981), (345041, 345041), (345318, 345319)]),
}


def select(event, tally, published):
    # The note asks for 35 GeV of the leading photon and 25 GeV of the other: what follows from
    # m > 105 GeV and pT > 0.35 m, so nothing is to be mended.
    tally.passed("all")
    if not event["trigP"]:
        return
    tally.passed("trigger")
    photons = objects(event, "photon", "isTightID", "ptcone30", "etcone20", "convType")
    good = [
        one
        for one in photons
        if one.isTightID and one.pt > 25 and abs(one.eta) < 2.37 and not in_crack(one.eta)
    ]
    if len(good) != 2:
        return
    tally.passed("two_photons")
    lead, sublead = good
    if not all(max(one.ptcone30, one.etcone20) / 1000 / one.pt < 0.065 for one in good):
        return
    tally.passed("isolation")
    m = math.sqrt(
        2 * lead.pt * sublead.pt * (math.cosh(lead.eta - sublead.eta) - math.cos(turn(lead.phi, sublead.phi)))
    )
    if not (lead.pt / m > 0.35 and sublead.pt / m > 0.25):
        return
    tally.passed("pt_over_m")
    if not 105 < m < 160:
        return
    tally.passed("mass")
    tally.fill("hist_mYY_bin1", m)
    if all(abs(one.eta) < 0.75 and one.convType == 0 for one in good):
        tally.fill("hist_mYY_cat_bin1", m)
