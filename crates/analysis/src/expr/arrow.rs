//! From values of expressions back to Arrow arrays.

use std::sync::Arc;

use arrow_array::{
    Array as _, ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field};

use super::types::Type;
use super::value::{Array, Data, Validity, Value};

impl Type {
    /// The Arrow type in which [`Value::to_arrow`] gives such values; none for records.
    #[must_use]
    pub fn stored(&self) -> Option<DataType> {
        Some(match self {
            Type::Bool => DataType::Boolean,
            Type::Int(_) => DataType::Int64,
            Type::Real(_) => DataType::Float64,
            Type::Str => DataType::Utf8,
            Type::List(inner) => DataType::new_list(inner.stored()?, true),
            Type::Record(_) => return None,
        })
    }
}

impl Value {
    /// The values as an Arrow array: see [`Array::to_arrow`].
    ///
    /// # Errors
    /// For records, which are several columns, and as [`Array::to_arrow`].
    pub fn to_arrow(&self) -> Result<ArrayRef, ArrowError> {
        match self.array() {
            Some(array) => array.to_arrow(),
            None => Err(ArrowError::InvalidArgumentError(
                "a record in a column".to_owned(),
            )),
        }
    }
}

impl Array {
    /// The values as an Arrow array with an entry for each event: `Boolean`, `Int64`, `Float64`
    /// or `Utf8`, in as many `List`s as there are; missing values are nulls.
    ///
    /// # Errors
    /// When there are more than 2^31 values.
    pub fn to_arrow(&self) -> Result<ArrayRef, ArrowError> {
        let nulls = nulls(&self.valid);
        let mut array: ArrayRef = match &self.data {
            Data::Bool(values) => {
                let bits = BooleanBuffer::collect_bool(values.len(), |i| values[i] != 0);
                Arc::new(BooleanArray::new(bits, nulls))
            }
            Data::Int(values) => Arc::new(Int64Array::new(values.to_vec().into(), nulls)),
            Data::Real(values) => Arc::new(Float64Array::new(values.to_vec().into(), nulls)),
            Data::Str(values) => {
                let present = |i: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(i));
                let texts = (0..values.len()).map(|i| present(i).then(|| values.get(i)));
                Arc::new(texts.collect::<StringArray>())
            }
        };
        for level in self.levels.iter().rev() {
            let offsets: Vec<i32> = level
                .offsets
                .iter()
                .map(|offset| i32::try_from(*offset))
                .collect::<Result<_, _>>()
                .map_err(|error| ArrowError::InvalidArgumentError(error.to_string()))?;
            let field = Arc::new(Field::new_list_field(array.data_type().clone(), true));
            let offsets = OffsetBuffer::new(offsets.into());
            let list = ListArray::try_new(field, offsets, array, self::nulls(&level.valid))?;
            array = Arc::new(list);
        }
        Ok(array)
    }
}

fn nulls(valid: &Option<Validity>) -> Option<NullBuffer> {
    let valid = valid.as_ref()?;
    let bits = BooleanBuffer::collect_bool(valid.len(), |i| valid[i] != 0);
    Some(NullBuffer::new(bits))
}
