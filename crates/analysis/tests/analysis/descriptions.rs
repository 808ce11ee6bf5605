//! What is wrong with a description, in the words the user gets.

use super::common::{bins, described, four_leptons, outcome, refused};

fn check(text: &str, message: &str) {
    assert_eq!(refused(&format!("title = \"\"\n{text}")), message);
}

#[test]
fn names() {
    check(
        "[[cut]]\nname = \"a\"\nexpr = \"true\"\n[[cut]]\nname = \"a\"\nexpr = \"true\"",
        "analysis test: two cuts are called \"a\"",
    );
    check(
        "[[cut]]\nname = \"all\"\nexpr = \"true\"",
        "analysis test: no cut can be called \"all\": that is the step before the first cut",
    );
    let histogram = |name: &str| {
        format!("[[histogram]]\nname = \"{name}\"\nx = {{ expr = \"lep_n\", bins = [1, 0, 1] }}\n")
    };
    check(
        &[histogram("h"), histogram("H")].concat(),
        "analysis test: two histograms are called \"H\"",
    );
    // A name that would leave the output folder.
    for name in ["../h", "a/b", "", ".hidden", "a b", "-o"] {
        let message = refused(&format!("title = \"\"\n{}", histogram(name)));
        assert_eq!(
            message,
            format!(
                "analysis test: histogram {name:?}: files get this name, so it has letters, digits, `_`, `-`, `+` and \
                 `.`, up to 100 of them, and starts with none of the last three"
            )
        );
    }
}

#[test]
fn a_histogram_after_an_unknown_cut() {
    check(
        "[[cut]]\nname = \"trigger\"\nexpr = \"trigE\"\n[[histogram]]\nname = \"h\"\nafter = \"triger\"\nx = { expr = \"lep_n\", bins = [1, 0, 1] }",
        "analysis test: histogram h comes after the unknown cut \"triger\"; cuts are all, trigger",
    );
}

#[test]
fn axes_need_bins() {
    let axis = |rest: &str| {
        refused(&format!(
            "title = \"\"\n[[histogram]]\nname = \"h\"\nx = {{ expr = \"lep_n\"{rest} }}"
        ))
    };
    assert_eq!(
        axis(""),
        "analysis test: TOML parse error at line 4, column 5\n  |\n4 | x = { expr = \"lep_n\" }\n  |     ^^^^^^^^^^^^^^^^^^\n\
         an axis needs its bins: `bins = [24, 80, 170]` or `edges = [0, 1, 5]`"
    );
    assert!(
        axis(", bins = [1, 0, 1], edges = [0, 1]")
            .ends_with("an axis has either `bins` or `edges`, not both")
    );
    assert!(axis(", bin = [1, 0, 1]").ends_with(
        "unknown field `bin`, expected one of `expr`, `bins`, `edges`, `unit`, `label`"
    ));
    assert_eq!(
        axis(", bins = [2, 1, 1]"),
        "histogram h: axis definition: a regular axis needs finite lo < hi, got [1, 1)"
    );
}

#[test]
fn definitions_are_expressions() {
    check(
        "[define]\nn = 3",
        "analysis test: [define] n must be an expression in quotes",
    );
    check(
        "[define]\nlep_n = \"3\"",
        "[define] lep_n: `lep_n` is a column; a definition cannot hide it\n  | 3\n  | ^\n  = help: choose another name",
    );
}

#[test]
fn expressions_show_the_place() {
    check(
        "[[cut]]\nname = \"soft\"\nexpr = \"lep_n == 4 && sum(lepton_pt) > 10*GeV\"",
        "cut soft: there is no column `lepton_pt`\n  | lep_n == 4 && sum(lepton_pt) > 10*GeV\n  |                   ^^^^^^^^^\n  = help: did you mean `lep_pt`?",
    );
    check(
        "[[cut]]\nname = \"hard\"\nexpr = \"met_et > 30*mm\"",
        "cut hard: cannot compare MeV and mm\n  | met_et > 30*mm\n  | ^^^^^^^^^^^^^^",
    );
    check(
        "[[cut]]\nname = \"list\"\nexpr = \"lep_pt > 30*GeV\"",
        "cut list: a selection needs one truth value per event; this is of type list of bool\n  | lep_pt > 30*GeV\n  | ^^^^^^^^^^^^^^^\n  \
         = help: say how many must pass: `any(...)`, `all(...)` or `sum(...) >= 2`",
    );
}

#[test]
fn constants_come_with_their_release() {
    check(
        "[[cut]]\nname = \"b\"\nexpr = \"any(jet_MV2c10 > mv2c10_77)\"",
        "cut b: there is no column `mv2c10_77`\n  | any(jet_MV2c10 > mv2c10_77)\n  |                  ^^^^^^^^^\n  \
         = help: it is a constant of a release: write `release = \"atlas-2020-13tev\"` in the analysis",
    );
    let with_release = "title = \"\"\nrelease = \"atlas-2020-13tev\"\n\
        [[cut]]\nname = \"b\"\nexpr = \"any(jet_MV2c10 > mv2c10_77)\"";
    let found = outcome(&described(with_release), &four_leptons());
    assert!((1..832).contains(&found.cutflow.steps[1].events));
}

#[test]
fn axes_take_numbers_of_one_shape() {
    let histogram = |axes: &str| format!("[[histogram]]\nname = \"h\"\n{axes}");
    check(
        &histogram("x = { expr = \"met_et\", bins = [1, 0, 1], unit = \"mm\" }"),
        "histogram h, x: MeV cannot be converted to mm\n  | met_et\n  | ^^^^^^",
    );
    check(
        &histogram("x = { expr = \"zip(a=lep_pt)\", bins = [1, 0, 1] }"),
        "histogram h, x: a histogram takes numbers; this is of type list of {a: real [MeV]}\n  | zip(a=lep_pt)\n  | ^^^^^^^^^^^^^\n  \
         = help: name a number in it, as in `.a`",
    );
    // Both hold lists, of other things: pairing them would be a wrong number.
    check(
        &histogram(
            "x = { expr = \"lep_pt\", bins = [1, 0, 1] }\ny = { expr = \"jet_pt\", bins = [1, 0, 1] }",
        ),
        "histogram h: its axes hold lists of different lengths; both must be of the same objects, or one of them one number per event",
    );
}

