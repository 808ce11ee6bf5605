//! Tables of yields and of systematic uncertainties.

use photopeak_analysis::{Analysis, Results, Role, report};

use super::common::{analysis, data, empty, full, process};

/// A file that is written must hold this.
fn check(analysis: &Analysis, results: &Results, name: &str, expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    report::write(analysis, results, folder.path()).unwrap();
    let found = std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(found, expected, "{name}:\n{found}");
}

#[test]
fn markdown() {
    let expected = "\
Events after the cuts, expected for 1 fb⁻¹ ± statistical ± systematic uncertainty.

| Process | all | mass |
|:--|--:|--:|
| ZZ | 68.0 ± 3.3 +10.0 −8.0 | 34.0 ± 2.3 +5.0 −4.0 |
| Z → ee | 20.0 ± 2.8 +2.0 −1.0 | 10.0 ± 2.0 +1.0 −0.5 |
| higgs | 14.0 ± 0.4 ± 1.4 | 7.00 ± 0.26 ± 0.70 |
| **Total background** | **88 ± 4 +12 −9** | **44.0 ± 3.1 +6.0 −4.5** |
| **Total expected** | **102 ± 4 +12 −9** | **51.0 ± 3.1 +6.0 −4.6** |
| Data | 106 | 53 |
| Data / expected | 1.04 ± 0.11 +0.09 −0.12 | 1.04 ± 0.16 +0.09 −0.12 |
| S / √B | 1.49 | 1.06 |
| Asimov significance | 1.46 | 1.03 |
| Asimov significance with σ_B | 0.912 | 0.749 |

- all: all events
- mass: m > 80 GeV
";
    check(&analysis("", ""), &full(), "yields.md", expected);
}

#[test]
fn latex() {
    let expected = r"% Events after the cuts, expected for 1 fb⁻¹ ± statistical ± systematic uncertainty.
% mass: m > 80 GeV
\begin{tabular}{lr}
\hline
Process & mass \\
\hline
ZZ & $34.0 \pm 2.3\,^{+5.0}_{-4.0}$ \\
Z $\rightarrow$ ee & $10.0 \pm 2.0\,^{+1.0}_{-0.5}$ \\
higgs & $7.00 \pm 0.26 \pm 0.70$ \\
\hline
Total background & $44.0 \pm 3.1\,^{+6.0}_{-4.5}$ \\
Total expected & $51.0 \pm 3.1\,^{+6.0}_{-4.6}$ \\
\hline
Data & $53$ \\
Data / expected & $1.04 \pm 0.16\,^{+0.09}_{-0.12}$ \\
\hline
S / $\sqrt{\mathrm{B}}$ & $1.06$ \\
Asimov significance & $1.03$ \\
Asimov significance with $\sigma _{\mathrm{B}}$ & $0.749$ \\
\hline
\end{tabular}
";
    let chosen = analysis("yields = [\"mass\"]", "");
    check(&chosen, &full(), "yields.tex", expected);
}

#[test]
fn csv_in_full_precision() {
    // Of the ratio: √53/51 with 53/51 × 3.0773/51 in quadrature, and 53/51² × (6.04, 4.55).
    let expected = "\
name,kind,cut,events,value,stat,syst_down,syst_up
zz,background,mass,34,34,2.32379000772445,4,5
zee,background,mass,10,10,2,0.5,1
total background,sum,mass,,44,3.065941943351178,4.5,6
higgs,signal,mass,7,7,0.264575131106459,0.6999999999999993,0.6999999999999993
total expected,sum,mass,,51,3.0773365106858233,4.55411901469428,6.040695324215582
data,data,mass,53,53,7.280109889280518,,
data / expected,ratio,mass,,1.0392156862745099,0.15591294400463987,0.12308990856725331,0.09279827288688844
s / sqrt(b),significance,mass,,1.0552897060221726,,,
asimov,significance,mass,,1.0290150038840975,,,
asimov with sigma_b,significance,mass,,0.7492026021040157,,,
";
    let chosen = analysis("yields = [\"mass\"]", "");
    check(&chosen, &full(), "yields.csv", expected);
}

