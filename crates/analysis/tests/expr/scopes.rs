//! Scopes: what is forgotten and what is shared; functions of the user; constants; columns
//! that mean something else.

use photopeak_analysis::expr::{ErrorKind, ExprError, ExprId, Program};

use super::common::sample;

/// The value of every event of the sample, in one line.
fn show(program: &Program, id: ExprId) -> String {
    let mut batch = sample();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 0);
    let value = evaluator.eval(id, &mut batch).unwrap();
    let rows: Vec<String> = (0..3).map(|row| value.json(row)).collect();
    rows.join(" | ")
}

fn program() -> Program {
    Program::new(&sample().schema())
}

fn shows(error: ExprError, expected: &str) {
    assert_eq!(error.to_string(), expected.trim_start_matches('\n'));
}

#[test]
fn a_scope_forgets_names_and_shares_work() {
    let mut program = program();
    program.define("good", "pt > 25*GeV").unwrap();
    program.define_function("twice(x)", "2*x").unwrap();
    program.define_constant("cut", "3").unwrap();
    program.override_column("met", "met + 1*GeV").unwrap();
    let first = program.add("sum(good) + twice(n)").unwrap();
    let other = program.add("met").unwrap();
    program.begin_scope();
    for (text, kind) in [
        ("good", ErrorKind::Name),
        ("twice(n)", ErrorKind::Name),
        ("cut", ErrorKind::Name),
    ] {
        assert_eq!(program.add(text).unwrap_err().kind, kind, "{text}");
    }
    // The names are free again, and equal expressions are the same however they are written.
    program.define("hard", "pt > 25000*MeV").unwrap();
    let second = program.add("sum(hard) + 2 * n").unwrap();
    let met = program.add("met").unwrap();
    assert!(program.same(first, second));
    assert!(!program.same(other, met));
    assert_eq!(show(&program, first), "8 | 0 | 3");
    assert_eq!(show(&program, other), "36000 | 11000 | 121000");
    assert_eq!(show(&program, met), "35000 | 10000 | 120000");
}

#[test]
fn a_variation_renews_only_what_depends_on_it() {
    let mut program = program();
    let texts = [
        "count(jets[jets.pt > 25.4*GeV])",
        "sum(p4(pt, eta, phi, e)).mass",
        "jets[0].pt",
    ];
    let mut compile = |column: Option<&str>| -> Vec<ExprId> {
        program.begin_scope();
        if let Some(text) = column {
            program.override_column("jet_pt", text).unwrap();
        }
        program
            .define("jets", "zip(pt=jet_pt, eta=jet_eta)")
            .unwrap();
        texts.map(|text| program.add(text).unwrap()).to_vec()
    };
    let nominal = compile(None);
    let up = compile(Some("jet_pt * 1.02"));
    let unchanged = compile(Some("jet_pt"));
    assert!(!program.same(nominal[0], up[0]) && !program.same(nominal[2], up[2]));
    assert!(program.same(nominal[1], up[1]));
    for (a, b) in nominal.iter().zip(&unchanged) {
        assert!(program.same(*a, *b));
    }
    assert_eq!(show(&program, nominal[0]), "1 | 1 | 0");
    assert_eq!(show(&program, up[0]), "2 | 1 | 0");
    assert_eq!(show(&program, up[2]), "25500 | 30600 | null");
}

