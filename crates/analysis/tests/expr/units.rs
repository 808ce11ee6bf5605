//! The algebra of units.

use photopeak_analysis::expr::{ErrorKind, Program, Unit};

use super::common::{check, complaint, sample};

fn unit(text: &str) -> String {
    let batch = sample();
    let mut program = Program::new(&batch.schema());
    let id = program
        .add(text)
        .unwrap_or_else(|error| panic!("{text}\n{error}"));
    program.unit(id).to_string()
}

#[test]
fn the_unit_of_a_result_is_known() {
    let cases = [
        ("pt", "MeV"),
        ("pt * 2", "MeV"),
        ("pt * pt", "MeV^2"),
        ("sqrt(pt * pt)", "MeV"),
        ("sqrt(pt)", "MeV^0.5"),
        ("sqrt(pt) ** 2", "MeV"),
        ("pt ** 0.5 * pt ** 0.5", "MeV"),
        ("pt / met", ""),
        ("pt / GeV", ""),
        ("1 / pt", "1/MeV"),
        ("30 GeV", "GeV"),
        ("30GeV", "GeV"),
        ("met + 30*GeV", "MeV"),
        ("30*GeV + met", "MeV"),
        ("3*mm / (2*ns)", "mm/ns"),
        ("2*m * 3*m", "m^2"),
        ("36.1/fb", "1/fb"),
        ("36.1/fb * 2*pb", ""),
        ("sum(pt)", "MeV"),
        ("sum(p4(pt, eta, phi, e)).mass", "MeV"),
        ("where(n > 0, met, 0)", "MeV"),
        ("default(max(pt), 1*GeV)", "MeV"),
        ("x", ""),
        ("x*cm", "cm"),
        ("p4(pt, eta, phi, e).eta", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(unit(text), expected, "{text}");
    }
}

#[test]
fn scales_are_converted_exactly() {
    check("met > 35*GeV", "false | false | true");
    check("met >= 35*GeV", "true | false | true");
    check("0.035*TeV == met", "true | false | false");
    check("met / GeV", "35 | 10 | 120");
    check(
        "met / (25.3*GeV) == met / 25300.0 / MeV",
        "true | true | true",
    );
    check("25.3*GeV == 25300*MeV", "true | true | true");
    check("1.1*mm == 1100*um", "true | true | true");
    check("36.1/fb * 2*pb", "72200 | 72200 | 72200");
    check("(met + 1*GeV)/MeV", "36000 | 11000 | 121000");
    check("met / met", "1 | 1 | 1");
    check("x[0]*GeV + met", "36 | null | 124");
    check("met > 0", "true | true | true");
    check("x / 2 GeV * GeV", "[0.5, 1.25, -1.5] | [] | [2]");
    check("sin(90*deg)", "1 | 1 | 1");
    check("min(met, 20*GeV)/GeV", "20 | 10 | 20");
}

#[test]
fn dimensions_do_not_mix() {
    for text in [
        "pt + 3*mm",
        "pt > 3*mm",
        "pt > 25",
        "x > 25*GeV",
        "pt + 1",
        "sin(pt)",
        "log(pt)",
        "floor(pt)",
        "2 ** pt",
        "pt ** n",
        "atan2(pt, x)",
        "p4(pt, eta, phi, x)",
        "p4(pt, pt, phi, e)",
        "where(n > 0, met, 1)",
        "min(met, 1)",
        "3*mm - 2*ns",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Unit, "{text}");
    }
}

#[test]
fn conversion_to_a_wanted_unit() {
    let batch = sample();
    let mut program = Program::new(&batch.schema());
    let met = program.add("met").unwrap();
    let gev = program.convert(met, "GeV").unwrap();
    assert_eq!(program.unit(gev).to_string(), "GeV");
    assert_eq!(
        program.convert(met, "mm").unwrap_err().kind,
        ErrorKind::Unit
    );
    assert_eq!(
        program.convert(met, "parsec").unwrap_err().kind,
        ErrorKind::Unit
    );
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 0);
    let value = evaluator.eval(gev, &mut batch.clone()).unwrap();
    assert_eq!(
        value.array().unwrap().reals(),
        Some([35.0, 10.0, 120.0].as_slice())
    );
}

#[test]
fn units_are_read_and_written() {
    for text in ["MeV", "GeV^2", "1/fb", "mm/ns", "pb", "MeV^0.5"] {
        if let Some(unit) = Unit::parse(text) {
            assert_eq!(unit.to_string(), text);
        }
    }
    let same = |a: &str, b: &str| assert_eq!(Unit::parse(a).unwrap(), Unit::parse(b).unwrap());
    same("fb^-1", "1/fb");
    same("GeV**2", "GeV*GeV");
    same("GeV²", "GeV^2");
    same("mm / ns", "mm ns^-1");
    assert!(Unit::parse("").unwrap().is_none());
    for text in [
        "furlong",
        "MeV/GeV",
        "MeV^",
        "MeV^x",
        "/",
        "MeV^99999",
        "MeV^2147483647",
    ] {
        assert!(
            Unit::parse(text).is_none_or(|unit| unit.is_none()),
            "{text}"
        );
    }
    assert!(Unit::parse("MeV/GeV").is_none());
    assert_eq!(
        Unit::parse("GeV")
            .unwrap()
            .factor(Unit::parse("MeV").unwrap()),
        Some(1000.0)
    );
}
