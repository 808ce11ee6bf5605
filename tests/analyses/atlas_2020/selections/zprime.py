"""A resonance to two tops, of which one is a single large jet."""

from objects import B_TAG_70, fires, good_jets, met, moved, mt_w, objects, tight_leptons, turn
from particles import add, delta_r, mass

COLLECTION = "1largeRjet1lep"
SCALE_FACTORS = "ELE MUON LepTRIGGER PILEUP BTAG"
PROCESSES = {
    "diboson": (1, [(363356, 363356), (363358, 363358), (363360, 363360), (363489, 363489), (363491, 363493)]),
    "single_top": (1, [(410011, 410014), (410025, 410026)]),
    "v": (1, [(361106, 361108), (364156, 364197)]),
    "ttbar": (0.91, [(410000, 410000)]),
    "zprime": (1, [(301325, 301325)]),
}
SYSTEMATICS = {"large_jet_scale": moved("largeRjet", "E", "m")}


def select(event, tally, published):
    tally.passed("all")
    if not event["largeRjet_n"] >= 1:
        return
    tally.passed("large_jet")
    if not met(event) > 20:
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
    mt = mt_w(lepton, event)
    if not met(event) + mt > 60:
        return
    tally.passed("met_mtw")
    jets = good_jets(event, 30)
    tagged = [jet for jet in jets if jet.MV2c10 > B_TAG_70]
    if not tagged:
        return
    tally.passed("b_jet")
    near = [jet for jet in jets if delta_r(lepton.p, jet.p) < 2.0]
    if not near:
        return
    tally.passed("near_jet")
    jet = near[0]

    large = objects(event, "largeRjet", "m", "tau32")
    for one in large:
        one.m /= 1000
        if one.m > 50 and one.pt > 250 and abs(one.eta) < 2.0:
            tally.fill("hist_n_leadLRjets", event["largeRjet_n"])
            fill_large(tally, "lead", one)

    def is_top(one):
        in_range = one.m > 100 and 300 < one.pt < 1500 and abs(one.eta) < 2.0 and one.tau32 < 0.75
        apart = turn(lepton.phi, one.phi) > 1.0 and delta_r(jet.p, one.p) > 1.5
        has_b = any(delta_r(b.p, one.p) < 1.0 or delta_r(b.p, jet.p) < 0.01 for b in tagged)
        return in_range and apart and has_b

    tops = [one for one in large if is_top(one)]
    if len(tops) != 1:
        return
    tally.passed("top")
    top = tops[0]
    if jet.MV2c10 > B_TAG_70:
        tally.fill("hist_ttbarMLR", mass(add(top.p, jet.p, lepton.p)))
    tally.fill("hist_etmiss", met(event))
    tally.fill("hist_mtw", mt)
    tally.fill_lepton("lead", lepton)
    tally.fill("hist_n_jets", len(near))
    tally.fill("hist_leadjet_pt", jet.pt)
    tally.fill("hist_leadjet_eta", jet.eta)
    tally.fill("hist_n_bjets", len(tagged))
    tally.fill("hist_leadbjet_pt", tagged[0].pt)
    tally.fill("hist_leadbjet_eta", tagged[0].eta)
    tally.fill("hist_n_TopLRjets", 1)
    fill_large(tally, "leadTop", top)
    tally.fill("hist_leadTopLRjet_syst_pt", top.pt)


def fill_large(tally, prefix, one):
    for name, value in (("pt", one.pt), ("eta", one.eta), ("phi", one.phi), ("m", one.m), ("tau32", one.tau32)):
        tally.fill(f"hist_{prefix}LRjet_{name}", value)