#[test]
fn overrides_fit_the_column() {
    let mut program = program();
    // Converted to the column's unit, kind and lists.
    program.override_column("met", "0.05*TeV").unwrap();
    program.override_column("jet_pt", "30*GeV").unwrap();
    program.override_column("x", "n").unwrap();
    program.override_column("e", "0").unwrap();
    program.override_column("charge", "-charge").unwrap();
    for (text, expected) in [
        ("met", "50000 | 50000 | 50000"),
        ("jet_pt", "[30000, 30000] | [30000] | []"),
        ("x / 2", "[1.5, 1.5, 1.5] | [] | [0.5]"),
        ("e", "[0, 0, 0] | [] | [0]"),
        ("charge", "[-1, 1, -1] | [] | [1]"),
    ] {
        let id = program.add(text).unwrap();
        assert_eq!(show(&program, id), expected, "{text}");
    }
    // Columns that are read as a collection are overridden too.
    let id = program.add("jet[jet.pt >= 30*GeV].pt").unwrap();
    assert_eq!(
        show(&program, id),
        "[30000, 30000] | [30000] | []",
        "collection"
    );
    // One more change sees the earlier one.
    program.override_column("met", "2 * met").unwrap();
    let id = program.add("met/GeV").unwrap();
    assert_eq!(show(&program, id), "100 | 100 | 100");

    shows(
        program.override_column("jet_pT", "2").unwrap_err(),
        "
there is no column `jet_pT` to override
  | jet_pT
  | ^^^^^^
  = help: did you mean `jet_pt`?",
    );
    shows(
        program.override_column("met", "1 + met_phi").unwrap_err(),
        "
`met` is in MeV; this is a plain number
  | 1 + met_phi
  | ^^^^^^^^^^^",
    );
    shows(
        program.override_column("met", "pt").unwrap_err(),
        "
`met` is of type real [MeV]; this is of type list of real [MeV]
  | pt
  | ^^",
    );
    for (column, text) in [
        ("name", "1"),
        ("tight", "x"),
        ("n", "name"),
        ("met", "zip(a=met)"),
    ] {
        let error = program.override_column(column, text).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Type, "{column}");
    }
}

#[test]
fn functions_take_numbers_lists_and_records() {
    let mut program = program();
    let define = |program: &mut Program, signature: &str, body: &str| {
        program.define_function(signature, body).unwrap();
    };
    define(
        &mut program,
        "mt_w(lepton, met, phi)",
        "sqrt(2*lepton.pt*met*(1-cos(lepton.phi-phi)))",
    );
    define(&mut program, "twice(x)", "x + x");
    define(&mut program, "four_times(x)", "twice(twice(x))");
    program.define("leptons", "p4(pt, eta, phi, e)").unwrap();
    for (text, expected) in [
        (
            "mt_w(leptons, met, leptons.phi)/GeV",
            "[0, 0, 0] | [] | [0]",
        ),
        (
            "mt_w(leptons[0], met, phi=leptons[0].phi + pi)/GeV == 2*sqrt(50*35)",
            "true | false | false",
        ),
        ("four_times(n)", "12 | 0 | 4"),
        ("four_times(x)", "[4, 10, -12] | [] | [16]"),
        ("twice(leptons).e/GeV", "[120, 100, 160] | [] | [80]"),
    ] {
        let id = program.add(text).unwrap();
        assert_eq!(show(&program, id), expected, "{text}");
    }
    // The call is the same work as its body.
    let call = program.add("twice(met)").unwrap();
    let body = program.add("met + met").unwrap();
    assert!(program.same(call, body));
}

#[test]
fn an_error_in_a_body_shows_the_body_and_the_call() {
    let mut program = program();
    program.define_function("plus(a, b)", "a.pt + b").unwrap();
    program
        .define_function("outer(x)", "2 * plus(x, 1)")
        .unwrap();
    program.define("leptons", "p4(pt, eta, phi, e)").unwrap();
    shows(
        program.add("sum(outer(leptons))").unwrap_err(),
        "
cannot add MeV and a plain number
  | a.pt + b
  | ^^^^^^^^
in this call of `plus`
  | 2 * plus(x, 1)
  |     ^^^^^^^^^^
in this call of `outer`
  | sum(outer(leptons))
  |     ^^^^^^^^^^^^^^
  = help: `b` has no unit: write `b*MeV`, or give its column a unit in the catalogue's schema",
    );
    // What only the data can tell, too.
    program.define_function("add(a, b)", "a + b").unwrap();
    let id = program.add("add(x, jet_eta)").unwrap();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 0);
    let error = evaluator.eval(id, &mut sample()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\
event 0: lists of 3 and 2 elements meet
  | a + b
  | ^^^^^
in this call of `add`
  | add(x, jet_eta)
  | ^^^^^^^^^^^^^^^
  = help: lists combine element by element; `cross(a, b)` makes all pairs"
    );
}

