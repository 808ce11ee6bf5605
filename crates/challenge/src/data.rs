//! Columns in memory, taken from Arrow arrays with every value checked.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use crate::metric::Form;
use crate::{Column, Error};

/// A column, a value a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    /// Yes or no.
    Flags(Vec<bool>),
    /// Numbers, all of them finite.
    Numbers(Vec<f64>),
    /// Whole numbers.
    Ids(Vec<i64>),
}

/// Problems of a column that are told one by one.
const SHOWN: usize = 5;

impl Data {
    /// An empty column for `rows` values.
    pub(crate) fn new(form: Form, rows: usize) -> Self {
        match form {
            Form::Flag => Data::Flags(Vec::with_capacity(rows)),
            Form::Number | Form::Probability => Data::Numbers(Vec::with_capacity(rows)),
            Form::Id => Data::Ids(Vec::with_capacity(rows)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.column().len()
    }

    pub(crate) fn column(&self) -> Column<'_> {
        match self {
            Data::Flags(values) => Column::Flags(values),
            Data::Numbers(values) => Column::Numbers(values),
            Data::Ids(values) => Column::Ids(values),
        }
    }

    /// The values of these rows.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        fn take<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter()
                .filter_map(|row| values.get(*row as usize))
                .copied()
                .collect()
        }
        match self {
            Data::Flags(values) => Data::Flags(take(values, rows)),
            Data::Numbers(values) => Data::Numbers(take(values, rows)),
            Data::Ids(values) => Data::Ids(take(values, rows)),
        }
    }

    /// Appends the values of an array. `place` is file and column, for messages.
    pub(crate) fn extend(
        &mut self,
        array: &ArrayRef,
        (low, high): (f64, f64),
        place: &str,
    ) -> Result<(), Error> {
        let first = self.len();
        let mut wrong = Problems::new(place, first);
        for row in (0..array.len()).filter(|row| array.is_null(*row)) {
            wrong.add(row, "a missing value".to_owned());
        }
        wrong.end()?;
        match self {
            Data::Flags(values) => {
                if let Some(flags) = array.as_boolean_opt() {
                    values.extend(flags.values());
                } else {
                    // Files without a type for it hold 0 and 1.
                    for (row, number) in numbers(array, place)?.into_iter().enumerate() {
                        if number != 0.0 && number != 1.0 {
                            wrong.add(
                                row,
                                format!("{number}, where true, false, 1 or 0 is asked for"),
                            );
                        }
                        values.push(number == 1.0);
                    }
                }
            }
            Data::Numbers(values) => {
                for (row, number) in numbers(array, place)?.into_iter().enumerate() {
                    if !number.is_finite() {
                        wrong.add(row, format!("{number}, which is not a finite number"));
                    } else if !(low <= number && number <= high) {
                        wrong.add(row, format!("{number}, which is not in [{low}, {high}]"));
                    }
                    values.push(number);
                }
            }
            Data::Ids(values) => {
                for (row, id) in whole(array, place)?.into_iter().enumerate() {
                    match id {
                        Ok(id) => values.push(id),
                        Err(text) => wrong.add(row, text),
                    }
                }
            }
        }
        wrong.end()
    }
}

/// What is wrong with the values of a column: the first few, and how many.
struct Problems<'a> {
    place: &'a str,
    first: usize,
    shown: Vec<String>,
    count: usize,
}

impl<'a> Problems<'a> {
    fn new(place: &'a str, first: usize) -> Self {
        Problems {
            place,
            first,
            shown: Vec::new(),
            count: 0,
        }
    }

    fn add(&mut self, row: usize, what: String) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(format!("row {}: {what}", self.first + row));
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        if self.count == 0 {
            return Ok(());
        }
        let mut message = self.shown.join("; ");
        if self.count > self.shown.len() {
            let more = self.count - self.shown.len();
            message += &format!("; and {more} more in the rows up to there (rows count from 0)");
        }
        Err(crate::error::table(self.place, message))
    }
}

