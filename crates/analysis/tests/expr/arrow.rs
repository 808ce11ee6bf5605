//! Every Arrow layout that a file may hold.

use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, FixedSizeListArray, Float32Array, Float64Array,
    Int8Array, Int16Array, Int32Array, Int64Array, LargeListArray, LargeStringArray, RecordBatch,
    StringArray, StructArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Fields};

use super::common::{all, batch, list};

fn one(array: ArrayRef) -> RecordBatch {
    batch(vec![("v", "", array)])
}

#[test]
fn every_width_of_number() {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int8Array::from(vec![1, 100])),
        Arc::new(Int16Array::from(vec![1, 100])),
        Arc::new(Int32Array::from(vec![1, 100])),
        Arc::new(Int64Array::from(vec![1, 100])),
        Arc::new(UInt8Array::from(vec![1, 100])),
        Arc::new(UInt16Array::from(vec![1, 100])),
        Arc::new(UInt32Array::from(vec![1, 100])),
        Arc::new(UInt64Array::from(vec![1, 100])),
        Arc::new(Float32Array::from(vec![1.0, 100.0])),
        Arc::new(Float64Array::from(vec![1.0, 100.0])),
    ];
    for column in columns {
        // Would wrap or round in the narrow types.
        assert_eq!(
            all(&one(column), "v * 100 + 16777217"),
            "16777317 | 16787217"
        );
    }
}

#[test]
fn texts() {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec![
            Some("a"),
            None,
            Some("b"),
            Some("a"),
        ])),
        Arc::new(LargeStringArray::from(vec![
            Some("a"),
            None,
            Some("b"),
            Some("a"),
        ])),
        Arc::new(
            [Some("a"), None, Some("b"), Some("a")]
                .into_iter()
                .collect::<DictionaryArray<Int8Type>>(),
        ),
    ];
    for column in columns {
        assert_eq!(
            all(&one(Arc::clone(&column)), "v"),
            r#""a" | null | "b" | "a""#
        );
        let sliced = one(column).slice(1, 3);
        assert_eq!(all(&sliced, "v == 'a'"), "false | false | true");
    }
}

#[test]
fn lists_of_every_kind() {
    let values: ArrayRef = Arc::new(Float32Array::from(vec![1.0, 2.0, 3.0, 4.0]));
    let field = Arc::new(Field::new("item", DataType::Float32, true));
    let large = LargeListArray::new(
        Arc::clone(&field),
        OffsetBuffer::new(ScalarBuffer::from(vec![0i64, 2, 2, 4])),
        Arc::clone(&values),
        None,
    );
    let small = list(vec![0, 2, 2, 4], Arc::clone(&values), None);
    for column in [small, Arc::new(large) as ArrayRef] {
        assert_eq!(all(&one(Arc::clone(&column)), "v"), "[1, 2] | [] | [3, 4]");
        assert_eq!(all(&one(column).slice(1, 2), "v"), "[] | [3, 4]");
    }
    let fixed: ArrayRef = Arc::new(FixedSizeListArray::new(field, 2, values, None));
    assert_eq!(all(&one(Arc::clone(&fixed)), "v"), "[1, 2] | [3, 4]");
    assert_eq!(all(&one(fixed).slice(1, 1), "v + 1"), "[4, 5]");
}

#[test]
fn null_lists_and_null_elements() {
    // The null list points at elements that must not be seen.
    let values: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None, Some(3), Some(4)]));
    let column = list(vec![0, 2, 3, 4], values, Some(vec![true, false, true]));
    let batch = one(column);
    assert_eq!(all(&batch, "v"), "[1, null] | null | [4]");
    assert_eq!(all(&batch, "sum(v)"), "1 | null | 4");
    assert_eq!(all(&batch, "count(v)"), "2 | null | 1");
    assert_eq!(all(&batch, "v[0]"), "1 | null | 4");
    assert_eq!(all(&batch, "v + 1"), "[2, null] | null | [5]");
    assert_eq!(all(&batch, "v[v > 0]"), "[1] | null | [4]");
    assert_eq!(all(&batch.slice(1, 2), "v"), "null | [4]");
}

