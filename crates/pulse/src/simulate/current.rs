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
    /// Of the site that is being added.
    site: Vec<f64>,
}

impl Current {
    pub(super) fn new(period_ns: f64) -> Self {
        Self {
            bin_ns: period_ns / BINS as f64,
            bins: Vec::new(),
            site: Vec::new(),
        }
    }

    pub(super) fn clear(&mut self) {
        self.bins.clear();
    }

    /// Adds a charge of a site on its way, which starts `after_ns` after the first bin.
    /// Adds a charge on its way, which starts `after_ns` after the first bin.
    pub(super) fn add(&mut self, path: &Path, charge: f64, after_ns: f64) {
        let bin = 1.0 / self.bin_ns;
        let end = ((after_ns + path.duration()) * bin).max(0.0) as usize + 1;
        if self.site.len() < end {
            self.site.resize(end, 0.0);
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
                if let Some(bin) = self.site.get_mut(first) {
                    *bin += induced;
                }
                continue;
            }
            let rate = induced / (to - from);
            for (i, bin) in (first..).zip(self.site.iter_mut().take(last + 1).skip(first)) {
                let (start, end) = (from.max(i as f64), to.min((i + 1) as f64));
                *bin += rate * (end - start);
            }
        }
    }

    /// What was added is of a cloud: it arrives spread in time with this standard deviation.
    ///
    /// Three clouds of a sixth, two thirds and a sixth have the moments of a normal distribution
    /// up to the fifth (Gauss and Hermite). Between bins they are divided between the two, which
    /// keeps their mean.
    pub(super) fn spread(&mut self, sigma_ns: f64) {
        let apart = 3f64.sqrt() * sigma_ns / self.bin_ns;
        for (shift, share) in [(-apart, 1.0 / 6.0), (0.0, 2.0 / 3.0), (apart, 1.0 / 6.0)] {
            let whole = shift.floor();
            let (later, whole) = (share * (shift - whole), whole as isize);
            for (bins, share) in [(whole, share - later), (whole + 1, later)] {
                self.shifted(bins, share);
            }
        }
        self.site.clear();
    }

    /// Adds a part of the site's current, moved by bins. What would come before the first is in it.
    fn shifted(&mut self, by: isize, share: f64) {
        let early = by.min(0).unsigned_abs().min(self.site.len());
        let (early, site) = self.site.split_at(early);
        let from = by.max(0).unsigned_abs();
        if self.bins.len() < from + site.len().max(1) {
            self.bins.resize(from + site.len().max(1), 0.0);
        }
        let bins = self.bins.get_mut(from..).unwrap_or_default();
        if let Some(first) = bins.first_mut() {
            *first += share * early.iter().sum::<f64>();
        }
        for (bin, current) in bins.iter_mut().zip(site) {
            *bin += share * current;
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

/// Charge of pulses that begin one after the other: `arrivals` per sample, each with `pulse`, in the
/// first `room` samples.
pub(super) fn delay(pulse: &[f64], arrivals: &[f32], room: usize, delayed: &mut Vec<f64>) {
    delayed.clear();
    let used = arrivals
        .iter()
        .take(room)
        .rposition(|part| *part > 1e-6)
        .map_or(0, |last| last + 1);
    delayed.resize((pulse.len() + used).min(room), 0.0);
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
        assert_eq!(current.site.len(), expected.len());
        for (bin, expected) in current.site.iter().zip(expected) {
            assert!((bin - expected).abs() < 1e-12, "{:?}", current.site);
        }
    }

    #[test]
    fn a_cloud_spreads_and_loses_nothing() {
        let mut current = Current::new(10.0);
        current.add(&ramp(0.01), 2.0, 100.0);
        current.spread(12.0);
        // In bins of 2.5 ns: the charge, its mean and its variance, with that of dividing.
        let moment = |power: i32| -> f64 {
            let bins = (0..).zip(&current.bins);
            bins.map(|(i, bin)| bin * (f64::from(i) * 2.5).powi(power))
                .sum::<f64>()
                / 2.0
        };
        assert!((moment(0) - 1.0).abs() < 1e-12, "{:?}", current.bins);
        assert!((moment(1) - 100.0).abs() < 0.01, "{}", moment(1));
        let variance = moment(2) - moment(1).powi(2);
        assert!((143.0..146.5).contains(&variance), "{variance}");
        // What would come before the first bin comes in it.
        current.clear();
        current.add(&ramp(0.01), 2.0, 5.0);
        current.spread(12.0);
        assert!((current.bins.iter().sum::<f64>() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_low_pass_follows_its_step_response_and_loses_nothing() {
        let mut current = Current::new(10.0);
        current.add(&ramp(0.01), 1.0, 0.0);
        current.spread(0.0);
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
        let arrivals = [0.0, 0.25, 0.0, 0.75, 0.0];
        delay(&[0.5, 0.5], &arrivals, 9, &mut delayed);
        assert_eq!(delayed, [0.0, 0.125, 0.125, 0.375, 0.375, 0.0]);
        delay(&[0.5, 0.5], &arrivals, 4, &mut delayed);
        assert_eq!(delayed, [0.0, 0.125, 0.125, 0.375]);
    }
}
