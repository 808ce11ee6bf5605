//! Files that are treated alike: the same expressions for each of them, compiled against the
//! columns that they have in common. A plan for each group.

use std::collections::BTreeMap;

use photopeak_formats::{Dataset, Partition, Table};

use super::compile::compile;
use super::gather::Form;
use super::plan::{Places, Plan, Planner};
use super::purpose::{Purpose, Subject, Treatment};
use super::resume::{Key, fingerprint};
use super::setting::{Events, Setting};
use crate::Error;
use crate::description::Direction;
use crate::expr::Program;

/// Rows per partition, before it is widened to the data's own edges.
pub(crate) const PARTITION: u64 = 131_072;

/// Files and the plan for them.
pub(crate) struct Group {
    pub(crate) data: Dataset,
    pub(crate) partitions: Vec<Partition>,
    /// The files of `data`.
    pub(crate) files: Vec<File>,
    pub(crate) plan: Plan,
    /// What the plan does.
    fingerprint: u128,
    /// The analyses in the plan.
    pub(crate) members: Vec<Member>,
}

/// A file of a group.
pub(crate) struct File {
    /// Its number among all files.
    pub(crate) number: usize,
    /// What it is for each member of the group.
    pub(crate) purposes: Vec<Purpose>,
}

/// An analysis in a plan.
pub(crate) struct Member {
    /// Its number.
    pub(crate) analysis: usize,
    /// Nominal first, then its variations.
    pub(crate) scopes: Vec<Scope>,
}

/// An analysis under one variation, or none.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Number of the systematic uncertainty, and which way.
    pub(crate) variation: Option<(usize, Direction)>,
    /// Factor on the whole yield.
    pub(crate) scale: f64,
    pub(crate) places: Places,
    pub(crate) form: Form,
}

/// Groups the files and compiles the analyses for each group.
pub(crate) fn groups(subjects: &[Subject<'_>], data: &Dataset) -> Result<Vec<Group>, Error> {
    let mut alike: BTreeMap<Vec<(usize, &Treatment)>, Vec<File>> = BTreeMap::new();
    for number in 0..data.parts().len() {
        let mut treatments = Vec::new();
        let mut purposes = Vec::new();
        for (i, subject) in subjects.iter().enumerate() {
            if let Some(Some((treatment, purpose))) = subject.files.get(number) {
                treatments.push((i, treatment));
                purposes.push(*purpose);
            }
        }
        if !treatments.is_empty() {
            let files = alike.entry(treatments).or_default();
            files.push(File { number, purposes });
        }
    }
    let groups = alike.into_iter();
    groups
        .map(|(treatments, files)| Group::new(subjects, &treatments, data, files))
        .collect()
}

impl Group {
    fn new(
        subjects: &[Subject<'_>],
        treatments: &[(usize, &Treatment)],
        data: &Dataset,
        files: Vec<File>,
    ) -> Result<Self, Error> {
        let numbers: Vec<usize> = files.iter().map(|file| file.number).collect();
        let data = data.subset(&numbers)?;
        let mut planner = Planner::new(Program::new(data.schema()));
        let mut members = Vec::new();
        for (number, treatment) in treatments {
            let Some(subject) = subjects.get(*number) else {
                continue;
            };
            let scopes = scopes(&mut planner, subject, treatment);
            members.push(Member {
                analysis: *number,
                scopes: scopes.map_err(|error| match subjects {
                    [_] => error,
                    _ => error.of_analysis(&subject.analysis.name),
                })?,
            });
        }
        let plan = planner.finish();
        Ok(Self {
            partitions: data.partitions(PARTITION),
            data,
            files,
            fingerprint: fingerprint(&plan),
            plan,
            members,
        })
    }

    /// What identifies the sums of a partition; none if the file cannot tell what is in it.
    pub(crate) fn key(&self, partition: &Partition) -> Result<Option<Key>, Error> {
        let Partition { part, rows } = partition;
        let first = self
            .data
            .parts()
            .get(*part)
            .map_or(0, |part| part.first_row);
        let content = self.data.digest(&self.plan.columns, rows.clone())?;
        let within = rows.start - first..rows.end - first;
        Ok(content.map(|content| Key::new(content, &within, self.fingerprint)))
    }

    /// The member for the analysis of this number, and its own number.
    pub(crate) fn member(&self, analysis: usize) -> Option<(usize, &Member)> {
        let mut members = self.members.iter().enumerate();
        members.find(|(_, member)| member.analysis == analysis)
    }
}

/// An analysis as described, then under each of its variations that applies.
fn scopes(
    planner: &mut Planner,
    subject: &Subject<'_>,
    treatment: &Treatment,
) -> Result<Vec<Scope>, Error> {
    let analysis = subject.analysis;
    let (events, systematics) = match treatment {
        Treatment::All => (Events::All, (0..analysis.systematics.len()).collect()),
        Treatment::Data => (Events::Data, Vec::new()),
        Treatment::Simulated {
            signed,
            systematics,
        } => (Events::Simulated { signed: *signed }, systematics.clone()),
    };
    let nominal = Setting {
        events,
        release: subject.release.as_ref(),
        variation: None,
    };
    let mut scope = |setting: Setting<'_>, variation| -> Result<Scope, Error> {
        let compiled = compile(planner.program(), analysis, setting)?;
        Ok(Scope {
            variation,
            scale: setting.scale(),
            form: Form::new(analysis, &compiled),
            places: planner.add(compiled),
        })
    };
    let mut scopes = vec![scope(nominal, None)?];
    for number in systematics {
        let Some(systematic) = analysis.systematics.get(number) else {
            continue;
        };
        for direction in [Direction::Up, Direction::Down] {
            if let Some(setting) = nominal.varied(systematic, direction) {
                scopes.push(scope(setting, Some((number, direction)))?);
            }
        }
    }
    Ok(scopes)
}
