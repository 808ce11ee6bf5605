// Many events out of few: gen_adl INPUT EVENTS OUTPUT COMPRESSION.
//
// Repeats the events of INPUT's tree `Events` (1000 real CMS events) until there are EVENTS of
// them, in an order that is drawn anew for every thousand, and varies each copy so that no two
// are the same and the file compresses as the real one does:
//
// - the event is turned by a random angle around the beam (every `phi`) and, for half of the
//   copies, mirrored (every `eta`, `dz` and `z` changes its sign). Both leave masses, ΔR and
//   transverse masses as they are;
// - pt and mass of each object are scaled by one normal factor of 5 % width, `eta` moves by
//   a normal 0.02;
// - every other real number that is not whole is scaled by a normal factor of 2 % width; whole
//   ones (0, -1, -999) mean something and stay, as do integers and truth values;
// - `event` counts the events, `luminosityBlock` their thousands.
//
// Branches, order, types and basket sizes are ROOT's own for such a tree. The random numbers are
// seeded and of our own making: every run writes the same events.
#include <TBranch.h>
#include <TFile.h>
#include <TLeaf.h>
#include <TTree.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "../../shared/random.h"

namespace {

constexpr int mostElements = 512;

enum class Kind { kept, scale, momentum, eta, phi, mirrored };

/// One branch: its bytes, how many numbers they are, and what happens to them.
struct Column {
  std::string name;
  Kind kind = Kind::kept;
  const UInt_t *count = nullptr; // of a list; none for a scalar
  std::vector<char> buffer;
  float *reals() { return reinterpret_cast<float *>(buffer.data()); }
  unsigned size() const { return count ? *count : 1; }
};

std::string collection(const std::string &name) { return name.substr(0, name.find('_')); }

Kind kindOf(const std::string &name, const std::string &type) {
  if (type != "Float_t") return Kind::kept;
  const auto at = name.find('_');
  const std::string field = at == std::string::npos ? name : name.substr(at + 1);
  if (field == "phi") return Kind::phi;
  if (field == "eta") return Kind::eta;
  if (field == "pt" || field == "mass") return Kind::momentum;
  if (field == "dz" || field == "z") return Kind::mirrored;
  return Kind::scale;
}

class Copier {
public:
  Copier(TTree &from, TTree &to) : from_(from) {
    from.LoadBaskets();
    // Counters come before the lists they count.
    for (TObject *object : *from.GetListOfBranches()) {
      auto &branch = static_cast<TBranch &>(*object);
      auto &leaf = static_cast<TLeaf &>(*branch.GetListOfLeaves()->At(0));
      auto column = std::make_unique<Column>();
      column->name = branch.GetName();
      column->kind = kindOf(column->name, leaf.GetTypeName());
      column->buffer.resize(mostElements * sizeof(double));
      if (const TLeaf *counter = leaf.GetLeafCount())
        column->count = reinterpret_cast<UInt_t *>(byName_.at(counter->GetName())->buffer.data());
      from.SetBranchAddress(branch.GetName(), column->buffer.data());
      to.Branch(branch.GetName(), column->buffer.data(), branch.GetTitle());
      byName_[column->name] = column.get();
      columns_.push_back(std::move(column));
    }
  }

  void copy(long entry, long number, Random &random) {
    from_.GetEntry(entry);
    const double turn = random.phi();
    const bool mirror = random.chance(0.5);
    momentum_.clear();
    for (auto &column : columns_) vary(*column, turn, mirror, random);
    set<ULong64_t>("event", number);
    set<UInt_t>("luminosityBlock", number / 1000);
  }

private:
  void vary(Column &column, double turn, bool mirror, Random &random) {
    if (column.kind == Kind::kept) return;
    for (unsigned i = 0; i < column.size(); ++i) {
      float &x = column.reals()[i];
      switch (column.kind) {
      case Kind::phi: x = std::remainder(x + turn, 2 * M_PI); break;
      case Kind::eta:
        x += random.normal(0, 0.02);
        if (mirror) x = -x;
        break;
      case Kind::momentum: x *= factor(column, i, random); break;
      default:
        if (x != std::floor(x)) x *= random.normal(1, 0.02);
        if (column.kind == Kind::mirrored && mirror && x > -900) x = -x;
      }
    }
  }

  /// One factor for all momenta of an object.
  double factor(const Column &column, unsigned i, Random &random) {
    auto &factors = momentum_[collection(column.name)];
    while (factors.size() <= i) factors.push_back(std::max(0.5, random.normal(1, 0.05)));
    return factors[i];
  }

  template <class T> void set(const char *name, T value) {
    const auto found = byName_.find(name);
    if (found != byName_.end()) std::memcpy(found->second->buffer.data(), &value, sizeof value);
  }

  TTree &from_;
  std::vector<std::unique_ptr<Column>> columns_;
  std::map<std::string, Column *> byName_;
  std::map<std::string, std::vector<double>> momentum_;
};

int generate(const char *input, long events, const char *output, int compression) {
  std::unique_ptr<TFile> source(TFile::Open(input));
  auto *from = source ? source->Get<TTree>("Events") : nullptr;
  TFile file(output, "RECREATE", "", compression);
  if (!from || from->GetEntries() < 1 || file.IsZombie()) return 1;
  {
    TTree to("Events", "Events"); // it belongs to the open file, so it must go first
    Copier copier(*from, to);
    Random random(20120501);
    std::vector<long> order(from->GetEntries());
    std::iota(order.begin(), order.end(), 0);
    for (long number = 0; number < events; ++number) {
      const long at = number % static_cast<long>(order.size());
      if (at == 0) // Fisher and Yates
        for (long i = order.size() - 1; i > 0; --i) std::swap(order[i], order[static_cast<long>(random.uniform() * (i + 1))]);
      copier.copy(order[at], number, random);
      to.Fill();
    }
    to.Write();
  }
  file.Close();
  return file.TestBit(TFile::kWriteError) ? 1 : 0;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: gen_adl INPUT EVENTS OUTPUT COMPRESSION\n");
    return 2;
  }
  return generate(argv[1], std::atol(argv[2]), argv[3], std::atoi(argv[4]));
}
