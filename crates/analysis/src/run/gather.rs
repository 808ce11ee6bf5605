//! From the sums of partitions to the results of an analysis: by sample first, and when a
//! sample is complete, scaled into its process.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use photopeak_hist::Histogram;

use super::compile::Compiled;
use super::group::{Group, Scope};
use super::plan::Plan;
use super::purpose::{Purpose, Subject};
use super::sums::{Sums, named};
use crate::Error;
use crate::cutflow::{Cutflow, FileFlow, Step};
use crate::description::{Analysis, Role};
use crate::result::{Outcome, ProcessResult, Results, VariedOutcome};

/// The form of an outcome: its names, and what it is without events.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    cutflow: Cutflow,
    histograms: Vec<(String, Histogram)>,
}

/// Collects the results of one analysis.
pub(crate) struct Ledger<'a> {
    subject: &'a Subject<'a>,
    accounts: BTreeMap<Purpose, Account>,
    /// What is complete: of a process by its number, else of all or the data.
    totals: BTreeMap<Option<usize>, Total>,
}

/// The sums of the files of one purpose.
struct Account {
    /// Partitions that are still to come.
    open: usize,
    scopes: Vec<Scope>,
    /// One for each scope.
    sums: Vec<Sums>,
    /// Events after each step, by number of the file.
    files: BTreeMap<usize, FileFlow>,
}

/// A process so far.
struct Total {
    nominal: Outcome,
    varied: Vec<VariedOutcome>,
    files: BTreeMap<usize, FileFlow>,
}

impl Form {
    pub(crate) fn new(analysis: &Analysis, compiled: &Compiled) -> Self {
        let step = |name: &str, title: &str| Step {
            name: name.to_owned(),
            title: title.to_owned(),
            events: 0,
            sum_weights: 0.0,
            sum_weights_squared: 0.0,
        };
        let cuts = analysis
            .cuts
            .iter()
            .map(|cut| step(&cut.name, cut.title.as_deref().unwrap_or(&cut.expr)));
        let steps = std::iter::once(step("all", "all events")).chain(cuts);
        let histograms = compiled.fills.iter();
        Self {
            cutflow: Cutflow {
                steps: steps.collect(),
                weighted: compiled.weight.is_some(),
                files: Vec::new(),
            },
            histograms: histograms
                .map(|fill| (fill.name.clone(), fill.empty.clone()))
                .collect(),
        }
    }

    /// The sums under their names, every weight times `factor`.
    fn outcome(&self, sums: Sums, factor: f64) -> Result<Outcome, Error> {
        let mut cutflow = self.cutflow.clone();
        for (step, count) in cutflow.steps.iter_mut().zip(&sums.counts) {
            step.events = count.events;
            step.sum_weights = count.sum_weights * factor;
            step.sum_weights_squared = count.sum_weights_squared * (factor * factor);
        }
        let mut histograms = Vec::with_capacity(self.histograms.len());
        for ((name, empty), contents) in self.histograms.iter().zip(sums.histograms) {
            let mut histogram = named(contents, empty);
            // Counts stay counts.
            if factor != 1.0 {
                histogram = histogram.scaled(factor).map_err(Error::histogram(name))?;
            }
            histograms.push((name.clone(), histogram));
        }
        Ok(Outcome {
            cutflow,
            histograms,
        })
    }
}

impl<'a> Ledger<'a> {
    /// For the analysis of this number. `names` are those of all files.
    pub(crate) fn new(
        number: usize,
        subject: &'a Subject<'a>,
        groups: &[Group],
        names: &[String],
    ) -> Self {
        let mut ledger = Self {
            subject,
            accounts: BTreeMap::new(),
            totals: BTreeMap::new(),
        };
        for group in groups {
            let Some((i, member)) = group.member(number) else {
                continue;
            };
            for (part, file) in group.files.iter().enumerate() {
                let Some(purpose) = file.purposes.get(i) else {
                    continue;
                };
                let account = ledger.accounts.entry(*purpose);
                let account = account.or_insert_with(|| Account::new(&group.plan, &member.scopes));
                account.open += group.partitions.iter().filter(|p| p.part == part).count();
                if let (Some(nominal), Some(name)) = (member.scopes.first(), names.get(file.number))
                {
                    let flow = FileFlow::new(name, &nominal.form.cutflow);
                    account.files.insert(file.number, flow);
                }
            }
        }
        ledger
    }

