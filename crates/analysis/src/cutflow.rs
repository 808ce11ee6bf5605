//! The cutflow: how many events are left after each cut.

use std::fmt::Write as _;

use serde::Serialize;

use crate::report::csv_field;

/// Events left after each cut, in all and for each file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cutflow {
    /// The first step is `all`, then one for each cut.
    pub steps: Vec<Step>,
    /// Whether events carry weights other than 1.
    pub weighted: bool,
    /// For each file, the events after each step.
    pub files: Vec<FileFlow>,
}

/// What is left after one cut.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Name of the cut.
    pub name: String,
    /// What it asks, for people.
    pub title: String,
    /// Events that passed this cut and all before.
    pub events: u64,
    /// Sum of their weights.
    pub sum_weights: f64,
    /// Sum of the squared weights; its square root is the statistical error of the sum.
    pub sum_weights_squared: f64,
}

/// The same for one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileFlow {
    /// Name of the file, without folders.
    pub file: String,
    /// Events after each step.
    pub events: Vec<u64>,
}

impl FileFlow {
    /// No events yet.
    pub(crate) fn new(file: &str, flow: &Cutflow) -> Self {
        Self {
            file: file.to_owned(),
            events: vec![0; flow.steps.len()],
        }
    }

    /// Adds the events of a part of this file, one number for each step.
    pub(crate) fn add(&mut self, part: impl IntoIterator<Item = u64>) {
        for (events, more) in self.events.iter_mut().zip(part) {
            *events += more;
        }
    }
}

impl Cutflow {
    /// Adds the steps of another part of the same data; the files stay as they are.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (step, more) in self.steps.iter_mut().zip(&other.steps) {
            step.events += more.events;
            step.sum_weights += more.sum_weights;
            step.sum_weights_squared += more.sum_weights_squared;
        }
    }

    /// As CSV: one row per step; the columns of weights only where there are any.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = String::from("cut,title,events");
        if self.weighted {
            out.push_str(",sum_weights,error");
        }
        for file in &self.files {
            let _ = write!(out, ",{}", csv_field(&file.file));
        }
        out.push('\n');
        for (i, step) in self.steps.iter().enumerate() {
            let _ = write!(
                out,
                "{},{},{}",
                csv_field(&step.name),
                csv_field(&step.title),
                step.events
            );
            if self.weighted {
                let _ = write!(
                    out,
                    ",{},{}",
                    step.sum_weights,
                    step.sum_weights_squared.sqrt()
                );
            }
            for file in &self.files {
                let _ = write!(out, ",{}", file.events.get(i).copied().unwrap_or(0));
            }
            out.push('\n');
        }
        out
    }

    /// As a table for a terminal: events, and the share of the step before and of all.
    #[must_use]
    pub fn to_table(&self) -> String {
        let title = |s: &Step| {
            if s.title.is_empty() {
                s.name.clone()
            } else {
                s.title.clone()
            }
        };
        let width = self
            .steps
            .iter()
            .map(|s| title(s).chars().count())
            .max()
            .unwrap_or(0)
            .max(3);
        let mut out = format!(
            "{:width$}  {:>10}  {:>8}  {:>8}",
            "cut", "events", "of last", "of all"
        );
        if self.weighted {
            let _ = write!(out, "  {:>14}  {:>10}", "weighted", "± stat.");
        }
        out.push('\n');
        let all = self.steps.first().map_or(0, |s| s.events);
        let mut last = all;
        let percent = |part: u64, whole: u64| {
            if whole == 0 {
                "–".to_owned()
            } else {
                format!("{:.1} %", 100.0 * part as f64 / whole as f64)
            }
        };
        for step in &self.steps {
            let name = title(step);
            let pad = width - name.chars().count();
            let _ = write!(
                out,
                "{name}{:pad$}  {:>10}  {:>8}  {:>8}",
                "",
                step.events,
                percent(step.events, last),
                percent(step.events, all)
            );
            if self.weighted {
                let error = step.sum_weights_squared.sqrt();
                let _ = write!(out, "  {:>14.3}  {error:>10.3}", step.sum_weights);
            }
            out.push('\n');
            last = step.events;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(events: [u64; 2]) -> Cutflow {
        let step = |name: &str, events: u64| Step {
            name: name.to_owned(),
            title: format!("{name}, \"of\" all"),
            events,
            sum_weights: events as f64,
            sum_weights_squared: events as f64,
        };
        Cutflow {
            steps: vec![step("all", events[0]), step("trigger", events[1])],
            weighted: false,
            files: Vec::new(),
        }
    }

    #[test]
    fn parts_add_up_and_files_stay_apart() {
        let mut whole = flow([0, 0]);
        whole.files = ["a.root", "b.root"]
            .map(|file| FileFlow::new(file, &whole))
            .to_vec();
        for (events, file) in [([10, 4], 0), ([5, 1], 1), ([1, 1], 0)] {
            whole.merge(&flow(events));
            whole.files[file].add(events);
        }
        assert_eq!(
            whole.to_csv(),
            "cut,title,events,a.root,b.root\n\
             all,\"all, \"\"of\"\" all\",16,11,5\n\
             trigger,\"trigger, \"\"of\"\" all\",6,5,1\n"
        );
    }

    #[test]
    fn the_table_lines_up() {
        let table = flow([1000, 250]).to_table();
        assert!(table.contains("25.0 %"), "{table}");
        let widths: Vec<usize> = table.lines().map(|l| l.chars().count()).collect();
        assert!(widths.windows(2).all(|w| w[0] == w[1]), "{table}");
    }
}
