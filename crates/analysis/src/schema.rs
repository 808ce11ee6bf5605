//! What the columns of a known kind of file mean: units and descriptions that the files
//! themselves do not carry.

use std::collections::BTreeMap;

use arrow_schema::DataType;
use photopeak_formats::{Dataset, Table};
use serde::Deserialize;

use crate::Error;

/// A description of columns, from `catalog/schemas/`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// Its name in the catalogue.
    #[serde(skip)]
    pub name: String,
    /// Which release it describes.
    pub title: String,
    /// Where the units and meanings are from.
    pub source: String,
    /// Columns by which a file is recognised: it must have them all.
    pub recognised_by: Vec<String>,
    /// The columns.
    pub columns: BTreeMap<String, ColumnDescription>,
}

/// What a column means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnDescription {
    /// Type of its values in the published files, as `inspect` names it: `list<float32>`.
    #[serde(default, rename = "type")]
    pub data_type: Option<String>,
    /// Unit of the numbers, such as `MeV`; none for counts, flags and ratios.
    #[serde(default)]
    pub unit: Option<String>,
    /// One sentence.
    pub description: String,
}

impl Schema {
    /// Parses a description.
    ///
    /// # Errors
    /// When it is not valid TOML of this form, or names an unknown unit.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let place = format!("schema {name}");
        let mut schema: Self = toml::from_str(text).map_err(|e| Error::Description {
            place: place.clone(),
            message: e.to_string(),
        })?;
        name.clone_into(&mut schema.name);
        for (column, description) in &schema.columns {
            if let Some(unit) = &description.unit
                && crate::expr::Unit::parse(unit).is_none()
            {
                return Err(Error::Description {
                    place,
                    message: format!("column {column} has the unknown unit {unit:?}"),
                });
            }
        }
        Ok(schema)
    }

    /// Whether a dataset has the columns by which this schema is recognised.
    #[must_use]
    pub fn recognises(&self, data: &Dataset) -> bool {
        !self.recognised_by.is_empty()
            && self
                .recognised_by
                .iter()
                .all(|column| has(data.schema(), column))
    }

    /// Writes units and descriptions into the dataset's schema, those of `Jet_pt` also into the
    /// field `pt` of a record `Jet`.
    pub fn annotate(&self, data: &mut Dataset) {
        data.annotate(|column| {
            let found = self.columns.get(column);
            // `Jet_pt` describes the field `pt` of a record column `Jet` as well.
            let found = found.or_else(|| self.columns.get(&column.replace('.', "_")));
            let Some(description) = found else {
                return Vec::new();
            };
            let mut pairs = vec![("description".to_owned(), description.description.clone())];
            if let Some(unit) = &description.unit {
                pairs.push(("unit".to_owned(), unit.clone()));
            }
            pairs
        });
    }
}

/// Whether there is a column of this name, or a record with such a field: `Jet_pt` is the field
/// `pt` of `Jet`.
fn has(schema: &arrow_schema::Schema, name: &str) -> bool {
    schema.column_with_name(name).is_some()
        || name.match_indices('_').any(|(at, _)| {
            let (record, field) = (name.get(..at), name.get(at + 1..));
            let column = record.and_then(|record| schema.column_with_name(record));
            column.is_some_and(|(_, column)| has_field(column.data_type(), field.unwrap_or("")))
        })
}

fn has_field(ty: &DataType, name: &str) -> bool {
    match ty {
        DataType::List(items) | DataType::LargeList(items) | DataType::FixedSizeList(items, _) => {
            // One level: records in lists of lists are no collections.
            matches!(items.data_type(), DataType::Struct(_)) && has_field(items.data_type(), name)
        }
        DataType::Struct(fields) => fields.find(name).is_some(),
        _ => false,
    }
}