#[test]
fn lists_of_lists() {
    let inner = list(
        vec![0, 1, 3, 3, 4],
        Arc::new(Int32Array::from(vec![1, 2, 3, 4])),
        None,
    );
    let batch = one(list(vec![0, 2, 2, 4], inner, None));
    assert_eq!(all(&batch, "v"), "[[1], [2, 3]] | [] | [[], [4]]");
    assert_eq!(all(&batch, "sum(v)"), "[1, 5] | [] | [0, 4]");
    assert_eq!(all(&batch, "sum(sum(v))"), "6 | 0 | 4");
    assert_eq!(all(&batch, "flatten(v)"), "[1, 2, 3] | [] | [4]");
    assert_eq!(all(&batch, "v[0]"), "[1] | null | []");
    assert_eq!(all(&batch, "v[0][0]"), "1 | null | null");
    assert_eq!(all(&batch, "v[v > 1]"), "[[], [2, 3]] | [] | [[], [4]]");
    assert_eq!(all(&batch, "v[sum(v) > 1]"), "[[2, 3]] | [] | [[4]]");
    assert_eq!(
        all(&batch, "v * sum(v)"),
        "[[1], [10, 15]] | [] | [[], [16]]"
    );
    assert_eq!(
        all(&batch, "sort(v, desc=true)"),
        "[[1], [3, 2]] | [] | [[], [4]]"
    );
    assert_eq!(all(&batch, "max(v)"), "[1, 3] | [] | [null, 4]");
    assert_eq!(all(&batch.slice(2, 1), "v"), "[[], [4]]");
}

#[test]
fn records_in_columns() {
    let pt: ArrayRef = Arc::new(Float64Array::from(vec![3.0, 1.0, 2.0]));
    let ok: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]));
    let fields = Fields::from(vec![
        Field::new("time", DataType::Date32, true),
        Field::new("pt", DataType::Float64, true),
        Field::new("ok", DataType::Boolean, true),
    ]);
    let time: ArrayRef = Arc::new(arrow_array::Date32Array::from(vec![0, 0, 0]));
    let nulls = NullBuffer::from(vec![true, true, false]);
    let muons = StructArray::new(fields, vec![time, pt, ok], Some(nulls));
    let batch = one(list(vec![0, 2, 2, 3], Arc::new(muons), None));
    assert_eq!(all(&batch, "v.pt"), "[3, 1] | [] | [null]");
    assert_eq!(all(&batch, "v.ok"), "[true, null] | [] | [null]");
    assert_eq!(
        all(&batch, "sort(v, by=v.pt).ok"),
        "[null, true] | [] | [null]"
    );
    assert_eq!(all(&batch.slice(1, 2), "v[0].pt"), "null | null");
}

#[test]
fn truth_values_at_any_bit() {
    let truth: Vec<bool> = (0..200).map(|i| i % 3 == 0).collect();
    let column: ArrayRef = Arc::new(BooleanArray::from(truth.clone()));
    let batch = one(column);
    for (start, length) in [(0, 200), (1, 64), (7, 130), (63, 65), (199, 1), (5, 0)] {
        let expected: Vec<String> = truth[start..start + length]
            .iter()
            .map(|t| t.to_string())
            .collect();
        assert_eq!(all(&batch.slice(start, length), "v"), expected.join(" | "));
    }
}

#[test]
fn degrees_are_read_in_radians() {
    let angle: ArrayRef = Arc::new(Float64Array::from(vec![180.0]));
    assert_eq!(all(&batch(vec![("a", "deg", angle)]), "a == pi"), "true");
}

#[test]
fn nothing_at_all() {
    let empty = list(
        vec![0],
        Arc::new(Float64Array::from(Vec::<f64>::new())),
        None,
    );
    let batch = one(empty);
    for text in [
        "v",
        "sum(v)",
        "v[0]",
        "combinations(v, 2).a",
        "sort(v)",
        "v[v > 0] + 1",
        "1 + 1",
    ] {
        assert_eq!(all(&batch, text), "");
    }
}

#[test]
fn not_a_number_has_an_order() {
    let nan = f64::NAN;
    let values: ArrayRef = Arc::new(Float64Array::from(vec![2.0, nan, 1.0, nan, -1.0]));
    let batch = one(list(vec![0, 4, 5], values, None));
    assert_eq!(all(&batch, "sort(v)"), "[1, 2, NaN, NaN] | [-1]");
    assert_eq!(all(&batch, "argsort(v, desc=true)"), "[0, 2, 1, 3] | [0]");
    assert_eq!(all(&batch, "max(v)"), "NaN | -1");
    assert_eq!(all(&batch, "argmax(v)"), "1 | 0");
    assert_eq!(all(&batch, "min(v, 0)"), "[0, NaN, 0, NaN] | [-1]");
    assert_eq!(all(&batch, "v > 0"), "[true, false, true, false] | [false]");
    assert_eq!(
        all(&batch, "v != v"),
        "[false, true, false, true] | [false]"
    );
    assert_eq!(all(&batch, "all(isfinite(v))"), "false | true");
    assert_eq!(all(&batch, "sign(v)"), "[1, NaN, 1, NaN] | [-1]");
}
