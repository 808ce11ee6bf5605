//! Errors point at the characters and say what to write.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, TimestampSecondArray, UInt64Array};
use photopeak_analysis::expr::{ErrorKind, Program};

use super::common::{batch, complaint, sample};

fn shows(text: &str, expected: &str) {
    assert_eq!(
        complaint(&sample(), text).to_string(),
        expected.trim_start_matches('\n'),
        "{text}"
    );
}

#[test]
fn syntax() {
    shows(
        "pt > ",
        "
the expression ends where a value should be
  | pt > 
  |      ^",
    );
    shows(
        "(pt + 1",
        "
this bracket is never closed by `)`
  | (pt + 1
  | ^",
    );
    shows(
        "n = 3",
        "
found `=` where an operator or the end of the expression should be
  | n = 3
  |   ^
  = help: equality is written `==`",
    );
    shows(
        "x^2",
        "
the character `^` means nothing here
  | x^2
  |  ^
  = help: a power is written `x**2`",
    );
    shows(
        "name == 'mu",
        "
this ' is never closed
  | name == 'mu
  |         ^",
    );
    shows(
        "30 GeV**2",
        "
this power has two readings
  | 30 GeV**2
  | ^^^^^^
  = help: write `30*GeV**2` for the power of the unit, `(30*GeV)**2` for the power of the quantity",
    );
    shows(
        "jet_pt.max()",
        "
found `(` where an operator or the end of the expression should be
  | jet_pt.max()
  |           ^
  = help: functions stand alone, before their arguments: `max(x)`",
    );
    for text in ["x[:, 0]", "x[0, 1]", "x[0:1, 0]"] {
        let help = complaint(&sample(), text).help.unwrap();
        assert!(help.contains("`x[index(x) == 0]`"), "{text}: {help}");
    }
    for text in [
        "", "  ", "1 2", "x[", "x[]", "x[1:2:3]", "f(", "f(a", "a.", "1e999", ")", "a b",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Syntax, "{text}");
    }
    assert_eq!(
        complaint(&sample(), "99999999999999999999").kind,
        ErrorKind::Syntax
    );
}

#[test]
fn names() {
    shows(
        "name == mu",
        "
there is no column `mu`
  | name == mu
  |         ^^
  = help: a text stands in quotes: `'mu'`",
    );
    shows(
        "unheard + 1",
        "
there is no column `unheard`
  | unheard + 1
  | ^^^^^^^
  = help: the columns are n, met, met_phi, name, x, pt and 8 more",
    );
    shows(
        "len(x)",
        "
there is no function `len`
  | len(x)
  | ^^^
  = help: it is called `count` here",
    );
    shows(
        "jet_pT > 30*GeV",
        "
there is no column `jet_pT`
  | jet_pT > 30*GeV
  | ^^^^^^
  = help: did you mean `jet_pt`?",
    );
    shows(
        "n + coutn(x)",
        "
there is no function `coutn`
  | n + coutn(x)
  |     ^^^^^
  = help: did you mean `count`?",
    );
    shows(
        "p4(pt, eta, phi, e).mas",
        "
the record has no field `mas`
  | p4(pt, eta, phi, e).mas
  |                     ^^^
  = help: did you mean `mass`?",
    );
    shows(
        "sort(x, decs=true)",
        "
`sort` has no argument `decs`
  | sort(x, decs=true)
  |         ^^^^
  = help: did you mean `desc`?",
    );
    shows(
        "x(0)",
        "
there is no function `x`
  | x(0)
  | ^
  = help: it is a column; an element of a list is `x[0]`",
    );
    assert_eq!(complaint(&sample(), "`weird`").kind, ErrorKind::Name);
}

#[test]
fn units() {
    shows(
        "sum(pt > 25) == 2",
        "
cannot compare MeV and a plain number
  | sum(pt > 25) == 2
  |     ^^^^^^^
  = help: give the number its unit: `25*MeV`",
    );
    shows(
        "x > 30*GeV",
        "
cannot compare a plain number and GeV
  | x > 30*GeV
  | ^^^^^^^^^^
  = help: `x` has no unit: write `x*GeV`, or give its column a unit in the catalogue's schema",
    );
    shows(
        "met + 3*mm",
        "
cannot add MeV and mm
  | met + 3*mm
  | ^^^^^^^^^^",
    );
    shows(
        "cos(met)",
        "
`cos` needs a plain number; this is in MeV
  | cos(met)
  |     ^^^
  = help: divide by a unit: `met/MeV`",
    );
    for (text, help) in [
        ("exp(met + 1*GeV)", "divide by a unit: `(met + 1*GeV)/MeV`"),
        (
            "exp(max(pt)*met)",
            "divide by a unit: `(max(pt)*met)/(MeV**2)`",
        ),
        ("exp(max(pt, met))", "divide by a unit: `max(pt, met)/MeV`"),
        ("exp(1/met)", "divide by a unit: `(1/met)/(1/MeV)`"),
    ] {
        assert_eq!(complaint(&sample(), text).help.unwrap(), help, "{text}");
    }
}

