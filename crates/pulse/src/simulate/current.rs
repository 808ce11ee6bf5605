//! The current that drifting charges induce, and the charge a sample sees of it.
//!
//! A charge q that moves through a weighting potential w induces q Δw on the contact (W. Shockley
//! 1938, S. Ramo 1939). Between the places of a path w is taken to rise evenly in time. Currents
//! are kept in bins of a quarter of a sample, in which the low pass of the preamplifier is
//! applied before they are summed into samples.

use super::drift::Path;

/// Bins a sample.
pub(super) const BINS: usize = 4;
/// Samples kept before the start, for charge that comes early within its cloud.
pub(super) const MARGIN: usize = 8;
/// What is left of a unit charge in the low pass when the rest goes into one sample.
const NEGLIGIBLE: f64 = 1e-7;

/// Induced current in bins, in units of the charge that is put in.
pub(super) struct Current {
    bin_ns: f64,
    bins: Vec<f64>,
}

impl Current {
    pub(super) fn new(period_ns: f64) -> Self {
        Self {
            bin_ns: period_ns / BINS as f64,
            bins: Vec::new(),
        }
    }

    pub(super) fn clear(&mut self) {
        self.bins.clear();
    }

    /// Adds a charge on its way, which starts `after_ns` after the first bin.
    pub(super) fn add(&mut self, path: &Path, charge: f64, after_ns: f64) {
        let bin = 1.0 / self.bin_ns;
        let end = ((after_ns + path.duration()) * bin).max(0.0) as usize + 1;
        if self.bins.len() < end {
            self.bins.resize(end, 0.0);
        }
        for pair in path.steps.windows(2) {
            let [(start, before), (stop, after)] = pair else {
                continue;
            };
            let (from, to) = (
                ((start + after_ns) * bin).max(0.0),
                ((stop + after_ns) * bin).max(0.0),
            );
            let induced = charge * (after - before);
            let (first, last) = (from as usize, to as usize);
            if first == last {
                if let Some(bin) = self.bins.get_mut(first) {
                    *bin += induced;
                }
                continue;
            }
            let rate = induced / (to - from);
            for (i, bin) in (first..).zip(self.bins.iter_mut().take(last + 1).skip(first)) {
                let (start, end) = (from.max(i as f64), to.min((i + 1) as f64));
                *bin += rate * (end - start);
            }
        }
    }

    /// Charge that arrives in each sample after a low pass of one pole. Its sum is that of the
    /// current.
    pub(super) fn charge(&self, low_pass_ns: f64, samples: &mut Vec<f64>) {
        samples.clear();
        let kept = libm::exp(-self.bin_ns / low_pass_ns);
        let mut held = 0.0;
        for bins in self.bins.chunks(BINS) {
            let mut sum = 0.0;
            for current in bins {
                held += current;
                sum += (1.0 - kept) * held;
                held *= kept;
            }
            // A last, incomplete sample goes on without current.
            for _ in bins.len()..BINS {
                sum += (1.0 - kept) * held;
                held *= kept;
            }
            samples.push(sum);
        }
        let kept = kept.powi(BINS as i32);
        while held.abs() > NEGLIGIBLE {
            samples.push((1.0 - kept) * held);
            held *= kept;
        }
        if let Some(last) = samples.last_mut() {
            *last += held;
        }
    }
}

/// Charge of pulses that begin one after the other: `arrivals` per sample, each with `pulse`.
pub(super) fn delay(pulse: &[f64], arrivals: &[f32], delayed: &mut Vec<f64>) {
    delayed.clear();
    let used = arrivals
        .iter()
        .rposition(|part| *part > 1e-6)
        .map_or(0, |last| last + 1);
    delayed.resize(pulse.len() + used, 0.0);
    for (start, part) in arrivals.iter().take(used).enumerate() {
        let part = f64::from(*part);
        let from = delayed.get_mut(start..).unwrap_or_default();
        for (sum, charge) in from.iter_mut().zip(pulse) {
            *sum += part * charge;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(duration: f64) -> Path {
        Path {
            steps: vec![(0.0, 0.0), (0.3 * duration, 0.3), (duration, 1.0)],
            ..Path::default()
        }
    }

    #[test]
    fn an_even_current_is_even_in_the_bins() {
        let mut current = Current::new(10.0);
        current.add(&ramp(20.0), 3.0, 1.0);
        // 20 ns from 1 ns on, in bins of 2.5 ns: 0.15 a ns.
        let expected = [0.225, 0.375, 0.375, 0.375, 0.375, 0.375, 0.375, 0.375, 0.15];
        assert_eq!(current.bins.len(), expected.len());
        for (bin, expected) in current.bins.iter().zip(expected) {
            assert!((bin - expected).abs() < 1e-12, "{:?}", current.bins);
        }
    }

    #[test]
    fn the_low_pass_follows_its_step_response_and_loses_nothing() {
        let mut current = Current::new(10.0);
        current.add(&ramp(0.01), 1.0, 0.0);
        let mut samples = Vec::new();
        current.charge(30.0, &mut samples);
        let mut sum = 0.0;
        for (i, charge) in samples.iter().enumerate() {
            sum += charge;
            let expected = 1.0 - (-(i as f64 + 1.0) * 10.0 / 30.0).exp();
            assert!((sum - expected).abs() < 1e-6, "{i}: {sum} {expected}");
        }
        assert!((sum - 1.0).abs() < 1e-12);
    }

    #[test]
    fn delayed_pulses_add_up() {
        let mut delayed = Vec::new();
        delay(&[0.5, 0.5], &[0.0, 0.25, 0.0, 0.75, 0.0], &mut delayed);
        assert_eq!(delayed, [0.0, 0.125, 0.125, 0.375, 0.375, 0.0]);
    }
}