#[test]
fn a_weight_is_one_number_for_each_event() {
    check(
        "weight = \"lep_pt\"",
        "weight: a weight is one number for each event; this is of type list of real [MeV]\n  | lep_pt\n  | ^^^^^^\n  \
         = help: make one number of the list: `x[0]`, `sum(x)`",
    );
    check(
        "weight = \"met_et / 2\"",
        "weight: a weight is a plain number; this is in MeV\n  | met_et / 2\n  | ^^^^^^^^^^\n  \
         = help: divide by a unit: `(met_et / 2)/MeV`",
    );
}

#[test]
fn a_number_per_event_is_repeated_beside_a_list() {
    let both = described(
        "title = \"\"\nweight = \"2\"\n[[histogram]]\nname = \"h\"\nx = { expr = \"lep_n\", bins = [3, 2.5, 5.5] }\ny = { expr = \"lep_pt/GeV\", bins = [1, 0, 1e6] }",
    );
    let lengths = described(
        "title = \"\"\n[[histogram]]\nname = \"n\"\nx = { expr = \"count(lep_pt)\", bins = [3, 2.5, 5.5] }",
    );
    let data = four_leptons();
    let events = bins(&outcome(&lengths, &data), "n");
    let leptons = bins(&outcome(&both, &data), "h");
    let expected: Vec<f64> = events
        .iter()
        .zip([3.0, 4.0, 5.0])
        .map(|(events, n)| 2.0 * events * n)
        .collect();
    assert_eq!(leptons, expected);
    assert!(expected[1] > 0.0);
}

#[test]
fn weights_are_summed_and_squared() {
    let weighted =
        described("title = \"\"\nweight = \"lep_n\"\n[[cut]]\nname = \"a\"\nexpr = \"lep_n == 4\"");
    let outcome = outcome(&weighted, &four_leptons());
    let step = &outcome.cutflow.steps[1];
    assert_eq!(step.sum_weights, 4.0 * step.events as f64);
    assert_eq!(step.sum_weights_squared, 16.0 * step.events as f64);
}

#[test]
fn a_missing_weight_counts_nowhere_but_as_missing() {
    let weighted = described(
        "title = \"\"\nweight = \"lep_pt[4]/lep_pt[4]\"\n[[histogram]]\nname = \"h\"\nx = { expr = \"lep_eta\", bins = [1, -9, 9] }",
    );
    let outcome = outcome(&weighted, &four_leptons());
    let all = &outcome.cutflow.steps[0];
    let (_, histogram) = &outcome.histograms[0];
    assert_eq!(all.events, 832);
    // Only events with five leptons have the weight.
    assert!(all.sum_weights > 0.0 && all.sum_weights < 100.0);
    assert_eq!(histogram.sum(true), 5.0 * all.sum_weights);
    assert_eq!(
        histogram.tallies().missing.entries,
        histogram.entries() - 5 * all.sum_weights as u64
    );
}

#[test]
fn functions_of_the_description() {
    check(
        "[functions]\n\"f(x)\" = 3",
        "analysis test: [functions] f(x) must be an expression in quotes",
    );
    check(
        "[functions]\n\"f(x)\" = \"x + lep_chrage\"",
        "[functions] f(x): there is no column `lep_chrage`\n  | x + lep_chrage\n  |     ^^^^^^^^^^\n  = help: did you mean `lep_charge`?",
    );
    check(
        "[functions]\n\"f(x)\" = \"x + 1\"\n[define]\ny = \"f(lep_pt)\"",
        "[define] y: cannot add MeV and a plain number\n  | x + 1\n  | ^^^^^\nin this call of `f`\n  | f(lep_pt)\n  | ^^^^^^^^^\n  \
         = help: give the number its unit: `1*MeV`",
    );
    let text = "title = \"\"\n[functions]\n\"g(x)\" = \"2*x\"\n\"f(x)\" = \"g(x) + 1\"\n[define]\ny = \"f(lep_n)\"\n\
                [[histogram]]\nname = \"h\"\nx = { expr = \"y\", bins = [20, 0, 20] }";
    let outcome = outcome(&described(text), &four_leptons());
    let filled = bins(&outcome, "h");
    assert_eq!(filled[9] + filled[11], 832.0);
    assert_eq!(filled.iter().sum::<f64>(), 832.0);
}

#[test]
fn choices_of_presentation_must_make_sense() {
    check(
        "yields = [\"al\"]",
        "analysis test: yields asks for the unknown cut \"al\"; cuts are all",
    );
    check(
        "[plots]\nsignal_factor = -1",
        "analysis test: [plots] signal_factor is -1; it must be a positive number",
    );
    check(
        "[[histogram]]\nname = \"h\"\nfit = true\nx = { expr = \"lep_n\", bins = [1, 0, 9] }",
        "analysis test: histogram h is to be fitted, but there is no [[process]] to fit it with",
    );
    check(
        "[[histogram]]\nname = \"h\"\noverflow = \"last-bin\"\nx = { expr = \"lep_eta\", bins = [1, 0, 9] }\n\
         y = { expr = \"lep_phi\", bins = [1, 0, 9] }",
        "analysis test: histogram h has two axes; `overflow = \"last-bin\"` is for one",
    );
}
