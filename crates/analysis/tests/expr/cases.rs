//! Operators, subscripts, lists, vectors: expression and result for the three sample events.

use super::common::check;

#[test]
fn arithmetic() {
    check("1 + 2 * 3 ** 2", "19 | 19 | 19");
    check("-2 ** 2", "-4 | -4 | -4");
    check("2 ** -1", "0.5 | 0.5 | 0.5");
    check("2 ** 3 ** 2", "512 | 512 | 512");
    check("7 / 2", "3.5 | 3.5 | 3.5");
    check("-7 % 3", "2 | 2 | 2");
    check("-7.5 % 2", "0.5 | 0.5 | 0.5");
    check("7 % -3", "-2 | -2 | -2");
    check("n % 2", "1 | 0 | 1");
    check("n * n - 1", "8 | -1 | 0");
    check("1 / n", "0.3333333333333333 | inf | 1");
    check("tight + 1", "[2, 2, 1] | [] | [2]");
    check("(n > 0) + (n > 2)", "2 | 0 | 1");
    check("x ** 2", "[1, 6.25, 9] | [] | [16]");
    check("x ** 0.5 > 1.5", "[false, true, false] | [] | [true]");
    check("+n", "3 | 0 | 1");
    check(".5 + 1. + 1e1 + 2E-1", "11.7 | 11.7 | 11.7");
}

#[test]
fn comparison_and_logic() {
    check("n > 0 && n < 3", "false | false | true");
    check("n > 0 & n < 3", "false | false | true");
    check("n == 0 | n == 3", "true | true | false");
    check("(n > 0) & (n < 3)", "false | false | true");
    check("not n == 0", "true | false | true");
    check("!(n == 0)", "true | false | true");
    check("~tight", "[false, false, true] | [] | [false]");
    check(
        "not tight and x > 0",
        "[false, false, false] | [] | [false]",
    );
    check("0 < n < 3", "false | false | true");
    check("0 <= n < 1 <= 1", "false | true | false");
    check("n >= 1 and n <= 1 or n == 3", "true | false | true");
    check("tight == true", "[true, true, false] | [] | [true]");
    check("tight == 1", "[true, true, false] | [] | [true]");
    check("name == 'mu'", "true | false | true");
    check("'mu' != name", "false | true | false");
    check("n == 3.0", "true | false | false");
    check("true || n > 5", "true | true | true");
    check("n ≥ 1 ∧ n ≠ 3", "false | false | true");
    check("n # comments end with the line\n + 1", "4 | 1 | 2");
}

#[test]
fn broadcasting() {
    check("x * n", "[3, 7.5, -9] | [] | [4]");
    check("n - x", "[2, 0.5, 6] | [] | [-3]");
    check("x + x", "[2, 5, -6] | [] | [8]");
    check("where(n > 1, x, -x)", "[1, 2.5, -3] | [] | [-4]");
    check("max(x, n)", "[3, 3, 3] | [] | [4]");
    // One value for each outer element meets the inner lists.
    check(
        "cross(x, jet_eta, nested=true).b * x",
        "[[0.5, -2], [1.25, -5], [-1.5, 6]] | [] | [[]]",
    );
}

#[test]
fn subscripts() {
    check("x[0]", "1 | null | 4");
    check("x[-1]", "-3 | null | 4");
    check("x[3]", "null | null | null");
    check("x[-4]", "null | null | null");
    check("x[n - 1]", "-3 | null | 4");
    check("x[:2]", "[1, 2.5] | [] | [4]");
    check("x[1:]", "[2.5, -3] | [] | []");
    check("x[-2:]", "[2.5, -3] | [] | [4]");
    check("x[1:-1]", "[2.5] | [] | []");
    check("x[2:1]", "[] | [] | []");
    check("x[:]", "[1, 2.5, -3] | [] | [4]");
    check("x[x > 0]", "[1, 2.5] | [] | [4]");
    check("x[tight][x[tight] > 1]", "[2.5] | [] | [4]");
    check("x[argmax(x)]", "2.5 | null | 4");
    check("x[argsort(x)]", "[-3, 1, 2.5] | [] | [4]");
    check("x[argsort(x, desc=true)][:2]", "[2.5, 1] | [] | [4]");
    check("x[index(x) + 1]", "[2.5, -3, null] | [] | [null]");
    check(
        "cross(x, jet_eta, nested=true).b[0]",
        "[0.5, -2] | null | []",
    );
    check(
        "cross(x, jet_eta, nested=true).b[x > 1]",
        "[[0.5, -2]] | [] | [[]]",
    );
    check(
        "sum(cross(x, jet_eta, nested=true).b)",
        "[-1.5, -1.5, -1.5] | [] | [0]",
    );
    // The nearest jet of each lepton: a number for each lepton picks among the jets.
    check(
        "jet_pt[argmin(abs(cross(eta, jet_eta, nested=true).b - eta))]",
        "[25000, 60000, 25000] | [] | [null]",
    );
}

