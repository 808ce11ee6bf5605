"""Higgs boson to WW, to an electron, a muon and neutrinos; at most one jet."""

import math

from objects import B_TAG_85, fires, good_jets, met, tight_leptons, transverse_mass, turn
from particles import add, mass, phi, pt

COLLECTION = "2lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP"
PROCESSES = {
    "single_top": (1, [(410011, 410014), (410025, 410026)]),
    "ttbar": (1, [(410000, 410000)]),
    "v": (1, [(361100, 361108)]),
    "diboson": (1.3, [(363356, 363356), (363358, 363360), (363489, 363493)]),
    "higgs": (1, [(345323, 345324)]),
}


def select(event, tally, published):
    tally.passed("all")
    if not fires(event):
        return
    tally.passed("trigger")
    good = tight_leptons(event, 15, 0.1, published)
    if len(good) != 2:
        return
    tally.passed("two_leptons")
    lead, sublead = good
    if not lead.pt > 22:
        return
    tally.passed("lead_pt")
    if lead.charge * sublead.charge >= 0:
        return
    tally.passed("charge")
    if lead.type == sublead.type:
        return
    tally.passed("flavour")

    both = add(lead.p, sublead.p)
    m_ll, pt_ll = mass(both), pt(both)
    dphi_ll = turn(lead.phi, sublead.phi)
    dphi_met = turn(phi(both), event["met_phi"])
    jets = good_jets(event, 20)
    n_b = sum(jet.MV2c10 > B_TAG_85 for jet in jets)
    hard = [jet for jet in jets if jet.pt > 30]
    globals_ = {
        "mLL": m_ll,
        "ptLL": pt_ll,
        "dPhi_LL": dphi_ll,
        "dPhiLLmet": dphi_met,
        "etmiss": met(event),
        "mt": transverse_mass(pt_ll, dphi_met, met(event)),
        "n_jets": len(hard),
        "n_bjets": n_b,
    }
    for name, value in globals_.items():
        tally.fill("histI_" + name, value)
    for cut, passed in (
        ("low_mass", m_ll > 10),
        ("jets", len(hard) <= 1),
        ("met", met(event) > (20 if published else 30)),
        ("dphi_met", dphi_met > math.pi / 2),
        ("ptll", pt_ll > 30),
        ("mll", m_ll < 55),
        ("dphi_ll", dphi_ll < 1.8),
        ("no_b", n_b == 0),
    ):
        if not passed:
            return
        tally.passed(cut)
    for name, value in globals_.items():
        tally.fill("hist_" + name, value)
    if hard:
        tally.fill("hist_leadjet_pt", hard[0].pt)
        tally.fill("hist_leadjet_eta", hard[0].eta)
    tally.fill_lepton("lead", lead)
    tally.fill_lepton("sublead", sublead)
