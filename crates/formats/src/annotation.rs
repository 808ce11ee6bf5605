//! Metadata of columns and of the fields of their records: what a file does not say itself.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef};

/// Pairs to be set, by the name of a column or, of a record's field, `record.field`.
pub(crate) type Notes = HashMap<String, HashMap<String, String>>;

/// Lists and records within each other that are looked into, at most.
const MAX_NESTING: usize = 16;

/// The names under which a column and the fields of its records may have notes.
pub(crate) fn paths(field: &Field) -> Vec<String> {
    fn walk(ty: &DataType, path: &str, nesting: usize, out: &mut Vec<String>) {
        match ty {
            _ if nesting >= MAX_NESTING => {}
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                walk(item.data_type(), path, nesting + 1, out)
            }
            DataType::Struct(fields) => {
                for field in fields {
                    let path = format!("{path}.{}", field.name());
                    walk(field.data_type(), &path, nesting + 1, out);
                    out.push(path);
                }
            }
            _ => {}
        }
    }
    let mut out = vec![field.name().clone()];
    walk(field.data_type(), field.name(), 0, &mut out);
    out
}

/// A column with its notes.
pub(crate) fn annotated(column: &Field, notes: &Notes) -> Field {
    with_notes(column, column.name(), notes, 0)
}

fn with_notes(field: &Field, path: &str, notes: &Notes, nesting: usize) -> Field {
    let mut metadata = field.metadata().clone();
    let pairs = notes.get(path).into_iter().flatten();
    metadata.extend(pairs.map(|(key, value)| (key.clone(), value.clone())));
    let ty = with_inner_notes(field.data_type(), path, notes, nesting);
    field.clone().with_data_type(ty).with_metadata(metadata)
}

fn with_inner_notes(ty: &DataType, path: &str, notes: &Notes, nesting: usize) -> DataType {
    // The items of a list have no name of their own; their metadata stay.
    let items = |item: &FieldRef| -> FieldRef {
        let ty = with_inner_notes(item.data_type(), path, notes, nesting + 1);
        Arc::new(item.as_ref().clone().with_data_type(ty))
    };
    match ty {
        _ if nesting >= MAX_NESTING => ty.clone(),
        DataType::List(item) => DataType::List(items(item)),
        DataType::LargeList(item) => DataType::LargeList(items(item)),
        DataType::FixedSizeList(item, n) => DataType::FixedSizeList(items(item), *n),
        DataType::Struct(fields) => {
            let field = |field: &FieldRef| {
                let path = format!("{path}.{}", field.name());
                with_notes(field, &path, notes, nesting + 1)
            };
            DataType::Struct(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}
