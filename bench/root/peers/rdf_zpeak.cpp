// The Z -> mumu peak with RDataFrame, compiled: rdf_zpeak FILE THREADS.
// Prints the selected events, those in 66-116 GeV, and bin 50 of 100.
#include <ROOT/RDataFrame.hxx>
#include <ROOT/RVec.hxx>
#include <TROOT.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

using ROOT::RVec;

static bool goodPair(const RVec<unsigned> &type, const RVec<int> &charge, const RVec<float> &pt,
                     const RVec<bool> &tight) {
  return type[0] == 13 && type[1] == 13 && charge[0] + charge[1] == 0 && pt[0] > 25000 && pt[1] > 25000 &&
         tight[0] && tight[1];
}

/// Invariant mass of the first two leptons in GeV, computed in double precision.
static double pairMass(const RVec<float> &pt, const RVec<float> &eta, const RVec<float> &phi,
                       const RVec<float> &energy) {
  double px = 0, py = 0, pz = 0, e = 0;
  for (int i = 0; i < 2; ++i) {
    const double p = pt[i];
    px += p * std::cos(static_cast<double>(phi[i]));
    py += p * std::sin(static_cast<double>(phi[i]));
    pz += p * std::sinh(static_cast<double>(eta[i]));
    e += energy[i];
  }
  return std::sqrt(std::fmax(e * e - px * px - py * py - pz * pz, 0)) / 1000;
}

int main(int argc, char **argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: rdf_zpeak FILE THREADS\n"), 2;
  const int threads = std::atoi(argv[2]);
  if (threads > 1) ROOT::EnableImplicitMT(threads);

  ROOT::RDataFrame events("mini", argv[1]);
  auto masses = events.Filter([](bool fired, unsigned n) { return fired && n == 2; }, {"trigM", "lep_n"})
                    .Filter(goodPair, {"lep_type", "lep_charge", "lep_pt", "lep_isTightID"})
                    .Define("mass", pairMass, {"lep_pt", "lep_eta", "lep_phi", "lep_E"});
  auto histogram = masses.Histo1D<double>({"mass", "", 100, 66, 116}, "mass");
  auto selected = masses.Count();
  std::printf("%llu %.0f %.0f\n", static_cast<unsigned long long>(*selected), histogram->Integral(),
              histogram->GetBinContent(51)); // ROOT's bin 0 is the underflow
}
