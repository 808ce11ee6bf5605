"""Top pairs: one lepton, four jets, two of them with b-tags."""

from itertools import combinations

from objects import B_TAG_70, fires, good_jets, met, moved, mt_w, tight_leptons
from particles import add, mass, pt

COLLECTION = "1lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP BTAG"
PROCESSES = {
    "diboson": (1, [(363356, 363356), (363358, 363360), (363489, 363493)]),
    "single_top": (1, [(410011, 410014), (410025, 410026)]),
    "v": (1, [(361100, 361108)]),
    "ttbar": (1, [(410000, 410000)]),
}


def vary_met(event, sign):
    return {"met_et": max(event["met_et"] + sign * event["met_et_syst"], 0.0)}


SYSTEMATICS = {"met": vary_met, "lepton_scale": moved("lep", "E"), "jet_scale": moved("jet", "E")}


def select(event, tally, published):
    tally.passed("all")
    if not event["jet_n"] > 3:
        return
    tally.passed("jets")
    if not met(event) > 30:
        return
    tally.passed("met")
    if not fires(event):
        return
    tally.passed("trigger")
    good = tight_leptons(event, 30, 0.15, published)
    if len(good) != 1:
        return
    tally.passed("lepton")
    lepton = good[0]
    jets = good_jets(event, 30)
    tagged = [jet for jet in jets if jet.MV2c10 > B_TAG_70]
    if len(jets) < 4:
        return
    tally.passed("good_jets")
    if len(tagged) < 2:
        return
    tally.passed("b_jets")
    mt = mt_w(lepton, event)
    if not mt > 30:
        return
    tally.passed("mtw")

    for syst in ("", "syst_"):
        # The published code fills a random number around the value; here the value itself, and
        # the uncertainties are variations.
        tally.fill(f"hist_{syst}etmiss", met(event))
        tally.fill(f"hist_{syst}mtw", mt)
        tally.fill(f"hist_{syst}leadjet_pt", jets[0].pt)
    tally.fill("hist_syst_leadleptpt", lepton.pt)
    tally.fill_lepton("lead", lepton)
    tally.fill("hist_n_jets", len(jets))
    tally.fill("hist_leadjet_eta", jets[0].eta)
    tally.fill("hist_n_bjets", len(tagged))
    tally.fill("hist_leadbjet_pt", tagged[0].pt)
    tally.fill("hist_leadbjet_eta", tagged[0].eta)
    three = max(combinations(jets, 3), key=lambda trio: pt(add(*(jet.p for jet in trio))))
    m_top = mass(add(*(jet.p for jet in three)))
    if 100 < m_top < 250:
        tally.fill("hist_Topmass", m_top)
    two = max(combinations(three, 2), key=lambda pair: pt(add(*(jet.p for jet in pair))))
    m_w = mass(add(*(jet.p for jet in two)))
    if 50 < m_w < 120:
        tally.fill("hist_Wmass", m_w)
