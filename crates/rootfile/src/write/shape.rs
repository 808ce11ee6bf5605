//! What kind of branch a column becomes: from its Arrow type and, where that leaves a choice, the
//! type that it has or had in C++ (`root_type`).

use arrow_schema::{DataType, Field};

use crate::error::{Error, Result};
use crate::plan::{Kind, Prim};
use crate::streamer::normalise;

/// Field metadata that says how ROOT declares a column: `float[lep_n]`, `char*`,
/// `vector<unsigned int>`. Only there where the column's own type would become another.
pub const ROOT_TYPE: &str = "root_type";

/// How the entries of a branch are stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// Numbers, as many in each entry as the dimensions say: `x/F`, `x[3][2]/F`.
    Numbers { prim: Prim, dims: Vec<usize> },
    /// As many as another branch counts: `x[n]/F`, `x[n][3]/F`.
    Counted {
        prim: Prim,
        dims: Vec<usize>,
        counter: String,
    },
    /// A C string: `x/C`.
    Text,
    /// An object of the standard library.
    Object { class: String, of: Item },
}

/// What an object of the standard library is made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    Number(Prim),
    Text,
    List(Box<Item>),
}

impl Shape {
    /// The branch that a column becomes.
    ///
    /// # Errors
    /// When a TTree has nothing for its type.
    pub(crate) fn of(field: &Field) -> Result<Self> {
        let declared = field.metadata().get(ROOT_TYPE);
        if let Some(shape) = declared.and_then(|d| Self::declared(d, field.data_type())) {
            return Ok(shape);
        }
        Self::default_of(field.name(), field.data_type())
            .map_err(|e| e.in_object(field.name().clone()))
    }

    fn default_of(name: &str, ty: &DataType) -> Result<Self> {
        if let Some((prim, dims)) = numbers(ty) {
            return Ok(Self::Numbers { prim, dims });
        }
        if let Some((prim, dims)) = list_item(ty).and_then(numbers)
            && !dims.is_empty()
        {
            let counter = format!("n{name}");
            return Ok(Self::Counted {
                prim,
                dims,
                counter,
            });
        }
        match Item::of(ty) {
            Some(of) => Ok(Self::Object {
                class: of.class(),
                of,
            }),
            None => Err(refused(ty)),
        }
    }

    /// The branch that a C++ type says, if it can hold such a column.
    pub(crate) fn declared(declared: &str, ty: &DataType) -> Option<Self> {
        if declared == "char*" {
            return is_text(ty).then_some(Self::Text);
        }
        if let Some((_, rest)) = declared.split_once('[') {
            let counter = rest.split(']').next()?;
            let (prim, dims) = numbers(list_item(ty)?)?;
            return (!counter.is_empty()).then(|| Self::Counted {
                prim,
                dims,
                counter: counter.to_owned(),
            });
        }
        let of = Item::of(ty)?;
        let mut class = normalise(declared);
        while class.contains(">>") {
            class = class.replace(">>", "> >");
        }
        // Sets and their kin are written as vectors, which hold the same.
        if class.matches('<').count() != class.matches("vector<").count() {
            return None;
        }
        of.is(&Kind::from_type(&class, false))
            .then_some(Self::Object { class, of })
    }

    /// The type as ROOT has it, as [`Shape::declared`] understands it; none for plain numbers.
    pub(crate) fn declaration(&self) -> Option<String> {
        match self {
            Self::Numbers { .. } => None,
            Self::Counted {
                prim,
                dims,
                counter,
            } => {
                let dims: String = dims.iter().map(|n| format!("[{n}]")).collect();
                Some(format!("{}[{counter}]{dims}", type_name(*prim)))
            }
            Self::Text => Some("char*".to_owned()),
            Self::Object { class, .. } => Some(class.clone()),
        }
    }

    /// Bytes of an entry, where all have the same.
    pub(crate) fn fixed_size(&self) -> Option<usize> {
        match self {
            Self::Numbers { prim, dims } => Some(prim.size() * dims.iter().product::<usize>()),
            _ => None,
        }
    }
}

impl Item {
    fn of(ty: &DataType) -> Option<Self> {
        if is_text(ty) {
            return Some(Self::Text);
        }
        let item = list_item(ty)?;
        let of = match number(item) {
            Some(prim) => Self::Number(prim),
            None => Self::of(item)?,
        };
        Some(Self::List(Box::new(of)))
    }

    /// ROOT's name of the class.
    fn class(&self) -> String {
        match self {
            Self::Number(prim) => type_name(*prim).to_owned(),
            Self::Text => "string".to_owned(),
            Self::List(item) => match item.class() {
                // As ROOT spells it, and as the checksum of the class has it.
                inner if inner.ends_with('>') => format!("vector<{inner} >"),
                inner => format!("vector<{inner}>"),
            },
        }
    }

