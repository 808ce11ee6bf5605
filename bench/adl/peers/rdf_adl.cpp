// The ADL queries with RDataFrame, compiled: rdf_adl QUERY FILE THREADS.
//
// They follow the published macros (opendata-benchmarks) in their steps, with typed lambdas in
// place of strings that ROOT would compile at run time, and masses in double precision. For each
// histogram it prints the entries, those in range, and the sum of bin number times entries.
#include <Math/Vector4D.h>
#include <ROOT/RDataFrame.hxx>
#include <ROOT/RVec.hxx>
#include <TROOT.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

using ROOT::RVec;
using ROOT::VecOps::Combinations;
using ROOT::VecOps::Concatenate;
using ROOT::VecOps::DeltaPhi;
using Floats = RVec<float>;
using Ints = RVec<int>;
using Indices = RVec<RVec<std::size_t>>;
using Vector = ROOT::Math::PtEtaPhiMVector;
using Node = ROOT::RDF::RNode;

static RVec<Vector> vectors(const Floats &pt, const Floats &eta, const Floats &phi, const Floats &mass) {
  return ROOT::VecOps::Map(pt, eta, phi, mass, [](float pt, float eta, float phi, float mass) {
    return Vector(pt, eta, phi, mass);
  });
}

static RVec<double> masses(const RVec<Vector> &of) {
  return ROOT::VecOps::Map(of, [](const Vector &vector) { return vector.mass(); });
}

/// Mass of each pair, for `pairs` of numbers of `of`.
static RVec<double> pairMasses(const RVec<Vector> &of, const Indices &pairs) {
  RVec<double> result;
  for (std::size_t i = 0; i < pairs[0].size(); ++i) result.push_back((of[pairs[0][i]] + of[pairs[1][i]]).mass());
  return result;
}

static RVec<Vector> triples(const RVec<Vector> &of, const Indices &choice) {
  RVec<Vector> result;
  for (std::size_t i = 0; i < choice[0].size(); ++i)
    result.emplace_back(of[choice[0][i]] + of[choice[1][i]] + of[choice[2][i]]);
  return result;
}

static double distance(double eta1, double eta2, double phi1, double phi2) {
  return std::hypot(eta1 - eta2, DeltaPhi(phi1, phi2));
}

/// Whether no lepton is within 0.4 of a jet.
static RVec<int> isolated(const Floats &jetEta, const Floats &jetPhi, const Floats &eta, const Floats &phi) {
  RVec<int> result(jetEta.size(), 1);
  if (jetEta.empty() || eta.empty()) return result;
  const auto pairs = Combinations(jetEta, eta);
  for (std::size_t i = 0; i < pairs[0].size(); ++i) {
    const auto jet = pairs[0][i], lepton = pairs[1][i];
    if (distance(jetEta[jet], eta[lepton], jetPhi[jet], phi[lepton]) < 0.4) result[jet] = 0;
  }
  return result;
}

/// Pairs of one flavour and opposite charge.
static Indices fitting(const Ints &flavour, const Ints &charge) {
  Indices result(2);
  const auto pairs = Combinations(flavour, 2);
  for (std::size_t i = 0; i < pairs[0].size(); ++i) {
    const auto a = pairs[0][i], b = pairs[1][i];
    if (flavour[a] == flavour[b] && charge[a] != charge[b]) {
      result[0].push_back(a);
      result[1].push_back(b);
    }
  }
  return result;
}

/// Transverse mass of the missing momentum and the hardest lepton outside the pair.
static double transverseMass(const Floats &pt, const Floats &phi, const Indices &pairs, std::size_t best, float met,
                             float metPhi) {
  for (auto lepton : ROOT::VecOps::Reverse(ROOT::VecOps::Argsort(pt)))
    if (lepton != pairs[0][best] && lepton != pairs[1][best])
      return std::sqrt(2. * pt[lepton] * met * (1 - std::cos(DeltaPhi<double>(phi[lepton], metPhi))));
  return -1;
}

using Histogram = ROOT::RDF::RResultPtr<TH1D>;

static Histogram met(Node node) { return node.Histo1D<float>({"met", "", 100, 0, 2000}, "MET_pt"); }

