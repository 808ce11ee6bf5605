//! Random events: jagged columns of every kind, for Arrow and for awkward.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use arrow_array::{
    Array as _, ArrayRef, BooleanArray, Float64Array, Int32Array, ListArray, RecordBatch,
    StringArray, StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::Field;

use super::super::common::batch;
use super::Random;

/// What a column holds. Lists of one name are equally long in every column.
pub(super) enum Content {
    Int,
    Real,
    Bool,
    Text,
    List(&'static str, Box<Content>),
    Record(Vec<(&'static str, Content)>),
    /// Some of it is missing.
    Missing(Box<Content>),
}

use Content::{Bool, Int, Missing, Real, Record, Text};

fn list(name: &'static str, of: Content) -> Content {
    Content::List(name, Box::new(of))
}

fn missing(of: Content) -> Content {
    Missing(Box::new(of))
}

/// The columns of all events.
pub(super) fn columns() -> Vec<(&'static str, Content)> {
    vec![
        ("n", Int),
        ("met", Real),
        ("weight", missing(Real)),
        ("ok", missing(Bool)),
        ("word", missing(Text)),
        ("x", list("A", Real)),
        ("y", list("A", Real)),
        ("k", list("A", Int)),
        ("z", list("A", missing(Real))),
        ("t", list("A", missing(Bool))),
        ("q", list("B", Real)),
        ("j", list("B", missing(Int))),
        ("words", list("B", Text)),
        ("deep", list("C", list("D", Real))),
        ("deep_k", list("C", list("D", missing(Int)))),
        ("top", list("C", Real)),
        ("deeper", list("E", list("F", list("G", Real)))),
        ("holes", missing(list("H", Int))),
        ("deep_holes", list("I", missing(list("J", Real)))),
        ("leptons", list("L", lepton(list("M", Real)))),
        ("jets", list("K", missing(lepton(Int)))),
        ("photon", lepton(Text)),
    ]
}

fn lepton(more: Content) -> Content {
    Record(vec![
        ("pt", Real),
        ("eta", Real),
        ("phi", missing(Real)),
        ("more", more),
    ])
}

/// Events of a certain kind.
pub(super) struct Events {
    pub(super) batch: RecordBatch,
    /// Python that makes the same columns.
    pub(super) script: String,
}

/// Makes columns, in two languages.
struct Maker<'a> {
    random: &'a mut Random,
    lengths: HashMap<&'static str, Vec<usize>>,
    /// Longest list.
    longest: usize,
    /// One in so many values is missing; none for 0.
    gaps: usize,
    /// One in so many reals is NaN or infinite; none for 0.
    oddities: usize,
}

impl Events {
    pub(super) fn new(random: &mut Random) -> Self {
        let rows = *random.choice(&[0, 1, 3, 20, 60]);
        // Rows before the first that are not of the batch: Arrow arrays start anywhere.
        let before = random.below(3);
        let mut maker = Maker {
            lengths: HashMap::new(),
            longest: *random.choice(&[0, 2, 4, 4, 5]),
            gaps: *random.choice(&[0, 5]),
            oddities: *random.choice(&[0, 0, 12]),
            random,
        };
        let mut script = String::new();
        let mut arrays = Vec::new();
        for (name, content) in columns() {
            let (array, python) = maker.make(&content, rows + before);
            arrays.push((name, "", array));
            writeln!(script, "{name} = a.Array({python})[{before}:]").unwrap();
        }
        Self {
            batch: batch(arrays).slice(before, rows),
            script,
        }
    }
}

impl Maker<'_> {
    fn one_in(&mut self, n: usize) -> bool {
        n > 0 && self.random.below(n) == 0
    }

    /// Eighths, with which sums and products are exact.
    fn real(&mut self) -> f64 {
        if self.one_in(self.oddities) {
            return *self
                .random
                .choice(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        }
        (self.random.below(65) as f64 - 32.0) / 8.0
    }

    fn make(&mut self, content: &Content, len: usize) -> (ArrayRef, String) {
        match content {
            Int => {
                let ints: Vec<i32> = (0..len).map(|_| self.random.below(8) as i32 - 3).collect();
                let python = format!("values('i4', {ints:?})");
                (Arc::new(Int32Array::from(ints)), python)
            }
            Real => {
                let reals: Vec<f64> = (0..len).map(|_| self.real()).collect();
                let python = format!("values('f8', {reals:?})").replace("NaN", "nan");
                (Arc::new(Float64Array::from(reals)), python)
            }
            Bool => {
                let truths: Vec<bool> = (0..len).map(|_| self.one_in(2)).collect();
                let bits: Vec<u8> = truths.iter().map(|&truth| u8::from(truth)).collect();
                let python = format!("values('?', {bits:?})");
                (Arc::new(BooleanArray::from(truths)), python)
            }
            Text => {
                let words = ["mu", "e", "tau", ""];
                let words: Vec<&str> = (0..len).map(|_| *self.random.choice(&words)).collect();
                let python = format!("texts({words:?})");
                (Arc::new(StringArray::from(words)), python)
            }
            Content::List(name, of) => {
                let lengths = self.lengths(name, len);
                let (values, inner) = self.make(of, lengths.iter().sum());
                let python = format!("lists({lengths:?}, {inner})");
                let field = Arc::new(Field::new("item", values.data_type().clone(), true));
                let offsets = OffsetBuffer::<i32>::from_lengths(lengths);
                let lists = ListArray::new(field, offsets, values, None);
                (Arc::new(lists), python)
            }
            Record(fields) => {
                let mut arrays = Vec::new();
                let mut python = format!("record({len}");
                for (name, content) in fields {
                    let (array, inner) = self.make(content, len);
                    let field = Field::new(*name, array.data_type().clone(), true);
                    arrays.push((Arc::new(field), array));
                    write!(python, ", {name}={inner}").unwrap();
                }
                (Arc::new(StructArray::from(arrays)), python + ")")
            }
            Missing(of) => {
                let (array, inner) = self.make(of, len);
                let gaps = self.gaps;
                let present: Vec<bool> = (0..len).map(|_| !self.one_in(gaps)).collect();
                let bits: Vec<u8> = present.iter().map(|&bit| u8::from(bit)).collect();
                let data = array.to_data().into_builder();
                let data = data.nulls(Some(NullBuffer::from(present)));
                let python = format!("missing({bits:?}, {inner})");
                (arrow_array::make_array(data.build().unwrap()), python)
            }
        }
    }

    fn lengths(&mut self, name: &'static str, len: usize) -> Vec<usize> {
        if let Some(lengths) = self.lengths.get(name) {
            return lengths.clone();
        }
        let lengths: Vec<usize> = (0..len)
            .map(|_| self.random.below(self.longest + 1))
            .collect();
        self.lengths.insert(name, lengths.clone());
        lengths
    }
}
