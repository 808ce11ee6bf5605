//! Made rows, and short ways to score them.

use photopeak_challenge::{Column, Inputs, Options, Prepared, metrics};

/// Rows of a classification with a regression, and hits of a tracking task.
pub(crate) struct Rows {
    pub(crate) flags: Vec<bool>,
    pub(crate) found: Vec<bool>,
    pub(crate) scores: Vec<f64>,
    pub(crate) energy: Vec<f64>,
    pub(crate) predicted: Vec<f64>,
    pub(crate) weights: Vec<f64>,
    pub(crate) events: Vec<i64>,
    pub(crate) particles: Vec<i64>,
    pub(crate) tracks: Vec<i64>,
}

impl Rows {
    pub(crate) fn new(rows: usize, seed: u64) -> Self {
        let mut state = seed;
        let mut uniform = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut column = |f: &mut dyn FnMut(f64) -> f64| -> Vec<f64> {
            (0..rows).map(|_| f(uniform())).collect()
        };
        let flags: Vec<bool> = column(&mut |u| u).iter().map(|u| *u < 0.4).collect();
        // In steps, so that there are ties.
        let noise = column(&mut |u| u);
        let scores = flags.iter().zip(&noise);
        let scores = scores.map(|(f, u)| ((u + 0.4 * f64::from(*f)) / 1.4 * 500.0).round() / 500.0);
        let scores: Vec<f64> = scores.collect();
        let line = column(&mut |u| u);
        let energy = column(&mut |u| u);
        let energy = line.iter().zip(&energy);
        let energy: Vec<f64> = energy
            .map(|(line, u)| {
                if *line < 0.2 {
                    1591.0 + 3.0 * u
                } else {
                    3000.0 * u
                }
            })
            .collect();
        let smear = column(&mut |u| 20.0 * (u - 0.4));
        let integers = |values: Vec<f64>| values.iter().map(|u| *u as i64).collect();
        Rows {
            found: scores.iter().map(|s| *s > 0.6).collect(),
            predicted: energy.iter().zip(&smear).map(|(e, s)| e + s).collect(),
            weights: column(&mut |u| u),
            events: integers(column(&mut |u| 12.0 * u)),
            particles: integers(column(&mut |u| 9.0 * u)),
            tracks: integers(column(&mut |u| 5.0 * u)),
            flags,
            scores,
            energy,
        }
    }

    /// The columns that fit the inputs of a metric.
    pub(crate) fn column(&self, metric: &str, role: &str) -> Option<Column<'_>> {
        let regression = ["mae", "rmse", "bias", "histogram_iou", "separation_power"];
        let scored = [
            "auc",
            "background_rejection",
            "energy_matched_auc",
            "continuum_survival",
            "log_loss",
        ];
        Some(match role {
            "truth" if regression.contains(&metric) => Column::Numbers(&self.energy),
            "truth" => Column::Flags(&self.flags),
            "prediction" if regression.contains(&metric) => Column::Numbers(&self.predicted),
            "prediction" if scored.contains(&metric) => Column::Numbers(&self.scores),
            "prediction" => Column::Flags(&self.found),
            "energy" => Column::Numbers(&self.energy),
            "weight" => Column::Numbers(&self.weights),
            "event" => Column::Ids(&self.events),
            "particle" => Column::Ids(&self.particles),
            "track" => Column::Ids(&self.tracks),
            _ => return None,
        })
    }

    pub(crate) fn prepare(&self, name: &str, options: &str) -> Box<dyn Prepared> {
        let metric = metrics::find(name).unwrap();
        let inputs = Inputs::new(metric, |role| self.column(name, role)).unwrap();
        let options = Options::new(metric, options.parse().unwrap()).unwrap();
        metric.prepare(&inputs, &options).unwrap()
    }
}

/// Options with which each metric is tried.
pub(crate) const TRIED: [(&str, &str); 21] = [
    ("accuracy", ""),
    ("balanced_accuracy", ""),
    ("f1", ""),
    ("f1", "positive = false"),
    ("mcc", ""),
    ("auc", ""),
    ("background_rejection", "efficiency = 0.5"),
    ("background_rejection", "efficiency = 0.77"),
    ("energy_matched_auc", "width = 250.0"),
    ("log_loss", ""),
    ("log_loss", "clip = 0.05"),
    ("continuum_survival", ""),
    ("mae", ""),
    ("rmse", ""),
    ("bias", ""),
    ("histogram_iou", "bins = 300\nlow = 0\nhigh = 2900.0"),
    (
        "histogram_iou",
        "bins = 40\nlow = 100\nhigh = 2900.0\nnormalise = true",
    ),
    ("separation_power", "bins = 77\nlow = 0\nhigh = 2500.0"),
    ("ams", ""),
    (
        "ams",
        "signal = 691.0\nbackground = 410000.0\nregularisation = 1",
    ),
    ("trackml", ""),
];

impl Rows {
    /// Each row so many times.
    pub(crate) fn repeated(&self, counts: &[u8]) -> Self {
        fn repeat<T: Copy>(values: &[T], counts: &[u8]) -> Vec<T> {
            let rows = values.iter().zip(counts);
            rows.flat_map(|(value, n)| std::iter::repeat_n(*value, usize::from(*n)))
                .collect()
        }
        Rows {
            flags: repeat(&self.flags, counts),
            found: repeat(&self.found, counts),
            scores: repeat(&self.scores, counts),
            energy: repeat(&self.energy, counts),
            predicted: repeat(&self.predicted, counts),
            weights: repeat(&self.weights, counts),
            events: repeat(&self.events, counts),
            particles: repeat(&self.particles, counts),
            tracks: repeat(&self.tracks, counts),
        }
    }
}
