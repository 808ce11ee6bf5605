"""Objects of an event and how the published analyses select them: plain loops, energies in
GeV, written from the description of the published code and from nothing else.

`published` is how the C++ code does it; otherwise with its flaws mended.
"""

import math
from types import SimpleNamespace

Z_MASS = 91.18
B_TAG_70, B_TAG_77, B_TAG_85 = 0.8244273, 0.645925, 0.1758475


def momentum(pt, eta, phi, energy):
    """As TLorentzVector::SetPtEtaPhiE."""
    return pt * math.cos(phi), pt * math.sin(phi), pt * math.sinh(eta), energy


def objects(event, name, *fields):
    """All objects of one kind, in the order of the file."""
    count = len(event[name + "_pt"])
    found = []
    for i in range(count):
        one = SimpleNamespace(**{field: event[f"{name}_{field}"][i] for field in fields})
        one.index = i
        one.pt, one.e = event[name + "_pt"][i] / 1000, event[name + "_E"][i] / 1000
        one.eta, one.phi = event[name + "_eta"][i], event[name + "_phi"][i]
        one.p = momentum(one.pt, one.eta, one.phi, one.e)
        found.append(one)
    return found


def leptons(event):
    names = "charge type isTightID ptcone30 etcone20 z0 trackd0pvunbiased tracksigd0pvunbiased pt_syst"
    found = objects(event, "lep", *names.split())
    for one in found:
        one.ptcone = one.ptcone30 / 1000 / one.pt
        one.etcone = one.etcone20 / 1000 / one.pt
    return found


def jets(event):
    return objects(event, "jet", "jvt", "MV2c10", "pt_syst")


def moved(name, *energies):
    """A variation: the momenta of all objects of a kind by their uncertainty, up or down, and
    other energies by as much."""

    def vary(event, sign):
        pts, widths = event[name + "_pt"], event[name + "_pt_syst"]
        new = {name + "_pt": [pt + sign * width for pt, width in zip(pts, widths)]}
        for energy in energies:
            values = zip(event[f"{name}_{energy}"], pts, widths)
            new[f"{name}_{energy}"] = [value * (1 + sign * width / pt) for value, pt, width in values]
        return new

    return vary


def from_the_vertex(lepton, published):
    """Impact parameters. The published code divides |d0| by its significance."""
    limit = 5 if lepton.type == 11 else 3
    if published:
        transverse = abs(lepton.trackd0pvunbiased) / lepton.tracksigd0pvunbiased < limit
    else:
        transverse = lepton.tracksigd0pvunbiased < limit
    polar = 2 * math.atan(math.exp(-lepton.eta))
    return transverse and abs(lepton.z0 * math.sin(polar)) < 0.5


def in_crack(eta):
    return 1.37 <= abs(eta) <= 1.52


def tight_leptons(event, pt, isolation, published, crack=True):
    """The good leptons of most of the analyses."""
    good = []
    for one in leptons(event):
        if not one.isTightID or one.pt <= pt:
            continue
        if one.ptcone >= isolation or one.etcone >= isolation:
            continue
        if one.type == 11 and (abs(one.eta) >= 2.47 or crack and in_crack(one.eta)):
            continue
        if one.type == 13 and abs(one.eta) >= 2.5:
            continue
        if from_the_vertex(one, published):
            good.append(one)
    return good


def good_jets(event, pt):
    """Central jets, cleaned of pile-up."""
    return [
        jet
        for jet in jets(event)
        if jet.pt > pt
        and abs(jet.eta) < 2.5
        and not (jet.pt < 60 and abs(jet.eta) < 2.4 and jet.jvt < 0.59)
    ]


def fires(event):
    return event["trigE"] or event["trigM"]


def met(event):
    return event["met_et"] / 1000


def mt_w(lepton, event):
    """The transverse mass of a lepton and the missing momentum."""
    return transverse_mass(lepton.pt, lepton.phi - event["met_phi"], met(event))


def turn(a, b):
    """The angle between two azimuths, from 0 to pi."""
    return abs(math.remainder(a - b, 2 * math.pi))


def transverse_mass(pt, angle, met):
    return math.sqrt(2 * pt * met * (1 - math.cos(angle)))


def rapidity(p):
    return 0.5 * math.log((p[3] + p[2]) / (p[3] - p[2]))


def opposite(a, b):
    """One kind, opposite charge."""
    return a.type == b.type and a.charge * b.charge < 0

