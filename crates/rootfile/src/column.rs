//! Growing Arrow columns: the typed buffers that decoded entries are appended to.

use std::sync::Arc;

use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, FixedSizeListArray, ListArray, MapArray, PrimitiveArray,
    StringArray, StructArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, FieldRef, Fields};

use crate::error::{Error, Result};
use crate::plan::{ClassPlan, Kind, Prim};
use crate::streamer::Streamers;

/// Classes nest at most this deep within a column.
const MAX_DEPTH: usize = 32;
/// Members a column may have in all: a class that has another twice, which has a third twice,
/// and so on, doubles with every line.
const MAX_COLUMNS: usize = 20_000;

/// A column under construction.
#[derive(Debug)]
pub(crate) enum Column {
    Prim(PrimColumn),
    Packed(PrimColumn),
    Text {
        offsets: Vec<i32>,
        bytes: Vec<u8>,
    },
    List {
        offsets: Vec<i32>,
        item: Box<Column>,
    },
    Map {
        offsets: Vec<i32>,
        key: Box<Column>,
        value: Box<Column>,
    },
    Fixed {
        len: usize,
        rows: usize,
        item: Box<Column>,
    },
    Struct {
        plan: Option<Arc<ClassPlan>>,
        rows: usize,
        fields: Vec<StructField>,
    },
}

/// One member of a record column. Base classes are records without a name of their own:
/// their members join ours.
#[derive(Debug)]
pub(crate) struct StructField {
    pub(crate) name: Arc<str>,
    /// None for members without content (TObject).
    pub(crate) column: Option<Column>,
    pub(crate) is_base: bool,
}

