//! `photopeak waveform`: a row's waveforms, and what a chain finds in them, as a picture.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::plot::Below;
use photopeak_analysis::waveforms::{self, View};
use photopeak_analysis::{expr::nearest, report};
use photopeak_formats::{Dataset, Table, write_atomically};
use photopeak_pulse::{Chain, Look};

use crate::input::{self, SchemaChoice};
use crate::output;

/// Draw a waveform, with the moments and windows that a chain finds in it
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak waveform raw.parquet --row 3                      in the terminal
  photopeak waveform raw.parquet --chain my.toml              with moments and windows
  photopeak waveform raw.parquet --chain my.toml --show pz,fast --range 8,12,us -o pulse.png

Dashed lines are moments that have a name in the chain, bars at the foot the stretches
that it reads.")]
pub(crate) struct Waveform {
    /// Files with waveforms: each a file, a glob, a folder, or file.root:tree.
    #[arg(required = true, value_name = "PATH")]
    input: Vec<String>,
    /// The row to draw; the first is 0.
    #[arg(long, default_value_t = 0, value_name = "N")]
    row: u64,
    /// A chain of the catalogue, a file that ends in .toml, or a configuration of dspeed.
    #[arg(long, value_name = "NAME|FILE")]
    chain: Option<String>,
    /// Waveforms that the chain makes, to draw below: names separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "chain")]
    show: Vec<String>,
    /// From when to when: `8,12,us`.
    #[arg(long, value_name = "FROM,TO,UNIT")]
    range: Option<Times>,
    /// Time between samples, such as `10*ns`, where neither the data nor a chain says it.
    #[arg(long, value_name = "TIME", conflicts_with = "chain")]
    period: Option<String>,
    /// The picture to write, .svg or .png; the terminal without it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    schema: SchemaChoice,
}

/// A range of time in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Times(f64, f64);

impl FromStr for Times {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let wrong = || "from, to and unit, such as 8,12,us".to_owned();
        let [from, to, unit] = parts.as_slice() else {
            return Err(wrong());
        };
        let size = match *unit {
            "ns" => 1.0,
            "us" | "µs" => 1e3,
            "ms" => 1e6,
            _ => return Err(wrong()),
        };
        let number = |text: &str| text.parse::<f64>().map(|number| number * size);
        let (Ok(from), Ok(to)) = (number(from), number(to)) else {
            return Err(wrong());
        };
        match from < to && from.is_finite() && to.is_finite() {
            true => Ok(Times(from, to)),
            false => Err("the first time must be before the second".to_owned()),
        }
    }
}

impl Waveform {
    pub(crate) fn run(&self) -> Result<()> {
        if let Some(path) = &self.output {
            output::check_folder_of(path)?;
        }
        let data = input::open(&self.input, &self.schema)?.data;
        let chain = waveforms::fitted(&self.chain(&data)?, &data)?;
        let look = waveforms::look(&chain, &data, self.row)?;
        if look.waveforms.is_empty() {
            bail!("row {} has no waveform of the chain's length", self.row);
        }
        self.check_names(&look)?;
        let title = chain.title.as_str();
        let view = View {
            title: format!(
                "row {}{}{title}",
                self.row,
                if title.is_empty() { "" } else { ": " }
            ),
            shown: self.show.clone(),
            range: self.range.map(|range| (range.0, range.1)),
        };
        let plots = waveforms::draw(&look, chain.waveforms.len(), &view);
        let picture = Below(&plots);
        let Some(path) = &self.output else {
            let (width, height) = output::plot_size();
            return output::print(&picture.to_terminal(width, height, output::colour())?);
        };
        let bytes = match path.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => picture.to_svg()?.into_bytes(),
            Some("png") => picture.to_png(report::PNG_SCALE)?,
            _ => bail!("{}: the output must end in .svg or .png", path.display()),
        };
        write_atomically(path, |out| {
            out.write_all(&bytes)
                .map_err(|source| photopeak_formats::Error::Io {
                    path: path.clone(),
                    source,
                })
        })?;
        output::print(&format!("{}\n", path.display()))
    }

    /// The chain that was named, or one that only takes the waveforms in.
    fn chain(&self, data: &Dataset) -> Result<Chain> {
        if let Some(name) = &self.chain {
            let (chain, notes) = waveforms::chain(name, data, None)?;
            for note in notes {
                eprintln!("note: {note}");
            }
            return Ok(chain);
        }
        let fields = data.schema().fields().iter();
        let lists: Vec<_> = fields.filter(|field| field.data_type().is_list()).collect();
        let Some(first) = lists.first() else {
            bail!(
                "no column of the data is a waveform (a list of samples); `photopeak inspect` lists them"
            );
        };
        if self.period.is_none() && !first.metadata().contains_key("period") {
            bail!(
                "column {} does not say how long a sample is; give --period 10*ns or such",
                first.name()
            );
        }
        let columns: Vec<&str> = lists.iter().map(|field| field.name().as_str()).collect();
        Ok(Chain::of_waveforms(&columns, self.period.as_deref()))
    }

    /// That each of `--show` is a waveform.
    fn check_names(&self, look: &Look) -> Result<()> {
        let known = || look.waveforms.iter().map(|curve| curve.name.as_str());
        for name in &self.show {
            if !known().any(|known| known == name) {
                let near = nearest(name, known());
                let near = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
                let all: Vec<&str> = known().collect();
                bail!(
                    "the chain has no waveform {name}; {near}it has {}",
                    all.join(", ")
                );
            }
        }
        Ok(())
    }
}
