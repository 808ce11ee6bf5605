//! The three events that the catalogue's examples are about.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, ListArray, RecordBatch, StringArray,
};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, Field, Schema};

/// Three events: three leptons and two jets, no lepton and one jet, one lepton and no jet.
///
/// | column | event 0 | event 1 | event 2 |
/// |---|---|---|---|
/// | `n` | 3 | 0 | 1 |
/// | `met` (MeV) | 35000 | 10000 | 120000 |
/// | `met_phi` | 1 | 2 | 3 |
/// | `name` | `'mu'` | `'e'` | `'mu'` |
/// | `x` | 1, 2.5, -3 | | 4 |
/// | `pt` (MeV) | 50000, 30000, 20000 | | 40000 |
/// | `eta` | 0.5, -1, 2 | | 0 |
/// | `phi` | 0, 3, -3 | | 1 |
/// | `e` (MeV) | 60000, 50000, 80000 | | 40000 |
/// | `charge` | 1, -1, 1 | | -1 |
/// | `tight` | true, true, false | | true |
/// | `jet_pt` (MeV) | 25000, 60000 | 30000 | |
/// | `jet_eta` | 0.5, -2 | 1 | |
/// | `jet_phi` | 0.3, 1 | 2 | |
pub fn sample() -> Result<RecordBatch, ArrowError> {
    let leptons = |values: [f64; 4]| list([3, 0, 1], Arc::new(Float64Array::from(values.to_vec())));
    let jets = |values: [f64; 3]| list([2, 1, 0], Arc::new(Float64Array::from(values.to_vec())));
    let real = |values: [f64; 3]| -> ArrayRef { Arc::new(Float64Array::from(values.to_vec())) };
    let n: ArrayRef = Arc::new(Int32Array::from(vec![3, 0, 1]));
    let name: ArrayRef = Arc::new(StringArray::from(vec!["mu", "e", "mu"]));
    let charge = list([3, 0, 1], Arc::new(Int32Array::from(vec![1, -1, 1, -1])));
    let tight = BooleanArray::from(vec![true, true, false, true]);
    let columns: Vec<(&str, &str, ArrayRef)> = vec![
        ("n", "", n),
        ("met", "MeV", real([35000.0, 10000.0, 120000.0])),
        ("met_phi", "", real([1.0, 2.0, 3.0])),
        ("name", "", name),
        ("x", "", leptons([1.0, 2.5, -3.0, 4.0])?),
        ("pt", "MeV", leptons([50000.0, 30000.0, 20000.0, 40000.0])?),
        ("eta", "", leptons([0.5, -1.0, 2.0, 0.0])?),
        ("phi", "", leptons([0.0, 3.0, -3.0, 1.0])?),
        ("e", "MeV", leptons([60000.0, 50000.0, 80000.0, 40000.0])?),
        ("charge", "", charge?),
        ("tight", "", list([3, 0, 1], Arc::new(tight))?),
        ("jet_pt", "MeV", jets([25000.0, 60000.0, 30000.0])?),
        ("jet_eta", "", jets([0.5, -2.0, 1.0])?),
        ("jet_phi", "", jets([0.3, 1.0, 2.0])?),
    ];
    let fields = columns.iter().map(|(name, unit, array)| {
        let field = Field::new(*name, array.data_type().clone(), true);
        match *unit {
            "" => field,
            unit => field.with_metadata(HashMap::from([("unit".to_owned(), unit.to_owned())])),
        }
    });
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let arrays = columns.iter().map(|(_, _, array)| Arc::clone(array));
    RecordBatch::try_new(Arc::new(schema), arrays.collect())
}

fn list(lengths: [i32; 3], values: ArrayRef) -> Result<ArrayRef, ArrowError> {
    let ends = lengths.iter().scan(0, |end, length| {
        *end += length;
        Some(*end)
    });
    let offsets: Vec<i32> = std::iter::once(0).chain(ends).collect();
    let field = Field::new("item", values.data_type().clone(), true);
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    Ok(Arc::new(ListArray::try_new(
        Arc::new(field),
        offsets,
        values,
        None,
    )?))
}
