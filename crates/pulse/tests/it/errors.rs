//! What a chain says when it is wrong: where, what, and what would be right.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use photopeak_pulse::Chain;

use crate::data::{plain, pulses, table};

const HEAD: &str = "title = 'test'\n[waveform.x]\ncolumn = 'waveform'\nperiod = '10*ns'\n";

/// The message for a chain that cannot be parsed or compiled.
#[track_caller]
fn message(text: &str) -> String {
    let batch = table(vec![
        ("waveform", "", pulses(1)),
        ("energy", "keV", plain(vec![1.0])),
        (
            "comment",
            "",
            Arc::new(StringArray::from(vec!["a"])) as ArrayRef,
        ),
    ]);
    let compiled = Chain::parse("test.toml", text).and_then(|chain| chain.compile(&batch.schema()));
    compiled.unwrap_err().to_string()
}

#[track_caller]
fn check(body: &str, expected: &str) {
    let found = message(&format!("{HEAD}{body}"));
    assert!(found.contains(expected), "{found}");
}

#[track_caller]
fn expression(value: &str, expected: &str) {
    check(&format!("[columns]\ny = \"{value}\"\n"), expected);
}

#[test]
fn the_place_is_marked() {
    let found = message(&format!(
        "{HEAD}[define]\npz = \"pole_zro(x, tau=72*us)\"\n[columns]\ny = 'mean(pz)'\n"
    ));
    let expected = "test.toml: define.pz: there is no processor pole_zro; did you mean pole_zero?\n  \
        | pole_zro(x, tau=72*us)\n  | ^^^^^^^^";
    assert_eq!(found, expected);
}

#[test]
fn of_the_description() {
    check("[colums]\n", "unknown field `colums`");
    check("[columns]\ny = 5\n", "columns.y");
    check(
        "[constants]\na = [1]\n[columns]\n",
        "constants.a is array; it takes an expression or a number",
    );
    check(
        "[constants]\nx = 1\n[columns]\n",
        "there are two of the name x",
    );
    check(
        "[define]\n\"a.b\" = 'x'\n[columns]\n",
        "\"a.b\" cannot be a name",
    );
    check("[columns]\ny = {value = '1', units = 'ns'}\n", "columns.y");
    let twice = message(&format!("keep = ['y']\n{HEAD}[columns]\ny = '1'\n"));
    assert!(twice.contains("the column y comes out twice"), "{twice}");
    let found = message(&HEAD.replace("10*ns", "10 furlongs"));
    assert!(found.contains("missing field `columns`"), "{found}");
    let found = message(&format!(
        "{}[columns]\n",
        HEAD.replace("10*ns", "10 furlongs")
    ));
    assert!(
        found.contains("period \"10 furlongs\" of waveform.x: a time such as \"10*ns\""),
        "{found}"
    );
}

#[test]
fn of_the_data() {
    let other = |column: &str| {
        message(&format!(
            "{}[columns]\n",
            HEAD.replace("'waveform'", column)
        ))
    };
    assert!(other("'waveforms'").contains("waveforms: is not in the data; did you mean waveform?"));
    assert!(other("'energy'").contains("energy: Float64 is not a waveform"));
    check(
        "[columns]\ny = 'comment'\n",
        "comment: a column of Utf8 is not a number",
    );
    check(
        "[detectors]\ncolumn = 'channel'\nconstants = {}\n[columns]\n",
        "column channel: is not in the data",
    );
    let detector =
        "[constants]\ngain = 1\n[detectors]\ncolumn = 'comment'\n[detectors.constants.1]\n";
    check(
        &format!("{detector}gainn = 2\n[columns]\n"),
        "detectors.constants.1.gainn is not among the constants; did you mean gain?",
    );
    check(
        &format!("{detector}gain = '2*ns'\n[columns]\ny = 'gain'\n"),
        "detectors.constants.1: a constant has another unit",
    );
}

