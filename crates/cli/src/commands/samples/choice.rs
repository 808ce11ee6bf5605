//! What of the releases the user asked for.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use photopeak_analysis::expr::nearest;
use photopeak_analysis::release::{Conflict, File, Release, Sample};
use photopeak_analysis::{Analysis, catalogue};

use super::Samples;

/// The part of a release that was asked for.
pub(super) struct Choice {
    pub(super) release: Release,
    pub(super) samples: Vec<Sample>,
    pub(super) files: Vec<File>,
    pub(super) conflicts: Vec<Conflict>,
}

impl Choice {
    /// For each release that has something of it, in the order of their names.
    pub(super) fn make(asked: &Samples) -> Result<Vec<Self>> {
        let needed = match &asked.analysis {
            Some(name) => Some(needed(name, asked.release.as_deref())?),
            None => None,
        };
        let names = match (&asked.release, &needed) {
            (Some(name), _) => vec![name.clone()],
            (None, Some(needed)) => needed.keys().cloned().collect(),
            (None, None) => catalogue::releases(),
        };
        let releases = names
            .iter()
            .map(|name| catalogue::release(name))
            .collect::<Result<Vec<_>, _>>()?;
        check_collection(asked, &releases)?;
        let choices: Vec<Self> = releases
            .iter()
            .map(|release| {
                let needed = needed.as_ref().and_then(|n| n.get(&release.name));
                Self::of(release, asked, needed)
            })
            .filter(|choice| !choice.samples.is_empty() || asked.files && !choice.files.is_empty())
            .collect();
        if choices.is_empty() {
            return nothing(asked, &releases);
        }
        if asked.conflicts && choices.iter().all(|choice| choice.conflicts.is_empty()) {
            bail!("no conflict is known of what was asked for");
        }
        Ok(choices)
    }

    /// Whether it is of one sample, maybe with rows for several collections.
    pub(super) fn is_one_sample(&self) -> bool {
        let mut dsids = self.samples.iter().map(|s| s.dsid);
        let first = dsids.next();
        first.is_some() && dsids.all(|dsid| Some(dsid) == first)
    }

    fn of(release: &Release, asked: &Samples, needed: Option<&BTreeSet<u32>>) -> Self {
        let collection = asked.collection.as_deref();
        let process = asked.process.as_deref().map(str::to_lowercase);
        let has_files = |dsid: u32| {
            release
                .files
                .iter()
                .any(|f| f.dsid == Some(dsid) && f.collection.as_deref() == collection)
        };
        // The row for the collection, where there is one.
        let row_counts = |sample: &Sample| match collection {
            None => true,
            Some(_) => release
                .sample(sample.dsid, collection)
                .is_ok_and(|row| row == sample),
        };
        let samples: Vec<Sample> = release
            .samples
            .iter()
            .filter(|s| needed.is_none_or(|needed| needed.contains(&s.dsid)))
            .filter(|s| collection.is_none() || has_files(s.dsid))
            .filter(|s| row_counts(s))
            .filter(|s| {
                let text = s.process.to_lowercase();
                process.as_ref().is_none_or(|p| text.contains(p))
            })
            .filter(|s| asked.words.iter().all(|word| fits(s, word)))
            .cloned()
            .collect();
        let chosen = |dsid: u32| samples.iter().any(|s| s.dsid == dsid);
        // Data belong to no process and have no name to search.
        let with_data = asked.words.is_empty() && process.is_none();
        let files = release.files.iter().filter(|f| {
            (collection.is_none() || f.collection.as_deref() == collection)
                && f.dsid.map_or(with_data, chosen)
        });
        let conflicts = release.conflicts.iter().filter(|c| {
            (collection.is_none()
                || c.collection.is_none()
                || c.collection.as_deref() == collection)
                && c.dsid.map_or(with_data, chosen)
        });
        Self {
            files: files.cloned().collect(),
            conflicts: conflicts.cloned().collect(),
            release: release.clone(),
            samples,
        }
    }
}

/// The samples that the analyses of a name or pattern are made of, by release.
fn needed(name: &str, release: Option<&str>) -> Result<BTreeMap<String, BTreeSet<u32>>> {
    let called = catalogue::analyses_called(name);
    let analyses = match (release, called.as_slice()) {
        // The release tells which of several is meant.
        (Some(_), [_, _, ..]) => called
            .iter()
            .map(|name| catalogue::analysis(name))
            .collect::<Result<_, _>>()?,
        _ => Analysis::matching(name)?,
    };
    let mut needed: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for analysis in analyses {
        let Some(of) = analysis
            .release
            .filter(|of| release.is_none_or(|r| r == of))
        else {
            continue;
        };
        let samples = analysis.processes.iter().flat_map(|p| &p.samples);
        needed.entry(of).or_default().extend(samples);
    }
    if needed.values().all(BTreeSet::is_empty) {
        let of = release.map_or_else(String::new, |release| format!(" of release {release}"));
        bail!("no analysis {name:?}{of} has processes, which say what samples it needs");
    }
    Ok(needed)
}

/// Whether a word is the identifier of a sample or part of its name or process.
fn fits(sample: &Sample, word: &str) -> bool {
    let word = word.to_lowercase();
    word.parse() == Ok(sample.dsid)
        || sample.name.to_lowercase().contains(&word)
        || sample.process.to_lowercase().contains(&word)
}

fn check_collection(asked: &Samples, releases: &[Release]) -> Result<()> {
    let Some(wanted) = asked.collection.as_deref() else {
        return Ok(());
    };
    if let [release] = releases {
        release.collection(wanted)?;
        return Ok(());
    }
    let names = || {
        let collections = releases.iter().flat_map(|r| &r.collections);
        collections.map(|c| c.name.as_str())
    };
    if names().any(|name| name == wanted) {
        return Ok(());
    }
    let near = nearest(wanted, names());
    let near = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
    bail!(
        "no release has a collection {wanted:?}; {near}`photopeak samples --release NAME` lists them"
    );
}

/// Why nothing fits.
fn nothing(asked: &Samples, releases: &[Release]) -> Result<Vec<Choice>> {
    let samples = || releases.iter().flat_map(|r| &r.samples);
    if let Some(process) = &asked.process {
        let mut known: Vec<&str> = samples().map(|s| s.process.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        let lower = process.to_lowercase();
        if !known.iter().any(|k| k.to_lowercase().contains(&lower)) {
            let words = known.iter().flat_map(|k| k.split(' '));
            let known = match nearest(process, known.iter().copied().chain(words)) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are {}", known.join(", ")),
            };
            bail!("no sample is of a process {process:?}; {known}");
        }
    }
    for word in &asked.words {
        if samples().any(|s| fits(s, word)) {
            continue;
        }
        let near = nearest(word, samples().map(|s| s.name.as_str()));
        let next = near.map_or_else(
            || "`photopeak samples --release NAME` lists them".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        bail!("no sample has {word:?} in its name or process; {next}");
    }
    bail!("no sample fits all of that; leave a word or an option out");
}