#[test]
fn a_function_sees_what_was_before_it() {
    let mut program = program();
    program.define_constant("threshold", "25*GeV").unwrap();
    program.define_function("hard(x)", "x > threshold").unwrap();
    let error = program.define_function("f(x)", "f(x)").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Name);
    let error = program.define_function("f(x)", "later + x").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Name);
    // A parameter hides a column and a unit.
    program.define_function("g(met, m)", "met + m").unwrap();
    let id = program.add("g(1, 2)").unwrap();
    assert_eq!(show(&program, id), "3 | 3 | 3");
    shows(
        program.define_function("h(x)", "threshhold*x").unwrap_err(),
        "
there is no column `threshhold`
  | threshhold*x
  | ^^^^^^^^^^
  = help: did you mean `threshold`?",
    );
    for signature in [
        "sum(x)",
        "met(x)",
        "threshold(x)",
        "hard(x)",
        "not(x)",
        "f(x, x)",
        "pt(x)",
    ] {
        let error = program.define_function(signature, "1").unwrap_err();
        assert!(
            matches!(error.kind, ErrorKind::Name | ErrorKind::Syntax),
            "{signature}"
        );
    }
    assert!(program.define("hard", "n").is_err());
    for signature in [
        "", "f", "f(", "f()", "f(x", "f(x,)", "f(x) y", "f(1)", "(x)", "f(x y)",
    ] {
        let error = program.define_function(signature, "1").unwrap_err();
        assert_eq!(error.kind, ErrorKind::Syntax, "{signature}");
    }
    for call in ["hard()", "hard(pt, pt)", "hard(y=pt)", "g(1, met=2)"] {
        assert!(program.add(call).is_err(), "{call}");
    }
}

#[test]
fn constants_do_not_depend_on_the_event() {
    let mut program = program();
    program.define_constant("mv2c10_70", "0.8244273").unwrap();
    program.define_constant("z", "91.1876*GeV").unwrap();
    program.define_constant("twice_z", "2 * z").unwrap();
    program.define_constant("muon", "'mu'").unwrap();
    let id = program.add("name == muon && met < twice_z").unwrap();
    assert_eq!(show(&program, id), "true | false | true");
    shows(
        program.define_constant("c", "met / 2").unwrap_err(),
        "
the constant `c` depends on the event
  | met / 2
  | ^^^^^^^
  = help: a constant is made of numbers, units and other constants",
    );
}

#[test]
fn hostile_functions_are_refused() {
    // Twice as many operations with each function.
    let mut doubling = program();
    doubling.define_function("f0(x)", "x + 1").unwrap();
    for i in 1..60 {
        let before = i - 1;
        let body = format!("f{before}(f{before}(x))");
        doubling
            .define_function(&format!("f{i}(x)"), &body)
            .unwrap();
    }
    assert_eq!(doubling.add("f59(n)").unwrap_err().kind, ErrorKind::Limit);
    // And deep ones.
    let mut deep = program();
    let body = "-".repeat(120) + "x";
    deep.define_function("f0(x)", &body).unwrap();
    for i in 1..10 {
        let body = format!("{}f{}(x)", "-".repeat(120), i - 1);
        deep.define_function(&format!("f{i}(x)"), &body).unwrap();
    }
    assert_eq!(deep.add("f9(n)").unwrap_err().kind, ErrorKind::Limit);
    let id = deep.add("f0(n)").unwrap();
    assert_eq!(show(&deep, id), "3 | 0 | 1");
}
