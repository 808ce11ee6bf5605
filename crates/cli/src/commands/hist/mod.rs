//! `photopeak hist`: a histogram of any expression.

mod against;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use photopeak_analysis::plot::{Plot, Scale};
use photopeak_analysis::{
    Analysis, AxisDescription, Binning, Cut, Error, HistogramDescription, catalogue, extents,
    from_root, report, run,
};
use photopeak_formats::{Location, Table, open_root, resolve};
use photopeak_hist::{Histogram, uhi};
use photopeak_rootfile::RootHistogram;

use crate::bins::{self, Bins};
use crate::input::{self, Input, SchemaChoice};
use crate::output;
use crate::progress::Progress;
use crate::statistics;

/// Histogram an expression over events, in the terminal or as a file
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak hist data_A.4lep.root lep_pt
  photopeak hist 'data_*.root' 'lep_pt[0]' --bins 40,0,200,GeV --where 'lep_n == 4'
  photopeak hist FOLDER 'sum(p4(lep_pt, lep_eta, lep_phi, lep_E)).mass' \\
      --where 'count(lep_pt) == 4' --bins 24,80,170,GeV -o m4l.svg
  photopeak hist data_A.4lep.root lep_eta --y lep_pt     two dimensions
  photopeak hist simulated.parquet energy --against measured.parquet
  photopeak hist file.root:h1                            a histogram that ROOT stored

A list (`lep_pt`) fills every element, a number (`lep_pt[0]`) once per event.
A column with an odd name goes between backticks: '`evt/StdStr`'.
`photopeak functions` lists what expressions may use.")]
pub(crate) struct Hist {
    /// A file, a glob, a folder, or file.root:tree.
    path: String,
    /// What to fill; leave it out for a histogram that is in the file.
    expr: Option<String>,
    /// Keep events for which this is true. May be repeated: the cuts apply in turn.
    #[arg(
        long = "where",
        value_name = "EXPR",
        allow_hyphen_values = true,
        requires = "expr"
    )]
    cuts: Vec<String>,
    /// Weight of each event.
    #[arg(
        long,
        value_name = "EXPR",
        allow_hyphen_values = true,
        requires = "expr"
    )]
    weight: Option<String>,
    /// Number of bins, low and high edge, and their unit; chosen from the data without it.
    #[arg(
        long,
        value_name = "N,LO,HI[,UNIT]",
        allow_hyphen_values = true,
        requires = "expr"
    )]
    bins: Option<Bins>,
    /// Second axis, for a histogram in two dimensions.
    #[arg(
        long,
        value_name = "EXPR",
        allow_hyphen_values = true,
        requires = "expr",
        conflicts_with = "log"
    )]
    y: Option<String>,
    /// Bins of the second axis.
    #[arg(
        long,
        value_name = "N,LO,HI[,UNIT]",
        allow_hyphen_values = true,
        requires = "y"
    )]
    y_bins: Option<Bins>,
    /// Give a name to an expression for use in the others. May be repeated.
    #[arg(long, value_name = "NAME=EXPR", requires = "expr")]
    define: Vec<String>,
    /// Title of the x axis; the expression without it.
    #[arg(long, value_name = "TEXT", requires = "expr")]
    title: Option<String>,
    /// Logarithmic vertical axis.
    #[arg(long)]
    log: bool,
    /// Write to a file instead: .json (UHI), .csv, .svg or .png.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the histogram as UHI JSON.
    #[arg(long, conflicts_with = "output")]
    json: bool,
    #[command(flatten)]
    against: against::Against,
    #[command(flatten)]
    schema: SchemaChoice,
}

impl Hist {
    pub(crate) fn run(&self) -> Result<()> {
        if let Some(path) = &self.output {
            // What would stop the result from being written is said before the work.
            Output::of(path)?;
            output::check_folder_of(path)?;
        }
        match &self.expr {
            Some(expr) => self.filled(expr),
            None => self.stored(),
        }
    }

    fn filled(&self, expr: &str) -> Result<()> {
        let input = input::open(std::slice::from_ref(&self.path), &self.schema)?;
        let mut analysis = self.describe(expr)?;
        define_constants(&mut analysis, &input)?;
        if self.bins.is_none() || (self.y.is_some() && self.y_bins.is_none()) {
            self.choose_bins(&mut analysis, &input)?;
        }
        let (histogram, selected) = fill(&analysis, &input)?;
        let Some(description) = analysis.histograms.first() else {
            bail!("nothing was filled");
        };
        let mut plot = report::plot(&analysis, description, &histogram)?;
        let mut summary = format!(
            "{} of {} events selected\n{}\n",
            output::grouped(selected),
            output::grouped(input.data.num_rows()),
            statistics::line(&histogram)
        );
        if let Some(path) = &self.against.against {
            let other = self.other(&analysis, path)?;
            let names = [self.path.as_str(), path];
            summary += &against::compare(&mut plot, &histogram, &other, names)?;
        }
        self.show(&histogram, plot, &summary)
    }

    /// The same histogram of other data.
    fn other(&self, analysis: &Analysis, path: &str) -> Result<Histogram> {
        let input = input::open(&[path.to_owned()], &self.schema)?;
        let mut analysis = analysis.clone();
        if let (Some(expr), Some(histogram)) =
            (&self.against.against_expr, analysis.histograms.first_mut())
        {
            histogram.x.expr.clone_from(expr);
            analysis.cuts.clear();
            analysis.weight = None;
        }
        Ok(fill(&analysis, &input)?.0)
    }

