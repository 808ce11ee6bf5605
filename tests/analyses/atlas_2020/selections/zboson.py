"""Z to two leptons, without jets."""

from objects import Z_MASS, fires, jets, met, opposite, tight_leptons
from particles import add, mass

COLLECTION = "2lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP"
PROCESSES = {
    "w": (1, [(361100, 361105)]),
    "single_top": (1, [(410011, 410014), (410025, 410026)]),
    "ttbar": (1, [(410000, 410000)]),
    "diboson": (1, [(363356, 363356), (363358, 363360), (363489, 363493)]),
    "z": (1, [(361106, 361108)]),
}


def select(event, tally, published):
    tally.passed("all")
    if not fires(event):
        return
    tally.passed("trigger")
    good = tight_leptons(event, 25, 0.15, published)
    if len(good) != 2:
        return
    tally.passed("two_leptons")
    lead, sublead = good
    if lead.charge * sublead.charge >= 0:
        return
    tally.passed("charge")
    if lead.type != sublead.type:
        return
    tally.passed("flavour")
    m = mass(add(lead.p, sublead.p))
    if not abs(m - Z_MASS) < 25:
        return
    tally.passed("mass")
    # Booked by the published code and never filled: here before the jets are vetoed.
    tally.fill("hist_n_jets", event["jet_n"])
    if event["jet_n"] > 0:
        jet = jets(event)[0]
        tally.fill("hist_leadjet_pt", jet.pt)
        tally.fill("hist_leadjet_eta", jet.eta)
    if event["jet_n"] != 0:
        return
    tally.passed("no_jets")

    tally.fill("hist_mLL", m)
    tally.fill("hist_ee_mLL" if lead.type == 11 else "hist_mumu_mLL", m)
    tally.fill("hist_etmiss", met(event))
    tally.fill_lepton("lead", lead)
    tally.fill_lepton("sublead", sublead)
