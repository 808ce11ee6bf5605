//! `photopeak hist`: a histogram of any expression.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use photopeak_analysis::plot::{Plot, Scale};
use photopeak_analysis::{
    Analysis, AxisDescription, Binning, Cut, Extent, HistogramDescription, extent, from_root, report, run,
};
use photopeak_formats::{Location, Table, resolve};
use photopeak_hist::{Histogram, uhi};
use photopeak_rootfile::{RootFile, RootHistogram};

use crate::input::{self, Input, SchemaChoice};
use crate::output;
use crate::progress::Progress;

/// Bins where none were given.
const DEFAULT_BINS: u32 = 50;

/// Histogram an expression over events, in the terminal or as a file
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak hist data_A.4lep.root lep_pt
  photopeak hist 'data_*.root' 'lep_pt[0]' --bins 40,0,200,GeV --where 'lep_n == 4'
  photopeak hist FOLDER 'sum(p4(lep_pt, lep_eta, lep_phi, lep_E)).mass' \\
      --where 'count(lep_pt) == 4' --bins 24,80,170,GeV -o m4l.svg
  photopeak hist file.root:h1            a histogram that ROOT stored

A list (`lep_pt`) fills every element, a number (`lep_pt[0]`) once per event.
`photopeak functions` lists what expressions may use.")]
pub(crate) struct Hist {
    /// A file, a glob, a folder, or file.root:tree.
    path: String,
    /// What to fill; leave it out for a histogram that is in the file.
    expr: Option<String>,
    /// Keep events for which this is true. May be repeated: the cuts apply in turn.
    #[arg(long = "where", value_name = "EXPR")]
    cuts: Vec<String>,
    /// Weight of each event.
    #[arg(long, value_name = "EXPR")]
    weight: Option<String>,
    /// Number of bins, low and high edge, and their unit; chosen from the data without it.
    #[arg(long, value_name = "N,LO,HI[,UNIT]", allow_hyphen_values = true)]
    bins: Option<String>,
    /// Give a name to an expression for use in the others. May be repeated.
    #[arg(long, value_name = "NAME=EXPR")]
    define: Vec<String>,
    /// Title of the axis; the expression without it.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Logarithmic vertical axis.
    #[arg(long)]
    log: bool,
    /// Write to a file instead: .json (UHI), .csv, .svg or .png.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the histogram as UHI JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    schema: SchemaChoice,
}

impl Hist {
    pub(crate) fn run(&self) -> Result<()> {
        if let Some(path) = &self.output {
            Output::of(path)?;
        }
        match &self.expr {
            Some(expr) => self.filled(expr),
            None => self.stored(),
        }
    }

    fn filled(&self, expr: &str) -> Result<()> {
        let input = input::open(std::slice::from_ref(&self.path), &self.schema)?;
        let mut analysis = self.describe(expr)?;
        if self.bins.is_none() {
            self.choose_bins(&mut analysis, &input)?;
        }
        let progress = Progress::new(input.data.num_rows());
        let outcome = run(&analysis, &input.data, &|events| progress.update(events))?;
        progress.finish();
        let (Some((_, histogram)), Some(description)) = (outcome.histograms.first(), analysis.histograms.first())
        else {
            bail!("nothing was filled");
        };
        let plot = report::plot(&analysis, description, histogram)?;
        let selected = outcome.cutflow.steps.last().map_or(0, |s| s.events);
        let summary = format!(
            "{} of {} events selected\n",
            output::grouped(selected),
            output::grouped(input.data.num_rows())
        );
        self.show(histogram, plot, &summary)
    }

    /// A histogram that ROOT wrote.
    fn stored(&self) -> Result<()> {
        let locations = resolve(&self.path)?;
        let [Location { path, tree: Some(name) }] = locations.as_slice() else {
            bail!(
                "give an expression to fill, as in: photopeak hist {0} EXPR\nor name a histogram in the file, as in: photopeak hist {0}:NAME",
                self.path
            );
        };
        let file = RootFile::open(path)?;
        let histogram = from_root(&RootHistogram::open(&file, name)?).context("the histogram's axes are not valid")?;
        let mut plot = Plot::try_from(&histogram)?;
        if self.log {
            plot.y.scale = Scale::Log;
        }
        self.show(&histogram, plot, "")
    }

    fn show(&self, histogram: &Histogram, mut plot: Plot, summary: &str) -> Result<()> {
        if self.json {
            return output::print(&format!("{}\n", uhi::write(histogram)?));
        }
        let Some(path) = &self.output else {
            plot.label = Default::default();
            let (width, height) = output::plot_size();
            let text = plot.to_terminal(width, height, output::colour())?;
            return output::print(&format!("{text}{summary}"));
        };
        let bytes = match Output::of(path)? {
            Output::Json => uhi::write(histogram)?.into_bytes(),
            Output::Csv => histogram.to_csv(false).into_bytes(),
            Output::Svg => plot.to_svg()?.into_bytes(),
            Output::Png => plot.to_png(report::PNG_SCALE)?,
        };
        photopeak_formats::write_atomically(path, |out| {
            out.write_all(&bytes).map_err(|source| photopeak_formats::Error::Io {
                path: path.clone(),
                source,
            })
        })?;
        output::print(&format!("{summary}{}\n", path.display()))
    }

