//! UHI JSON: what is written, what is read, and what is refused where.

use photopeak_hist::axis::{Category, Labels};
use photopeak_hist::uhi::{self, Limits};
use photopeak_hist::{Axis, Flow, Histogram, StorageKind};

const REGULAR: &str = r#"{"type":"regular","lower":0,"upper":2,"bins":2,"underflow":true,"overflow":false,"circular":false}"#;

fn document(axes: &str, storage: &str) -> String {
    format!(r#"{{"uhi_schema":1,"axes":[{axes}],"storage":{storage}}}"#)
}

#[test]
fn every_axis_returns() {
    let growing = Category::growing(Labels::Int(vec![-4, 9_007_199_254_740_993])).unwrap();
    let axes = vec![
        Axis::regular(2, 0.1, 0.3)
            .unwrap()
            .with_name("m")
            .with_label("Mass")
            .with_unit("GeV"),
        Axis::variable(vec![0.0, 0.1, 7e-9 + 1.0])
            .unwrap()
            .with_flow(Flow {
                underflow: true,
                overflow: false,
            }),
        Axis::integer(-1, 1).unwrap(),
        Axis::categories(["a", "ü \"q\" NaN"])
            .unwrap()
            .with_flow(Flow::NONE),
        Axis::Category(growing),
        Axis::boolean(),
        Axis::regular(2, 0.0, 1.0).unwrap().with_circular(),
    ];
    for kind in [StorageKind::Int, StorageKind::Double, StorageKind::Weighted] {
        let mut hist = Histogram::new(axes.clone(), kind)
            .unwrap()
            .with_title("All of it, NaN");
        hist.metadata.insert("year".to_owned(), 2024i64.into());
        let columns = [
            0.15.into(),
            0.05.into(),
            0i64.into(),
            "a".into(),
            7i64.into(),
            true.into(),
            0.6.into(),
        ];
        hist.fill(&columns, None).unwrap();
        let nan = [
            f64::NAN.into(),
            0.05.into(),
            0i64.into(),
            "a".into(),
            7i64.into(),
            true.into(),
            0.6.into(),
        ];
        hist.fill(&nan, None).unwrap();
        assert_eq!(uhi::read(&uhi::write(&hist).unwrap()).unwrap(), hist);
    }
}

#[test]
fn profiles_return() {
    for kind in [StorageKind::Mean, StorageKind::WeightedMean] {
        let mut hist = Histogram::new(vec![Axis::integer(0, 3).unwrap()], kind).unwrap();
        hist.fill_profile(&[(&[0i64, 0, 1]).into()], &[1.0, 2.0, 7.0], None)
            .unwrap();
        let text = uhi::write(&hist).unwrap();
        assert!(!text.contains("NaN") && !text.contains("null"), "{text}");
        assert_eq!(uhi::read(&text).unwrap(), hist);
    }
}

#[test]
fn many_by_name() {
    let hist = Histogram::new(vec![Axis::boolean()], StorageKind::Int).unwrap();
    let text = uhi::write_all([("b", &hist), ("a", &hist)]).unwrap();
    assert_eq!(
        uhi::read_all(&text)
            .unwrap()
            .into_keys()
            .collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(
        uhi::read(&text)
            .unwrap_err()
            .to_string()
            .contains("2 histograms where one is expected")
    );
    assert!(uhi::write_all([("a", &hist), ("a", &hist)]).is_err());
}

#[test]
fn sparse_empty_and_bare_nan() {
    let sparse = document(
        REGULAR,
        r#"{"type":"weighted","index":[[0,2]],"values":[1,2.5],"variances":[1,3]}"#,
    );
    assert_eq!(uhi::read(&sparse).unwrap().values(true), [1.0, 0.0, 2.5]);
    assert_eq!(
        uhi::read(&document(REGULAR, r#"{"type":"int"}"#))
            .unwrap()
            .values(true),
        [0.0; 3]
    );
    let none = document(REGULAR, r#"{"type":"double","index":[[]],"values":[]}"#);
    assert_eq!(uhi::read(&none).unwrap().values(true), [0.0; 3]);
    let mean = document(
        REGULAR,
        r#"{"type":"mean","counts":[0,1,2],"values":[0,3,1.5],"variances":[-0.0,NaN,0.5]}"#,
    );
    let mean = uhi::read(&mean).unwrap();
    assert_eq!(mean.variances(true).unwrap()[2], 0.5);
    assert_eq!(mean.entries(), 3);
}

#[test]
fn what_is_not_finite_is_not_written() {
    let mut hist =
        Histogram::new(vec![Axis::integer(0, 1).unwrap()], StorageKind::Weighted).unwrap();
    hist.fill(&[0i64.into()], Some(&[1e200])).unwrap();
    let message = uhi::write(&hist).unwrap_err().to_string();
    assert!(message.contains("variances of the histogram"), "{message}");
}

/// The text is refused with a message that contains `says`.
#[track_caller]
fn refused(text: &str, says: &str) {
    let message = uhi::read_all(text).unwrap_err().to_string();
    assert!(message.contains(says), "{message}");
}

#[test]
fn faults_are_located() {
    let int = r#"{"type":"int","values":[1,2,3]}"#;
    assert_eq!(uhi::read(&document(REGULAR, int)).unwrap().entries(), 6);
    refused("", "at $: not JSON");
    refused("[1]", "at $: found an array, need an object");
    refused(r#"{"h":3}"#, "at $.h: found 3, need an object");
    refused(
        r#"{"uhi_schema":2,"axes":[],"storage":{}}"#,
        "at $.uhi_schema: schema 2",
    );
    refused(
        r#"{"h":{"axes":[]}}"#,
        "at $.h: the key `uhi_schema` is missing",
    );
    refused(&document("", int), "at $.axes: 0 axes");
    refused(&document(&[REGULAR; 9].join(","), int), "at $.axes: 9 axes");
    refused(
        &document(r#"{"type":"spiral"}"#, int),
        "at $.axes[0].type: unknown axis type `spiral`",
    );
    refused(
        &document(&REGULAR.replace("\"bins\":2", "\"bins\":2.5"), int),
        "at $.axes[0].bins: found 2.5",
    );
    refused(
        &document(&REGULAR.replace("\"bins\":2", "\"bins\":-1"), int),
        "at $.axes[0]",
    );
    refused(
        &document(&REGULAR.replace("\"upper\":2", "\"upper\":-2"), int),
        "lo < hi",
    );
    refused(
        &document(&REGULAR.replace("\"upper\":2", "\"upper\":NaN"), int),
        "at $.axes[0].upper: found null",
    );
    refused(
        &document(
            &REGULAR.replace("\"circular\":false", "\"circular\":true"),
            int,
        ),
        "circular axis",
    );
    refused(
        &document(REGULAR, r#"{"type":"int","values":[1,2]}"#),
        "at $.storage.values: array of shape [2]",
    );
    refused(
        &document(REGULAR, r#"{"type":"int","values":[[1],[2],[3]]}"#),
        "shape [3, 1]",
    );
    refused(
        &document(REGULAR, r#"{"type":"int","values":[1,[2],3]}"#),
        "rectangular",
    );
    refused(
        &document(REGULAR, r#"{"type":"int","values":[1,2,0.5]}"#),
        "no whole number",
    );
    refused(
        &document(REGULAR, r#"{"type":"int","values":[1,2,1e300]}"#),
        "no whole number",
    );
    refused(
        &document(REGULAR, r#"{"type":"int","values":"data.h5"}"#),
        "not followed",
    );
    refused(
        &document(REGULAR, r#"{"type":"weighted","values":[1,2,3]}"#),
        "at $.storage: the key `variances`",
    );
    refused(
        &document(REGULAR, r#"{"type":"int","index":[[3]],"values":[1]}"#),
        "slot number 3 outside 0..3",
    );
    refused(
        &document(REGULAR, r#"{"type":"int","index":[[1,1]],"values":[1,2]}"#),
        "given twice",
    );
    refused(
        &document(REGULAR, r#"{"type":"int","index":[[1]],"values":[1,2]}"#),
        "1 indexed bins",
    );
    refused(r#"{"a":1,"a":2}"#, "key `a` is given twice");
    refused(
        &document(
            r#"{"type":"category_int","categories":[1,"x"],"flow":true}"#,
            int,
        ),
        "categories[1]: found text",
    );
}

#[test]
fn small_texts_cannot_claim_much() {
    let large = REGULAR.replace("\"bins\":2", "\"bins\":100000000");
    refused(&document(&large, r#"{"type":"int"}"#), "left of the limit");
    refused(
        &document(
            &REGULAR.replace("\"bins\":2", "\"bins\":1e15"),
            r#"{"type":"int"}"#,
        ),
        "at $.axes[0]",
    );
    let medium = REGULAR.replace("\"bins\":2", "\"bins\":10000");
    refused(
        &document(&format!("{medium},{medium}"), r#"{"type":"int"}"#),
        "left of the limit",
    );
    let deep = "[".repeat(100_000);
    refused(
        &document(REGULAR, &format!(r#"{{"type":"int","values":{deep}"#)),
        "recursion limit",
    );
    let limits = Limits {
        bytes: 10,
        ..Limits::default()
    };
    assert!(
        uhi::read_all_within("{\"a\": \"long\"}", &limits)
            .unwrap_err()
            .to_string()
            .contains("limit is 10")
    );
}
