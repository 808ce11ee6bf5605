//! Tables and plots of a tuning in a folder, for a person who judges it.

use std::path::{Path, PathBuf};

use photopeak_pulse::calibrate::LineFit;
use photopeak_pulse::label::{DetectorTuning, Labelling, Resolution, Tuning};

use super::judge::{Counts, Judged};
use super::plots::plots;
use crate::Error;
use crate::report::{PNG_SCALE, csv_field, make_folder, write_bytes};

/// Writes `detectors.csv`, `runs.csv`, `lines.csv`, `resolution.csv`, `trapping.csv`, `survival.csv` and the plots.
/// Gives back the files.
///
/// # Errors
/// When a file cannot be written or a plot cannot be drawn.
pub fn write(
    labelling: &Labelling,
    tuning: &Tuning,
    judged: &Judged,
    folder: &Path,
) -> Result<Vec<PathBuf>, Error> {
    make_folder(folder)?;
    let mut files = Vec::new();
    let mut put = |name: &str, bytes: &[u8]| -> Result<(), Error> {
        let path = folder.join(name);
        write_bytes(&path, bytes)?;
        files.push(path);
        Ok(())
    };
    for (name, table) in [
        ("detectors.csv", detectors(labelling, tuning, judged)),
        ("runs.csv", runs(tuning)),
        ("lines.csv", lines(tuning)),
        ("resolution.csv", resolution(labelling, tuning)),
        ("trapping.csv", trapping(tuning)),
        ("survival.csv", survival(labelling, judged)),
    ] {
        put(name, table.as_bytes())?;
    }
    for (name, plot) in plots(labelling, tuning, judged) {
        let failed = |source| Error::Plot {
            name: name.clone(),
            source,
        };
        let svg = plot.to_svg().map_err(failed)?;
        put(&format!("{name}.svg"), svg.as_bytes())?;
        let png = plot.to_png(PNG_SCALE).map_err(failed)?;
        put(&format!("{name}.png"), &png)?;
    }
    Ok(files)
}

/// Rows of cells under a head.
struct Table(String);

impl Table {
    fn new(head: &[&str]) -> Self {
        Self(format!("{}\n", head.join(",")))
    }

    fn row(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells.iter().map(|cell| csv_field(cell)).collect();
        self.0.push_str(&cells.join(","));
        self.0.push('\n');
    }
}

/// Six digits that count, without needless zeros; nothing for NaN.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = 5 - value.abs().log10().floor() as i32;
    let text = format!("{value:.*}", digits.clamp(0, 12) as usize);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

