//! Arrow columns as the checker sees them: which are understood, of what type and unit.

use arrow_schema::{DataType, Field};

use super::types::{Kind, MAX_LISTS};

/// A column as the checker sees it.
#[derive(Clone, Debug)]
pub(crate) enum ColumnType {
    /// Values below `lists` lists, in a unit that may be empty or unknown.
    Leaf {
        kind: Kind,
        lists: usize,
        unit: String,
    },
    /// Fields below `lists` lists; each field has those lists too.
    Struct {
        lists: usize,
        fields: Vec<FieldType>,
    },
}

/// A field of a struct column.
#[derive(Clone, Debug)]
pub(crate) struct FieldType {
    pub(crate) name: String,
    /// Its place in the Arrow struct.
    pub(crate) index: usize,
    pub(crate) ty: ColumnType,
}

/// The type of a column; `Err` is the Arrow type that is not understood.
pub(crate) fn column_type(field: &Field) -> Result<ColumnType, DataType> {
    walk(field, "", 0, 0)
}

/// Structs in structs, at most.
const MAX_STRUCTS: usize = 8;

fn walk(field: &Field, unit: &str, lists: usize, structs: usize) -> Result<ColumnType, DataType> {
    let unit = field.metadata().get("unit").map_or(unit, String::as_str);
    let ty = field.data_type();
    let kind = match ty {
        DataType::Boolean => Kind::Bool,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => Kind::Int,
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => Kind::Int,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Kind::Real,
        DataType::Utf8 | DataType::LargeUtf8 => Kind::Str,
        DataType::Dictionary(_, value)
            if matches!(**value, DataType::Utf8 | DataType::LargeUtf8) =>
        {
            Kind::Str
        }
        DataType::List(inner) | DataType::LargeList(inner) | DataType::FixedSizeList(inner, _)
            if lists < MAX_LISTS =>
        {
            return walk(inner, unit, lists + 1, structs);
        }
        DataType::Struct(children) if structs < MAX_STRUCTS => {
            let fields = children.iter().enumerate().filter_map(|(index, child)| {
                Some(FieldType {
                    name: child.name().clone(),
                    index,
                    ty: walk(child, "", lists, structs + 1).ok()?,
                })
            });
            let fields: Vec<FieldType> = fields.collect();
            // Fields that are not understood are left out, unless that leaves none.
            if fields.is_empty() {
                return Err(ty.clone());
            }
            return Ok(ColumnType::Struct { lists, fields });
        }
        other => return Err(other.clone()),
    };
    Ok(ColumnType::Leaf {
        kind,
        lists,
        unit: unit.to_owned(),
    })
}
