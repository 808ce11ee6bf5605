//! What each file is for each analysis: all it gets, recorded events, or a sample of one of its
//! processes with the factor that normalises it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use photopeak_formats::{Dataset, Part};

use crate::Error;
use crate::catalogue;
use crate::description::Analysis;
use crate::release::{FileFacts, Origin, Release, Sample};

/// What the user says that the events of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOrigin {
    /// The file, as it is named in the dataset.
    pub path: PathBuf,
    /// `data`, or a sample: `361106`, or `361106.2lep` with its collection.
    pub origin: String,
}

/// What the events of a file are for an analysis: sums of files of one purpose are one sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// What was given, to an analysis that knows no processes.
    All,
    /// Recorded events.
    Data,
    /// A sample of a process, by its number.
    Sample {
        process: usize,
        dsid: u32,
        /// Factor on its weights, as bits: samples of one identifier can have several.
        scale: u64,
    },
}

/// How an analysis is compiled for a file. Files of equal treatment can share a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Treatment {
    All,
    Data,
    Simulated {
        /// Whether only the sign of the generator weight counts.
        signed: bool,
        /// The systematic uncertainties that apply, by number.
        systematics: Vec<usize>,
    },
}

/// An analysis with the release that it is for.
pub(crate) struct Subject<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) release: Option<Release>,
    pub(crate) luminosity_pb: Option<f64>,
    /// For each file, what it is; none if it is left out.
    pub(crate) files: Vec<Option<(Treatment, Purpose)>>,
    /// What is worth knowing about the files.
    pub(crate) notes: Vec<String>,
}

impl Purpose {
    /// The factor on the weights.
    pub(crate) fn scale(self) -> f64 {
        match self {
            Self::All | Self::Data => 1.0,
            Self::Sample { scale, .. } => f64::from_bits(scale),
        }
    }
}

/// Finds out what the files are for each analysis. The events of a file are what `said` says,
/// else what its release finds.
pub(crate) fn subjects<'a>(
    analyses: &'a [Analysis],
    data: &Dataset,
    luminosity_pb: Option<f64>,
    said: &[FileOrigin],
) -> Result<Vec<Subject<'a>>, Error> {
    let mut origins: BTreeMap<&str, Vec<Origin>> = BTreeMap::new();
    let mut subjects = Vec::with_capacity(analyses.len());
    for analysis in analyses {
        let release = analysis.release.as_deref().map(catalogue::release);
        let release = release.transpose()?;
        let mut subject = Subject {
            analysis,
            luminosity_pb: None,
            release,
            files: Vec::new(),
            notes: Vec::new(),
        };
        let origins = match (&analysis.release, &subject.release) {
            (Some(name), Some(release)) if !analysis.processes.is_empty() => {
                subject.luminosity_pb = Some(luminosity_pb.unwrap_or(release.luminosity_pb));
                if !origins.contains_key(name.as_str()) {
                    let found = data.parts().iter().map(|part| origin(release, part, said));
                    origins.insert(name, found.collect::<Result<_, _>>()?);
                }
                origins.get(name.as_str())
            }
            _ => None,
        };
        match origins {
            Some(origins) => subject.take(origins, data)?,
            None => {
                let all = (Treatment::All, Purpose::All);
                subject.files = vec![Some(all); data.parts().len()];
            }
        }
        subjects.push(subject);
    }
    Ok(subjects)
}

fn origin(release: &Release, part: &Part, said: &[FileOrigin]) -> Result<Origin, Error> {
    let Some(said) = said.iter().find(|said| said.path == part.path) else {
        return release.origin(&FileFacts::from(part));
    };
    match said.origin.as_str() {
        "data" => Ok(Origin::Data),
        sample => release.named_sample(sample).cloned().map(Origin::Simulated),
    }
}

