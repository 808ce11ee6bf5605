//! Rows: without a waveform, of detectors with constants of their own, in any number and order.

use std::sync::Arc;

use arrow_array::builder::{FixedSizeListBuilder, ListBuilder, UInt16Builder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, Float32Array, Int64Array, StringArray};
use arrow_schema::{DataType, Field};

use crate::data::{SAMPLES, chain, numbers, plain, pulses, run, sample, table};

#[test]
fn a_row_without_a_waveform_gives_nulls() {
    let mut builder = FixedSizeListBuilder::new(UInt16Builder::new(), SAMPLES as i32);
    for row in 0..11 {
        for i in 0..SAMPLES {
            let broken = row == 4 && i == 17;
            builder
                .values()
                .append_option((!broken).then(|| sample(row, i)));
        }
        builder.append(row != 7);
    }
    let batch = table(vec![(
        "waveform",
        "",
        Arc::new(builder.finish()) as ArrayRef,
    )]);
    let chain = chain("[columns]\ny = 'mean(x[0:200])'\nflag = 'mean(x) > 0'\n");
    let found = run(&chain, &batch);
    for (row, number) in numbers(&found, "y").into_iter().enumerate() {
        let expected = (row != 4 && row != 7).then_some(1000.5 + 10.0 * row as f64);
        assert_eq!(number, expected);
    }
    let flags = found.column(1).as_boolean();
    assert_eq!(flags.null_count(), 2);
    assert_eq!(flags.true_count(), 9);
    // The same from a slice of the rows.
    let part = run(&chain, &batch.slice(3, 5));
    assert_eq!(numbers(&part, "y"), numbers(&found, "y")[3..8]);
}

#[test]
fn lists_of_any_length_need_the_right_one() {
    let mut builder = ListBuilder::new(UInt16Builder::new());
    for row in 0..5 {
        let length = if row == 2 { SAMPLES - 1 } else { SAMPLES };
        builder.append_value((0..length).map(|i| Some(sample(row, i))));
    }
    let batch = table(vec![(
        "waveform",
        "",
        Arc::new(builder.finish()) as ArrayRef,
    )]);
    let mut chain = chain("[columns]\ny = 'mean(x[0:200])'\n");
    let error = chain.compile(&batch.schema()).unwrap_err().to_string();
    assert!(error.contains("say length = ... in waveform.x"), "{error}");
    chain.waveforms[0].length = Some(SAMPLES);
    let found = numbers(&run(&chain, &batch), "y");
    assert_eq!(
        found,
        [Some(1000.5), Some(1010.5), None, Some(1030.5), Some(1040.5)]
    );
}

#[test]
fn constants_follow_the_detector() {
    let body = "[constants]\ngain = '2*keV/ADC'\nfrom = '3*us'\n\
        [detectors]\ncolumn = 'detector'\n\
        [detectors.constants.132]\ngain = '10*keV/ADC'\n\
        [detectors.constants.114]\ngain = '20*keV/ADC'\nfrom = '1*us'\n\
        [columns]\ny = 'gain*mean((x - mean(x[0:200]))[from:from + 0.4*us])'\n";
    // Heights 100, 200, ...; detector 114 looks before the step, 999 is not listed.
    let detectors: Vec<i64> = (0..40).map(|row| [132, 999, 114][row % 3]).collect();
    let expected = |row: usize| [10.0, 2.0, 0.0][row % 3] * 100.0 * (row as f64 + 1.0);
    let text: StringArray = detectors
        .iter()
        .map(|number| Some(number.to_string()))
        .collect();
    for column in [
        Arc::new(Int64Array::from(detectors)) as ArrayRef,
        Arc::new(text),
    ] {
        let batch = table(vec![("waveform", "", pulses(40)), ("detector", "", column)]);
        let mut chain = chain(body);
        chain.keep.push("detector".to_owned());
        let found = run(&chain, &batch);
        assert_eq!(found.schema().field(0).name(), "detector");
        for (row, number) in numbers(&found, "y").into_iter().enumerate() {
            let (number, expected) = (number.unwrap(), expected(row));
            assert!(
                (number - expected).abs() < 1e-2,
                "{row}: {number} {expected}"
            );
        }
    }
    let unnamed = table(vec![
        ("waveform", "", pulses(3)),
        ("detector", "", plain(vec![1.0; 3])),
    ]);
    let error = chain(body)
        .compile(&unnamed.schema())
        .unwrap_err()
        .to_string();
    assert!(error.contains("cannot name detectors"), "{error}");
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let body = "[define]\npz = 'pole_zero(x, tau=72*us, baseline=mean(x[0:200]))'\n[columns]\n\
        e = 'trap_max(pz, rise=100, flat=50)'\nt = 'time_point(pz, threshold=50*ADC, from=5*us)'\n";
    let batch = table(vec![("waveform", "", pulses(301))]);
    let chain = chain(body);
    let program = chain.compile(&batch.schema()).unwrap();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| program.process(&batch).unwrap())
    };
    assert_eq!(with(1), with(7));
    // Nor does it matter with which other rows a row is.
    let alone = program.process(&batch.slice(123, 1)).unwrap();
    assert_eq!(alone, with(2).slice(123, 1));
}

#[test]
fn samples_of_any_type_and_waveforms_of_two_lengths() {
    let item = Arc::new(Field::new("item", DataType::Float32, false));
    let coarse: Vec<f32> = (0..5)
        .flat_map(|row| (0..150).map(move |i| f32::from(sample(row, 4 * i))))
        .collect();
    let values = Arc::new(Float32Array::from(coarse));
    let coarse = arrow_array::FixedSizeListArray::new(item, 150, values, None);
    let body = "[waveform.slow]\ncolumn = 'coarse'\nperiod = '40*ns'\n\
        [columns]\nfast = 'extrema(x).max_at'\nslow = 'extrema(slow).max_at'\nokay = 'good'\n";
    let batch = table(vec![
        ("waveform", "", pulses(5)),
        ("coarse", "", Arc::new(coarse)),
        (
            "good",
            "",
            Arc::new(BooleanArray::from(vec![true, false, true, true, false])),
        ),
    ]);
    let found = run(&chain(body), &batch);
    assert_eq!(numbers(&found, "fast"), [Some(2520.0); 5]);
    assert_eq!(numbers(&found, "slow"), [Some(2520.0); 5]);
    assert_eq!(found.column(2).as_boolean().true_count(), 3);
}
