// The branches of the ATLAS 13 TeV Open Data ntuples of 2020, as variables of one
// event: the names, types and order of the published `mini` trees. Energies,
// momenta and masses are in MeV, lengths in mm.
#pragma once

#include <TTree.h>

#include <functional>
#include <vector>

using Floats = std::vector<float>;
using Ints = std::vector<int>;
using Uints = std::vector<unsigned>;
using Bools = std::vector<bool>;

struct Event {
  int runNumber = 284500, eventNumber = 0, channelNumber = 361107;
  float mcWeight, XSection = 1950.5295f, SumWeights = 1.5e14f;
  bool trigE, trigM, trigP, trigT, trigDT;
  float met_et, met_phi, met_et_syst, ditau_m;
};
struct ScaleFactors {
  float PILEUP, ELE, MUON, PHOTON, TAU, BTAG, LepTRIGGER;
  float PhotonTRIGGER = 1, TauTRIGGER = 1, DiTauTRIGGER = 1;
};
struct Leptons {
  unsigned n;
  Bools truthMatched, trigMatched, isTightID;
  Floats pt, eta, phi, E, z0, ptcone30, etcone20, trackd0pvunbiased, tracksigd0pvunbiased, pt_syst;
  Ints charge;
  Uints type;
};
struct Jets {
  unsigned n;
  Floats pt, eta, phi, E, jvt, MV2c10, pt_syst;
  Ints trueflav;
  Bools truthMatched;
};
struct Photons {
  unsigned n;
  Bools truthMatched, trigMatched, isTightID;
  Floats pt, eta, phi, E, ptcone30, etcone20, pt_syst;
  Ints convType;
};
struct LargeRJets {
  unsigned n;
  Floats pt, eta, phi, E, m, D2, tau32, pt_syst;
  Ints truthMatched;
};
struct Taus {
  unsigned n;
  Floats pt, eta, phi, E, BDTid, pt_syst;
  Bools isTightID, truthMatched, trigMatched;
  Ints nTracks;
};

/// One event, and the branches that hold it.
class Branches {
public:
  /// Books the 84 branches in `tree`, in the order of the published files.
  explicit Branches(TTree &tree) : tree_(tree) { book(); }
  Branches(const Branches &) = delete; // the tree keeps the addresses of the members
  Branches &operator=(const Branches &) = delete;
  /// Empties every vector.
  void clear() {
    for (const auto &empty : empty_) empty();
  }

  Event event;
  ScaleFactors scaleFactor;
  Leptons lep;
  Jets jet;
  Photons photon;
  LargeRJets largeRjet;
  Taus tau;

private:
  void book();
  template <class T> void branch(const char *name, T &scalar) { tree_.Branch(name, &scalar); }
  template <class T> void branch(const char *name, std::vector<T> &column) {
    tree_.Branch(name, &column);
    empty_.push_back([&column] { column.clear(); });
  }

  TTree &tree_;
  std::vector<std::function<void()>> empty_;
};

#define EVENT(name) branch(#name, event.name);
#define OF(object, name) branch(#object "_" #name, object.name);
inline void Branches::book() {
  EVENT(runNumber) EVENT(eventNumber) EVENT(channelNumber) EVENT(mcWeight)
  OF(scaleFactor, PILEUP) OF(scaleFactor, ELE) OF(scaleFactor, MUON) OF(scaleFactor, PHOTON)
  OF(scaleFactor, TAU) OF(scaleFactor, BTAG) OF(scaleFactor, LepTRIGGER) OF(scaleFactor, PhotonTRIGGER)
  OF(scaleFactor, TauTRIGGER) OF(scaleFactor, DiTauTRIGGER)
  EVENT(trigE) EVENT(trigM) EVENT(trigP) EVENT(trigT) EVENT(trigDT)
  OF(lep, n) OF(lep, truthMatched) OF(lep, trigMatched) OF(lep, pt) OF(lep, eta) OF(lep, phi) OF(lep, E)
  OF(lep, z0) OF(lep, charge) OF(lep, type) OF(lep, isTightID) OF(lep, ptcone30) OF(lep, etcone20)
  OF(lep, trackd0pvunbiased) OF(lep, tracksigd0pvunbiased)
  EVENT(met_et) EVENT(met_phi) OF(jet, n) OF(jet, pt) OF(jet, eta) OF(jet, phi) OF(jet, E) OF(jet, jvt)
  OF(jet, trueflav) OF(jet, truthMatched) OF(jet, MV2c10)
  OF(photon, n) OF(photon, truthMatched) OF(photon, trigMatched) OF(photon, pt) OF(photon, eta)
  OF(photon, phi) OF(photon, E) OF(photon, isTightID) OF(photon, ptcone30) OF(photon, etcone20)
  OF(photon, convType) OF(largeRjet, n) OF(largeRjet, pt) OF(largeRjet, eta) OF(largeRjet, phi)
  OF(largeRjet, E) OF(largeRjet, m) OF(largeRjet, truthMatched) OF(largeRjet, D2) OF(largeRjet, tau32)
  OF(tau, n) OF(tau, pt) OF(tau, eta) OF(tau, phi) OF(tau, E) OF(tau, isTightID) OF(tau, truthMatched)
  OF(tau, trigMatched) OF(tau, nTracks) OF(tau, BDTid)
  EVENT(ditau_m) OF(lep, pt_syst)
  EVENT(met_et_syst) OF(jet, pt_syst)
  OF(photon, pt_syst) OF(largeRjet, pt_syst)
  OF(tau, pt_syst) EVENT(XSection) EVENT(SumWeights)
}
#undef EVENT
#undef OF
