//! `photopeak hist`.

use super::common::{PERIOD_A, command, fails, finished, json, misused, names, python, run, works};

fn values(arguments: &[&str]) -> Vec<f64> {
    let histogram = json(&works(
        &[&["hist", PERIOD_A], arguments, &["--json"]].concat(),
    ));
    let values = histogram["storage"]["values"].as_array().unwrap();
    values.iter().map(|v| v.as_f64().unwrap()).collect()
}

#[test]
fn a_plot_and_its_numbers() {
    let text = works(&["hist", PERIOD_A, "lep_n", "--bins", "3,2.5,5.5"]);
    assert!(text.starts_with("Events / 1\n"), "{text}");
    assert!(
        text.ends_with(
            "lep_n\n39 of 39 events selected\nentries 39   mean 4   std dev 0   underflow 0   overflow 0\n"
        ),
        "{text}"
    );
    for line in text.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn units_are_on_the_axis_and_in_the_numbers() {
    let text = works(&[
        "hist",
        PERIOD_A,
        "lep_pt[0]",
        "--bins",
        "10,0,200,GeV",
        "--title",
        "leading p_{T}",
    ]);
    assert!(text.contains("leading p_T [GeV]\n"), "{text}");
    assert!(
        text.contains(
            "entries 39   mean 68.42 GeV   std dev 34.76 GeV   underflow 0   overflow 1\n"
        ),
        "{text}"
    );
}

#[test]
fn a_list_fills_each_element_and_a_number_once() {
    assert_eq!(values(&["lep_pt", "--bins", "1,0,1e9"]), [0.0, 156.0, 0.0]);
    assert_eq!(
        values(&["lep_pt[0]", "--bins", "1,0,1e9"]),
        [0.0, 39.0, 0.0]
    );
}

#[test]
fn constants_of_the_release_have_names() {
    let tagged = |cut: &str| values(&[&format!("sum(jet_MV2c10 > {cut})"), "--bins", "3,0,3"]);
    assert_eq!(tagged("mv2c10_77"), tagged("0.645925"));
    assert_ne!(tagged("mv2c10_77"), tagged("mv2c10_85"));
    let own = ["mv2c10_77", "--define", "mv2c10_77=2.5", "--bins", "3,0,3"];
    assert_eq!(values(&own), [0.0, 0.0, 0.0, 39.0, 0.0]);
}

#[test]
fn cuts_weights_and_definitions() {
    let cut = [
        "--where",
        "lep_pt[0] > 50*GeV",
        "--where",
        "abs(lep_eta[0]) < 1",
    ];
    let both = values(&[&["lep_n", "--bins", "1,0,10"], &cut[..]].concat());
    let one = values(&[
        "lep_n",
        "--bins",
        "1,0,10",
        "--where",
        "lep_pt[0] > 50*GeV && abs(lep_eta[0]) < 1",
    ]);
    assert_eq!(both, one);
    assert!(both[1] > 0.0 && both[1] < 39.0);
    let weighted = json(&works(&[
        "hist", PERIOD_A, "n", "--bins", "1,0,10", "--weight", "2", "--define", "n=lep_n", "--json",
    ]));
    assert_eq!(weighted["storage"]["type"], "weighted");
    assert_eq!(weighted["storage"]["values"][1], 78.0);
    assert_eq!(weighted["storage"]["variances"][1], 156.0);
}

#[test]
fn bins_are_chosen_so_that_all_is_inside() {
    for expr in [
        "lep_pt",
        "lep_eta",
        "lep_charge",
        "trigE",
        "eventNumber",
        "lep_pt[0] - lep_pt[0]",
    ] {
        let filled = values(&[expr]);
        assert_eq!((filled[0], *filled.last().unwrap()), (0.0, 0.0), "{expr}");
        assert!(filled.iter().sum::<f64>() >= 39.0, "{expr}");
    }
}

#[test]
fn nothing_to_fill_is_no_error() {
    let text = works(&["hist", PERIOD_A, "lep_pt[10]"]);
    assert!(text.contains("no entries"), "{text}");
    assert!(
        text.ends_with("entries 39   underflow 0   overflow 0   missing 39\n"),
        "{text}"
    );
    let text = works(&["hist", PERIOD_A, "lep_n * nan"]);
    assert!(
        text.ends_with("entries 39   underflow 0   overflow 0   NaN 39\n"),
        "{text}"
    );
    let text = works(&["hist", PERIOD_A, "lep_pt", "--where", "lep_n > 100"]);
    assert!(
        text.ends_with("0 of 39 events selected\nentries 0   underflow 0   overflow 0\n"),
        "{text}"
    );
}

#[test]
fn two_dimensions() {
    let arguments = [
        "hist",
        PERIOD_A,
        "lep_eta",
        "--bins",
        "2,-3,3",
        "--y",
        "lep_pt",
        "--y-bins",
        "2,0,1000,GeV",
    ];
    let histogram = json(&works(&[&arguments[..], &["--json"]].concat()));
    assert_eq!(histogram["axes"][1]["metadata"]["unit"], "GeV");
    assert_eq!(histogram["storage"]["values"].as_array().unwrap().len(), 4);
    let text = works(&arguments);
    assert!(
        text.contains("mean x ") && text.contains("std dev y ") && text.ends_with("outside 0\n"),
        "{text}"
    );
    // Bins of both axes from the data; a number per event beside a list.
    let text = works(&["hist", PERIOD_A, "lep_eta", "--y", "met_et"]);
    assert!(text.contains("entries 156 "), "{text}");
}

#[test]
fn odd_names_go_between_backticks() {
    let text = works(&[
        "hist",
        "root-writers/stl.root",
        "`mti/mti.second`",
        "--bins",
        "1,-1e9,1e9",
    ]);
    assert!(text.contains("60 of 60 events selected"), "{text}");
}

#[test]
fn histograms_that_root_stored() {
    let text = works(&["hist", "root-writers/histograms.root:h1f"]);
    assert!(text.starts_with("fixed bins\nEvents / 0.5\n"), "{text}");
    assert!(
        text.contains("x [GeV]\nentries 13   sum of weights 24 ± 7.483   "),
        "{text}"
    );
    assert!(works(&["hist", "root-writers/histograms.root:profile"]).starts_with("means\nMean\n"));
    fails(
        &["hist", "root-writers/histograms.root:h3f"],
        "the histogram has 3 axes, 2 can be shown here; project it onto 2 first",
    );
    fails(
        &["hist", "root-writers/histograms.root:h1g"],
        "root-writers/histograms.root: no object \"h1g\" in this file; did you mean h1c or h1d or h1f?",
    );
    misused(
        &[
            "hist",
            "root-writers/histograms.root:h1f",
            "--bins",
            "3,0,1",
        ],
        "the following required arguments were not provided:\n  <EXPR>",
    );
    fails(
        &["hist", PERIOD_A],
        &format!(
            "give an expression to fill, as in: photopeak hist {PERIOD_A} EXPR\nor name a histogram in the file, as in: photopeak hist {PERIOD_A}:NAME"
        ),
    );
}

#[test]
fn files_are_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (name, start) in [
        ("h.json", &b"{"[..]),
        ("h.csv", b"low"),
        ("h.svg", b"<svg"),
        ("h.png", b"\x89PNG"),
    ] {
        let text = works(&["hist", PERIOD_A, "lep_n", "-o", &path(name)]);
        assert!(text.ends_with(&format!("{}\n", path(name))), "{text}");
        let bytes = std::fs::read(path(name)).unwrap();
        let head = String::from_utf8_lossy(&bytes[..40]).into_owned();
        assert!(
            bytes.starts_with(start) || head.contains("lep_n"),
            "{name}: {head}"
        );
    }
    assert_eq!(names(folder.path()), ["h.csv", "h.json", "h.png", "h.svg"]);
    fails(
        &["hist", PERIOD_A, "lep_n", "-o", &path("h.pdf")],
        &format!(
            "{}: the ending says the form; use .json, .csv, .svg or .png",
            path("h.pdf")
        ),
    );
    fails(
        &["hist", PERIOD_A, "lep_n", "-o", &path("sub/h.svg")],
        &format!(
            "{}: there is no folder {}; make it first",
            path("sub/h.svg"),
            path("sub")
        ),
    );
    assert_eq!(
        run(&["hist", PERIOD_A, "nope", "-o", &path("n.svg")]).code,
        1
    );
    assert_eq!(names(folder.path()), ["h.csv", "h.json", "h.png", "h.svg"]);
}