    fn is(&self, kind: &Kind) -> bool {
        match (self, kind) {
            (Self::Number(prim), Kind::Prim(other)) => prim == other,
            (Self::Text, Kind::Text { .. }) => true,
            (Self::List(item), Kind::List { item: other, .. }) => item.is(other),
            _ => false,
        }
    }
}

/// A declaration as it is to be kept with a column of this name and type: none where the branch
/// would be the same without it.
pub(crate) fn worth_saying(name: &str, declared: &str, ty: &DataType) -> Option<String> {
    let shape = Shape::declared(declared, ty)?;
    match Shape::default_of(name, ty) {
        Ok(plain) if plain == shape => None,
        _ => shape.declaration(),
    }
}

/// ROOT's own names, which mean the same on every machine.
fn type_name(prim: Prim) -> &'static str {
    match prim {
        Prim::Bool => "bool",
        Prim::I8 => "char",
        Prim::U8 => "unsigned char",
        Prim::I16 => "short",
        Prim::U16 => "unsigned short",
        Prim::I32 => "int",
        Prim::U32 => "unsigned int",
        Prim::I64 => "Long64_t",
        Prim::U64 => "ULong64_t",
        Prim::F32 => "float",
        Prim::F64 => "double",
    }
}

fn number(ty: &DataType) -> Option<Prim> {
    Some(match ty {
        DataType::Boolean => Prim::Bool,
        DataType::Int8 => Prim::I8,
        DataType::UInt8 => Prim::U8,
        DataType::Int16 => Prim::I16,
        DataType::UInt16 => Prim::U16,
        DataType::Int32 => Prim::I32,
        DataType::UInt32 => Prim::U32,
        DataType::Int64 => Prim::I64,
        DataType::UInt64 => Prim::U64,
        DataType::Float32 => Prim::F32,
        DataType::Float64 => Prim::F64,
        _ => return None,
    })
}

/// A number, or lists of fixed length of numbers.
fn numbers(ty: &DataType) -> Option<(Prim, Vec<usize>)> {
    match ty {
        DataType::FixedSizeList(item, n) => {
            let (prim, mut dims) = numbers(item.data_type())?;
            dims.insert(0, usize::try_from(*n).ok().filter(|n| *n > 0)?);
            Some((prim, dims))
        }
        other => Some((number(other)?, Vec::new())),
    }
}

fn list_item(ty: &DataType) -> Option<&DataType> {
    match ty {
        DataType::List(item) | DataType::LargeList(item) => Some(item.data_type()),
        _ => None,
    }
}

fn is_text(ty: &DataType) -> bool {
    matches!(ty, DataType::Utf8 | DataType::LargeUtf8)
}

fn refused(ty: &DataType) -> Error {
    let mut inner = ty;
    while let Some(item) = list_item(inner) {
        inner = item;
    }
    Error::unsupported(match inner {
        DataType::Struct(_) => {
            "a record has no branch of its own in the TTrees that are written; make a column of each \
             of its fields (in `photopeak convert`: --define 'jet_pt = jet.pt'), or leave it out"
                .to_owned()
        }
        _ => format!(
            "there is no branch for the type {ty}; numbers, texts, arrays of numbers and lists of \
             these can be written; convert the column, or leave it out"
        ),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use super::*;

    fn list(item: DataType) -> DataType {
        DataType::List(Arc::new(Field::new("item", item, false)))
    }

    #[test]
    #[allow(clippy::unwrap_used)]
    fn what_a_column_becomes() {
        let three = Arc::new(Field::new("item", DataType::Float32, false));
        let fixed = DataType::FixedSizeList(three, 3);
        for (ty, declared, wanted) in [
            (list(DataType::Float32), "", "vector<float>"),
            (list(DataType::Float32), "float[n]", "float[n]"),
            (list(DataType::Int64), "vector<long>", "vector<long>"),
            (list(DataType::Int64), "vector<int>", "vector<Long64_t>"),
            (list(DataType::Int64), "", "vector<Long64_t>"),
            (list(list(DataType::Boolean)), "", "vector<vector<bool> >"),
            (list(DataType::Utf8), "", "vector<string>"),
            (DataType::LargeUtf8, "", "string"),
            (DataType::Utf8, "char*", "char*"),
            (list(fixed.clone()), "", "float[nx][3]"),
            (list(fixed.clone()), "float[n][3]", "float[n][3]"),
        ] {
            let notes = HashMap::from([(ROOT_TYPE.to_owned(), declared.to_owned())]);
            let field = Field::new("x", ty, false).with_metadata(notes);
            assert_eq!(Shape::of(&field).unwrap().declaration().unwrap(), wanted);
        }
        let record = DataType::Struct([Arc::new(Field::new("pt", fixed, false))].into());
        let error = Shape::of(&Field::new("jet", list(record), false)).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("jet: not supported: a record")
        );
    }
}
