//! LEGEND's conventions: what a group or dataset is, from its `datatype` attribute.
//!
//! Source: LEGEND data format specifications, "HDF5 (LH5)".

use photopeak_hdf5file::Attribute;

/// What a `datatype` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `table{a,b}`: columns of one length, in this order.
    Table(Vec<String>),
    /// `struct{a,b}`: anything by name.
    Struct,
    /// `array<1>{array<1>{real}}`: where lists end, and all their values.
    Lists,
    /// `array_of_encoded_equalsized_arrays<1,1>{real}`, `array<1>{encoded_array<1>{real}}`.
    Encoded,
    /// Values of which it is said that they are truth values.
    Flags,
    /// A dataset that says no more than its type does, or nothing at all.
    Plain,
}

impl Kind {
    pub(crate) fn of(attributes: &[Attribute]) -> Self {
        let Some(datatype) = text(attributes, "datatype") else {
            return Kind::Plain;
        };
        let datatype: String = datatype.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(names) = inside(&datatype, "table") {
            return Kind::Table(
                names
                    .split(',')
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect(),
            );
        }
        if inside(&datatype, "struct").is_some() {
            return Kind::Struct;
        }
        if datatype.starts_with("array_of_encoded_equalsized_arrays")
            || datatype.starts_with("array<1>{encoded_array<1>")
        {
            return Kind::Encoded;
        }
        if datatype.starts_with("array<1>{array<") {
            return Kind::Lists;
        }
        if datatype.ends_with("{bool}") {
            return Kind::Flags;
        }
        Kind::Plain
    }
}

fn inside<'a>(datatype: &'a str, kind: &str) -> Option<&'a str> {
    datatype
        .strip_prefix(kind)?
        .strip_prefix('{')?
        .strip_suffix('}')
}

/// An attribute that is a text.
pub(crate) fn text<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    attributes.iter().find(|a| a.name == name)?.text()
}

/// An attribute that is a whole number.
pub(crate) fn number(attributes: &[Attribute], name: &str) -> Option<i32> {
    let number = attributes.iter().find(|a| a.name == name)?.number()?;
    // All of i32 is exact in f64.
    (number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX)).then_some(number as i32)
}
