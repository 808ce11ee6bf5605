//! `in`, texts, packed flags.

use photopeak_analysis::expr::ErrorKind;

use super::common::{check, complaint, sample};

#[test]
fn one_of_several() {
    check("n in (1, 3)", "true | false | true");
    check("n not in (1, 3)", "false | true | false");
    check("not n in (1, 3)", "false | true | false");
    check("n in (3,)", "true | false | false");
    check("name in ('mu', 'tau')", "true | false | true");
    check("charge in (-1, n - 2)", "[true, true, true] | [] | [true]");
    check(
        "index(pt) not in (argmax(pt), 2)",
        "[false, true, false] | [] | [false]",
    );
    check(
        "pt in (50*GeV, 20000*MeV)",
        "[true, false, true] | [] | [false]",
    );
    check("n + 1 in (4, 1) && n > 0", "true | false | false");
    check("tight in (true,)", "[true, true, false] | [] | [true]");
    // What is missing is neither in nor not in, as in comparisons.
    check("x[1] in (2.5, 3)", "true | false | false");
    check("x[1] not in (2, 3)", "true | false | false");
}

#[test]
fn what_is_wrong_with_membership() {
    let error = complaint(&sample(), "n in 3");
    assert_eq!(error.kind, ErrorKind::Syntax);
    assert_eq!(
        error.help.as_deref(),
        Some("the values stand in parentheses: `x in (11, 13)`")
    );
    for text in [
        "n in",
        "n in ()",
        "n in (1",
        "n not 3",
        "in (1, 2)",
        "n in (1 2)",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Syntax, "{text}");
    }
    for text in ["name in (1, 2)", "n in ('mu', 1)", "zip(a=n) in (1, 2)"] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Type, "{text}");
    }
    assert_eq!(complaint(&sample(), "pt in (1*mm,)").kind, ErrorKind::Unit);
}

#[test]
fn texts_and_flags() {
    check("startswith(name, 'm') || name == 'e'", "true | true | true");
    check("startswith(name, name)", "true | true | true");
    check("startswith('HLT_mu', 'HLT_')", "true | true | true");
    check("bits(n, 0, 2)", "3 | 0 | 1");
    check("bits(-1, 60, 4)", "15 | 15 | 15");
    check(
        "bits(charge, 0, 63) > 1",
        "[false, true, false] | [] | [true]",
    );
    for text in [
        "startswith(n, 'm')",
        "bits(x, 0, 1)",
        "bits(n, -1, 1)",
        "bits(n, 64, 1)",
        "bits(n, 0, 64)",
        "bits(n, 0, 0)",
        "bits(n, n, 1)",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Type, "{text}");
    }
}