/// A list of rows or ids, shortened.
pub(crate) fn shortened<T: std::fmt::Display>(values: &[T]) -> String {
    let shown: Vec<String> = values.iter().take(SHOWN).map(T::to_string).collect();
    match values.len().checked_sub(SHOWN) {
        None | Some(0) => shown.join(", "),
        Some(more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Maps each value of an array of numbers of any width; `None` for other arrays.
macro_rules! mapped {
    ($array:expr, $f:expr, $($kind:ident $ty:ty),+) => {
        match $array.data_type() {
            $(DataType::$kind => Some(
                $array.as_primitive::<$ty>().values().iter().map(|x| $f(*x)).collect()
            ),)+
            _ => None,
        }
    };
}

// One of the types is that which is asked for.
#[allow(clippy::unnecessary_cast)]
fn numbers(array: &ArrayRef, place: &str) -> Result<Vec<f64>, Error> {
    let found: Option<Vec<f64>> = mapped!(
        array, |x| x as f64, Float64 Float64Type, Float32 Float32Type, Int64 Int64Type,
        Int32 Int32Type, Int16 Int16Type, Int8 Int8Type, UInt64 UInt64Type, UInt32 UInt32Type,
        UInt16 UInt16Type, UInt8 UInt8Type
    );
    found.ok_or_else(|| wrong_type(array, place, "numbers"))
}

/// Whole numbers, or what is there in place of one.
#[allow(clippy::useless_conversion)]
fn whole(array: &ArrayRef, place: &str) -> Result<Vec<Result<i64, String>>, Error> {
    let not_whole = |x: f64| format!("{x}, which is not a whole number");
    let rounded = |x: f64| {
        // Beyond 2^53 neighbours of an f64 are more than one apart: no id survives in it.
        let exact = x.fract() == 0.0 && x.abs() <= 9_007_199_254_740_992.0;
        if exact {
            Ok(x as i64)
        } else {
            Err(not_whole(x))
        }
    };
    let found: Option<Vec<_>> = match array.data_type() {
        DataType::UInt64 => mapped!(
            array,
            |x: u64| i64::try_from(x).map_err(|_| format!("{x}, which is above {}", i64::MAX)),
            UInt64 UInt64Type
        ),
        DataType::Float64 | DataType::Float32 => mapped!(
            array, |x| rounded(f64::from(x)), Float64 Float64Type, Float32 Float32Type
        ),
        _ => mapped!(
            array, |x| Ok(i64::from(x)), Int64 Int64Type, Int32 Int32Type, Int16 Int16Type,
            Int8 Int8Type, UInt32 UInt32Type, UInt16 UInt16Type, UInt8 UInt8Type
        ),
    };
    found.ok_or_else(|| wrong_type(array, place, "whole numbers"))
}

fn wrong_type(array: &ArrayRef, place: &str, wanted: &str) -> Error {
    crate::error::table(
        place,
        format!("{wanted} expected, {} found", array.data_type()),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use arrow_array::{BooleanArray, Float64Array, Int32Array, StringArray, UInt64Array};

    use super::*;

    const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

    fn read(form: Form, arrays: &[ArrayRef], bounds: (f64, f64)) -> Result<Data, String> {
        let mut data = Data::new(form, 0);
        for array in arrays {
            data.extend(array, bounds, "a.csv: column x")
                .map_err(|error| error.to_string())?;
        }
        Ok(data)
    }

    #[test]
    fn columns_of_any_width() {
        let flags: [ArrayRef; 2] = [
            Arc::new(BooleanArray::from(vec![true, false])),
            Arc::new(Int32Array::from(vec![0, 1])),
        ];
        assert_eq!(
            read(Form::Flag, &flags, ANY).unwrap(),
            Data::Flags(vec![true, false, false, true])
        );
        let ids: [ArrayRef; 2] = [
            Arc::new(UInt64Array::from(vec![7])),
            Arc::new(Float64Array::from(vec![8.0])),
        ];
        assert_eq!(read(Form::Id, &ids, ANY).unwrap(), Data::Ids(vec![7, 8]));
    }

    #[test]
    fn problems_name_their_rows() {
        let refused = |form, array: ArrayRef, bounds| read(form, &[array], bounds).unwrap_err();
        let numbers = vec![1.0, f64::NAN, 3.0, -1.0, f64::INFINITY, -2.0, -3.0, -4.0];
        assert_eq!(
            refused(
                Form::Number,
                Arc::new(Float64Array::from(numbers)),
                (0.0, 5.0)
            ),
            "a.csv: column x: row 1: NaN, which is not a finite number; row 3: -1, which is not in [0, 5]; \
             row 4: inf, which is not a finite number; row 5: -2, which is not in [0, 5]; row 6: -3, which is not \
             in [0, 5]; and 1 more in the rows up to there (rows count from 0)"
        );
        assert_eq!(
            refused(Form::Flag, Arc::new(Int32Array::from(vec![1, 2])), ANY),
            "a.csv: column x: row 1: 2, where true, false, 1 or 0 is asked for"
        );
        assert_eq!(
            refused(Form::Id, Arc::new(Float64Array::from(vec![1.5])), ANY),
            "a.csv: column x: row 0: 1.5, which is not a whole number"
        );
        assert_eq!(
            refused(Form::Number, Arc::new(StringArray::from(vec!["1"])), ANY),
            "a.csv: column x: numbers expected, Utf8 found"
        );
        assert_eq!(
            refused(
                Form::Number,
                Arc::new(Float64Array::from(vec![Some(1.0), None])),
                ANY
            ),
            "a.csv: column x: row 1: a missing value"
        );
    }
}
