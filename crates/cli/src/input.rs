//! Opening what the user named, with the units that the catalogue knows.

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::{Schema, catalogue};
use photopeak_formats::{Dataset, Location, resolve};

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
    let mut data = Dataset::from_locations(locations)?;
    let schema = match choice.schema.as_deref() {
        Some("none") => None,
        Some(name) => Some(catalogue::schema(name)?),
        None => {
            let mut known: Vec<Schema> = catalogue::schemas()?.into_iter().filter(|s| s.recognises(&data)).collect();
            if known.len() > 1 {
                let names: Vec<String> = known.into_iter().map(|s| s.name).collect();
                bail!("the columns fit several schemas; choose one: --schema {}", names.join(" or "));
            }
            known.pop()
        }
    };
    if let Some(schema) = &schema {
        schema.annotate(&mut data);
    }
    Ok(Input { data, schema })
}