    /// A histogram that ROOT wrote.
    fn stored(&self) -> Result<()> {
        let locations = resolve(&self.path)?;
        let [
            Location {
                path,
                tree: Some(name),
            },
        ] = locations.as_slice()
        else {
            bail!(
                "give an expression to fill, as in: photopeak hist {0} EXPR\nor name a histogram in the file, as in: photopeak hist {0}:NAME",
                self.path
            );
        };
        let file = open_root(path)?;
        let histogram = from_root(&RootHistogram::open(&file, name)?)?;
        let mut plot = Plot::try_from(&histogram)?;
        if self.log {
            plot.y.scale = Scale::Log;
        }
        self.show(
            &histogram,
            plot,
            &format!("{}\n", statistics::line(&histogram)),
        )
    }

    fn show(&self, histogram: &Histogram, mut plot: Plot, summary: &str) -> Result<()> {
        if self.json {
            return output::print(&format!("{}\n", uhi::write(histogram)?));
        }
        let Some(path) = &self.output else {
            plot.label = Default::default();
            // One series needs no legend.
            plot.options.legend = self.against.against.is_some();
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
            out.write_all(&bytes)
                .map_err(|source| photopeak_formats::Error::Io {
                    path: path.clone(),
                    source,
                })
        })?;
        output::print(&format!("{summary}{}\n", path.display()))
    }

    /// The command line as an analysis with one histogram.
    fn describe(&self, expr: &str) -> Result<Analysis> {
        let mut analysis = Analysis::parse("command line", "title = \"\"")?;
        for definition in &self.define {
            let Some((name, text)) = definition.split_once('=') else {
                bail!("--define {definition:?}: write NAME=EXPR");
            };
            let name = name.trim();
            if analysis
                .define
                .insert(name.to_owned(), text.trim().into())
                .is_some()
            {
                bail!("--define {definition:?}: `{name}` is defined twice");
            }
        }
        analysis.weight.clone_from(&self.weight);
        analysis.cuts = self
            .cuts
            .iter()
            .enumerate()
            .map(|(i, expr)| Cut {
                name: format!("{}", i + 1),
                expr: expr.clone(),
                title: None,
            })
            .collect();
        let axis = |expr: &str, bins: &Option<Bins>, label: Option<String>| AxisDescription {
            expr: expr.to_owned(),
            binning: bins
                .as_ref()
                .map_or(Binning::Bins(1, 0.0, 1.0), |b| b.binning.clone()),
            unit: bins.as_ref().and_then(|b| b.unit.clone()),
            label,
        };
        analysis.histograms.push(HistogramDescription {
            name: "histogram".to_owned(),
            title: String::new(),
            x: axis(expr, &self.bins, self.title.clone()),
            y: self.y.as_ref().map(|y| axis(y, &self.y_bins, None)),
            after: None,
            condition: None,
            counts: None,
            references: Vec::new(),
            log: Some(self.log),
            fit: false,
            overflow: None,
        });
        Ok(analysis)
    }

    /// A first pass over the data finds where the values lie.
    fn choose_bins(&self, analysis: &mut Analysis, input: &Input) -> Result<()> {
        let progress = Progress::new(input.data.num_rows());
        let found = extents(analysis, &input.data, &|done| progress.update(done))
            .map_err(|e| explain(e, input))?;
        progress.finish();
        let Some(histogram) = analysis.histograms.first_mut() else {
            return Ok(());
        };
        let given = [self.bins.is_some(), self.y_bins.is_some()];
        let axes = std::iter::once(&mut histogram.x).chain(&mut histogram.y);
        for ((axis, extent), given) in axes.zip(found).zip(given) {
            if !given {
                axis.binning = bins::around(extent)?;
            }
        }
        Ok(())
    }
}

/// The histogram of an analysis that has one, and how many events it is of.
fn fill(analysis: &Analysis, input: &Input) -> Result<(Histogram, u64)> {
    let progress = Progress::new(input.data.num_rows());
    let results =
        run(analysis, &input.data, &|done| progress.update(done)).map_err(|e| explain(e, input))?;
    progress.finish();
    let outcome = results.all().context("nothing was filled")?;
    let (_, histogram) = outcome.histograms.first().context("nothing was filled")?;
    let selected = outcome.cutflow.steps.last().map_or(0, |s| s.events);
    Ok((histogram.clone(), selected))
}

/// The constants of the release whose columns these are, such as working points of the
/// b-tagging, before the user's own names.
fn define_constants(analysis: &mut Analysis, input: &Input) -> Result<()> {
    let Some(schema) = &input.schema else {
        return Ok(());
    };
    let releases = catalogue::constants()?.into_iter();
    let constants = releases.filter(|release| release.schema == schema.name);
    let own = std::mem::take(&mut analysis.define);
    let columns = input.data.schema();
    for (name, value) in constants.flat_map(|release| release.values) {
        if !own.contains_key(&name) && columns.column_with_name(&name).is_none() {
            let text = value.to_string();
            analysis.define.insert(name, text.into());
        }
    }
    analysis.define.extend(own);
    Ok(())
}

/// An error of an analysis in the words of this command's options.
fn explain(error: Error, input: &Input) -> anyhow::Error {
    let place = match &error {
        Error::Expression { place, .. } => match place.as_str() {
            "histogram histogram, x" => "EXPR".to_owned(),
            "histogram histogram, y" => "--y".to_owned(),
            "weight" => "--weight".to_owned(),
            place if place.starts_with("cut ") => "--where".to_owned(),
            place => place.replacen("[define]", "--define", 1),
        },
        Error::Histogram { source, .. } => return anyhow::anyhow!("the histogram: {source}"),
        _ => return input.explain(error),
    };
    match error {
        Error::Expression { source, .. } => input.explain(Error::Expression { place, source }),
        other => other.into(),
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
            _ => bail!(
                "{}: the ending says the form; use .json, .csv, .svg or .png",
                path.display()
            ),
        })
    }
}
