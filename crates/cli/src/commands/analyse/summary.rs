//! What the command says at its end.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use photopeak_analysis::{Analysis, Results, report};
use serde_json::{Value, json};

use crate::output;

pub(super) fn as_json(analysis: &Analysis, results: &Results) -> Result<Value> {
    let histograms: Value = serde_json::from_str(&report::uhi_json(results)?)
        .context("the histograms are not valid JSON")?;
    if let Some(all) = results.all() {
        return Ok(json!({
            "analysis": analysis.name,
            "cutflow": all.cutflow,
            "histograms": histograms,
        }));
    }
    let processes = results.processes.iter().map(|process| {
        json!({
            "name": process.name,
            "role": process.role,
            "cutflow": process.nominal.cutflow,
        })
    });
    Ok(json!({
        "analysis": analysis.name,
        "luminosity_pb": results.luminosity_pb,
        "processes": processes.collect::<Value>(),
        "histograms": histograms,
    }))
}

/// Cutflow, the first histogram, and what was written.
pub(super) fn summary(
    analysis: &Analysis,
    results: &Results,
    written: Option<(&Path, &[PathBuf])>,
) -> Result<String> {
    let table = report::text_table(results, output::width());
    let mut text = format!("{}\n\n{table}", analysis.title);
    if let Some(description) = analysis.histograms.first()
        && let Some((_, plot)) = report::plots_of(analysis, description, results)?.first()
    {
        let (width, height) = output::plot_size();
        let mut plot = plot.clone();
        plot.title.clone_from(&description.title);
        // One series needs no legend.
        plot.options.legend = plot.series.len() > 1;
        text.push('\n');
        text.push_str(&plot.to_terminal(width, height, output::colour())?);
    }
    let n = analysis.histograms.len();
    let histograms = if n == 1 {
        "1 histogram".to_owned()
    } else {
        format!("{n} histograms")
    };
    text.push_str(&match written {
        Some((folder, files)) => format!(
            "\n{}: {}, {histograms} as SVG and PNG\n",
            folder.display(),
            documents(files)
        ),
        None => format!("\n{histograms} filled; `-o DIR` writes cutflow, histograms and plots\n"),
    });
    Ok(text)
}

/// The files that are no pictures; those of one name and several endings together, as in
/// `yields.csv .md .tex`.
fn documents(files: &[PathBuf]) -> String {
    let mut names: Vec<(String, String)> = Vec::new();
    for path in files {
        let part = |part: Option<&std::ffi::OsStr>| {
            part.unwrap_or_default().to_string_lossy().into_owned()
        };
        let (stem, ending) = (part(path.file_stem()), part(path.extension()));
        if matches!(ending.as_str(), "svg" | "png") {
            continue;
        }
        match names.last_mut() {
            Some((last, endings)) if *last == stem => endings.push_str(&format!(" .{ending}")),
            _ => names.push((stem, format!(".{ending}"))),
        }
    }
    let names: Vec<String> = names.into_iter().map(|(stem, end)| stem + &end).collect();
    names.join(", ")
}