/// Values of one fundamental type.
#[derive(Debug)]
pub(crate) enum PrimColumn {
    Bool(Vec<u8>),
    I8(Vec<i8>),
    U8(Vec<u8>),
    I16(Vec<i16>),
    U16(Vec<u16>),
    I32(Vec<i32>),
    U32(Vec<u32>),
    I64(Vec<i64>),
    U64(Vec<u64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

impl PrimColumn {
    pub(crate) fn new(prim: Prim) -> Self {
        match prim {
            Prim::Bool => Self::Bool(Vec::new()),
            Prim::I8 => Self::I8(Vec::new()),
            Prim::U8 => Self::U8(Vec::new()),
            Prim::I16 => Self::I16(Vec::new()),
            Prim::U16 => Self::U16(Vec::new()),
            Prim::I32 => Self::I32(Vec::new()),
            Prim::U32 => Self::U32(Vec::new()),
            Prim::I64 => Self::I64(Vec::new()),
            Prim::U64 => Self::U64(Vec::new()),
            Prim::F32 => Self::F32(Vec::new()),
            Prim::F64 => Self::F64(Vec::new()),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Bool(v) | Self::U8(v) => v.len(),
            Self::I8(v) => v.len(),
            Self::I16(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::I32(v) => v.len(),
            Self::U32(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::U64(v) => v.len(),
            Self::F32(v) => v.len(),
            Self::F64(v) => v.len(),
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Bool(_) => DataType::Boolean,
            Self::I8(_) => DataType::Int8,
            Self::U8(_) => DataType::UInt8,
            Self::I16(_) => DataType::Int16,
            Self::U16(_) => DataType::UInt16,
            Self::I32(_) => DataType::Int32,
            Self::U32(_) => DataType::UInt32,
            Self::I64(_) => DataType::Int64,
            Self::U64(_) => DataType::UInt64,
            Self::F32(_) => DataType::Float32,
            Self::F64(_) => DataType::Float64,
        }
    }

    fn finish(&mut self) -> ArrayRef {
        macro_rules! primitive {
            ($type:ty, $values:expr) => {
                Arc::new(PrimitiveArray::<$type>::new(
                    ScalarBuffer::from(std::mem::take($values)),
                    None,
                ))
            };
        }
        match self {
            Self::Bool(v) => {
                let bits =
                    BooleanBuffer::collect_bool(v.len(), |i| v.get(i).is_some_and(|b| *b != 0));
                v.clear();
                Arc::new(BooleanArray::new(bits, None))
            }
            Self::I8(v) => primitive!(Int8Type, v),
            Self::U8(v) => primitive!(UInt8Type, v),
            Self::I16(v) => primitive!(Int16Type, v),
            Self::U16(v) => primitive!(UInt16Type, v),
            Self::I32(v) => primitive!(Int32Type, v),
            Self::U32(v) => primitive!(UInt32Type, v),
            Self::I64(v) => primitive!(Int64Type, v),
            Self::U64(v) => primitive!(UInt64Type, v),
            Self::F32(v) => primitive!(Float32Type, v),
            Self::F64(v) => primitive!(Float64Type, v),
        }
    }
}

impl Column {
    /// An empty column for a kind, or the reason why there can be none.
    pub(crate) fn new(kind: &Kind, streamers: &Streamers) -> Result<Self> {
        Self::build(kind, streamers, 0, &mut 0)
    }

    fn build(kind: &Kind, streamers: &Streamers, depth: usize, made: &mut usize) -> Result<Self> {
        *made += 1;
        if depth > MAX_DEPTH || *made > MAX_COLUMNS {
            return Err(Error::unsupported(
                "a class that contains itself, or too much",
            ));
        }
        let mut boxed = |kind: &Kind| Self::build(kind, streamers, depth + 1, made).map(Box::new);
        Ok(match kind {
            Kind::Prim(prim) => Self::Prim(PrimColumn::new(*prim)),
            Kind::Packed(packed) => Self::Packed(PrimColumn::new(if packed.is_double() {
                Prim::F64
            } else {
                Prim::F32
            })),
            Kind::Text { .. } | Kind::CharStar => Self::Text {
                offsets: vec![0],
                bytes: Vec::new(),
            },
            Kind::Array { item, len } => Self::Fixed {
                len: *len,
                rows: 0,
                item: boxed(item)?,
            },
            Kind::List { item, .. } | Kind::Counted { item, .. } => Self::List {
                offsets: vec![0],
                item: boxed(item)?,
            },
            Kind::Map { key, value, .. } => Self::Map {
                offsets: vec![0],
                key: boxed(key)?,
                value: boxed(value)?,
            },
            Kind::Tuple(fields) => Self::Struct {
                plan: None,
                rows: 0,
                fields: fields
                    .iter()
                    .map(|(name, kind)| {
                        Ok(StructField {
                            name: name.as_str().into(),
                            column: Some(Self::build(kind, streamers, depth + 1, made)?),
                            is_base: false,
                        })
                    })
                    .collect::<Result<_>>()?,
            },
            Kind::Class(class) => {
                let plan = match streamers.newest(class) {
                    Some(info) => streamers.plan(info),
                    None => {
                        crate::builtin::plan(class, 1).ok_or_else(|| streamers.unknown(class))?
                    }
                };
                Self::record(plan, streamers, depth, made)?
            }
            Kind::Datime | Kind::Ref => Self::Prim(PrimColumn::new(Prim::U32)),
            Kind::TObject => Self::Struct {
                plan: None,
                rows: 0,
                fields: Vec::new(),
            },
            Kind::Pointer(class) => {
                return Err(Error::unsupported(format!("pointers to {class}")));
            }
            Kind::Unsupported(why) => return Err(Error::unsupported(why.clone())),
        })
    }

    /// A record column for one version of a class.
    fn record(
        plan: Arc<ClassPlan>,
        streamers: &Streamers,
        depth: usize,
        made: &mut usize,
    ) -> Result<Self> {
        let mut fields = Vec::with_capacity(plan.members.len());
        for member in &plan.members {
            let column = match &member.kind {
                Kind::TObject => None,
                kind => Some(
                    Self::build(kind, streamers, depth + 1, made)
                        .map_err(|e| e.in_object(format!("{}::{}", plan.name, member.name)))?,
                ),
            };
            fields.push(StructField {
                name: Arc::clone(&member.name),
                column,
                is_base: member.is_base,
            });
        }
        Ok(Self::Struct {
            plan: Some(plan),
            rows: 0,
            fields,
        })
    }

    /// Number of values appended so far.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Prim(values) | Self::Packed(values) => values.len(),
            Self::Text { offsets, .. } | Self::List { offsets, .. } | Self::Map { offsets, .. } => {
                offsets.len().saturating_sub(1)
            }
            Self::Fixed { rows, .. } | Self::Struct { rows, .. } => *rows,
        }
    }

    /// The Arrow type this column becomes.
    pub(crate) fn data_type(&self) -> DataType {
        match self {
            Self::Prim(values) | Self::Packed(values) => values.data_type(),
            Self::Text { .. } => DataType::Utf8,
            Self::List { item, .. } => DataType::List(item_field(item)),
            Self::Map { key, value, .. } => DataType::Map(entries_field(key, value), false),
            Self::Fixed { len, item, .. } => {
                DataType::FixedSizeList(item_field(item), i32::try_from(*len).unwrap_or(i32::MAX))
            }
            Self::Struct { fields, .. } => DataType::Struct(struct_fields(fields)),
        }
    }

    /// Hands over what was appended and starts anew.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef> {
        let arrow = |e: arrow_schema::ArrowError| Error::corrupt(e.to_string());
        Ok(match self {
            Self::Prim(values) | Self::Packed(values) => values.finish(),
            Self::Text { offsets, bytes } => {
                let offsets = finish_offsets(offsets);
                let bytes = Buffer::from_vec(std::mem::take(bytes));
                // ROOT's strings have no encoding. A string that is not UTF-8 is taken for
                // Latin-1, which loses nothing, and its neighbours are left as they are.
                match StringArray::try_new(offsets.clone(), bytes.clone(), None) {
                    Ok(text) => Arc::new(text),
                    Err(_) if bytes.len() > i32::MAX as usize / 2 => {
                        return Err(Error::unsupported(
                            "more than 1 GiB of Latin-1 text; read fewer entries at a time",
                        ));
                    }
                    Err(_) => Arc::new(latin1(
                        &BinaryArray::try_new(offsets, bytes, None).map_err(arrow)?,
                    )),
                }
            }
            Self::List { offsets, item } => {
                let field = item_field(item);
                let values = item.finish()?;
                Arc::new(
                    ListArray::try_new(field, finish_offsets(offsets), values, None)
                        .map_err(arrow)?,
                )
            }
            Self::Map {
                offsets,
                key,
                value,
            } => {
                let field = entries_field(key, value);
                let DataType::Struct(fields) = field.data_type() else {
                    return Err(Error::corrupt("a map without entries"));
                };
                let entries = StructArray::try_new(
                    fields.clone(),
                    vec![key.finish()?, value.finish()?],
                    None,
                )
                .map_err(arrow)?;
                Arc::new(
                    MapArray::try_new(field, finish_offsets(offsets), entries, None, false)
                        .map_err(arrow)?,
                )
            }
            Self::Fixed { len, rows, item } => {
                let field = item_field(item);
                let n = std::mem::take(rows);
                let size = i32::try_from(*len)
                    .map_err(|_| Error::unsupported("an array of more than 2^31 items"))?;
                let values = item.finish()?;
                Arc::new(
                    FixedSizeListArray::try_new_with_length(field, size, values, None, n)
                        .map_err(arrow)?,
                )
            }
            Self::Struct { rows, fields, .. } => {
                let n = std::mem::take(rows);
                let names = struct_fields(fields);
                let mut arrays = Vec::with_capacity(names.len());
                finish_fields(fields, &mut arrays)?;
                Arc::new(StructArray::try_new_with_length(names, arrays, None, n).map_err(arrow)?)
            }
        })
    }
}

fn finish_fields(fields: &mut [StructField], arrays: &mut Vec<ArrayRef>) -> Result<()> {
    for field in fields {
        match &mut field.column {
            Some(Column::Struct { fields, rows, .. }) if field.is_base => {
                *rows = 0;
                finish_fields(fields, arrays)?;
            }
            Some(column) => arrays.push(column.finish()?),
            None => {}
        }
    }
    Ok(())
}

fn struct_fields(fields: &[StructField]) -> Fields {
    fn collect(fields: &[StructField], out: &mut Vec<FieldRef>) {
        for field in fields {
            match &field.column {
                Some(Column::Struct { fields, .. }) if field.is_base => collect(fields, out),
                Some(column) => out.push(Arc::new(Field::new(
                    field.name.as_ref(),
                    column.data_type(),
                    false,
                ))),
                None => {}
            }
        }
    }
    let mut out = Vec::new();
    collect(fields, &mut out);
    out.into()
}

fn item_field(item: &Column) -> FieldRef {
    Arc::new(Field::new("item", item.data_type(), false))
}

fn entries_field(key: &Column, value: &Column) -> FieldRef {
    let fields = Fields::from(vec![
        Field::new("key", key.data_type(), false),
        Field::new("value", value.data_type(), false),
    ]);
    Arc::new(Field::new("entries", DataType::Struct(fields), false))
}

/// The offsets were appended in ascending order from zero, which is what Arrow asks for.
fn finish_offsets(offsets: &mut Vec<i32>) -> OffsetBuffer<i32> {
    OffsetBuffer::new(ScalarBuffer::from(std::mem::replace(offsets, vec![0])))
}

fn latin1(bytes: &BinaryArray) -> StringArray {
    let decode = |text: &[u8]| match std::str::from_utf8(text) {
        Ok(text) => text.to_owned(),
        Err(_) => text.iter().map(|b| char::from(*b)).collect(),
    };
    bytes.iter().map(|text| text.map(decode)).collect()
}
