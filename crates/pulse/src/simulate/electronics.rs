//! From charge to the digitiser's input: decay, its fast component, delayed charge, what an
//! earlier pulse left.
//!
//! A unit charge gives exp(-t/tau) + fast exp(-t/tau_fast): the inverse of what
//! [`double_pole_zero`](crate::processors::double_pole_zero) corrects, to first order in `fast`.

/// Of one channel, per sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Response {
    decay: f64,
    fast_decay: f64,
    fast_fraction: f64,
    delayed_decay: f64,
}

/// What comes in, in units of the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a> {
    /// Charge in each sample, from `from` on.
    pub(super) charge: &'a [f64],
    pub(super) from: usize,
    /// Charge in units of the output.
    pub(super) scale: f64,
    /// Charge that arrives exponentially from `from` on.
    pub(super) delayed: f64,
    /// Signal that an earlier pulse has left at the first sample.
    pub(super) earlier: f64,
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

    /// Adds the signal to `samples`.
    pub(super) fn add(&self, input: Input<'_>, samples: &mut [f64]) {
        let Self {
            decay,
            fast_decay,
            fast_fraction,
            delayed_decay,
        } = *self;
        let from = input.from.min(samples.len());
        let (before, after) = samples.split_at_mut(from);
        let mut slow = input.earlier;
        if slow != 0.0 {
            for sample in before {
                *sample += slow;
                slow *= decay;
            }
        }
        let (mut fast, mut waiting) = (0.0, input.delayed);
        let (during, after) = after.split_at_mut(input.charge.len().min(after.len()));
        let mut arrives = |charge: f64| {
            let released = waiting * (1.0 - delayed_decay);
            waiting -= released;
            slow = slow * decay + charge + released;
            fast = fast * fast_decay + charge;
            slow + fast_fraction * fast
        };
        for (sample, charge) in during.iter_mut().zip(input.charge) {
            *sample += arrives(input.scale * charge);
        }
        for sample in after {
            *sample += arrives(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_decays_with_both_times() {
        let response = Response::new(7250.0, 210.0, 0.008, 2500.0);
        let input = Input {
            charge: &[0.25, 0.75],
            from: 100,
            scale: 1000.0,
            delayed: 0.0,
            earlier: 0.0,
        };
        let mut samples = vec![0.0; 3800];
        response.add(input, &mut samples);
        assert_eq!(samples[99], 0.0);
        for i in [101, 300, 1000, 3799] {
            let t = f64::from(i) - 101.0;
            let unit = |t: f64| 1000.0 * ((-t / 7250.0).exp() + 0.008 * (-t / 210.0).exp());
            let expected = 0.75 * unit(t) + 0.25 * unit(t + 1.0);
            let found = samples[i as usize];
            assert!((found - expected).abs() < 1e-6, "{i}: {found} {expected}");
        }
    }

    #[test]
    fn an_earlier_pulse_and_delayed_charge() {
        let response = Response::new(7250.0, 210.0, 0.0, 2500.0);
        let mut samples = vec![0.0; 3800];
        let input = Input {
            charge: &[],
            from: 1000,
            scale: 1.0,
            delayed: 100.0,
            earlier: 50.0,
        };
        response.add(input, &mut samples);
        assert_eq!(samples[0], 50.0);
        assert!((samples[500] - 50.0 * (-500.0f64 / 7250.0).exp()).abs() < 1e-9);
        // Delayed charge that has come by then, each part decayed since.
        let t = 2000.0;
        let (k, d) = (1.0 / 2500.0, 1.0 / 7250.0);
        let delayed = 100.0 * k / (k - d) * (f64::exp(-d * t) - f64::exp(-k * t));
        let expected = delayed + 50.0 * f64::exp(-3000.0 / 7250.0);
        assert!(
            (samples[3000] - expected).abs() < 0.05,
            "{} {expected}",
            samples[3000]
        );
    }
}
