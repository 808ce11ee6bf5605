//! Fills from Arrow arrays equal fills from slices; nulls are counted.

use arrow_array::types::Int8Type;
use arrow_array::{
    Array, BooleanArray, DictionaryArray, Float32Array, Float64Array, Int16Array, LargeStringArray,
    ListArray, NullArray, StringArray, StringViewArray, UInt8Array, UInt64Array, types,
};
use photopeak_hist::axis::{Category, Labels};
use photopeak_hist::{Axis, Histogram, StorageKind};

fn filled(axis: Axis, array: &dyn Array) -> Histogram {
    let mut hist = Histogram::new(vec![axis], StorageKind::Int).unwrap();
    hist.fill_arrow(&[array], None).unwrap();
    hist
}

/// Contents with flow, and the number missing, after filling one axis.
#[track_caller]
fn check(axis: Axis, array: &dyn Array, values: &[f64], missing: u64) {
    let hist = filled(axis, array);
    assert_eq!(
        (hist.values(true).as_slice(), hist.tallies().missing.entries),
        (values, missing)
    );
}

#[test]
fn numbers() {
    let axis = || Axis::regular(2, 0.0, 2.0).unwrap();
    let values = &[0.0, 1.0, 1.0, 1.0];
    check(
        axis(),
        &Float64Array::from(vec![Some(0.0), Some(1.0), None, Some(7.0)]),
        values,
        1,
    );
    check(
        axis(),
        &Float32Array::from(vec![Some(0.0), None, Some(1.0), Some(7.0)]),
        values,
        1,
    );
    check(axis(), &Int16Array::from(vec![0, 1, 2]), values, 0);
    check(axis(), &UInt8Array::from(vec![0, 1, 255]), values, 0);
    check(axis(), &UInt64Array::from(vec![0, 1, u64::MAX]), values, 0);
    check(
        axis(),
        &BooleanArray::from(vec![Some(true), Some(false), None]),
        &[0.0, 1.0, 1.0, 0.0],
        1,
    );
    let sliced = Float64Array::from(vec![None, Some(0.0), Some(1.0), Some(2.0), None]).slice(1, 3);
    check(axis(), &sliced, values, 0);
}

#[test]
fn texts() {
    let axis = || Axis::categories(["e", "mu"]).unwrap();
    let texts = vec![Some("mu"), None, Some("tau"), Some("mu")];
    let values = &[0.0, 2.0, 1.0];
    check(axis(), &StringArray::from(texts.clone()), values, 1);
    check(axis(), &LargeStringArray::from(texts.clone()), values, 1);
    check(axis(), &StringViewArray::from(texts.clone()), values, 1);
    let dictionary: DictionaryArray<Int8Type> = texts.into_iter().collect();
    check(axis(), &dictionary, values, 1);
    check(axis(), &dictionary.slice(1, 2), &[0.0, 0.0, 1.0], 1);
}

#[test]
fn growth_takes_only_labels_in_use() {
    let growing = Axis::Category(Category::growing(Labels::Text(vec![])).unwrap());
    let dictionary: DictionaryArray<Int8Type> = vec![Some("a"), Some("b"), None, Some("c")]
        .into_iter()
        .collect();
    let hist = filled(growing, &dictionary.slice(1, 3));
    assert_eq!(hist.axes()[0].labels().unwrap(), ["b", "c"]);
    assert_eq!(hist.values(true), [1.0, 1.0]);
}

#[test]
fn null_weights_count_as_missing() {
    let axis = Axis::regular(1, 0.0, 1.0).unwrap();
    let mut hist = Histogram::new(vec![axis], StorageKind::Weighted).unwrap();
    let x = Float64Array::from(vec![0.5; 4]);
    let weight = Float64Array::from(vec![Some(2.0), None, Some(3.0), Some(f64::NAN)]);
    hist.fill_arrow(&[&x], Some(&weight)).unwrap();
    assert_eq!(
        (hist.sum(true), hist.variances(false).unwrap()),
        (5.0, vec![13.0])
    );
    assert_eq!(
        (
            hist.tallies().missing.entries,
            hist.tallies().bad_weight.entries
        ),
        (1, 1)
    );
    assert_eq!(hist.entries(), 4);
}

#[test]
fn missing_wins_over_nan() {
    let axis = || Axis::regular(1, 0.0, 1.0).unwrap();
    let mut hist = Histogram::new(vec![axis(), axis()], StorageKind::Int).unwrap();
    let x = Float64Array::from(vec![f64::NAN, 0.5]);
    let y = Float64Array::from(vec![None, Some(0.5)]);
    hist.fill_arrow(&[&x, &y], None).unwrap();
    assert_eq!(
        (hist.tallies().missing.entries, hist.tallies().nan.entries),
        (1, 0)
    );
}

#[test]
fn other_arrays_are_refused() {
    let mut hist = Histogram::new(vec![Axis::boolean()], StorageKind::Int).unwrap();
    let lists = ListArray::from_iter_primitive::<types::Int32Type, _, _>(vec![Some(vec![Some(1)])]);
    let message = hist.fill_arrow(&[&lists], None).unwrap_err().to_string();
    assert!(message.contains("flatten lists first"), "{message}");
    assert!(hist.fill_arrow(&[&NullArray::new(1)], None).is_err());
}
