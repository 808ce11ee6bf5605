//! A chain as it is written: TOML, every key known.

use std::collections::HashSet;

use serde::Deserialize;
use toml::Value;

use crate::{Result, described};

/// A chain of processors, described but not yet fitted to data.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Its name, or its file's.
    pub name: String,
    /// One line.
    pub title: String,
    /// What it does and why.
    pub description: String,
    /// Whose analysis it follows.
    pub references: Vec<String>,
    /// In what precision waveforms are computed; sums are in double precision in either.
    pub precision: Precision,
    /// Waveforms that go in. The samples of the first are the unit of time inside the chain.
    pub waveforms: Vec<InputWaveform>,
    /// Names for constants: expressions without columns.
    pub constants: Vec<(String, String)>,
    /// Constants that differ from detector to detector.
    pub detectors: Option<Detectors>,
    /// Names for expressions.
    pub define: Vec<(String, String)>,
    /// Columns that come out.
    pub columns: Vec<OutputColumn>,
    /// Columns that are passed on unchanged.
    pub keep: Vec<String>,
    /// Whether a plain number may stand for one with a unit, as in dspeed's configurations.
    pub(crate) lenient: bool,
}

/// The precision of waveforms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 24 bits: a 16-bit sample is exact, with 8 bits to spare.
    #[default]
    Single,
    /// 53 bits, at half the speed.
    Double,
}

/// A waveform that goes in.
#[derive(Clone, Debug, PartialEq)]
pub struct InputWaveform {
    /// Its name in expressions.
    pub name: String,
    /// The column.
    pub column: String,
    /// Time between samples: `10*ns`; without it the column's metadata has it, under `period`.
    pub period: Option<String>,
    /// A column that says the same for each row, and has to agree with it.
    pub period_column: Option<String>,
    /// What samples are counted in.
    pub unit: String,
    /// Samples; for columns whose type does not say.
    pub length: Option<usize>,
}

/// Constants by detector.
#[derive(Clone, Debug, PartialEq)]
pub struct Detectors {
    /// The column that says which detector a row belongs to.
    pub column: String,
    /// For a value of that column, constants and their values.
    pub constants: Vec<(String, Vec<(String, String)>)>,
}

/// A column that comes out.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// An expression.
    pub value: String,
    /// Its unit; that of the expression without it, times in ns.
    pub unit: Option<String>,
    /// What it means.
    pub description: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    precision: Precision,
    waveform: toml::Table,
    #[serde(default)]
    constants: toml::Table,
    detectors: Option<DetectorsFile>,
    #[serde(default)]
    define: toml::Table,
    columns: toml::Table,
    #[serde(default)]
    keep: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveformFile {
    column: String,
    period: Option<String>,
    #[serde(default = "adc")]
    unit: String,
    length: Option<usize>,
}

fn adc() -> String {
    "ADC".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DetectorsFile {
    column: String,
    constants: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnFile {
    value: String,
    unit: Option<String>,
    description: Option<String>,
}

impl Chain {
    /// A chain that takes these columns in and computes nothing, for a [look](Chain::look) at
    /// them.
    #[must_use]
    pub fn of_waveforms(columns: &[&str], period: Option<&str>) -> Self {
        let waveforms = columns.iter().map(|column| InputWaveform {
            name: (*column).to_owned(),
            column: (*column).to_owned(),
            period: period.map(str::to_owned),
            period_column: None,
            unit: adc(),
            length: None,
        });
        Self {
            name: columns.join(", "),
            title: String::new(),
            description: String::new(),
            references: Vec::new(),
            precision: Precision::Double,
            waveforms: waveforms.collect(),
            constants: Vec::new(),
            detectors: None,
            define: Vec::new(),
            columns: Vec::new(),
            keep: Vec::new(),
            lenient: false,
        }
    }

    /// Parses a description.
    ///
    /// # Errors
    /// When it is not TOML, when a key is unknown or missing, or a value has the wrong type.
    /// Expressions are looked at when the chain is compiled.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let wrong = described::wrong(name);
        let file: File = described::parse(name, text)?;
        let table = |key: &str, table: toml::Table| expressions(key, table).map_err(wrong);
        let names = [&file.waveform, &file.constants, &file.define];
        let names: Vec<&String> = names.into_iter().flat_map(|table| table.keys()).collect();
        check_names(&names).map_err(wrong)?;
        if let Some(twice) = repeated(file.keep.iter().chain(file.columns.keys())) {
            return Err(wrong(format!("the column {twice} comes out twice")));
        }
        let waveforms = file.waveform.into_iter().map(|(key, value)| {
            let waveform: WaveformFile = value
                .try_into()
                .map_err(|error| wrong(format!("waveform.{key}: {error}")))?;
            Ok(InputWaveform {
                name: key,
                column: waveform.column,
                period: waveform.period,
                period_column: None,
                unit: waveform.unit,
                length: waveform.length,
            })
        });
        let detectors = file.detectors.map(|detectors| {
            let constants = detectors
                .constants
                .into_iter()
                .map(|(detector, value)| match value {
                    Value::Table(constants) => {
                        let constants =
                            table(&format!("detectors.constants.{detector}"), constants)?;
                        Ok((detector, constants))
                    }
                    _ => Err(wrong(format!(
                        "detectors.constants.{detector} must be a table of constants"
                    ))),
                });
            Ok(Detectors {
                column: detectors.column,
                constants: constants.collect::<Result<_>>()?,
            })
        });
        let columns = file.columns.into_iter().map(|(key, value)| {
            let column: ColumnFile = match value {
                Value::String(value) => ColumnFile {
                    value,
                    unit: None,
                    description: None,
                },
                value => value
                    .try_into()
                    .map_err(|error| wrong(format!("columns.{key}: {error}")))?,
            };
            Ok(OutputColumn {
                name: key,
                value: column.value,
                unit: column.unit,
                description: column.description,
            })
        });
        Ok(Self {
            waveforms: waveforms.collect::<Result<_>>()?,
            columns: columns.collect::<Result<_>>()?,
            constants: table("constants", file.constants)?,
            define: table("define", file.define)?,
            detectors: detectors.transpose()?,
            name: name.to_owned(),
            title: file.title,
            description: file.description,
            references: file.references,
            precision: file.precision,
            keep: file.keep,
            lenient: false,
        })
    }
}

/// Names that expressions can use, each for one thing.
fn check_names(names: &[&String]) -> std::result::Result<(), String> {
    let plain = |name: &str| {
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().next().is_some_and(|c| !c.is_ascii_digit())
            && !["and", "or", "not"].contains(&name)
    };
    if let Some(name) = names.iter().find(|name| !plain(name)) {
        return Err(format!(
            "{name:?} cannot be a name: letters, digits and _, no digit first, not and, or, not"
        ));
    }
    match repeated(names.iter().copied()) {
        Some(twice) => Err(format!("there are two of the name {twice}")),
        None => Ok(()),
    }
}

/// The first name that comes a second time.
fn repeated<'a>(mut names: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let mut seen = HashSet::new();
    names.find(|name| !seen.insert(name.as_str()))
}

/// Names and expressions; a number is an expression too.
fn expressions(
    key: &str,
    table: toml::Table,
) -> std::result::Result<Vec<(String, String)>, String> {
    let expression = |(name, value): (String, Value)| match value {
        Value::String(text) => Ok((name, text)),
        Value::Integer(number) => Ok((name, number.to_string())),
        Value::Float(number) => Ok((name, format!("{number:?}"))),
        other => Err(format!(
            "{key}.{name} is {}; it takes an expression or a number",
            other.type_str()
        )),
    };
    table.into_iter().map(expression).collect()
}