#[test]
fn types() {
    shows(
        "n && true",
        "
true or false is needed; this is of type integer
  | n && true
  | ^
  = help: compare it with something, as in `n != 0`",
    );
    shows(
        "sum(n)",
        "
a list is needed; this is one value per event
  | sum(n)
  |     ^",
    );
    shows(
        "x[0.5]",
        "
this cannot be an index: it is of type real
  | x[0.5]
  |   ^^^
  = help: an index is an integer, a list of integers, or a mask with one truth value for each element",
    );
    shows(
        "delta_r(x)",
        "
`delta_r` cannot take 1 argument
  | delta_r(x)
  | ^^^^^^^
  = help: it is called as `delta_r(a, b)`",
    );
    for text in [
        "n[0]",
        "n.pt",
        "name + 1",
        "name == 1",
        "zip(a=x) + 1",
        "x[n > 0]",
        "sum(zip(a=x))",
        "sort(zip(a=x))",
        "combinations(x, 5)",
        "combinations(x, n)",
        "combinations(n, 2)",
        "zip(x)",
        "zip()",
        "flatten(x)",
        "x[n:]",
        "where(1, 2, 3)",
        "!n",
        "bit(x, 1)",
        "take(x, -1)",
        "cross(x, cross(x, x, nested=true).a)",
        "delta_r(eta, phi)",
        "with(x, a=n)",
        "sort(x, desc=1)",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Type, "{text}");
    }
}

#[test]
fn columns_that_are_not_understood() {
    let time: ArrayRef = Arc::new(TimestampSecondArray::from(vec![1]));
    let batch = batch(vec![("t", "", time)]);
    let error = complaint(&batch, "t + 1");
    assert_eq!(
        error.message,
        "column `t` has the type Timestamp(s), which cannot be computed with"
    );
}

#[test]
fn the_data_can_contradict() {
    let error = complaint(&sample(), "n + sum(x + jet_eta)");
    assert_eq!(
        error.to_string(),
        "\
event 0: lists of 3 and 2 elements meet
  | n + sum(x + jet_eta)
  |         ^^^^^^^^^^^
  = help: lists combine element by element; `cross(a, b)` makes all pairs"
    );
    let large: ArrayRef = Arc::new(Int64Array::from(vec![0, i64::MAX]));
    let unsigned: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, 1]));
    let batch = batch(vec![("i", "", large), ("u", "", unsigned)]);
    for text in ["i + 1", "i * 2", "-(0 - i - 1)", "abs(0 - i - 1)", "i ** 2"] {
        let error = complaint(&batch, text);
        assert_eq!(error.kind, ErrorKind::Data, "{text}");
        assert!(
            error.message.starts_with("event 1: integer overflow"),
            "{error}"
        );
    }
    let error = complaint(&batch, "u + 1");
    assert!(error.message.contains("18446744073709551615"), "{error}");
    assert_eq!(
        complaint(&batch, "9223372036854775807 + 1").kind,
        ErrorKind::Data
    );
}

#[test]
fn definitions() {
    let batch = sample();
    let mut program = Program::new(&batch.schema());
    program.define("good", "x > 0").unwrap();
    for (name, text) in [
        ("good", "x"),
        ("pt", "x"),
        ("1a", "x"),
        ("and", "x"),
        ("", "x"),
        ("a.b", "x"),
    ] {
        assert_eq!(
            program.define(name, text).unwrap_err().kind,
            ErrorKind::Name,
            "{name}"
        );
    }
    let error = program.add_selection("good").unwrap_err();
    assert_eq!(
        error.help.as_deref(),
        Some("say how many must pass: `any(...)`, `all(...)` or `sum(...) >= 2`")
    );
    assert!(program.add_selection("any(good)").is_ok());
}

#[test]
fn hostile_sizes_are_refused() {
    let deep = [
        "(".repeat(100_000),
        "-".repeat(60_000) + "1",
        "!".repeat(60_000) + "true",
        "x[".repeat(20_000),
        "abs(".repeat(15_000),
        "1".to_owned() + &"+1".repeat(30_000),
        "x".to_owned() + &"[0]".repeat(20_000),
        "n".to_owned() + &".a".repeat(30_000),
        "2**".repeat(20_000) + "2",
        "not ".repeat(16_000) + "true",
    ];
    for text in deep {
        let error = complaint(&sample(), &text);
        let start: String = text.chars().take(10).collect();
        assert!(
            matches!(
                error.kind,
                ErrorKind::Limit | ErrorKind::Syntax | ErrorKind::Type
            ),
            "{start}"
        );
        assert!(error.to_string().len() < 1000, "{start}");
    }
    // Records that double with every definition.
    let batch = sample();
    let mut program = Program::new(&batch.schema());
    program.define("r0", "zip(a=x)").unwrap();
    let grow = |i: usize| format!("combinations(r{}, 4)", i - 1);
    let failed = (1..40).find(|&i| program.define(&format!("r{i}"), &grow(i)).is_err());
    assert!(failed.is_some_and(|i| i < 10));
    let mut program = Program::new(&batch.schema());
    program.define("r0", "zip(a=x)").unwrap();
    let nest = |i: usize| format!("zip(a=r{})", i - 1);
    let failed = (1..100).find(|&i| program.define(&format!("r{i}"), &nest(i)).is_err());
    assert!(failed.is_some_and(|i| i < 40));
    // Long chains of definitions are fine: nothing recurses along them.
    let mut program = Program::new(&batch.schema());
    program.define("d0", "x").unwrap();
    for i in 1..5000 {
        program
            .define(&format!("d{i}"), &format!("d{} + x", i - 1))
            .unwrap();
    }
    let id = program.add("sum(d4999)").unwrap();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 0);
    let value = evaluator.eval(id, &mut batch.clone()).unwrap();
    assert_eq!(value.json(2), "20000");
}
