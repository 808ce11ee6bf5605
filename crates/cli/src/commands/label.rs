//! `photopeak label`: records of germanium detectors to energies and pulse-shape labels.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::labels::{self, Judged, Labelled};
use photopeak_analysis::waveforms::Processing;
use photopeak_analysis::{catalogue, report};
use photopeak_formats::{Dataset, Hdf5Compression, Hdf5Layout, Table, write_hdf5, write_parquet};
use photopeak_pulse::label::{Labelling, Tuning, tune};

use crate::input::{self, SchemaChoice};
use crate::progress::Progress;
use crate::{interrupt, output};

/// Calibrate energies and tune pulse-shape cuts on data, and write them as labels
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak label raw.parquet -o labelled.parquet
  photopeak label raw.parquet -o labelled.hdf5         as the Majorana release is laid out
  photopeak label processed.parquet -o labels.parquet  from what `photopeak process` gave
  photopeak label simulated.parquet -o labelled.parquet --truth simulated.truth.parquet

The numbers of each record, and tables and plots to judge the tuning by, go to the
folder OUT.tuning. docs/labels.md says what is tuned and how.")]
pub(crate) struct Label {
    /// Records, or what the chain gave of them: each a file, a glob, a folder, or file.root:tree.
    #[arg(required_unless_present = "list", value_name = "PATH")]
    input: Vec<String>,
    /// The file to write: .parquet, .h5 or .hdf5.
    #[arg(short, long, required_unless_present = "list", value_name = "OUT")]
    output: Option<PathBuf>,
    /// How to label: a name of the catalogue, or a file that ends in .toml.
    #[arg(long, value_name = "NAME|FILE.toml", default_value = "majorana")]
    labels: String,
    /// The folder for what the tuning is judged by; OUT.tuning without it.
    #[arg(long, value_name = "FOLDER")]
    tuning: Option<PathBuf>,
    /// The truth of simulated data, for survival by class. It changes no label.
    #[arg(long, value_name = "PATH")]
    truth: Option<String>,
    /// List the labellings of the catalogue.
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    schema: SchemaChoice,
}

impl Label {
    pub(crate) fn run(&self) -> Result<()> {
        let (false, Some(out)) = (self.list, &self.output) else {
            return list();
        };
        let hdf5 = match out.extension().and_then(|end| end.to_str()) {
            Some("parquet") => false,
            Some("h5" | "hdf5") => true,
            _ => bail!(
                "{}: the output must end in .parquet, .h5 or .hdf5",
                out.display()
            ),
        };
        output::check_folder_of(out)?;
        let labelling = described(&self.labels)?;
        let records = input::open(&self.input, &self.schema)?.data;
        let truth = self.truth.as_ref();
        let truth = truth.map(|path| Dataset::open(&[path])).transpose()?;
        let folder = self
            .tuning
            .clone()
            .unwrap_or_else(|| out.with_extension("tuning"));
        report::make_folder(&folder)?;

        let processed = self.process(&labelling, &records, &folder)?;
        let measured = processed.as_ref().unwrap_or(&records);
        let tuning = tune(&labelling, &labels::collect(&labelling, measured)?);
        for (detector, tuned) in &tuning.detectors {
            match tuned {
                Err(reason) => eprintln!("note: detector {detector} has no labels: {reason}"),
                Ok(tuned) => {
                    if let Some(note) = &tuned.energy.note {
                        eprintln!("note: detector {detector}: {note}");
                    }
                }
            }
        }
        if tuning.detectors.values().all(Result::is_err) {
            bail!("no detector could be tuned; its events have neither energy nor labels");
        }
        let judged = labels::judge(&labelling, &tuning, measured, truth.as_ref())?;
        let files = labels::write(&labelling, &tuning, &judged, &folder)?;

        let table = Labelled::new(&labelling, &tuning, &records, measured)?;
        let columns: Vec<usize> = (0..table.schema().fields().len()).collect();
        let progress = Progress::new(table.num_rows());
        let done = |rows| progress.update(rows);
        if hdf5 {
            let (layout, how) = (Hdf5Layout::Flat, Hdf5Compression::Gzip);
            write_hdf5(&table, &columns, out, &layout, how, done)?;
        } else {
            write_parquet(&table, &columns, out, done)?;
        }
        progress.finish();
        output::print(&summary(&labelling, &tuning, &judged)?)?;
        output::print(&format!(
            "{}: {} events, {} columns, {}\n{}: {} files to judge the tuning by\n",
            out.display(),
            output::grouped(table.num_rows()),
            columns.len(),
            output::bytes(std::fs::metadata(out)?.len()),
            folder.display(),
            files.len() + usize::from(processed.is_some())
        ))
    }