impl Subject<'_> {
    /// Decides for each file what it is.
    fn take(&mut self, origins: &[Origin], data: &Dataset) -> Result<(), Error> {
        let mut given: BTreeSet<u32> = BTreeSet::new();
        let mut left_out: BTreeMap<u32, (String, usize)> = BTreeMap::new();
        for (origin, part) in origins.iter().zip(data.parts()) {
            self.files.push(match origin {
                Origin::Data => Some((Treatment::Data, Purpose::Data)),
                Origin::Simulated(sample) => {
                    given.insert(sample.dsid);
                    let taken = self.simulated(sample).map_err(|error| Error::Origin {
                        path: part.path.clone(),
                        message: error.to_string(),
                    })?;
                    if taken.is_none() {
                        let name = || (sample.name.clone(), 0);
                        left_out.entry(sample.dsid).or_insert_with(name).1 += 1;
                    }
                    taken
                }
            });
        }
        if self.files.iter().all(Option::is_none) {
            return Err(Error::NotFound(format!(
                "analysis {}: none of the files is data or of a sample in its processes",
                self.analysis.name
            )));
        }
        self.note_left_out(&left_out);
        self.note_absent(&given)
    }

    /// How a simulated file is treated; none if its sample is in no process.
    fn simulated(&self, sample: &Sample) -> Result<Option<(Treatment, Purpose)>, Error> {
        let processes = self.analysis.processes.iter().enumerate();
        let mut of = processes.filter(|(_, process)| process.samples.contains(&sample.dsid));
        let (Some((number, process)), Some(luminosity_pb)) = (of.next(), self.luminosity_pb) else {
            return Ok(None);
        };
        // Where the files carry their own normalisation, it is part of the weight.
        let own = self.release.as_ref().and_then(|r| r.normalisation.as_ref());
        let scale = match own {
            Some(_) => luminosity_pb,
            None => sample.scale(luminosity_pb)?,
        };
        let systematics = self.analysis.systematics.iter().enumerate();
        let applies = systematics.filter(|(_, systematic)| systematic.applies_to(&process.name));
        let treatment = Treatment::Simulated {
            signed: sample.sign_of_weight,
            systematics: applies.map(|(number, _)| number).collect(),
        };
        let purpose = Purpose::Sample {
            process: number,
            dsid: sample.dsid,
            scale: (scale * process.scale).to_bits(),
        };
        Ok(Some((treatment, purpose)))
    }

    fn note_left_out(&mut self, samples: &BTreeMap<u32, (String, usize)>) {
        let files: usize = samples.values().map(|(_, files)| files).sum();
        if files == 0 {
            return;
        }
        let names = samples
            .iter()
            .map(|(dsid, (name, _))| format!("{dsid} {name}"));
        self.notes.push(format!(
            "{} of samples in none of its processes left out: {}",
            match files {
                1 => "1 file".to_owned(),
                n => format!("{n} files"),
            },
            listed(names)
        ));
    }

    /// Says which samples of the processes have no file: what is expected is then too little.
    /// Of data alone nothing is expected.
    fn note_absent(&mut self, given: &BTreeSet<u32>) -> Result<(), Error> {
        for process in &self.analysis.processes {
            let absent: Vec<u32> = process
                .samples
                .iter()
                .copied()
                .filter(|dsid| !given.contains(dsid))
                .collect();
            if absent.is_empty() {
                continue;
            }
            let mut names = Vec::with_capacity(absent.len());
            for dsid in &absent {
                let known = |release: &Release| {
                    let rows = release.samples.iter();
                    rows.clone()
                        .find(|sample| sample.dsid == *dsid)
                        .map(|sample| format!("{dsid} {}", sample.name))
                };
                let name = self.release.as_ref().and_then(known);
                names.push(name.ok_or_else(|| Error::Description {
                    place: format!("analysis {}", self.analysis.name),
                    message: format!(
                        "process {}: release {} has no sample {dsid}",
                        process.name,
                        self.analysis.release.as_deref().unwrap_or_default()
                    ),
                })?);
            }
            if given.is_empty() {
                continue;
            }
            self.notes.push(if absent.len() == process.samples.len() {
                format!(
                    "process {} left out: no file of its samples {}",
                    process.name,
                    listed(names)
                )
            } else {
                format!(
                    "process {} is not complete: no file of its samples {}",
                    process.name,
                    listed(names)
                )
            });
        }
        Ok(())
    }
}

/// Names that a note lists.
const LISTED: usize = 6;

fn listed(names: impl IntoIterator<Item = String>) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(LISTED).collect();
    let mut text = shown.join(", ");
    match names.count() {
        0 => {}
        more => {
            let _ = write!(text, " and {more} more");
        }
    }
    text
}
