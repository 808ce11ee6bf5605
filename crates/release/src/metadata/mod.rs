//! What others read about a release, all from its description: Croissant for machine learning,
//! DataCite for whoever gives it a DOI, a README for people.

mod croissant;
mod datacite;
mod readme;

use arrow_schema::SchemaRef;

use crate::description::Table;
use crate::manifest::Entry;
use crate::{Error, Release};

/// A table with the types that its fields have in the files.
pub(crate) struct TableInfo<'a> {
    pub(crate) table: &'a Table,
    pub(crate) schema: SchemaRef,
}

/// Names of the documents.
pub(crate) const NAMES: [&str; 3] = ["README.md", "croissant.json", "datacite.json"];

/// The documents, in the order of [`NAMES`].
pub(crate) fn documents(
    release: &Release,
    tables: &[TableInfo<'_>],
    rows: &[(String, String, u64)],
    files: &[Entry],
) -> Result<Vec<(&'static str, String)>, Error> {
    let text = |value: &serde_json::Value| {
        serde_json::to_string_pretty(value)
            .map(|text| text + "\n")
            .map_err(|e| Error::Description {
                place: "metadata".to_owned(),
                message: e.to_string(),
            })
    };
    let [readme, croissant, datacite] = NAMES;
    Ok(vec![
        (readme, readme::text(release, tables, rows, files)),
        (
            croissant,
            text(&croissant::document(release, tables, files))?,
        ),
        (datacite, text(&datacite::document(release, files))?),
    ])
}

/// What is said of a release in one paragraph, with that it is simulated.
pub(crate) fn described(release: &Release) -> String {
    let simulated = match release.simulated {
        true => "**These data are simulated.** ",
        false => "",
    };
    format!("{simulated}{}", release.description.trim())
}
