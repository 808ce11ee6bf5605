//! What the values of a column are like, summed up block by block: extremes, what is missing or not
//! finite, whether all are whole or the same, lengths of lists.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, PrimitiveArray};
use arrow_schema::DataType;

use crate::arrays::{opened, text_bits};

/// Whole numbers up to here are exact in a float64.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// Different lengths of lists that are counted apart.
const LENGTHS: usize = 4096;

/// Values that should not be there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Bad {
    pub(super) rows: u64,
    pub(super) first: Option<u64>,
    last: Option<u64>,
}

impl Bad {
    /// Rows come in ascending order; a row counts once.
    fn add(&mut self, row: u64) {
        if self.last != Some(row) {
            self.rows += 1;
            self.first.get_or_insert(row);
            self.last = Some(row);
        }
    }
}

/// The sums of a column of one file.
#[derive(Debug, Clone)]
pub(super) struct ColumnSums {
    /// Values, those in lists each.
    pub(super) values: u64,
    pub(super) null: Bad,
    pub(super) nan: Bad,
    pub(super) infinite: Bad,
    pub(super) outside: Bad,
    /// Of the finite values.
    pub(super) least: f64,
    pub(super) most: f64,
    /// Whether all finite values are whole, and exact as integers.
    pub(super) whole: bool,
    /// The value that all have, as bits; none where two differ.
    pub(super) same: Same,
    /// Rows by length, of lists.
    pub(super) lengths: BTreeMap<usize, u64>,
    low: f64,
    high: f64,
}

/// Whether all values are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Same {
    /// None was seen.
    Empty,
    /// All were this.
    One(u64),
    /// Two differ.
    Different,
}

impl Same {
    fn add(&mut self, bits: u64) {
        *self = match *self {
            Same::Empty => Same::One(bits),
            Same::One(other) if other == bits => return,
            _ => Same::Different,
        };
    }

    pub(super) fn and(self, other: Same) -> Same {
        match (self, other) {
            (Same::Empty, same) | (same, Same::Empty) => same,
            (Same::One(a), Same::One(b)) if a == b => self,
            _ => Same::Different,
        }
    }
}

impl ColumnSums {
    /// Nothing yet; values are to lie in these limits.
    pub(super) fn new(low: Option<f64>, high: Option<f64>) -> Self {
        ColumnSums {
            values: 0,
            null: Bad::default(),
            nan: Bad::default(),
            infinite: Bad::default(),
            outside: Bad::default(),
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            whole: true,
            same: Same::Empty,
            lengths: BTreeMap::new(),
            low: low.unwrap_or(f64::NEG_INFINITY),
            high: high.unwrap_or(f64::INFINITY),
        }
    }

    /// Adds the values of a block whose first row has this number.
    pub(super) fn add(&mut self, array: &ArrayRef, first_row: u64) {
        // Rows as runs of elements, below all lists.
        let mut leaf = ArrayRef::clone(array);
        let mut ends: Option<Vec<usize>> = None;
        while let Some((values, inner)) = opened(&leaf) {
            if ends.is_none() {
                self.count_lists(&leaf, &inner, first_row);
            }
            ends = Some(match ends {
                None => inner,
                Some(outer) => through(&outer, &inner),
            });
            leaf = values;
        }
        let row = |element: usize| {
            let within = match &ends {
                None => element,
                Some(ends) => ends.partition_point(|end| *end <= element),
            };
            first_row + within as u64
        };
        self.values += leaf.len() as u64;
        macro_rules! numbers {
            ($($ty:ident),*) => {
                match leaf.data_type() {
                    $(ty if *ty == $ty::DATA_TYPE => {
                        self.numbers(leaf.as_primitive::<$ty>(), |v| v as f64, row);
                    })*
                    DataType::Boolean => {
                        for (i, value) in leaf.as_boolean().iter().enumerate() {
                            match value {
                                None => self.null.add(row(i)),
                                Some(value) => self.one(f64::from(u8::from(value)), row(i)),
                            }
                        }
                    }
                    DataType::Utf8 => {
                        for (i, value) in leaf.as_string::<i32>().iter().enumerate() {
                            match value {
                                None => self.null.add(row(i)),
                                Some(text) => self.same.add(text_bits(text)),
                            }
                        }
                        self.whole = false;
                    }
                    _ => {}
                }
            };
        }
        numbers!(
            Int8Type,
            Int16Type,
            Int32Type,
            Int64Type,
            UInt8Type,
            UInt16Type,
            UInt32Type,
            UInt64Type,
            Float32Type,
            Float64Type
        );
    }

    fn count_lists(&mut self, lists: &ArrayRef, ends: &[usize], first_row: u64) {
        let mut start = 0;
        for (i, end) in ends.iter().enumerate() {
            if lists.is_null(i) {
                self.null.add(first_row + i as u64);
            } else if self.lengths.len() < LENGTHS || self.lengths.contains_key(&(end - start)) {
                *self.lengths.entry(end - start).or_default() += 1;
            }
            start = *end;
        }
    }

    fn numbers<T: ArrowPrimitiveType>(
        &mut self,
        array: &PrimitiveArray<T>,
        wide: impl Fn(T::Native) -> f64,
        row: impl Fn(usize) -> u64,
    ) {
        if array.null_count() == 0 && self.plain(array.values(), &wide) {
            return;
        }
        for (i, value) in array.iter().enumerate() {
            match value {
                None => self.null.add(row(i)),
                Some(value) => self.one(wide(value), row(i)),
            }
        }
    }

    /// Takes values among which there is nothing to report, in one quick loop; if there is, it
    /// takes none of them.
    fn plain<N: Copy>(&mut self, values: &[N], wide: &impl Fn(N) -> f64) -> bool {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut finite, mut whole) = (true, true);
        for value in values {
            let x = wide(*value);
            least = if x < least { x } else { least };
            most = if x > most { x } else { most };
            finite &= x.is_finite();
            whole &= x.trunc() == x;
        }
        let Some(first) = values.first() else {
            return true;
        };
        if !finite || least < self.low || most > self.high {
            return false;
        }
        self.same.add(wide(*first).to_bits());
        if least != most {
            self.same = Same::Different;
        }
        self.whole &= whole && least >= -EXACT && most <= EXACT;
        self.least = self.least.min(least);
        self.most = self.most.max(most);
        true
    }

    fn one(&mut self, x: f64, row: u64) {
        self.same.add(x.to_bits());
        if x.is_nan() {
            return self.nan.add(row);
        }
        if x.is_infinite() {
            self.infinite.add(row);
        } else {
            self.least = self.least.min(x);
            self.most = self.most.max(x);
            self.whole &= x.trunc() == x && x.abs() <= EXACT;
        }
        if x < self.low || x > self.high {
            self.outside.add(row);
        }
    }
}

/// Ends of lists of lists, in elements of the inner ones.
fn through(outer: &[usize], inner: &[usize]) -> Vec<usize> {
    let end = |lists: &usize| match lists.checked_sub(1) {
        None => 0,
        Some(last) => inner.get(last).copied().unwrap_or(0),
    };
    outer.iter().map(end).collect()
}
