//! An analysis as a description: definitions, cuts in order, histograms. No code.

use std::path::Path;

use photopeak_hist::{Axis, Histogram, StorageKind};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::compose::complete;
use crate::plot::Label;
use crate::presentation::{Overflow, Plots};
use crate::process::Process;
use crate::systematic::Systematic;

/// An analysis, from `catalog/analyses/` or a user's TOML file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// Its name in the catalogue, or the path of its file.
    #[serde(skip)]
    pub name: String,
    /// One line.
    #[serde(default)]
    pub title: String,
    /// The analysis of the catalogue that this one is a variant of. It has all of that one,
    /// and what is written here takes the place of what has the same name there.
    #[serde(default)]
    pub based_on: Option<String>,
    /// Files of `catalog/definitions/` whose functions and definitions come before its own.
    #[serde(default, rename = "use")]
    pub uses: Vec<String>,
    /// What it does and why, in Markdown.
    #[serde(default)]
    pub description: String,
    /// Whose analysis this follows: papers, notes, code.
    #[serde(default)]
    pub references: Vec<String>,
    /// Release whose events it is written for: gives schema, tree, constants, the samples and
    /// the luminosity.
    #[serde(default)]
    pub release: Option<String>,
    /// Schema of the columns, where the file is not recognised by itself.
    #[serde(default)]
    pub schema: Option<String>,
    /// Tree to read, where a file holds several.
    #[serde(default)]
    pub tree: Option<String>,
    /// Functions, in the order of the file: `"mt_w(lepton, met)" = "sqrt(...)"`. A later one
    /// may call an earlier one.
    #[serde(default)]
    pub functions: toml::Table,
    /// Names for expressions, in the order of the file; a later one may use an earlier one,
    /// and all may call the functions.
    #[serde(default)]
    pub define: toml::Table,
    /// Weight of an event; 1 without it. With processes it is the weight of simulated events,
    /// before they are normalised to the luminosity, and `generator_weight` without it; data
    /// count 1.
    #[serde(default)]
    pub weight: Option<String>,
    /// What simulated samples are added up to, in the order of the stack from below.
    #[serde(default, rename = "process")]
    pub processes: Vec<Process>,
    /// Systematic uncertainties of simulated events.
    #[serde(default, rename = "systematic")]
    pub systematics: Vec<Systematic>,
    /// The selection: an event must pass each cut in turn.
    #[serde(default, rename = "cut")]
    pub cuts: Vec<Cut>,
    /// What is filled.
    #[serde(default, rename = "histogram")]
    pub histograms: Vec<HistogramDescription>,
    /// Experiment label of the plots.
    #[serde(default)]
    pub label: Label,
    /// How the plots of stacked processes are drawn.
    #[serde(default)]
    pub plots: Plots,
    /// The cuts (or `all`) that are columns of the yields tables; every step without it.
    #[serde(default)]
    pub yields: Option<Vec<String>>,
}

/// One cut of the selection.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// Short name, by which histograms refer to it.
    pub name: String,
    /// What must be true: one truth value per event.
    pub expr: String,
    /// For people; the expression without it.
    #[serde(default)]
    pub title: Option<String>,
}

/// One histogram.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistogramDescription {
    /// Its name in the output.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub title: String,
    /// First axis.
    pub x: AxisDescription,
    /// Second axis, for two dimensions.
    #[serde(default)]
    pub y: Option<AxisDescription>,
    /// Filled with the events that passed this cut; after the last one without it.
    #[serde(default)]
    pub after: Option<String>,
    /// A further condition for this histogram alone.
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
    /// What is counted, for the vertical axis: `Events`, `Leptons`.
    #[serde(default)]
    pub counts: Option<String>,
    /// Vertical lines at known places.
    #[serde(default)]
    pub references: Vec<crate::plot::Reference>,
    /// Logarithmic vertical axis; as `plots` of the analysis has it without it.
    #[serde(default)]
    pub log: Option<bool>,
    /// A channel of the statistical model that is written as a pyhf workspace.
    #[serde(default)]
    pub fit: bool,
    /// Where plots and the fit have what lies above the axis; as `plots` of the analysis has
    /// it without it.
    #[serde(default)]
    pub overflow: Option<Overflow>,
}

/// An axis: what is filled, in which bins, in which unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "AxisTable")]
pub struct AxisDescription {
    /// One number per event, or a list of them (then each is filled).
    pub expr: String,
    /// The bins: `bins = [24, 80, 170]` or `edges = [0, 1, 5]`.
    pub binning: Binning,
    /// Unit of the bins; the expression's own without it.
    pub unit: Option<String>,
    /// Title of the axis, in the plot markup; the expression without it.
    pub label: Option<String>,
}

/// An axis as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AxisTable {
    expr: String,
    bins: Option<(u32, f64, f64)>,
    edges: Option<Vec<f64>>,
    unit: Option<String>,
    label: Option<String>,
}

impl TryFrom<AxisTable> for AxisDescription {
    type Error = &'static str;

