//! What the command says at its end.

use std::path::Path;

use anyhow::{Context, Result};
use photopeak_analysis::{Analysis, Outcome, Results, report};

use crate::output;

/// The outcome that is shown.
fn shown(results: &Results) -> Result<&Outcome> {
    let first = results.processes.first();
    let first = first.context("the analysis gave no result")?;
    Ok(&first.nominal)
}

pub(super) fn as_json(analysis: &Analysis, results: &Results) -> Result<serde_json::Value> {
    let outcome = shown(results)?;
    let histograms: serde_json::Value =
        serde_json::from_str(&report::uhi_json(&outcome.histograms)?)
            .context("the histograms are not valid JSON")?;
    Ok(serde_json::json!({
        "analysis": analysis.name,
        "cutflow": outcome.cutflow,
        "histograms": histograms,
    }))
}

/// Cutflow, the first histogram, and what was written.
pub(super) fn summary(
    analysis: &Analysis,
    results: &Results,
    folder: Option<&Path>,
) -> Result<String> {
    let outcome = shown(results)?;
    let mut text = format!("{}\n\n{}", analysis.title, outcome.cutflow.to_table());
    if let (Some((_, histogram)), Some(description)) =
        (outcome.histograms.first(), analysis.histograms.first())
    {
        let (width, height) = output::plot_size();
        let mut plot = report::plot(analysis, description, histogram)?;
        plot.title.clone_from(&description.title);
        plot.options.legend = false;
        text.push('\n');
        text.push_str(&plot.to_terminal(width, height, output::colour())?);
    }
    let n = outcome.histograms.len();
    let histograms = if n == 1 {
        "1 histogram".to_owned()
    } else {
        format!("{n} histograms")
    };
    text.push_str(&match folder {
        Some(folder) => format!(
            "\n{}: cutflow.csv, histograms.json, {histograms} as SVG and PNG\n",
            folder.display()
        ),
        None => format!("\n{histograms} filled; `-o DIR` writes cutflow, histograms and plots\n"),
    });
    Ok(text)
}