    /// Adds the sums of a partition of a file. Partitions come in the order of the files.
    pub(crate) fn add(
        &mut self,
        purpose: Purpose,
        file: usize,
        scopes: &[Scope],
        sums: &Sums,
    ) -> Result<(), Error> {
        let Some(account) = self.accounts.get_mut(&purpose) else {
            return Ok(());
        };
        for (whole, scope) in account.sums.iter_mut().zip(scopes) {
            whole.take(sums, &scope.places)?;
        }
        if let (Some(flow), Some(nominal)) = (account.files.get_mut(&file), scopes.first()) {
            let counts = nominal.places.counts.iter();
            flow.add(counts.map(|i| sums.counts.get(*i).map_or(0, |count| count.events)));
        }
        account.open -= 1;
        if account.open == 0
            && let Some(account) = self.accounts.remove(&purpose)
        {
            self.close(purpose, account)?;
        }
        Ok(())
    }

    /// Adds what is complete to its process.
    fn close(&mut self, purpose: Purpose, account: Account) -> Result<(), Error> {
        let mut nominal = None;
        let mut varied = Vec::new();
        for (scope, sums) in account.scopes.iter().zip(account.sums) {
            let outcome = scope.form.outcome(sums, purpose.scale() * scope.scale)?;
            match scope.variation {
                None => nominal = Some(outcome),
                Some((number, direction)) => {
                    let systematic = self.subject.analysis.systematics.get(number);
                    varied.push(VariedOutcome {
                        systematic: systematic.map_or_else(String::new, |s| s.name.clone()),
                        direction,
                        outcome,
                    });
                }
            }
        }
        let Some(nominal) = nominal else {
            return Ok(());
        };
        let total = Total {
            nominal,
            varied,
            files: account.files,
        };
        let process = match purpose {
            Purpose::All | Purpose::Data => None,
            Purpose::Sample { process, .. } => Some(process),
        };
        match self.totals.entry(process) {
            Entry::Occupied(mut whole) => whole.get_mut().merge(total)?,
            Entry::Vacant(none) => {
                none.insert(total);
            }
        }
        Ok(())
    }

    /// The results, when all partitions were added.
    pub(crate) fn finish(mut self) -> Result<Results, Error> {
        // What had no events is still open.
        while let Some((purpose, account)) = self.accounts.pop_first() {
            self.close(purpose, account)?;
        }
        let Subject {
            analysis, release, ..
        } = self.subject;
        let processes = self.totals.into_iter().map(|(number, total)| {
            let process = number.and_then(|number| analysis.processes.get(number));
            let (name, title, role) = match process {
                Some(process) => (process.name.as_str(), process.display(), process.role()),
                None if analysis.processes.is_empty() => ("all", "", Role::All),
                None => ("data", "Data", Role::Data),
            };
            let mut nominal = total.nominal;
            nominal.cutflow.files = total.files.into_values().collect();
            ProcessResult {
                name: name.to_owned(),
                title: title.to_owned(),
                role,
                color: process.and_then(|process| process.color),
                nominal,
                varied: total.varied,
            }
        });
        let luminosity = release.as_ref().map(|release| &release.luminosity);
        Ok(Results {
            processes: processes.collect(),
            luminosity_pb: self.subject.luminosity_pb,
            luminosity_uncertainty: self
                .subject
                .luminosity_pb
                .and(luminosity)
                .and_then(|l| l.uncertainty.map(|uncertainty| uncertainty / l.value)),
            notes: self.subject.notes.clone(),
        })
    }
}

impl Account {
    fn new(plan: &Plan, scopes: &[Scope]) -> Self {
        let sums = scopes.iter().map(|scope| plan.empty.part(&scope.places));
        Self {
            open: 0,
            sums: sums.collect(),
            scopes: scopes.to_vec(),
            files: BTreeMap::new(),
        }
    }
}

impl Total {
    fn merge(&mut self, other: Self) -> Result<(), Error> {
        self.nominal.merge(&other.nominal)?;
        for (whole, more) in self.varied.iter_mut().zip(&other.varied) {
            whole.outcome.merge(&more.outcome)?;
        }
        self.files.extend(other.files);
        Ok(())
    }
}