    fn try_from(table: AxisTable) -> Result<Self, Self::Error> {
        let binning = match (table.bins, table.edges) {
            (Some((n, low, high)), None) => Binning::Bins(n, low, high),
            (None, Some(edges)) => Binning::Edges(edges),
            (None, None) => {
                return Err(
                    "an axis needs its bins: `bins = [24, 80, 170]` or `edges = [0, 1, 5]`",
                );
            }
            (Some(_), Some(_)) => return Err("an axis has either `bins` or `edges`, not both"),
        };
        Ok(Self {
            expr: table.expr,
            binning,
            unit: table.unit,
            label: table.label,
        })
    }
}

/// The bins of an axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Binning {
    /// Number of bins, low edge, high edge.
    Bins(u32, f64, f64),
    /// All edges.
    Edges(Vec<f64>),
}

impl Binning {
    /// Makes the axis.
    pub(crate) fn axis(&self) -> Result<Axis, photopeak_hist::HistError> {
        match self {
            Self::Bins(n, low, high) => Axis::regular(*n as usize, *low, *high),
            Self::Edges(edges) => Axis::variable(edges.clone()),
        }
    }
}

impl Analysis {
    /// Parses a description.
    ///
    /// # Errors
    /// When it is not valid TOML of this form, is based on or uses what is not there, or a
    /// histogram refers to an unknown cut.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        Self::parse_at(name, text, 0)
    }

    /// Parses what `depth` variants are based on.
    pub(crate) fn parse_at(name: &str, text: &str, depth: usize) -> Result<Self, Error> {
        let invalid = |message: String| Error::Description {
            place: format!("analysis {name}"),
            message,
        };
        let mut analysis: Self =
            toml::from_str(text).map_err(|e| invalid(e.to_string().trim_end().to_owned()))?;
        name.clone_into(&mut analysis.name);
        let titled = || toml::from_str::<toml::Table>(text).is_ok_and(|t| t.contains_key("title"));
        if analysis.title.is_empty() && analysis.based_on.is_none() && !titled() {
            return Err(invalid(
                "a title is missing: one line that says what the analysis is".to_owned(),
            ));
        }
        let mut analysis = complete(analysis, depth).map_err(invalid)?;
        // What others are based on leaves it to them.
        if depth == 0 {
            analysis.settle();
        }
        analysis.check().map_err(invalid)?;
        Ok(analysis)
    }

    /// Histograms that do not say how they are shown follow the plots of the analysis.
    fn settle(&mut self) {
        for histogram in &mut self.histograms {
            histogram.log.get_or_insert(self.plots.log);
            if histogram.y.is_none() {
                histogram.overflow.get_or_insert(self.plots.overflow);
            }
        }
    }

    /// What TOML cannot see: names that clash or lead nowhere.
    fn check(&self) -> Result<(), String> {
        for (table, entries) in [("functions", &self.functions), ("define", &self.define)] {
            if let Some((name, _)) = entries.iter().find(|(_, value)| !value.is_str()) {
                return Err(format!("[{table}] {name} must be an expression in quotes"));
            }
        }
        for (i, cut) in self.cuts.iter().enumerate() {
            if cut.name == "all" {
                return Err(
                    "no cut can be called \"all\": that is the step before the first cut"
                        .to_owned(),
                );
            }
            if self.cuts.iter().take(i).any(|c| c.name == cut.name) {
                return Err(format!("two cuts are called {:?}", cut.name));
            }
        }
        if let Some(unknown) = self
            .yields
            .iter()
            .flatten()
            .find(|cut| self.cut_number(cut).is_none())
        {
            return Err(format!(
                "yields asks for the unknown cut {unknown:?}; cuts are {}",
                self.cut_names()
            ));
        }
        crate::process::check(&self.processes, self.release.as_deref())?;
        crate::systematic::check(&self.systematics, &self.processes)?;
        let factor = self.plots.signal_factor;
        if !(factor > 0.0 && factor.is_finite()) {
            return Err(format!(
                "[plots] signal_factor is {factor}; it must be a positive number"
            ));
        }
        let fitted = self.histograms.iter().any(|h| h.fit);
        let taken = |name: &str| name == "mu" || name.starts_with("staterror_");
        if let Some(systematic) = self.systematics.iter().find(|s| fitted && taken(&s.name)) {
            return Err(format!(
                "no systematic uncertainty can be called {:?} where histograms are fitted: a \
                 parameter of the fit has this name",
                systematic.name
            ));
        }
        for (i, histogram) in self.histograms.iter().enumerate() {
            let name = &histogram.name;
            if !is_file_name(name) {
                return Err(format!(
                    "histogram {name:?}: files get this name, so it has {FILE_NAME}"
                ));
            }
            // Some file systems do not tell `Mass` from `mass`.
            if self
                .histograms
                .iter()
                .take(i)
                .any(|h| h.name.eq_ignore_ascii_case(name))
            {
                return Err(format!("two histograms are called {name:?}"));
            }
            if let Some(after) = &histogram.after
                && self.cut_number(after).is_none()
            {
                return Err(format!(
                    "histogram {name} comes after the unknown cut {after:?}; cuts are {}",
                    self.cut_names()
                ));
            }
            if histogram.overflow == Some(Overflow::LastBin) && histogram.y.is_some() {
                return Err(format!(
                    "histogram {name} has two axes; `overflow = \"last-bin\"` is for one"
                ));
            }
            if histogram.fit && self.processes.is_empty() {
                return Err(format!(
                    "histogram {name} is to be fitted, but there is no [[process]] to fit it with"
                ));
            }
        }
        Ok(())
    }

    /// Reads a description from a file.
    ///
    /// # Errors
    /// When the file cannot be read or is invalid.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| {
            Error::Data(photopeak_formats::Error::Io {
                path: path.to_owned(),
                source,
            })
        })?;
        Self::parse(&path.to_string_lossy(), &text)
    }

    /// From the catalogue, or from a file if the name ends in `.toml`.
    ///
    /// # Errors
    /// As [`Analysis::read`] and [`crate::catalogue::analysis`].
    pub fn named(name: &str) -> Result<Self, Error> {
        if Path::new(name).extension().is_some_and(|e| e == "toml") {
            Self::read(Path::new(name))
        } else {
            crate::catalogue::analysis(name)
        }
    }

    /// The steps that others may refer to, for messages.
    fn cut_names(&self) -> String {
        let cuts = self.cuts.iter().map(|cut| cut.name.as_str());
        let known: Vec<&str> = std::iter::once("all").chain(cuts).collect();
        known.join(", ")
    }

    /// All analyses that a name stands for: of the catalogue, with `*` and `?` for any
    /// characters and any one (`adl/*`; without a folder, in all of them), or the file that ends in `.toml`.
    ///
    /// # Errors
    /// As [`Analysis::named`], and when nothing in the catalogue fits.
    pub fn matching(name: &str) -> Result<Vec<Self>, Error> {
        let is_file = Path::new(name).extension().is_some_and(|e| e == "toml");
        if is_file || !name.contains(['*', '?']) {
            return Ok(vec![Self::named(name)?]);
        }
        let known = crate::catalogue::analyses();
        let short = |whole: &str| fits(name, whole.rsplit('/').next().unwrap_or(whole));
        let fits = known
            .iter()
            .filter(|known| fits(name, known) || short(known));
        let found = fits.map(|name| crate::catalogue::analysis(name));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        if found.is_empty() {
            return Err(Error::NotFound(format!(
                "no analysis in the catalogue fits {name:?}; it has {}",
                crate::catalogue::listed(known.iter().map(String::as_str))
            )));
        }
        Ok(found)
    }

    /// How many cuts an event has passed when the cut of this name is behind it.
    pub(crate) fn cut_number(&self, name: &str) -> Option<usize> {
        if name == "all" {
            return Some(0);
        }
        self.cuts.iter().position(|c| c.name == name).map(|i| i + 1)
    }
}