    /// The command line as an analysis with one histogram.
    fn describe(&self, expr: &str) -> Result<Analysis> {
        let (binning, unit) = match &self.bins {
            Some(text) => parse_bins(text)?,
            None => (Binning::Bins(1, 0.0, 1.0), None),
        };
        let mut analysis = Analysis::parse("command line", "title = \"\"")?;
        for definition in &self.define {
            let Some((name, text)) = definition.split_once('=') else {
                bail!("--define {definition:?}: write NAME=EXPR");
            };
            analysis.define.insert(name.trim().to_owned(), text.trim().into());
        }
        analysis.weight.clone_from(&self.weight);
        analysis.cuts = self
            .cuts
            .iter()
            .enumerate()
            .map(|(i, expr)| Cut {
                name: format!("where {}", i + 1),
                expr: expr.clone(),
                title: None,
            })
            .collect();
        analysis.histograms.push(HistogramDescription {
            name: "histogram".to_owned(),
            title: String::new(),
            x: AxisDescription {
                expr: expr.to_owned(),
                binning,
                unit,
                label: self.title.clone(),
            },
            y: None,
            after: None,
            condition: None,
            counts: None,
            references: Vec::new(),
            log: self.log,
        });
        Ok(analysis)
    }

    /// A first pass over the data finds where the values lie.
    fn choose_bins(&self, analysis: &mut Analysis, input: &Input) -> Result<()> {
        let progress = Progress::new(input.data.num_rows());
        let found = extent(analysis, &input.data, &|events| progress.update(events))?;
        progress.finish();
        if let Some(histogram) = analysis.histograms.first_mut() {
            histogram.x.binning = match found {
                Some(extent) => bins_for(extent),
                None => Binning::Bins(DEFAULT_BINS, 0.0, 1.0),
            };
        }
        Ok(())
    }
}

/// The form of an output file, by its ending.
#[derive(Clone, Copy)]
enum Output {
    Json,
    Csv,
    Svg,
    Png,
}

impl Output {
    fn of(path: &Path) -> Result<Self> {
        Ok(match path.extension().and_then(|e| e.to_str()) {
            Some("json") => Self::Json,
            Some("csv") => Self::Csv,
            Some("svg") => Self::Svg,
            Some("png") => Self::Png,
            _ => bail!("{}: the ending says the form; use .json, .csv, .svg or .png", path.display()),
        })
    }
}

fn parse_bins(text: &str) -> Result<(Binning, Option<String>)> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let usage = || format!("--bins {text}: write N,LO,HI or N,LO,HI,UNIT, as in 24,80,170,GeV");
    let (numbers, unit) = match parts.as_slice() {
        [_, _, _] => (parts.as_slice(), None),
        [numbers @ .., unit] if numbers.len() == 3 => (numbers, Some((*unit).to_owned())),
        _ => bail!(usage()),
    };
    let [n, low, high] = numbers else { bail!(usage()) };
    let n = n.parse().with_context(usage)?;
    let (low, high): (f64, f64) = (low.parse().with_context(usage)?, high.parse().with_context(usage)?);
    if !(low < high) || n == 0 {
        bail!("--bins {text}: the low edge must be below the high edge, and there must be a bin");
    }
    Ok((Binning::Bins(n, low, high), unit))
}

/// Edges that are round numbers and hold all values; one bin per number for small integers.
fn bins_for(extent: Extent) -> Binning {
    let Extent { low, high, whole } = extent;
    if whole && high - low < 200.0 {
        return Binning::Bins((high - low) as u32 + 1, low - 0.5, high + 0.5);
    }
    if low == high {
        return Binning::Bins(1, low - 0.5, low + 0.5);
    }
    let step = round_up((high - low) / f64::from(DEFAULT_BINS));
    let first = (low / step).floor();
    // The highest value must be below the last edge.
    let last = (high / step).floor() + 1.0;
    Binning::Bins((last - first).clamp(1.0, 1000.0) as u32, first * step, last * step)
}

/// The next of 1, 2, 2.5, 5 times a power of ten.
fn round_up(x: f64) -> f64 {
    let power = 10f64.powf(x.log10().floor());
    let mantissa = x / power;
    let nice = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|m| mantissa <= *m * (1.0 + 1e-9));
    nice.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn bins_from_text_and_from_values() {
        assert_eq!(parse_bins("24,80,170,GeV").unwrap(), (Binning::Bins(24, 80.0, 170.0), Some("GeV".into())));
        assert_eq!(parse_bins("10, -1, 1").unwrap(), (Binning::Bins(10, -1.0, 1.0), None));
        for wrong in ["10", "a,0,1", "10,1,0", "0,0,1", "1,2,3,GeV,x", "10,nan,1"] {
            assert!(parse_bins(wrong).is_err(), "{wrong}");
        }
        let extent = |low, high, whole| bins_for(Extent { low, high, whole });
        assert_eq!(extent(0.0, 3.0, true), Binning::Bins(4, -0.5, 3.5));
        assert_eq!(extent(0.3, 99.0, false), Binning::Bins(50, 0.0, 100.0));
        assert_eq!(extent(2.0, 2.0, false), Binning::Bins(1, 1.5, 2.5));
    }
}
