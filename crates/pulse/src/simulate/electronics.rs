//! From charge to the digitiser's input: decay, its fast component, delayed charge, what an
//! earlier pulse left.
//!
//! Eight channels side by side: each sample waits for the one before.
//!
//! A unit charge gives exp(-t/tau) + fast exp(-t/tau_fast): the inverse of what
//! [`double_pole_zero`](crate::processors::double_pole_zero) corrects, to first order in `fast`.

use crate::Sample;
use crate::lanes::{Lanes, WIDTH};

/// Of one channel, per sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Response {
    decay: f64,
    fast_decay: f64,
    fast_fraction: f64,
    delayed_decay: f64,
}

impl Response {
    /// Times in samples.
    pub(super) fn new(tau: f64, fast_tau: f64, fast_fraction: f64, delayed: f64) -> Self {
        Self {
            decay: libm::exp(-1.0 / tau),
            fast_decay: libm::exp(-1.0 / fast_tau),
            fast_fraction,
            delayed_decay: libm::exp(-1.0 / delayed),
        }
    }

    /// Charge that comes in each sample from the first on, of charge that is delayed: without end.
    pub(super) fn released(&self, mut waiting: f64) -> impl Iterator<Item = f64> {
        let part = 1.0 - self.delayed_decay;
        std::iter::repeat_with(move || {
            let released = waiting * part;
            waiting -= released;
            released
        })
    }
}

/// Adds the signals of eight channels to `samples`: of the `charge` that comes in each sample, and of
/// what an `earlier` pulse has left at the first; both in units of the output.
#[inline(always)]
pub(super) fn add(
    channels: &[Response; WIDTH],
    earlier: Lanes<f64>,
    charge: &[Lanes<f32>],
    samples: &mut [Lanes<f32>],
) {
    let each = |of: fn(&Response) -> f64| Lanes::each(|i| of(&channels[i]));
    let (decay, fast_decay) = (each(|c| c.decay), each(|c| c.fast_decay));
    let fast_fraction = each(|c| c.fast_fraction);
    let (mut slow, mut fast) = (earlier, Lanes::of(0.0));
    for (sample, charge) in samples.iter_mut().zip(charge) {
        let charge = charge.widen();
        slow = slow + charge;
        fast = fast + charge;
        *sample = *sample + Lanes::narrow(slow + fast_fraction * fast);
        slow = slow * decay;
        fast = fast * fast_decay;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first lane of eight that differ.
    fn alone(response: Response, earlier: f64, charge: &[f64], from: usize) -> Vec<f32> {
        let other = Response::new(1000.0, 100.0, 0.1, 10.0);
        let mut channels = [other; WIDTH];
        channels[0] = response;
        let mut samples = vec![Lanes::of(0.0); 3800];
        let mut arriving = samples.clone();
        for (lanes, charge) in arriving.iter_mut().skip(from).zip(charge) {
            lanes.0[0] = *charge as f32;
        }
        let mut left = Lanes::of(7.0);
        left.0[0] = earlier;
        add(&channels, left, &arriving, &mut samples);
        samples.iter().map(|lanes| lanes.0[0]).collect()
    }

    #[test]
    fn a_step_decays_with_both_times() {
        let response = Response::new(7250.0, 210.0, 0.008, 2500.0);
        let samples = alone(response, 0.0, &[250.0, 750.0], 100);
        assert_eq!(samples[99], 0.0);
        for i in [101, 300, 1000, 3799] {
            let t = i as f64 - 101.0;
            let unit = |t: f64| 1000.0 * ((-t / 7250.0).exp() + 0.008 * (-t / 210.0).exp());
            let expected = 0.75 * unit(t) + 0.25 * unit(t + 1.0);
            let found = f64::from(samples[i]);
            assert!((found - expected).abs() < 1e-4, "{i}: {found} {expected}");
        }
    }

    #[test]
    fn an_earlier_pulse_and_delayed_charge() {
        let response = Response::new(7250.0, 210.0, 0.0, 2500.0);
        let delayed: Vec<f64> = response.released(100.0).take(2800).collect();
        let samples = alone(response, 50.0, &delayed, 1000);
        assert_eq!(samples[0], 50.0);
        assert!((samples[500] - 50.0 * (-500.0f32 / 7250.0).exp()).abs() < 1e-4);
        // Delayed charge that has come by then, each part decayed since.
        let t = 2000.0;
        let (k, d) = (1.0 / 2500.0, 1.0 / 7250.0);
        let delayed = 100.0 * k / (k - d) * (f64::exp(-d * t) - f64::exp(-k * t));
        let expected = delayed + 50.0 * f64::exp(-3000.0 / 7250.0);
        let found = f64::from(samples[3000]);
        assert!((found - expected).abs() < 0.05, "{found} {expected}");
    }
}