/// Whether a text fits a pattern with `*` and `?`.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stands, and up to where it reaches so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        match (pattern.get(p), star) {
            (Some('*'), _) => {
                star = Some((p, t));
                p += 1;
            }
            (Some(q), _) if *q == '?' || q == c => (p, t) = (p + 1, t + 1),
            (_, Some((at, reach))) => {
                star = Some((at, reach + 1));
                (p, t) = (at + 1, reach + 1);
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// Longest name of a histogram.
const MAX_NAME: usize = 100;

/// What [`is_file_name`] asks for.
pub(crate) const FILE_NAME: &str = "letters, digits, `_`, `-`, `+` and `.`, up to 100 of them, and starts with none of the last three";

/// Whether a name can be part of a file name anywhere, and stays in its folder.
pub(crate) fn is_file_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.');
    name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= MAX_NAME
        && name.chars().all(allowed)
}

impl HistogramDescription {
    /// An empty histogram; `units` are those of the axes.
    pub(crate) fn empty(
        &self,
        units: &[Option<String>],
        weighted: bool,
    ) -> Result<Histogram, Error> {
        let mut axes = Vec::new();
        for (axis, unit) in [Some(&self.x), self.y.as_ref()]
            .into_iter()
            .flatten()
            .zip(units)
        {
            let mut made = axis.binning.axis().map_err(Error::histogram(&self.name))?;
            made = made.with_name(axis.expr.clone());
            if let Some(label) = &axis.label {
                made = made.with_label(label.clone());
            }
            if let Some(unit) = unit {
                made = made.with_unit(unit.clone());
            }
            axes.push(made);
        }
        let storage = if weighted {
            StorageKind::Weighted
        } else {
            StorageKind::Double
        };
        let histogram = Histogram::new(axes, storage).map_err(Error::histogram(&self.name))?;
        Ok(histogram.with_title(self.title.clone()))
    }
}
