//! Files that are treated alike: the same expressions for each of them, compiled against the
//! columns that they have in common. A plan for each group.

use std::collections::BTreeMap;

use photopeak_formats::{Dataset, Partition, Table};

use crate::Error;
use crate::compile::{Setting, compile};
use crate::description::Analysis;
use crate::expr::Program;
use crate::gather::Form;
use crate::plan::{Places, Plan, Planner};
use crate::systematic::Direction;

/// Rows per partition, before it is widened to the data's own edges.
pub(crate) const PARTITION: u64 = 131_072;

/// What the events of a file are for an analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// What was given, to an analysis that knows no processes.
    All,
}

/// Files and the plan for them.
pub(crate) struct Group {
    pub(crate) data: Dataset,
    pub(crate) partitions: Vec<Partition>,
    /// The files of `data`.
    pub(crate) files: Vec<File>,
    pub(crate) plan: Plan,
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

/// What makes files alike: for each analysis that takes them, how.
type Treatment = Vec<usize>;

/// Groups the files and compiles the analyses for each group.
pub(crate) fn groups(analyses: &[Analysis], data: &Dataset) -> Result<Vec<Group>, Error> {
    let mut alike: BTreeMap<Treatment, Vec<File>> = BTreeMap::new();
    for number in 0..data.parts().len() {
        let treatment = (0..analyses.len()).collect();
        alike.entry(treatment).or_default().push(File {
            number,
            purposes: vec![Purpose::All; analyses.len()],
        });
    }
    let groups = alike.into_iter();
    groups
        .map(|(treatment, files)| Group::new(analyses, &treatment, data, files))
        .collect()
}

impl Group {
    fn new(
        analyses: &[Analysis],
        treatment: &Treatment,
        data: &Dataset,
        files: Vec<File>,
    ) -> Result<Self, Error> {
        let numbers: Vec<usize> = files.iter().map(|file| file.number).collect();
        let data = data.subset(&numbers)?;
        let mut planner = Planner::new(Program::new(data.schema()));
        let mut members = Vec::new();
        for number in treatment {
            let Some(analysis) = analyses.get(*number) else {
                continue;
            };
            let scopes = scopes(&mut planner, analysis);
            members.push(Member {
                analysis: *number,
                scopes: scopes.map_err(|error| match analyses {
                    [_] => error,
                    _ => error.of_analysis(&analysis.name),
                })?,
            });
        }
        Ok(Self {
            partitions: data.partitions(PARTITION),
            data,
            files,
            plan: planner.finish(),
            members,
        })
    }

    /// The member for the analysis of this number, and its own number.
    pub(crate) fn member(&self, analysis: usize) -> Option<(usize, &Member)> {
        let mut members = self.members.iter().enumerate();
        members.find(|(_, member)| member.analysis == analysis)
    }
}

/// An analysis as described, then under each of its variations.
fn scopes(planner: &mut Planner, analysis: &Analysis) -> Result<Vec<Scope>, Error> {
    let mut scope = |setting: Setting<'_>, variation| -> Result<Scope, Error> {
        let compiled = compile(planner.program(), analysis, setting)?;
        Ok(Scope {
            variation,
            scale: setting.scale(),
            form: Form::new(analysis, &compiled),
            places: planner.add(compiled),
        })
    };
    let mut scopes = vec![scope(Setting::NOMINAL, None)?];
    for (i, systematic) in analysis.systematics.iter().enumerate() {
        for direction in [Direction::Up, Direction::Down] {
            if let Some(setting) = Setting::varied(systematic, direction) {
                scopes.push(scope(setting, Some((i, direction)))?);
            }
        }
    }
    Ok(scopes)
}
