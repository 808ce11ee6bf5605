//! Name, label and unit of an axis.

use crate::metadata::Metadata;

/// What an axis is called.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AxisMeta {
    /// Short name, the key in projections and tables; may be empty.
    pub name: String,
    /// Text for people, without the unit; may be empty.
    pub label: String,
    /// Unit of the values, as in `GeV`.
    pub unit: Option<String>,
    /// Any other metadata, kept through UHI.
    pub extra: Metadata,
}

impl AxisMeta {
    /// Label (or name) with the unit in square brackets, for plots and tables.
    pub fn caption(&self) -> String {
        let text = if self.label.is_empty() {
            &self.name
        } else {
            &self.label
        };
        match &self.unit {
            Some(unit) if !unit.is_empty() => format!("{text} [{unit}]").trim_start().to_owned(),
            _ => text.clone(),
        }
    }
}