#[test]
fn systematics() {
    let expected = "\
Change of the yields after the last cut in percent, up / down.

| Uncertainty | ZZ | Z → ee | higgs | Total background | Total expected |
|:--|--:|--:|--:|--:|--:|
| jes | +14.7 / −11.8 | +10.0 / −5.0 | – | +13.6 / −10.2 | +11.8 / −8.8 |
| theory | – | – | ±10.0 | – | ±1.4 |
| **All systematic uncertainties** | **+14.7 / −11.8** | **+10.0 / −5.0** | **±10.0** | **+13.6 / −10.2** | **+11.8 / −8.9** |
| Statistics of the simulation | ±6.8 | ±20.0 | ±3.8 | ±7.0 | ±6.0 |
";
    check(&analysis("", ""), &full(), "systematics.md", expected);
    let expected = r"% Change of the yields after the last cut in percent, up / down.
\begin{tabular}{lrrrrr}
\hline
Uncertainty & ZZ & Z $\rightarrow$ ee & higgs & Total background & Total expected \\
\hline
jes & $+14.7$ / $-11.8$ & $+10.0$ / $-5.0$ & -- & $+13.6$ / $-10.2$ & $+11.8$ / $-8.8$ \\
theory & -- & -- & $\pm 10.0$ & -- & $\pm 1.4$ \\
\hline
All systematic uncertainties & $+14.7$ / $-11.8$ & $+10.0$ / $-5.0$ & $\pm 10.0$ & $+13.6$ / $-10.2$ & $+11.8$ / $-8.9$ \\
Statistics of the simulation & $\pm 6.8$ & $\pm 20.0$ & $\pm 3.8$ & $\pm 7.0$ & $\pm 6.0$ \\
\hline
\end{tabular}
";
    check(&analysis("", ""), &full(), "systematics.tex", expected);
}

#[test]
fn varied_yields_in_full() {
    let folder = tempfile::tempdir().unwrap();
    report::write(&analysis("", ""), &full(), folder.path()).unwrap();
    let csv = std::fs::read_to_string(folder.path().join("systematics.csv")).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "systematic,name,cut,nominal,down,up");
    assert!(lines.contains(&"jes,zz,mass,34,30,39"), "{csv}");
    assert!(
        lines.contains(&"jes,total background,mass,44,39.5,50"),
        "{csv}"
    );
    assert!(!lines.iter().any(|l| l.starts_with("theory,zz,")), "{csv}");
}

#[test]
fn the_luminosity_is_an_uncertainty_of_its_own() {
    let mut results = full();
    results.luminosity_uncertainty = Some(0.5);
    let folder = tempfile::tempdir().unwrap();
    report::write(&analysis("", ""), &results, folder.path()).unwrap();
    let csv = std::fs::read_to_string(folder.path().join("systematics.csv")).unwrap();
    assert!(
        csv.contains("luminosity,total expected,mass,51,25.5,76.5\n"),
        "{csv}"
    );
}

#[test]
fn data_alone_and_a_single_process() {
    let mut results = empty();
    results.processes = vec![data(&[0.0, 4.0, 5.0, 0.0])];
    // The cutflow says it all.
    let folder = tempfile::tempdir().unwrap();
    report::write(&analysis("", ""), &results, folder.path()).unwrap();
    assert!(folder.path().join("cutflow.csv").exists());
    assert!(!folder.path().join("yields.md").exists());
    let zz = [0.0, 4.5, 5.5, 0.0];
    results
        .processes
        .push(process("zz", Role::Background, &zz, &zz));
    // Neither a sum of one nor a significance of nothing.
    let expected = "\
Events after the cuts, expected for 1 fb⁻¹ ± statistical uncertainty of the simulation.

| Process | all | mass |
|:--|--:|--:|
| ZZ | 20 ± 4 | 10.0 ± 3.2 |
| Data | 18 | 9 |
| Data / expected | 0.90 ± 0.29 | 0.9 ± 0.4 |

- all: all events
- mass: m > 80 GeV
";
    check(&analysis("", ""), &results, "yields.md", expected);
}

#[test]
fn nothing_expected_is_no_number() {
    let mut results = full();
    for process in &mut results.processes[1..] {
        process.varied.clear();
        for step in &mut process.nominal.cutflow.steps {
            (step.sum_weights, step.sum_weights_squared) = (0.0, 0.0);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    report::write(&analysis("", ""), &results, folder.path()).unwrap();
    let table = std::fs::read_to_string(folder.path().join("yields.md")).unwrap();
    assert!(table.contains("| ZZ | 0 | 0 |\n"), "{table}");
    assert!(table.contains("| Data / expected | – | – |\n"), "{table}");
    assert!(table.contains("| S / √B | – | – |\n"), "{table}");
}

#[test]
fn notes_of_the_run_stand_below() {
    let mut results = full();
    results
        .notes
        .push("process w: no file of its samples 1, 2".to_owned());
    let folder = tempfile::tempdir().unwrap();
    report::write(&analysis("", ""), &results, folder.path()).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("yields.md").ends_with("\nNote: process w: no file of its samples 1, 2.\n"));
    assert!(read("yields.tex").contains("% Note: process w: no file of its samples 1, 2.\n"));
}
