//! Where the events of a file are from: recorded, or of which sample. A file's name tells it
//! for published files; the columns do for files that were renamed or converted.

use std::path::Path;

use photopeak_formats::{Part, Table};

use super::content::ContentSays;
use super::name::NameSays;
use super::{Release, Sample};
use crate::Error;

/// What is known of a file.
#[derive(Clone, Copy)]
pub struct FileFacts<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Its rows, which are read only if the name does not tell; none if they cannot be.
    pub table: Option<&'a dyn Table>,
}

impl<'a> From<&'a Part> for FileFacts<'a> {
    fn from(part: &'a Part) -> Self {
        Self {
            path: &part.path,
            table: Some(part.table.as_ref()),
        }
    }
}

/// Where events are from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// Recorded by the detector: each counts 1.
    Data,
    /// Simulated.
    Simulated(Sample),
}

impl Release {
    /// Where the events of a file are from: by its name (`mc_361106.Zee.2lep.root`), else by
    /// the column that holds the data set identifier, which must be one for the whole file.
    ///
    /// The collection, on which some sums of weights depend, is that in the file's name, else
    /// in the name of a folder above it.
    ///
    /// # Errors
    /// When neither tells, the events are of several samples, or the sample is not known.
    pub fn origin(&self, file: &FileFacts<'_>) -> Result<Origin, Error> {
        let unknown = |message: String| Error::Origin {
            path: file.path.to_owned(),
            message,
        };
        let dsid = match (self.name_says(file.path), file.table) {
            (NameSays::Data, _) => return Ok(Origin::Data),
            (NameSays::Dsid(dsid), _) => dsid,
            (NameSays::Nothing, None) => {
                return Err(unknown(self.untold("its name does not tell")));
            }
            (NameSays::Nothing, Some(table)) => match self.content_says(table)? {
                ContentSays::Data => return Ok(Origin::Data),
                ContentSays::Dsid(dsid) => dsid,
                ContentSays::Unclear(why) => {
                    let why = format!("its name does not tell, and {why}");
                    return Err(unknown(self.untold(&why)));
                }
            },
        };
        let found = self.sample(dsid, self.collection_of(file.path));
        found.cloned().map(Origin::Simulated).map_err(|error| {
            let other = match self.samples.iter().any(|sample| sample.dsid == dsid) {
                true => "",
                false => "; --sample FILE=DSID says that it is another one",
            };
            unknown(format!("{error}{other}"))
        })
    }

    fn untold(&self, why: &str) -> String {
        format!(
            "it is not known what these events of release {} are: {why}; say it with --sample FILE=DSID, or \
             FILE=data for recorded events",
            self.name
        )
    }
}
