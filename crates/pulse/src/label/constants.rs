//! The constants of one detector in one run, and the label they give an event.

/// What a chain has measured of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Energy, ADC.
    pub energy: f64,
    /// Charge times drift time, ADC.
    pub drift: f64,
    /// Greatest current over energy.
    pub a_over_e: f64,
    /// Slope of the tail.
    pub delayed: f64,
    /// Late charge over energy.
    pub late: f64,
    /// Standard deviation of the baseline, ADC.
    pub noise: f64,
}

/// A label. Of an event without a number it is NaN and fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// Calibrated energy, keV.
    pub energy: f64,
    /// A/E is not too low: one site.
    pub low_avse: bool,
    /// A/E is not too high: not at the contact.
    pub high_avse: bool,
    /// The tail does not rise: not at the passivated surface.
    pub delayed: bool,
    /// Little charge is late: not in the transition layer.
    pub late: bool,
}

impl Label {
    /// Of what has no number, or no constants.
    pub const NONE: Self = Self {
        energy: f64::NAN,
        low_avse: false,
        high_avse: false,
        delayed: false,
        late: false,
    };

    /// Whether it passes all cuts.
    #[must_use]
    pub fn all(&self) -> bool {
        self.low_avse && self.high_avse && self.delayed && self.late
    }
}

/// A number after its corrections: height + slopes, its width, and how far from it a cut is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cut {
    /// The centre of the run.
    pub at: f64,
    /// Change with drift.
    pub drift: f64,
    /// Change per MeV, from 2 MeV.
    pub energy: f64,
    /// Standard deviation about the centre.
    pub sigma: f64,
    /// How far from the centre the cut is, in standard deviations; below it for low A/E.
    pub distance: f64,
}

/// Constants of one detector in one run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Constants {
    /// keV of energy 0.
    pub offset: f64,
    /// keV per ADC.
    pub gain: f64,
    /// Of drift in the energy.
    pub trapping: f64,
    /// Drift times this, over the energy in ADC, is a drift time.
    pub drift_kev: f64,
    /// A/E: centre, corrections, and the cut on low values.
    pub a_over_e: Cut,
    /// How far above the centre A/E is too high, in standard deviations of peak and noise.
    pub high: f64,
    /// Standard deviation that noise gives A/E, times the energy in keV.
    pub noise_kev: f64,
    /// How many of these an event may be pulled down by.
    pub noise_sigmas: f64,
    /// Energy at which noise is part of the width, keV.
    pub noise_from: f64,
    /// Slope of the tail.
    pub delayed: Cut,
    /// Late charge.
    pub late: Cut,
}

impl Constants {
    /// Energy in keV.
    #[must_use]
    pub fn energy(&self, event: &Measured) -> f64 {
        self.offset + self.gain * (event.energy + self.trapping * event.drift)
    }

    /// Drift time, in units of its mean at 2614 keV.
    #[must_use]
    pub fn drift_time(&self, event: &Measured) -> f64 {
        event.drift * self.drift_kev / (event.energy + self.trapping * event.drift)
    }

    /// Distance of A/E from its centre, in standard deviations: for the cut on low values, where noise
    /// does not count against an event, and for that on high ones.
    #[must_use]
    pub fn a_over_e(&self, event: &Measured) -> [f64; 2] {
        let energy = self.energy(event);
        let cut = &self.a_over_e;
        let away = event.a_over_e
            - cut.drift * self.drift_time(event)
            - cut.energy * (energy * 1e-3 - 2.0)
            - cut.at;
        let noise = self.noise_kev / energy.max(1e-3);
        let usual = self.noise_kev / self.noise_from;
        let low = away + self.noise_sigmas * (noise - usual);
        let width = cut.sigma * cut.sigma + (noise * noise - usual * usual).max(0.0);
        [low / cut.sigma, away / width.sqrt()]
    }

    /// Distance of the tail's slope from its centre, in standard deviations.
    #[must_use]
    pub fn delayed(&self, event: &Measured) -> f64 {
        let cut = &self.delayed;
        let energy = self.energy(event) * 1e-3 - 2.0;
        (event.delayed - cut.drift * event.drift - cut.energy * energy - cut.at) / cut.sigma
    }