static std::vector<Histogram> query(int number, Node events) {
  switch (number) {
  case 1: return {met(events)};
  case 2: return {events.Histo1D<Floats>({"pt", "", 100, 15, 60}, "Jet_pt")};
  case 3:
    return {events
                .Define("central", [](const Floats &pt, const Floats &eta) { return Floats(pt[abs(eta) < 1]); },
                        {"Jet_pt", "Jet_eta"})
                .Histo1D<Floats>({"pt", "", 100, 15, 60}, "central")};
  case 4: return {met(events.Filter([](const Floats &pt) { return Sum(pt > 40) >= 2; }, {"Jet_pt"}))};
  case 5:
    return {met(events.Filter([](unsigned muons) { return muons >= 2; }, {"nMuon"})
                    .Define("p4", vectors, {"Muon_pt", "Muon_eta", "Muon_phi", "Muon_mass"})
                    .Filter(
                        [](const RVec<Vector> &p4, const Ints &charge) {
                          const auto pairs = Combinations(p4, 2);
                          for (std::size_t i = 0; i < pairs[0].size(); ++i) {
                            const auto a = pairs[0][i], b = pairs[1][i];
                            if (charge[a] == charge[b]) continue;
                            const double mass = (p4[a] + p4[b]).mass();
                            if (60 < mass && mass < 120) return true;
                          }
                          return false;
                        },
                        {"p4", "Muon_charge"}))};
  case 6: {
    auto best = events.Filter([](unsigned jets) { return jets >= 3; }, {"nJet"})
                    .Define("p4", vectors, {"Jet_pt", "Jet_eta", "Jet_phi", "Jet_mass"})
                    .Define("choice", [](const RVec<Vector> &p4) { return Indices(Combinations(p4, 3)); }, {"p4"})
                    .Define("triple", triples, {"p4", "choice"})
                    .Define("best", [](const RVec<Vector> &p4) { return ArgMin(abs(masses(p4) - 172.5)); }, {"triple"})
                    .Define("pt", [](const RVec<Vector> &p4, std::size_t i) { return p4[i].pt(); }, {"triple", "best"})
                    .Define(
                        "btag",
                        [](const Floats &btag, const Indices &choice, std::size_t i) {
                          return std::max({btag[choice[0][i]], btag[choice[1][i]], btag[choice[2][i]]});
                        },
                        {"Jet_btag", "choice", "best"});
    return {best.Histo1D<double>({"pt", "", 100, 15, 40}, "pt"),
            best.Histo1D<float>({"btag", "", 100, 0, 1}, "btag")};
  }
  case 7:
    return {events
                .Define("leptonPt", [](const Floats &e, const Floats &mu) { return Floats(Concatenate(e, mu)); },
                        {"Electron_pt", "Muon_pt"})
                .Define("leptonEta", [](const Floats &e, const Floats &mu) { return Floats(Concatenate(e, mu)); },
                        {"Electron_eta", "Muon_eta"})
                .Define("leptonPhi", [](const Floats &e, const Floats &mu) { return Floats(Concatenate(e, mu)); },
                        {"Electron_phi", "Muon_phi"})
                .Define(
                    "sum",
                    [](const Floats &pt, const Floats &eta, const Floats &phi, const Floats &leptonPt,
                       const Floats &leptonEta, const Floats &leptonPhi) {
                      const auto good = pt > 30;
                      const auto hard = leptonPt > 10;
                      const Floats goodPt = pt[good];
                      const RVec<int> clean = isolated(eta[good], phi[good], leptonEta[hard], leptonPhi[hard]);
                      return Sum(RVec<double>(goodPt[clean]));
                    },
                    {"Jet_pt", "Jet_eta", "Jet_phi", "leptonPt", "leptonEta", "leptonPhi"})
                .Histo1D<double>({"sum", "", 100, 15, 200}, "sum")};
  case 8: {
    auto join = [](const Floats &e, const Floats &mu) { return Floats(Concatenate(e, mu)); };
    return {events.Filter([](unsigned e, unsigned mu) { return e + mu >= 3; }, {"nElectron", "nMuon"})
                .Define("charge", [](const Ints &e, const Ints &mu) { return Ints(Concatenate(e, mu)); },
                        {"Electron_charge", "Muon_charge"})
                .Define("pairs",
                        [](unsigned e, unsigned mu, const Ints &charge) {
                          return fitting(Concatenate(Ints(e, 0), Ints(mu, 1)), charge);
                        },
                        {"nElectron", "nMuon", "charge"})
                .Filter([](const Indices &pairs) { return !pairs[0].empty(); }, {"pairs"})
                .Define("pt", join, {"Electron_pt", "Muon_pt"})
                .Define("eta", join, {"Electron_eta", "Muon_eta"})
                .Define("phi", join, {"Electron_phi", "Muon_phi"})
                .Define("mass", join, {"Electron_mass", "Muon_mass"})
                .Define("p4", vectors, {"pt", "eta", "phi", "mass"})
                .Define("best",
                        [](const RVec<Vector> &p4, const Indices &pairs) {
                          return ArgMin(abs(pairMasses(p4, pairs) - 91.2));
                        },
                        {"p4", "pairs"})
                .Define("mt", transverseMass, {"pt", "phi", "pairs", "best", "MET_pt", "MET_phi"})
                .Histo1D<double>({"mt", "", 100, 15, 250}, "mt")};
  }
  default: return {};
  }
}

int main(int argc, char **argv) {
  if (argc != 4) return std::fprintf(stderr, "usage: rdf_adl QUERY FILE THREADS\n"), 2;
  const int threads = std::atoi(argv[3]);
  if (threads > 1) ROOT::EnableImplicitMT(threads);
  ROOT::RDataFrame events("Events", argv[2]);
  for (auto &histogram : query(std::atoi(argv[1]), events)) {
    double inside = 0, moment = 0;
    for (int bin = 1; bin <= 100; ++bin) { // ROOT's bin 0 is the underflow
      inside += histogram->GetBinContent(bin);
      moment += (bin - 1) * histogram->GetBinContent(bin);
    }
    std::printf("%.0f %.0f %.0f\n", histogram->GetEntries(), inside, moment);
  }
}