#[test]
fn of_the_period() {
    let compile = |head: &str, period: Option<&str>| {
        let batch = table(vec![("waveform", "", pulses(1))]);
        let mut field = batch.schema().field(0).clone();
        let metadata = period.map(|period| ("period".to_owned(), period.to_owned()));
        field.set_metadata(
            metadata
                .into_iter()
                .collect::<std::collections::HashMap<_, _>>(),
        );
        let schema = arrow_schema::Schema::new(vec![field]);
        let text = format!("{head}[columns]\ny = 'extrema(x).max_at'\n");
        let compiled = Chain::parse("test.toml", &text).and_then(|chain| chain.compile(&schema));
        compiled.map(|_| ()).map_err(|error| error.to_string())
    };
    let silent = HEAD.replace("period = '10*ns'\n", "");
    assert_eq!(compile(&silent, Some("16*ns")), Ok(()));
    assert_eq!(compile(HEAD, Some("0.01*us")), Ok(()));
    let wrong = |head: &str, period: Option<&str>, expected: &str| {
        let found = compile(head, period).unwrap_err();
        assert!(found.contains(expected), "{found}");
    };
    wrong(
        &silent,
        None,
        "column waveform: does not say how long a sample is; say period",
    );
    wrong(
        HEAD,
        Some("16*ns"),
        "has samples of 16 ns; waveform.x says 10 ns",
    );
    wrong(&silent, Some("fast"), "period \"fast\" of waveform.x");
}

#[test]
fn of_names() {
    expression("enery", "there is no enery; did you mean energy?");
    expression("mean", "mean is a processor: mean(...)");
    expression(
        "line_fit(x).slop",
        "line_fit gives no slop; did you mean slope?",
    );
    expression("line_fit(x)", "all of line_fit; choose one of .mean, .rms");
    expression(
        "energy.mean",
        "only processors with several results have fields",
    );
    expression(
        "trapezoid(x, rice=4)",
        "trapezoid has no argument rice; did you mean rise?",
    );
    expression("trapezoid(x, rise=4)", "trapezoid needs flat");
    expression("trapezoid(x, 4, rise=4, flat=1)", "given already");
    expression("mean(x, 4)", "mean takes 1 arguments at most");
    expression(
        "value_at(x, at=5, how='cubik')",
        "how of value_at is one of 'linear', 'cubic'",
    );
    check("[define]\na = 'b'\nb = 'a'\n[columns]\n", "a needs itself");
    check(
        "[constants]\na = 'energy'\n[columns]\n",
        "a constant is a number or a word",
    );
}

#[test]
fn of_units_and_sizes() {
    expression(
        "mean(x) + 5",
        "+ between a number in ADC and a plain number",
    );
    expression("extrema(x).max_at + 5", "write samples as 10*samples");
    expression(
        "energy > 5*ns",
        "> between a number in keV and a number in samples",
    );
    expression(
        "x",
        "a column is a number for each waveform; this is a waveform",
    );
    expression(
        "time_point(x, threshold=5*keV, from=1*us)",
        "threshold of time_point is a number in ADC",
    );
    expression(
        "trapezoid(x, rise=0, flat=1)",
        "rise of trapezoid: 0 is less than 1",
    );
    expression(
        "trapezoid(x, rise=15*ns, flat=1)",
        "1.5 is not a whole number of samples",
    );
    expression(
        "trapezoid(x, rise=400, flat=1)",
        "the trapezoid is 801 samples wide",
    );
    expression("mean(x[0:601])", "sample 601 is beyond the waveform's 600");
    expression("mean(x[5:5])", "the stretch from sample 5 to 5 is empty");
    expression("mean(x[0:energy])", "use window(x, from, length)");
    expression(
        "pole_zero(x, tau=-1*us)",
        "a time constant must be positive",
    );
    expression("convolve(x, t0_filter(9e8, 9e8))", "16777216 at most");
    expression("sqrt(energy)", "sqrt is of a plain number");
    check(
        "[columns]\ny = {value = 'energy', unit = 'us'}\n",
        "this has keV, which is not \"us\"",
    );
    check(
        "[columns]\ny = {value = 'energy', unit = 'Kev'}\n",
        "unknown unit \"Kev\"; did you mean keV?",
    );
}

#[test]
fn what_is_too_deep_is_refused() {
    expression(&"(".repeat(100_000), "more than 64 levels of parentheses");
    expression(
        &format!("1{}", " + 1".repeat(100_000)),
        "more than 200 operators",
    );
    expression(
        &format!("x{}", "[0:9]".repeat(100_000)),
        "more than 200 operators",
    );
    let names = (0..5000)
        .map(|n| format!("a{n} = 'a{} + 1'\n", n + 1))
        .collect::<String>();
    check(
        &format!("[define]\n{names}a5000 = '1'\n[columns]\n"),
        "more than 256 expressions within each other",
    );
}
