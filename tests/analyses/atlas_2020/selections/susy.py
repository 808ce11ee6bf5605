"""Pairs of sleptons: two leptons of one kind, large stransverse mass, no jets."""

import math

from objects import B_TAG_77, B_TAG_85, from_the_vertex, jets, leptons
from particles import add, delta_r, mass
from stransverse import mt2

COLLECTION = "2lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP"
PROCESSES = {
    "w": (1, [(364156, 364197)]),
    "single_top": (1, [(410011, 410014), (410025, 410026)]),
    "ttbar": (1, [(410000, 410000)]),
    "diboson": (1, [(363356, 363356), (363358, 363360), (363489, 363493)]),
    "z": (1, [(364100, 364141)]),
    "slepton": (1, [(392985, 392985)]),
}


def baseline(lepton):
    return lepton.pt > 10 and abs(lepton.eta) < (2.47 if lepton.type == 11 else 2.7)


def considered(jet):
    """Whether a jet can overlap with a lepton."""
    if jet.pt < 20 or abs(jet.eta) >= 4.5:
        return False
    return not (jet.pt < 60 and abs(jet.eta) < 2.4 and abs(jet.jvt) <= 0.59)


def is_electron(lepton, jet):
    """A jet that is the electron itself."""
    near = delta_r(lepton.p, jet.p) < 0.2
    return lepton.type == 11 and near and not jet.MV2c10 > B_TAG_85


def separate(leptons, jets, published):
    """The leptons that no jet overlaps, and the jets that are not electrons.

    The published code goes through the leptons in turn, and a jet is gone for the leptons after
    the electron that took it, but not for those before.
    """
    gone = set()
    if not published:
        gone = {j for j, jet in enumerate(jets) for one in leptons if is_electron(one, jet)}
    kept = []
    for one in leptons:
        overlaps = False
        for j, jet in enumerate(jets):
            if j in gone:
                continue
            if is_electron(one, jet):
                gone.add(j)
            elif delta_r(one.p, jet.p) < 0.4:
                overlaps = True
        if not overlaps:
            kept.append(one)
    return kept, [jet for j, jet in enumerate(jets) if j not in gone]


def isolated(lepton, published):
    return lepton.ptcone <= 0.15 and lepton.etcone <= 0.15 and from_the_vertex(lepton, published)


def select(event, tally, published):
    tally.passed("all")
    if event["lep_n"] < 2:
        return
    tally.passed("leptons")
    near = [jet for jet in jets(event) if considered(jet)]
    separated, left = separate([one for one in leptons(event) if baseline(one)], near, published)
    good = [one for one in separated if isolated(one, published)]
    if len(good) != 2:
        return
    tally.passed("two_leptons")
    if good[0].type != good[1].type:
        return
    tally.passed("flavour")
    if good[0].charge == good[1].charge:
        return
    tally.passed("charge")
    lead, sublead = good if good[0].pt > good[1].pt else reversed(good)
    if lead.pt < 25 or sublead.pt < 20:
        return
    tally.passed("pt")
    electrons = lead.type == 11
    if not electrons and max(abs(lead.eta), abs(sublead.eta)) > 2.4:
        return
    tally.passed("eta")
    if not event["trigE" if electrons else "trigM"]:
        return
    tally.passed("trigger")
    m_ll = mass(add(lead.p, sublead.p))
    if m_ll < 40:
        return
    tally.passed("mass")

    missing = event["met_et"] / 1000
    if event["channelNumber"] == 364156 and missing > 1500:
        missing = 0.0
    phi = event["met_phi"]
    m_t2 = mt2(lead.p, sublead.p, missing * math.cos(phi), missing * math.sin(phi))

    def fill(channel):
        for name, value in (("mLL", m_ll), ("etmiss", missing), ("mt2", m_t2), ("rebin_etmiss", missing)):
            tally.fill(f"hist_{name}_{channel}", value)
        for prefix, one in (("lead", lead), ("sublead", sublead)):
            for name, value in (("pt", one.pt), ("eta", one.eta), ("E", one.e), ("phi", one.phi)):
                tally.fill(f"hist_{prefix}lept{name}_{channel}", value)

    fill("eeOS" if electrons else "mumuOS")
    fill("SFOS")
    # As published, jets that were taken for electrons still count.
    every = jets(event)
    taken = [] if published else [jet.index for jet in near if jet not in left]
    counted = [jet for jet in every if jet.index not in taken]
    if any(jet.pt > 60 and jet.MV2c10 < B_TAG_77 for jet in counted):
        return
    if any(jet.pt > 20 and jet.MV2c10 > B_TAG_77 for jet in counted):
        return
    tally.passed("no_jets")
    if not (m_ll > 111 and m_t2 > 100):
        return
    tally.passed("SR_loose")
    fill("SR_loose")
    if not (m_ll > 300 and m_t2 > 130):
        return
    tally.passed("SR_tight")
    fill("SR_tight")
