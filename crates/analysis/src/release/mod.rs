//! Releases of data: which samples there are, how they are normalised, and where their files
//! lie. A release is a folder `catalog/releases/NAME/`: `release.toml` for what is said in
//! words, `samples.csv` and `files.csv` for what is said in tables. The form is in
//! `docs/releases.md`.

mod collection;
mod conflict;
mod content;
mod description;
mod file;
mod name;
mod origin;
mod sample;
mod table;

use serde::Serialize;

pub use collection::{Collection, Holds, Record};
pub use conflict::{Claim, Conflict, Quantity};
pub use description::{Luminosity, LuminosityUnit, Reference};
pub use file::File;
pub use origin::{FileFacts, Origin};
pub use sample::Sample;
pub(crate) use table::rows as table_rows;
pub use table::{TableText, Texts};

use crate::Error;
use crate::expr::nearest;
use description::{Description, OriginRules};

/// A published set of recorded and simulated events with all that is needed to compare them.
#[derive(Debug, Clone, Serialize)]
pub struct Release {
    /// Its name in the catalogue.
    pub name: String,
    /// One line.
    pub title: String,
    /// What it is and what it is good for, in Markdown.
    pub description: String,
    /// The experiment.
    pub experiment: String,
    /// Energy of the collisions in the centre of mass, in TeV.
    pub energy_tev: f64,
    /// Integrated luminosity of the recorded events in inverse picobarn.
    pub luminosity_pb: f64,
    /// The same with its uncertainty and source.
    pub luminosity: Luminosity,
    /// Schema of its columns in the catalogue.
    pub schema: String,
    /// Name of the tree in its ROOT files.
    pub tree: String,
    /// Licence of the data.
    pub licence: String,
    /// Where the numbers of its samples are from.
    pub numbers: String,
    /// Records, notes and code that the numbers are from.
    pub references: Vec<Reference>,
    /// Expression of the generator weight of a simulated event. Of samples with
    /// [`Sample::sign_of_weight`] only its sign counts.
    pub generator_weight: Option<String>,
    /// Expression of the product of scale factors that the published analyses apply to every
    /// simulated event; some multiply it by more.
    pub scale_factors: Option<String>,
    /// For files that carry their own normalisation: an expression of the cross-section in pb
    /// that one unit of generator weight stands for. It takes the place of
    /// [`Sample::scale`]; times [`luminosity_pb`](Self::luminosity_pb) it is the expected
    /// number of events.
    pub normalisation: Option<String>,
    /// The published formula of an event's weight, for people.
    pub weight_formula: String,
    /// Named numbers for expressions, such as working points of the b-tagging.
    pub constants: toml::Table,
    /// What the constants mean, in one sentence each, by name.
    pub constant_notes: toml::Table,
    /// The selections in which the events are published; none where there is one set only.
    pub collections: Vec<Collection>,
    /// The simulated samples. One with other sums in a collection has a row for it.
    pub samples: Vec<Sample>,
    /// The published files.
    pub files: Vec<File>,
    /// Where official numbers disagree or are doubtful, and what was chosen.
    pub conflicts: Vec<Conflict>,
    #[serde(skip)]
    origin: OriginRules,
}

/// The named numbers of a release, without its tables.
#[derive(Debug, Clone)]
pub struct Constants {
    /// The name of the release.
    pub release: String,
    /// Schema of its columns in the catalogue.
    pub schema: String,
    /// The numbers by their names.
    pub values: toml::Table,
}

impl Constants {
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let description = Description::parse(name, text)?;
        Ok(Self {
            release: name.to_owned(),
            schema: description.schema,
            values: description.constants,
        })
    }
}