    /// What the chain gives of records; nothing if the input has it already.
    fn process(
        &self,
        labelling: &Labelling,
        records: &Dataset,
        folder: &Path,
    ) -> Result<Option<Dataset>> {
        if records.schema().index_of(&labelling.input.energy).is_ok() {
            return Ok(None);
        }
        let chain = catalogue::chain(&labelling.chain)?;
        let path = folder.join("processed.parquet");
        let stop = interrupt::flag()?;
        let progress = Progress::new(records.num_rows());
        let processing = Processing {
            chain: &chain,
            data: records,
            progress: &|done| progress.update(done),
            stop: Some(&stop),
        };
        let written = processing.to_parquet(&path);
        progress.finish();
        written?;
        Ok(Some(Dataset::open(&[path.to_string_lossy()])?))
    }
}

/// What passes, and the line that decides.
fn summary(labelling: &Labelling, tuning: &Tuning, judged: &Judged) -> Result<String> {
    let output = &labelling.output;
    let names = [
        output.low_avse.as_str(),
        output.high_avse.as_str(),
        output.delayed.as_str(),
        output.late.as_str(),
        "all four",
    ];
    let all = judged.regions.first().copied().unwrap_or_default();
    let mut rows = vec![vec![
        String::new(),
        "passes".to_owned(),
        "of peak".to_owned(),
    ]];
    let percent = |part: f64| format!("{:.1} %", 100.0 * part);
    let parts = all.survival().into_iter().zip(judged.peak.survival());
    for (name, (part, of_peak)) in names.into_iter().zip(parts) {
        rows.push(vec![name.to_owned(), percent(part), percent(of_peak)]);
    }
    let mut text = output::table(&rows);
    let kev = labelling.trapping.kev;
    if let Some(line) = tuning.lines.iter().find(|line| line.expected == kev) {
        text.push_str(&format!(
            "{kev} keV: FWHM {:.2} ± {:.2} keV, at {:.2} ± {:.2} keV\n",
            line.fwhm, line.fwhm_error, line.mean, line.mean_error
        ));
    }
    if let Some(distance) = tuning.distance {
        text.push_str(&format!(
            "cut on low A/E: {:.2} σ from its centre, by {:.0} events at {} keV\n",
            distance.sigmas, distance.counts, labelling.a_over_e.peak_kev
        ));
    }
    if judged.unlabelled > 0 {
        text.push_str(&format!(
            "{} events have no label: energy NaN, all cuts failed\n",
            output::grouped(judged.unlabelled)
        ));
    }
    Ok(text)
}

/// The description of the catalogue, or of a file.
fn described(name: &str) -> Result<Labelling> {
    let text = input::description(name, catalogue::labelling)?;
    Ok(Labelling::parse(name, &text)?)
}

fn list() -> Result<()> {
    let names = catalogue::labellings();
    let row = |name: &String| Ok(vec![name.clone(), described(name)?.title]);
    let rows: Vec<Vec<String>> = names.iter().map(row).collect::<Result<_>>()?;
    output::print(&output::table(&rows))
}
