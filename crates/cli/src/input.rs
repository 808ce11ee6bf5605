//! Opening what the user named, with the units that the catalogue knows.

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use photopeak_analysis::expr::ErrorKind;
use photopeak_analysis::{Schema, catalogue};
use photopeak_formats::{Dataset, Location, Table, named_twice, resolve};

/// How the columns get their units.
#[derive(Args, Debug, Clone)]
pub(crate) struct SchemaChoice {
    /// Units of the columns: a schema of the catalogue, or `none`; recognised from the columns
    /// without it.
    #[arg(long, value_name = "NAME")]
    pub(crate) schema: Option<String>,
}

/// A dataset and the schema it was given.
pub(crate) struct Input {
    pub(crate) data: Dataset,
    pub(crate) schema: Option<Schema>,
}

impl Input {
    /// The error, and where units come from if it is about units and none are known.
    pub(crate) fn explain(&self, error: photopeak_analysis::Error) -> anyhow::Error {
        let about_units = matches!(
            &error,
            photopeak_analysis::Error::Expression { source, .. } if source.kind == ErrorKind::Unit
        );
        if !about_units || self.units_known() {
            return error.into();
        }
        let names: Vec<String> = catalogue::schemas()
            .unwrap_or_default()
            .into_iter()
            .map(|s| s.name)
            .collect();
        anyhow::anyhow!(
            "{error}\n  = note: no column has a unit; `--schema NAME` gives them those of a known release ({})",
            names.join(", ")
        )
    }

    /// Whether any column has a unit.
    pub(crate) fn units_known(&self) -> bool {
        self.data
            .schema()
            .fields()
            .iter()
            .any(|f| f.metadata().contains_key("unit"))
    }
}

/// The text of a description: of a file that ends in .toml, else the catalogue's of this name.
pub(crate) fn description(
    name: &str,
    of_catalogue: fn(&str) -> Result<String, photopeak_analysis::Error>,
) -> Result<String> {
    match Path::new(name).extension() {
        Some(end) if end == "toml" => {
            std::fs::read_to_string(name).with_context(|| format!("{name}: cannot be read"))
        }
        _ => Ok(of_catalogue(name)?),
    }
}

/// Opens files as one dataset and writes units into its columns.
pub(crate) fn open(paths: &[String], choice: &SchemaChoice) -> Result<Input> {
    let mut locations = Vec::new();
    for path in paths {
        locations.extend(resolve(path)?);
    }
    open_locations(&locations, choice)
}

/// The same for resolved files.
pub(crate) fn open_locations(locations: &[Location], choice: &SchemaChoice) -> Result<Input> {
    if let Some(twice) = named_twice(locations) {
        bail!(
            "{}: named twice; its events would count twice",
            twice.path.display()
        );
    }
    let mut data = Dataset::from_locations(locations)?;
    let schema = match choice.schema.as_deref() {
        Some("none") => None,
        Some(name) => Some(catalogue::schema(name)?),
        None => {
            let mut known = catalogue::schemas_of(&data)?;
            if known.len() > 1 {
                let names: Vec<String> = known.into_iter().map(|s| s.name).collect();
                bail!(
                    "the columns fit several schemas; choose one: --schema {}",
                    names.join(" or ")
                );
            }
            known.pop()
        }
    };
    if let Some(schema) = &schema {
        schema.annotate(&mut data);
    }
    Ok(Input { data, schema })
}
