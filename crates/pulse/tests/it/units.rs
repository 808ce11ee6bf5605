//! Units: of columns that come out, and where they do not fit.

use arrow_schema::DataType;

use crate::data::{chain, plain, pulses, table};

/// The unit that a column of this value gets.
#[track_caller]
fn check(value: &str, expected: &str) {
    let chain = chain(&format!("[columns]\ny = \"{value}\"\n"));
    let batch = table(vec![
        ("waveform", "", pulses(1)),
        ("gain", "keV/ADC", plain(vec![0.5])),
    ]);
    let program = chain
        .compile(&batch.schema())
        .unwrap_or_else(|error| panic!("{error}"));
    let unit = program.schema().field(0).metadata().get("unit");
    assert_eq!(unit.map_or("", String::as_str), expected, "{value}");
}

#[test]
fn of_results() {
    check("mean(x)", "ADC");
    check("extrema(x).max_at", "ns");
    check("line_fit(x).slope", "ADC/samples");
    check("trap_fixed(x, at=1*us, rise=10, flat=5)", "ADC*samples");
    check("gain*mean(x)", "keV");
    check("maximum(gain*x)", "keV");
    check("maximum(x)/mean(x)", "");
    check("crossings(x, 5*ADC)", "");
    // The same processor with the same numbers in other units.
    check("maximum(x*2) + maximum(x*2)", "ADC");
    check("maximum((x*2)*(2*keV))/(1*keV) + maximum((x*2)*2)", "ADC");
}

#[test]
fn a_unit_that_is_asked_for_is_converted() {
    let body = "[columns]\nt = {value = 'extrema(x).max_at', unit = 'us', description = 'the step'}\nbig = 'maximum(x) > 5*ADC'\n";
    let batch = table(vec![("waveform", "", pulses(3))]);
    let found = crate::data::run(&chain(body), &batch);
    assert_eq!(crate::data::numbers(&found, "t"), [Some(2.52); 3]);
    let schema = found.schema();
    assert_eq!(schema.field(0).metadata()["description"], "the step");
    assert_eq!(schema.field(1).data_type(), &DataType::Boolean);
}
