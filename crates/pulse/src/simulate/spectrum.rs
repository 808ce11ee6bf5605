//! Energies: lines and a continuum, drawn with the shares of the real spectrum.

use super::description;
use super::random::Random;
use crate::calibrate::FWHM;

/// The table of all that an energy may come from, with running sums of counts.
pub(super) struct Spectrum {
    lines: Vec<Line>,
    /// Lower edge, upper edge.
    bins: Vec<(f64, f64)>,
    /// Of the lines, then of the bins.
    sums: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) kev: f64,
    /// Share of events with several sites.
    pub(super) several: f64,
    sigma: f64,
}

/// An energy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drawn {
    pub(super) kev: f64,
    /// Of a line, or of the continuum.
    pub(super) line: Option<Line>,
}

impl Spectrum {
    pub(super) fn new(spectrum: &description::Spectrum) -> Self {
        let lines = spectrum.lines.iter().map(|line| Line {
            kev: line.kev,
            several: line.several,
            sigma: line.width_kev / FWHM,
        });
        let continuum = &spectrum.continuum;
        let ends = continuum.from_kev.iter().skip(1).copied();
        let bins = (continuum.from_kev.iter().copied()).zip(ends.chain([continuum.to_kev]));
        let counts =
            (spectrum.lines.iter().map(|line| line.counts)).chain(continuum.counts.iter().copied());
        let sums = counts.scan(0.0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        Self {
            lines: lines.collect(),
            bins: bins.collect(),
            sums: sums.collect(),
        }
    }

    pub(super) fn draw(&self, random: &mut Random) -> Drawn {
        let place = random.uniform() * self.sums.last().copied().unwrap_or_default();
        let chosen = self.sums.partition_point(|sum| *sum <= place);
        if let Some(line) = self.lines.get(chosen) {
            let kev = line.kev + line.sigma * random.normal();
            return Drawn {
                kev,
                line: Some(*line),
            };
        }
        let bin = (chosen - self.lines.len()).min(self.bins.len().saturating_sub(1));
        let (from, to) = self.bins.get(bin).copied().unwrap_or((0.0, 0.0));
        Drawn {
            kev: random.between(from, to),
            line: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::Purpose;
    use super::*;

    #[test]
    fn shares_are_those_of_the_counts() {
        let line = |kev: f64, counts: f64| description::Line {
            kev,
            counts,
            several: 0.5,
            width_kev: if kev > 1000.0 { 2.0 } else { 0.0 },
            _origin: String::new(),
        };
        let spectrum = Spectrum::new(&description::Spectrum {
            lines: vec![line(583.0, 20.0), line(2103.0, 10.0)],
            continuum: description::Continuum {
                from_kev: vec![10.0, 20.0, 50.0],
                counts: vec![30.0, 0.0, 40.0],
                to_kev: 90.0,
            },
        });
        let mut random = Random::new(5, Purpose::Event, 0);
        let drawn: Vec<Drawn> = (0..100_000).map(|_| spectrum.draw(&mut random)).collect();
        let share = |of: &dyn Fn(&Drawn) -> bool| {
            drawn.iter().filter(|drawn| of(drawn)).count() as f64 / drawn.len() as f64
        };
        let near = |found: f64, expected: f64| (found - expected).abs() < 0.007;
        assert!(near(share(&|d| d.kev == 583.0), 0.2));
        assert!(near(share(&|d| d.kev > 2090.0 && d.line.is_some()), 0.1));
        assert!(near(share(&|d| d.kev < 20.0 && d.line.is_none()), 0.3));
        assert!(near(share(&|d| (50.0..90.0).contains(&d.kev)), 0.4));
        assert_eq!(share(&|d| (20.0..50.0).contains(&d.kev)), 0.0);
        let broad = drawn
            .iter()
            .filter(|d| d.kev > 1000.0)
            .map(|d| (d.kev - 2103.0).powi(2));
        let sigma = (broad.clone().sum::<f64>() / broad.count() as f64).sqrt();
        assert!((sigma * FWHM - 2.0).abs() < 0.05, "{sigma}");
    }
}
