//! What the fields of a column are, and fields as they become an array.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, PrimitiveBuilder, StringBuilder};
use arrow_array::types::{Float64Type, Int64Type, UInt64Type};
use arrow_array::{ArrayRef, NullArray};
use arrow_schema::DataType;

/// The narrowest type that all fields of a column have; a missing one has any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Only missing values so far.
    Nothing,
    Truth,
    /// Whole numbers, none of them negative.
    Natural,
    Int,
    /// Too large for [`Kind::Int`]; none is negative.
    Large,
    Real,
    Text,
}

impl Kind {
    /// With one field more.
    pub(crate) fn with(self, field: &[u8]) -> Kind {
        if field.is_empty() || self == Kind::Text {
            return self;
        }
        let text = std::str::from_utf8(field).unwrap_or_default();
        let integer = text.parse::<i64>();
        // Most fields are what the ones before were.
        match self {
            Kind::Int if integer.is_ok() => return self,
            Kind::Natural if integer.as_ref().is_ok_and(|n| *n >= 0) => return self,
            Kind::Real if text.parse::<f64>().is_ok() && !beyond(text) => return self,
            _ => {}
        }
        let own = match (integer, truth(text)) {
            (Ok(0..), _) => Kind::Natural,
            (Ok(_), _) => Kind::Int,
            (_, Some(_)) => Kind::Truth,
            _ if text.parse::<u64>().is_ok() => Kind::Large,
            // A whole number that a float64 would round is kept as text.
            _ if beyond(text) => Kind::Text,
            _ if text.parse::<f64>().is_ok() => Kind::Real,
            _ => Kind::Text,
        };
        match (self, own) {
            (Kind::Nothing, own) => own,
            (a, b) if a == b => a,
            (Kind::Natural, Kind::Int) | (Kind::Int, Kind::Natural) => Kind::Int,
            (Kind::Natural | Kind::Int, Kind::Real) => Kind::Real,
            (Kind::Real, Kind::Natural | Kind::Int) => Kind::Real,
            (Kind::Natural, Kind::Large) | (Kind::Large, Kind::Natural) => Kind::Large,
            _ => Kind::Text,
        }
    }

    pub(crate) fn data_type(self) -> DataType {
        match self {
            Kind::Nothing => DataType::Null,
            Kind::Truth => DataType::Boolean,
            Kind::Natural | Kind::Int => DataType::Int64,
            Kind::Large => DataType::UInt64,
            Kind::Real => DataType::Float64,
            Kind::Text => DataType::Utf8,
        }
    }
}

/// A whole number of more digits than 64 bits hold.
fn beyond(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    digits.len() > 18
        && digits.bytes().all(|b| b.is_ascii_digit())
        && text.parse::<i64>().is_err()
        && text.parse::<u64>().is_err()
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Fields of a block.
pub(crate) enum Collected {
    Nothing(usize),
    Truths(BooleanBuilder),
    Ints(PrimitiveBuilder<Int64Type>),
    Larges(PrimitiveBuilder<UInt64Type>),
    Reals(PrimitiveBuilder<Float64Type>),
    Texts(StringBuilder),
}

impl Collected {
    pub(crate) fn new(kind: Kind, rows: usize) -> Self {
        // A block is as long as the caller says; what it holds grows as rows come.
        let rows = rows.min(1 << 16);
        match kind {
            Kind::Nothing => Collected::Nothing(0),
            Kind::Truth => Collected::Truths(BooleanBuilder::with_capacity(rows)),
            Kind::Natural | Kind::Int => Collected::Ints(PrimitiveBuilder::with_capacity(rows)),
            Kind::Large => Collected::Larges(PrimitiveBuilder::with_capacity(rows)),
            Kind::Real => Collected::Reals(PrimitiveBuilder::with_capacity(rows)),
            Kind::Text => Collected::Texts(StringBuilder::new()),
        }
    }

    pub(crate) fn push(&mut self, field: &[u8]) -> Result<(), String> {
        let text = std::str::from_utf8(field).map_err(|_| "it is not UTF-8".to_owned())?;
        // A number that is none was changed since the file was opened.
        let changed = || format!("{text:?} is no number; did the file change?");
        let there = !text.is_empty();
        match self {
            Collected::Nothing(rows) => *rows += 1,
            Collected::Truths(out) => out.append_option(truth(text)),
            Collected::Ints(out) => {
                out.append_option(
                    there
                        .then(|| text.parse().map_err(|_| changed()))
                        .transpose()?,
                );
            }
            Collected::Larges(out) => {
                out.append_option(
                    there
                        .then(|| text.parse().map_err(|_| changed()))
                        .transpose()?,
                );
            }
            Collected::Reals(out) => {
                out.append_option(
                    there
                        .then(|| text.parse().map_err(|_| changed()))
                        .transpose()?,
                );
            }
            Collected::Texts(out) => out.append_option(there.then_some(text)),
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> ArrayRef {
        match self {
            Collected::Nothing(rows) => Arc::new(NullArray::new(rows)),
            Collected::Truths(mut out) => Arc::new(out.finish()),
            Collected::Ints(mut out) => Arc::new(out.finish()),
            Collected::Larges(mut out) => Arc::new(out.finish()),
            Collected::Reals(mut out) => Arc::new(out.finish()),
            Collected::Texts(mut out) => Arc::new(out.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(fields: &[&str]) -> Kind {
        let fields = fields.iter();
        fields.fold(Kind::Nothing, |kind, field| kind.with(field.as_bytes()))
    }

    #[test]
    fn the_narrowest_type_of_all() {
        assert_eq!(kind(&["", ""]), Kind::Nothing);
        assert_eq!(kind(&["1", "", "-2"]), Kind::Int);
        assert_eq!(kind(&["1", "2.5"]), Kind::Real);
        assert_eq!(kind(&["1.5", "7", "nan", "-inf", "1e300"]), Kind::Real);
        assert_eq!(kind(&["true", "False"]), Kind::Truth);
        assert_eq!(kind(&["true", "1"]), Kind::Text);
        assert_eq!(kind(&["1", "x"]), Kind::Text);
        assert_eq!(kind(&["1", "18446744073709551615"]), Kind::Large);
        // Neither fits the other's type, and a float64 would round.
        assert_eq!(kind(&["18446744073709551615", "-1"]), Kind::Text);
        assert_eq!(kind(&["-1", "18446744073709551615"]), Kind::Text);
        assert_eq!(kind(&["99999999999999999999"]), Kind::Text);
        assert_eq!(kind(&["1.5", "99999999999999999999"]), Kind::Text);
    }
}
