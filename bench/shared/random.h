// Random numbers of the generator's own, so that a sample is the same whatever
// ROOT or C++ library it is made with.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

/// SplitMix64, and the few distributions that the sample needs.
class Random {
public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double uniform() { return (next() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double probability) { return uniform() < probability; }
  double phi() { return uniform(-M_PI, M_PI); }
  double exponential(double mean) { return -mean * std::log(std::max(uniform(), 1e-300)); }
  /// Standard normal by Box and Muller.
  double normal() {
    double a = std::max(uniform(), 1e-300), b = uniform();
    return std::sqrt(-2 * std::log(a)) * std::cos(2 * M_PI * b);
  }
  double normal(double mean, double sigma) { return mean + sigma * normal(); }
  /// Poisson by counting uniform factors (Knuth); meant for small means.
  int poisson(double mean) {
    double limit = std::exp(-mean), product = 1;
    int count = -1;
    do { ++count; product *= uniform(); } while (product > limit);
    return count;
  }

private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};