fn maybe(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

fn detectors(labelling: &Labelling, tuning: &Tuning, judged: &Judged) -> String {
    let mut table = Table::new(&[
        "detector",
        "events",
        "runs",
        "gain [keV/ADC]",
        "offset [keV]",
        "trapping",
        "trapping_error",
        "fwhm [keV]",
        "fwhm_error [keV]",
        "fwhm_uncorrected [keV]",
        "a_over_e",
        "a_over_e_error",
        "a_over_e_sigma",
        "a_over_e_drift",
        "a_over_e_energy [1/MeV]",
        "distance [sigma]",
        "distance_counts",
        "distance_of",
        "tail",
        "tail_sigma",
        "tail_drift",
        "tail_energy [1/MeV]",
        "late",
        "late_sigma",
        "late_drift",
        "late_energy [1/MeV]",
        "low_avse",
        "high_avse",
        "delayed",
        "late_charge",
        "all",
        "note",
    ]);
    for (detector, tuned) in &tuning.detectors {
        let counts = judged.detectors.get(detector).copied().unwrap_or_default();
        let mut cells = vec![detector.to_string(), counts.events.to_string()];
        match tuned {
            Ok(tuned) => {
                cells.extend(constants(labelling, tuned));
                cells.extend(counts.survival().map(number));
                cells.push(tuned.energy.note.clone().unwrap_or_default());
            }
            Err(reason) => {
                cells.resize(31, String::new());
                cells.push(reason.clone());
            }
        }
        table.row(&cells);
    }
    table.0
}

fn constants(labelling: &Labelling, tuned: &DetectorTuning) -> Vec<String> {
    let energy = &tuned.energy;
    let kev = labelling.trapping.kev;
    let line = energy.lines.iter().find(|line| line.expected == kev);
    let [low, delayed, late] = &tuned.cuts;
    let of = if tuned.own_distance {
        "detector"
    } else {
        "all"
    };
    let mut cells = vec![tuned.runs.len().to_string()];
    cells.extend([energy.gain, energy.offset, energy.trapping].map(number));
    cells.extend([
        maybe(energy.scan.as_ref().map(|scan| scan.error)),
        maybe(line.map(|line| line.fwhm)),
        maybe(line.map(|line| line.fwhm_error)),
        maybe(energy.uncorrected.map(|line| line.fwhm)),
    ]);
    let [error, _, _] = tuned.errors;
    cells.extend([low.at, error, low.sigma, low.drift, low.energy].map(number));
    cells.extend([tuned.distance.sigmas, tuned.distance.counts].map(number));
    cells.push(of.to_owned());
    for cut in [delayed, late] {
        cells.extend([cut.at, cut.sigma, cut.drift, cut.energy].map(number));
    }
    cells
}

fn runs(tuning: &Tuning) -> String {
    let mut table = Table::new(&[
        "detector",
        "run",
        "events",
        "gain [keV/ADC]",
        "gain_error_relative",
        "a_over_e",
        "a_over_e_error",
        "tail",
        "tail_error",
        "late",
        "late_error",
    ]);
    let tuned = tuning.detectors.iter();
    let tuned = tuned.filter_map(|(detector, tuned)| Some((detector, tuned.as_ref().ok()?)));
    for (detector, tuned) in tuned {
        for (run, run_tuning) in &tuned.runs {
            let c = &run_tuning.constants;
            let [a_over_e, tail, late] = run_tuning.centre_errors.map(maybe);
            table.row(&[
                detector.to_string(),
                run.to_string(),
                run_tuning.events.to_string(),
                number(c.gain),
                maybe(run_tuning.gain_error),
                number(c.a_over_e.at),
                a_over_e,
                number(c.delayed.at),
                tail,
                number(c.late.at),
                late,
            ]);
        }
    }
    table.0
}

fn lines(tuning: &Tuning) -> String {
    let mut table = Table::new(&[
        "detector",
        "line [keV]",
        "place [keV]",
        "place_error [keV]",
        "fwhm [keV]",
        "fwhm_error [keV]",
        "counts",
        "counts_error",
        "deviance",
        "degrees",
    ]);
    let mut add = |of: &str, lines: &[LineFit]| {
        for line in lines {
            let mut cells = vec![of.to_owned()];
            cells.extend(
                [
                    line.expected,
                    line.mean,
                    line.mean_error,
                    line.fwhm,
                    line.fwhm_error,
                    line.counts,
                    line.counts_error,
                    line.deviance,
                ]
                .map(number),
            );
            cells.push(line.degrees.to_string());
            table.row(&cells);
        }
    };
    add("all", &tuning.lines);
    for (detector, tuned) in &tuning.detectors {
        if let Ok(tuned) = tuned {
            add(&detector.to_string(), &tuned.energy.lines);
        }
    }
    table.0
}

fn resolution(labelling: &Labelling, tuning: &Tuning) -> String {
    let kev = labelling.trapping.kev;
    let at = format!("fwhm at {kev} keV [keV]");
    let mut table = Table::new(&[
        "detector",
        "noise [keV2]",
        "spread [keV]",
        "collection",
        at.as_str(),
    ]);
    let mut add = |of: String, curve: &Resolution| {
        let terms = [curve.noise, curve.spread, curve.collection, curve.fwhm(kev)];
        let mut cells = vec![of];
        cells.extend(terms.map(number));
        table.row(&cells);
    };
    if let Some(all) = &tuning.resolution {
        add("all".to_owned(), all);
    }
    for (detector, tuned) in &tuning.detectors {
        if let Ok(tuned) = tuned {
            add(detector.to_string(), &tuned.energy.resolution);
        }
    }
    table.0
}

fn trapping(tuning: &Tuning) -> String {
    let mut table = Table::new(&["detector", "factor", "fwhm [keV]", "fwhm_error [keV]"]);
    for (detector, tuned) in &tuning.detectors {
        let scan = tuned
            .as_ref()
            .ok()
            .and_then(|tuned| tuned.energy.scan.as_ref());
        for (factor, line) in scan.into_iter().flat_map(|scan| &scan.scan) {
            let mut cells = vec![detector.to_string()];
            cells.extend([*factor, line.fwhm, line.fwhm_error].map(number));
            table.row(&cells);
        }
    }
    table.0
}

fn survival(labelling: &Labelling, judged: &Judged) -> String {
    let mut table = Table::new(&[
        "class",
        "region",
        "events",
        "low_avse",
        "high_avse",
        "delayed",
        "late_charge",
        "all",
    ]);
    let mut add = |class: &str, region: &str, counts: &Counts| {
        let mut cells = vec![class.to_owned(), region.to_owned(), number(counts.events)];
        cells.extend(counts.survival().map(number));
        table.row(&cells);
    };
    let regions = &labelling.report.regions;
    for (region, counts) in regions.iter().zip(&judged.regions) {
        add("", &region.name, counts);
    }
    let peak = format!("{} keV less side bands", labelling.a_over_e.peak_kev);
    add("", &peak, &judged.peak);
    for (class, of_class) in &judged.classes {
        for (region, counts) in regions.iter().zip(of_class) {
            add(class, &region.name, counts);
        }
    }
    table.0
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_have_six_digits() {
        for (value, text) in [
            (0.0, "0"),
            (2614.511, "2614.51"),
            (1.0, "1"),
            (0.000_123_456_78, "0.000123457"),
            (1234567.0, "1234567"),
            (-0.5, "-0.5"),
            (100.0, "100"),
            (f64::NAN, ""),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