impl Release {
    /// Reads a release from its texts.
    ///
    /// # Errors
    /// When a text is not of the form, or one contradicts another: names file and line.
    pub fn parse(name: &str, texts: &Texts) -> Result<Self, Error> {
        let description = Description::parse(name, &texts.release)?;
        let collections = description.collections;
        let samples = sample::read(name, &texts.samples, &collections)?;
        let files = file::read(
            name,
            &texts.files,
            &description.files,
            &collections,
            &samples,
        )?;
        let conflicts = conflict::read(name, &texts.conflicts, description.conflicts, &samples)?;
        Ok(Self {
            name: name.to_owned(),
            title: description.title,
            description: description.description,
            experiment: description.experiment,
            energy_tev: description.energy_tev,
            luminosity_pb: description.luminosity.inverse_pb(),
            luminosity: description.luminosity,
            schema: description.schema,
            tree: description.tree,
            licence: description.licence,
            numbers: description.numbers,
            references: description.references,
            generator_weight: description.weight.generator,
            scale_factors: description.weight.scale_factors,
            normalisation: description.weight.normalisation,
            weight_formula: description.weight.formula,
            constants: description.constants,
            constant_notes: description.constant_notes,
            collections,
            samples,
            files,
            conflicts,
            origin: description.origin,
        })
    }

    /// The sample of this data set identifier as it is in a collection.
    ///
    /// # Errors
    /// When there is none; when its normalisation is another in some collections and none is
    /// named.
    pub fn sample(&self, dsid: u32, collection: Option<&str>) -> Result<&Sample, Error> {
        let rows: Vec<&Sample> = self.samples.iter().filter(|s| s.dsid == dsid).collect();
        let Some(first) = rows.first() else {
            return Err(Error::NotFound(format!(
                "release {} has no sample {dsid}; `photopeak samples --release {0}` lists them, and a row in \
                 releases/{0}/samples.csv of a folder named by {} adds one",
                self.name,
                crate::catalogue::FOLDER_VARIABLE,
            )));
        };
        if let Some(collection) = collection {
            let collection = self.collection(collection)?;
            let special = rows
                .iter()
                .find(|s| s.collection.as_deref() == Some(collection.name.as_str()));
            let found = special.or_else(|| rows.iter().find(|s| s.collection.is_none()));
            return found.copied().ok_or_else(|| {
                Error::NotFound(format!(
                    "sample {dsid} ({}) of release {} is not in the collection {}",
                    first.name, self.name, collection.name
                ))
            });
        }
        if rows.len() > 1 {
            let special: Vec<&str> = rows
                .iter()
                .filter_map(|s| s.collection.as_deref())
                .collect();
            return Err(Error::NotFound(format!(
                "sample {dsid} ({}) of release {} has another sum of weights in {} than elsewhere; say which \
                 collection it is, as in {dsid}.{}",
                first.name,
                self.name,
                special.join(" and "),
                special.first().copied().unwrap_or_default(),
            )));
        }
        Ok(first)
    }

    /// The sample that a user named: `361106`, or `361106.2lep` with its collection.
    ///
    /// # Errors
    /// When it is not of this form, and as [`Release::sample`].
    pub fn named_sample(&self, text: &str) -> Result<&Sample, Error> {
        let (dsid, collection) = match text.split_once('.') {
            Some((dsid, collection)) => (dsid, Some(collection)),
            None => (text, None),
        };
        let dsid = dsid.trim().parse().map_err(|_| {
            Error::NotFound(format!(
                "{text:?} names no sample: give its data set identifier, as in 361106 or 361106.2lep"
            ))
        })?;
        self.sample(dsid, collection)
    }

    /// The collection of this name.
    ///
    /// # Errors
    /// When there is none: names the nearest, or all.
    pub fn collection(&self, name: &str) -> Result<&Collection, Error> {
        let names = || self.collections.iter().map(|c| c.name.as_str());
        self.collections
            .iter()
            .find(|c| c.name == name)
            .ok_or_else(|| {
                let known = match nearest(name, names()) {
                    Some(near) => format!("did you mean {near}?"),
                    None if self.collections.is_empty() => "it has no collections".to_owned(),
                    None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
                };
                Error::NotFound(format!(
                    "release {} has no collection {name:?}; {known}",
                    self.name
                ))
            })
    }
}