#[test]
fn expressions_show_the_place_once() {
    fails(
        &["hist", PERIOD_A, "lep_p"],
        "EXPR: there is no column `lep_p`\n  | lep_p\n  | ^^^^^\n  = help: did you mean `lep_pt`?",
    );
    fails(
        &["hist", PERIOD_A, "lep_pt +"],
        "EXPR: the expression ends where a value should be\n  | lep_pt +\n  |         ^",
    );
    fails(
        &[
            "hist",
            PERIOD_A,
            "lep_n",
            "--where",
            "lep_n == 4",
            "--where",
            "lep_pt > 5*GeV",
        ],
        "--where: a selection needs one truth value per event; this is of type list of bool\n  | lep_pt > 5*GeV\n  | ^^^^^^^^^^^^^^\n  \
         = help: say how many must pass: `any(...)`, `all(...)` or `sum(...) >= 2`",
    );
    fails(
        &["hist", PERIOD_A, "lep_n", "--weight", "lep_pt"],
        "--weight: a weight is one number for each event; this is of type list of real [MeV]\n  | lep_pt\n  | ^^^^^^\n  \
         = help: make one number of the list: `x[0]`, `sum(x)`",
    );
    fails(
        &["hist", PERIOD_A, "lep_n", "--define", "lep_n=1"],
        "--define lep_n: `lep_n` is a column; a definition cannot hide it\n  | 1\n  | ^\n  = help: choose another name",
    );
    fails(
        &[
            "hist", PERIOD_A, "lep_n", "--y", "lep_pt", "--y-bins", "2,0,1,mm",
        ],
        "--y: MeV cannot be converted to mm\n  | lep_pt\n  | ^^^^^^",
    );
}