    /// Distance of late charge from its centre, in standard deviations.
    #[must_use]
    pub fn late(&self, event: &Measured) -> f64 {
        let cut = &self.late;
        let energy = self.energy(event) * 1e-3 - 2.0;
        (event.late - cut.drift * self.drift_time(event) - cut.energy * energy - cut.at) / cut.sigma
    }

    /// The label of an event. A number that is missing fails its cut.
    #[must_use]
    pub fn label(&self, event: &Measured) -> Label {
        let [low, high] = self.a_over_e(event);
        Label {
            energy: self.energy(event),
            low_avse: low > self.a_over_e.distance,
            high_avse: high < self.high,
            delayed: self.delayed(event) < self.delayed.distance,
            late: self.late(event) < self.late.distance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constants() -> Constants {
        let cut = |at: f64, drift: f64, sigma: f64, distance: f64| Cut {
            at,
            drift,
            energy: 0.0,
            sigma,
            distance,
        };
        Constants {
            offset: 0.5,
            gain: 0.4,
            trapping: 8.0,
            drift_kev: 7842.0,
            a_over_e: cut(1300.0, -10.0, 5.0, -2.0),
            high: 8.0,
            noise_kev: 4000.0,
            noise_sigmas: 2.0,
            noise_from: 1592.5,
            delayed: cut(5.0, 2.0, 3.0, 3.06),
            late: cut(70.0, 0.0, 2.0, 5.0),
        }
    }

    const EVENT: Measured = Measured {
        energy: 3980.0,
        drift: 0.5,
        a_over_e: 1300.0,
        delayed: 6.0,
        late: 70.0,
        noise: 3.0,
    };

    #[test]
    fn numbers_of_an_event() {
        let c = constants();
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-9;
        assert!(near(c.energy(&EVENT), 0.5 + 0.4 * 3984.0));
        let drift_time = 0.5 * 7842.0 / 3984.0;
        assert!(near(c.drift_time(&EVENT), drift_time));
        let energy = c.energy(&EVENT);
        let pull = 2.0 * (4000.0 / energy - 4000.0 / 1592.5);
        let [low, high] = c.a_over_e(&EVENT);
        assert!(near(low, (10.0 * drift_time + pull) / 5.0));
        // Above the energy of the peak the width is the peak's.
        assert!(near(high, 10.0 * drift_time / 5.0));
        assert!(near(c.delayed(&EVENT), 0.0));
        assert!(c.label(&EVENT).all());
    }

    #[test]
    fn each_cut_fails_alone() {
        let c = constants();
        let failing = [
            Measured {
                a_over_e: 1280.0,
                ..EVENT
            },
            Measured {
                a_over_e: 1345.0,
                ..EVENT
            },
            Measured {
                delayed: 17.0,
                ..EVENT
            },
            Measured {
                late: 81.0,
                ..EVENT
            },
        ];
        for (i, event) in failing.iter().enumerate() {
            let label = c.label(event);
            let passes = [label.low_avse, label.high_avse, label.delayed, label.late];
            for (k, passes) in passes.into_iter().enumerate() {
                assert_eq!(passes, k != i, "{i} {k}");
            }
        }
    }

    #[test]
    fn noise_lets_low_energies_pass() {
        let c = constants();
        let low = Measured {
            energy: 200.0,
            drift: 0.0,
            a_over_e: 1200.0,
            ..EVENT
        };
        assert!(c.label(&low).low_avse);
        assert!(
            !c.label(&Measured {
                energy: 4000.0,
                ..low
            })
            .low_avse
        );
    }

    #[test]
    fn what_is_missing_fails() {
        let c = constants();
        let label = c.label(&Measured {
            energy: f64::NAN,
            ..EVENT
        });
        assert!(label.energy.is_nan() && !label.low_avse && !label.high_avse);
        let label = c.label(&Measured {
            late: f64::NAN,
            ..EVENT
        });
        assert!(!label.late && label.delayed);
    }
}
