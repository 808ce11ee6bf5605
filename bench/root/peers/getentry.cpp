// Reads a TTree the way compiled ROOT code does, one TTree::GetEntry per event:
// getentry FILE [BRANCH,...]. Prints rows and leaf values.
#include <TBranch.h>
#include <TFile.h>
#include <TObjArray.h>
#include <TTree.h>

#include <cstdio>
#include <deque>
#include <sstream>
#include <string>
#include <vector>

// The vectors of one element type. GetEntry fills them through the addresses of
// these pointers, which therefore must not move: hence the deque.
template <class T> class Columns {
public:
  bool bind(TBranch &branch, const std::string &type) {
    if (branch.GetClassName() != "vector<" + type + ">") return false;
    branch.SetAddress(&columns_.emplace_back(nullptr));
    return true;
  }
  long long values() const {
    long long sum = 0;
    for (const auto *column : columns_) sum += column->size();
    return sum;
  }

private:
  std::deque<std::vector<T> *> columns_;
};

int main(int argc, char **argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: getentry FILE [BRANCH,...]\n"), 2;
  TFile file(argv[1]);
  auto *tree = file.Get<TTree>("mini");
  if (!tree) return std::fprintf(stderr, "no TTree `mini` in %s\n", argv[1]), 1;
  tree->SetCacheSize(100000000);
  if (argc > 2) {
    tree->SetBranchStatus("*", false);
    std::istringstream names(argv[2]);
    for (std::string name; std::getline(names, name, ',');) tree->SetBranchStatus(name.c_str(), true);
  }

  Columns<float> floats;
  Columns<int> ints;
  Columns<unsigned> uints;
  Columns<bool> bools;
  long long scalars = 0;
  for (auto *object : *tree->GetListOfBranches()) {
    auto &branch = static_cast<TBranch &>(*object);
    if (!tree->GetBranchStatus(branch.GetName())) continue;
    tree->AddBranchToCache(&branch, true);
    const bool jagged = floats.bind(branch, "float") || ints.bind(branch, "int") ||
                        uints.bind(branch, "unsigned int") || bools.bind(branch, "bool");
    scalars += !jagged;
  }

  const Long64_t rows = tree->GetEntries();
  long long values = scalars * rows;
  for (Long64_t row = 0; row < rows; ++row) {
    if (tree->GetEntry(row) < 0) return std::fprintf(stderr, "cannot read entry %lld\n", row), 1;
    values += floats.values() + ints.values() + uints.values() + bools.values();
  }
  std::printf("%lld %lld\n", static_cast<long long>(rows), values);
}