#[test]
fn reductions() {
    check("sum(charge)", "1 | 0 | -1");
    check("sum(tight)", "2 | 0 | 1");
    check("count(tight)", "3 | 0 | 1");
    check("any(x > 3)", "false | false | true");
    check("all(x > 3)", "false | true | true");
    check("mean(charge)", "0.3333333333333333 | null | -1");
    check("min(charge)", "-1 | null | -1");
    check("min(1, 2, n)", "1 | 0 | 1");
    check("argmin(charge)", "1 | null | 0");
    check("sum(x[x > 10])", "0 | 0 | 0");
}

#[test]
fn combinations_and_cross() {
    check(
        "combinations(x, 2).a + combinations(x, 2).b",
        "[3.5, -2, -0.5] | [] | []",
    );
    check("combinations(index(x), 3).c", "[2] | [] | []");
    check(
        "combinations(index(take(x, 3)), 2).b",
        "[1, 2, 2] | [] | []",
    );
    check("combinations(x, 4).d", "[] | [] | []");
    check("cross(x, jet_eta).a", "[1, 1, 2.5, 2.5, -3, -3] | [] | []");
    check("cross(jet_eta, jet_eta).a", "[0.5, 0.5, -2, -2] | [1] | []");
    check("count(combinations(zip(p=pt, q=charge), 2))", "3 | 0 | 0");
    check(
        "sum(combinations(zip(p=pt, q=charge), 2).a.q + combinations(zip(p=pt, q=charge), 2).b.q == 0)",
        "2 | 0 | 0",
    );
}

#[test]
fn records() {
    check("zip(a=x, b=charge)[x > 0].b", "[1, -1] | [] | [-1]");
    check("zip(a=x, b=charge)[-1].a", "-3 | null | 4");
    check("sort(zip(a=x, b=charge), by=x).b", "[1, 1, -1] | [] | [-1]");
    check("reverse(zip(a=x, b=charge)).b", "[1, -1, 1] | [] | [-1]");
    check(
        "zip(a=n, b=met)",
        r#"{"a": 3, "b": 35000} | {"a": 0, "b": 10000} | {"a": 1, "b": 120000}"#,
    );
    check("zip(a=zip(b=n)).a.b", "3 | 0 | 1");
    check("with(zip(a=x), b=n).b", "[3, 3, 3] | [] | [1]");
    check("with(zip(a=x), a=n).a", "[3, 3, 3] | [] | [1]");
    check("zip(a=x, w=2).w", "[2, 2, 2] | [] | [2]");
}

#[test]
fn vectors() {
    // 3-4-5 triangles: no rounding.
    let v = "zip(px=3*GeV, py=4*GeV, pz=0*GeV, e=13*GeV)";
    check(&format!("{v}.pt/GeV"), "5 | 5 | 5");
    check(&format!("{v}.mass/GeV"), "12 | 12 | 12");
    check(&format!("{v}.eta"), "0 | 0 | 0");
    check(&format!("(-{v}).px/GeV"), "-3 | -3 | -3");
    check(&format!("({v} - {v}).e/GeV"), "0 | 0 | 0");
    check(&format!("({v} + {v}).mass/GeV"), "24 | 24 | 24");
    check(&format!("{v}.et/GeV"), "13 | 13 | 13");
    check(&format!("{v}.rapidity"), "0 | 0 | 0");
    // Space-like: ROOT's sign.
    check("zip(px=5, py=0, pz=0, e=3).mass", "-4 | -4 | -4");
    check("zip(px=0, py=0, pz=5, e=3).mt", "-4 | -4 | -4");
    check("zip(px=0, py=0, pz=2, e=2).eta", "inf | inf | inf");
    check("zip(px=0, py=0, pz=-2, e=2).eta", "-inf | -inf | -inf");
    check("zip(px=0, py=0, pz=0, e=2).eta", "0 | 0 | 0");
    check("p4m(3, 0, 0, 4).e", "5 | 5 | 5");
    check("p4(3, 0, 0, 5).mass", "4 | 4 | 4");
    check(
        "p4(pt, eta, phi, e).pt",
        "[50000, 30000, 20000] | [] | [40000]",
    );
    check("delta_phi(pi, 0) == pi", "true | true | true");
    check("delta_phi(-pi, 0) == pi", "true | true | true");
    check("delta_phi(0.5 + 6*pi, 0.5) < 1e-12", "true | true | true");
    check("delta_r(zip(eta=3, phi=4), zip(eta=0, phi=4))", "3 | 3 | 3");
}