#[test]
fn without_units_the_way_to_them_is_told() {
    fails(
        &["hist", PERIOD_A, "lep_pt > 25*GeV", "--schema", "none"],
        "EXPR: cannot compare a plain number and GeV\n  | lep_pt > 25*GeV\n  | ^^^^^^^^^^^^^^^\n  \
         = help: `lep_pt` has no unit: write `lep_pt*GeV`, or give its column a unit in the catalogue's schema\n  \
         = note: no column has a unit; `--schema NAME` gives them those of a known release (atlas-2016-8tev, atlas-2020-13tev, atlas-2025-13tev, cms-2012-8tev)",
    );
}

#[test]
fn bins_that_are_wrong() {
    let bins = |text: &str, reason: &str| {
        misused(
            &["hist", PERIOD_A, "lep_pt", "--bins", text],
            &format!("invalid value '{text}' for '--bins <N,LO,HI[,UNIT]>': {reason}"),
        );
    };
    bins("24", "write N,LO,HI or N,LO,HI,UNIT, as in 24,80,170,GeV");
    bins(
        "24,a,170",
        "write N,LO,HI or N,LO,HI,UNIT, as in 24,80,170,GeV",
    );
    bins(
        "24,170,80",
        "the low edge must be below the high edge, both finite",
    );
    bins("0,80,170", "there must be at least one bin");
    fails(
        &["hist", PERIOD_A, "lep_pt", "--bins", "4000000000,0,1"],
        "the histogram: axis definition: a regular axis needs 1 to 268435456 bins, got 4000000000",
    );
    fails(
        &["hist", PERIOD_A, "lep_pt * 1e303"],
        "the values lie between 7.03037890625e306 and 1.75558734375e308; choose the bins: --bins N,LO,HI",
    );
}

#[test]
fn no_colour_where_nobody_looks() {
    for no_colour in ["", "1"] {
        let output = command(&["hist", PERIOD_A, "lep_n"])
            .env("NO_COLOR", no_colour)
            .output()
            .unwrap();
        assert!(!finished(output).out.contains('\u{1b}'));
    }
}

#[test]
fn hist_in_python_reads_the_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("h.json");
    works(&[
        "hist",
        PERIOD_A,
        "lep_pt",
        "--bins",
        "4,0,100,GeV",
        "-o",
        file.to_str().unwrap(),
    ]);
    let program = "
import json, sys, hist, uhi.io.json
h = hist.Hist(json.loads(open(sys.argv[1]).read(), object_hook=uhi.io.json.object_hook))
print(h.axes[0].size, h.sum(flow=True), list(h.axes[0].edges))
";
    if let Some(printed) = python("hist, uhi.io.json", program, &[file.to_str().unwrap()]) {
        assert!(printed.starts_with("4 156.0 ["), "{printed}");
    }
}

#[test]
fn two_sets_of_data_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, rows: &[f64]| {
        let text: String = rows.iter().map(|x| format!("{x}\n")).collect();
        let path = folder.path().join(name);
        std::fs::write(&path, format!("x\n{text}")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let own = file("own.csv", &[0.5, 0.5, 1.5, 2.5, 2.5, 2.5]);
    let other = file("other.csv", &[5.0, 15.0, 25.0]);
    let plot = folder.path().join("plot.svg");
    let svg = plot.to_str().unwrap();
    let arguments = ["hist", &own, "x", "--bins", "3,0,3"];
    let against = ["--against", &other, "--against-expr", "x/10"];
    let text = works(&[&arguments[..], &against, &["-o", svg]].concat());
    // Own scaled by a half: 1, 0.5, 1.5 with variances 0.5, 0.25, 0.75, against ones.
    let expected = 0.0 + 0.25 / 1.25 + 0.25 / 1.75;
    let line = format!("scaled by 0.5000, χ² {expected:.1} for 2 degrees of freedom");
    assert!(text.contains(&line), "{text}");
    let drawn = std::fs::read_to_string(plot).unwrap();
    assert!(
        drawn.contains("own.csv") && drawn.contains("other.csv"),
        "{drawn}"
    );
    fails(
        &[&arguments[..], &["--against", &other]].concat(),
        &format!("one of {own} and {other} has nothing between these edges"),
    );
}
