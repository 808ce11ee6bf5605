"""Single top in the t-channel: one lepton, a b-jet, and a light jet that goes forward."""

from objects import B_TAG_70, fires, good_jets, met, mt_w, tight_leptons
from particles import add, mass

COLLECTION = "1lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP BTAG"
PROCESSES = {
    "z_diboson": (1, [(361106, 361108), (363356, 363356), (363358, 363360), (363489, 363493)]),
    "w": (1.1, [(364156, 364197)]),
    "top": (1, [(410000, 410000), (410013, 410014), (410025, 410026)]),
    "tq": (1, [(410011, 410012)]),
}


def select(event, tally, published):
    tally.passed("all")
    if not met(event) > 30:
        return
    tally.passed("met")
    if not fires(event):
        return
    tally.passed("trigger")
    good = tight_leptons(event, 35, 0.1, published)
    if len(good) != 1:
        return
    tally.passed("lepton")
    lepton = good[0]
    mt = mt_w(lepton, event)
    if not mt > 60:
        return
    tally.passed("mtw")
    jets = good_jets(event, 30)
    if len(jets) != 2:
        return
    tally.passed("two_jets")
    tagged = [jet for jet in jets if jet.MV2c10 > B_TAG_70]
    if len(tagged) != 1:
        return
    tally.passed("b_jet")
    b = tagged[0]
    light = jets[1] if jets[0] is b else jets[0]
    if not abs(light.eta) > 1.5:
        return
    tally.passed("forward")
    distance = abs(light.eta - b.eta)
    if not distance > 1.5:
        return
    tally.passed("separation")
    ht = lepton.pt + light.pt + b.pt + met(event)
    if not ht > 195:
        return
    tally.passed("ht")
    m_lb = mass(add(lepton.p, b.p))
    if not m_lb < 150:
        return
    tally.passed("mlb")

    tally.fill("hist_etmiss", met(event))
    tally.fill("hist_mtw", mt)
    tally.fill("hist_deltaeta", distance)
    tally.fill("hist_HT", ht)
    tally.fill("hist_Mlb", m_lb)
    tally.fill("hist_n_jets", 2)
    tally.fill("hist_leadjet_pt", light.pt)
    tally.fill("hist_leadjet_eta", light.eta)
    tally.fill("hist_n_bjets", 1)
    tally.fill("hist_leadbjet_pt", b.pt)
    tally.fill("hist_leadbjet_eta", b.eta)
    tally.fill_lepton("lead", lepton)
