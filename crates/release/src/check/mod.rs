//! The linter of releases: whether files, metadata, values, ids, parts and labels are what a release
//! promises.
//!
//! A family of rules is a module with its rules as data. Values are walked once, file by file in
//! parallel and in blocks; of each row some hashes stay (48 bytes at most). The same release gives
//! the same findings on any number of threads.

mod citation;
mod columns;
mod fair;
mod finding;
mod identifier;
mod ids;
mod leakage;
mod packaging;
mod pass;
mod rule;
mod splits;
mod subject;
mod sums;
mod unit;
mod values;

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

pub use finding::{Finding, Report};
pub use rule::{Family, Rule, Severity, rules};

use crate::{Error, Release};
use pass::{SAMPLE, Seen};
use subject::{Shard, Subject};

/// Checks a release: the folder of one that was built, or a `release.toml` whose sources are there.
///
/// # Errors
/// When there is neither, the description is wrong in itself, or the sources of a description
/// cannot be read. What is wrong with a folder is a finding.
pub fn check(path: &Path) -> Result<Report, Error> {
    let (description, built) = subject::description_of(path)?;
    let release = Release::read(&description)?;
    let mut findings = Vec::new();
    let tables;
    let manifest;
    let subject = if built {
        let (entries, wrong) = packaging::manifest(path);
        manifest = entries;
        let listed = match wrong.is_empty() {
            true => manifest.clone(),
            // Values are looked at all the same.
            false => packaging::found(path)?,
        };
        findings.extend(wrong);
        let (shards, wrong) = subject::shards(&release, path, &listed);
        findings.extend(wrong);
        let subject = Subject {
            release: &release,
            folder: Some(path),
            manifest: &manifest,
            shards,
            ordered: true,
            sources: Vec::new(),
        };
        findings.extend(packaging::check(&subject, path)?);
        subject
    } else {
        tables = subject::opened(&release, &description)?;
        subject::unbuilt(&release, &tables, &description)
    };
    findings.extend(citation::check(&subject));
    findings.extend(fair::check(&subject));
    findings.extend(columns::check(&subject));
    let looked = Looked::at(&subject, &mut findings);
    findings.extend(values::check(&looked));
    findings.extend(ids::check(&looked));
    findings.extend(splits::check(&looked));
    findings.extend(leakage::check(&looked));

    let order: BTreeMap<&str, usize> = rules().zip(0..).map(|(rule, i)| (rule.code, i)).collect();
    let place = |code: &str| order.get(code).copied();
    findings.sort_by_key(|finding| (finding.severity, place(finding.code)));
    Ok(Report {
        path: path.display().to_string(),
        rows: looked.seen.iter().map(|(_, seen)| seen.rows).sum(),
        rules: order.len(),
        findings,
    })
}

/// What was seen of all files.
struct Looked<'a> {
    subject: &'a Subject<'a>,
    seen: Vec<(&'a Shard<'a>, Seen)>,
    /// Whether every file could be read.
    whole: bool,
}

impl<'a> Looked<'a> {
    fn at(subject: &'a Subject<'a>, findings: &mut Vec<Finding>) -> Self {
        let shards: Vec<&Shard<'_>> = subject.shards.iter().filter(|shard| shard.main).collect();
        let rows = |table: usize| -> u64 {
            let of_table = shards.iter().filter(|shard| shard.table == table);
            of_table.map(|shard| shard.data.num_rows()).sum()
        };
        let share = |table: usize| (SAMPLE << 32) / rows(table).max(1);
        let every: Vec<u64> = (0..subject.release.tables.len()).map(share).collect();
        let seen: Vec<Result<Seen, Error>> = shards
            .par_iter()
            .map(|shard| {
                let every = every.get(shard.table).copied().unwrap_or(0);
                pass::walk(subject, shard, every)
            })
            .collect();
        let mut looked = Looked {
            subject,
            seen: Vec::new(),
            whole: findings
                .iter()
                .all(|f| !matches!(f.code, "file-missing" | "file-unreadable")),
        };
        for (shard, seen) in shards.into_iter().zip(seen) {
            match seen {
                Ok(seen) => looked.seen.push((shard, seen)),
                Err(error) => {
                    looked.whole = false;
                    findings.push(packaging::unreadable(&shard.path, &error.to_string()));
                }
            }
        }
        looked
    }

    fn of_table(&self, table: usize) -> impl Iterator<Item = (&Shard<'a>, &Seen)> {
        let of_table = self
            .seen
            .iter()
            .filter(move |(shard, _)| shard.table == table);
        of_table.map(|(shard, seen)| (*shard, seen))
    }

    /// The same with the number of each file among all.
    fn numbered(&self, table: usize) -> impl Iterator<Item = (usize, &Seen)> {
        let all = self.seen.iter().enumerate();
        let of_table = all.filter(move |(_, (shard, _))| shard.table == table);
        of_table.map(|(i, (_, seen))| (i, seen))
    }

    fn fraction(&self, table: usize, part: &crate::Part) -> f64 {
        let table = self.subject.release.tables.get(table);
        table.map_or(part.fraction, |table| {
            self.subject.release.fraction(table, part)
        })
    }

    fn path(&self, file: usize) -> &str {
        self.seen
            .get(file)
            .map_or("", |(shard, _)| shard.path.as_str())
    }

    fn part(&self, file: usize) -> usize {
        self.seen
            .get(file)
            .map_or(usize::MAX, |(shard, _)| shard.part)
    }
}
