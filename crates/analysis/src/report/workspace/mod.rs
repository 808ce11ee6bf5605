//! The statistical model of an analysis as a pyhf workspace (HistFactory in JSON): what a fit
//! of the signal strength needs, from the histograms that the description marks `fit = true`.
//!
//! K. Cranmer et al., HistFactory, CERN-OPEN-2012-016; L. Heinrich, M. Feickert, G. Stark,
//! K. Cranmer, pyhf, J. Open Source Softw. 6 (2021) 2823.

mod document;
mod model;
mod notes;
mod sample;

use model::Model;

use crate::{Analysis, Error, Results};

/// The signal strength, a common factor on all signals.
const SIGNAL_STRENGTH: &str = "mu";
/// The parameter of the luminosity; pyhf knows no other name.
const LUMI: &str = "lumi";
/// A statistical model.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// The document for pyhf.
    pub json: String,
    /// What the model is, and what had to be changed for it, in Markdown.
    pub notes: String,
}

/// The workspace of an analysis; `None` where no histogram is marked `fit = true` or nothing
/// is simulated.
///
/// Each histogram is a channel of its bins (in two dimensions row by row) without what lies
/// outside of the axis, each process a sample. Modifiers are `mu` (`normfactor`) on signals,
/// `staterror_CHANNEL` from the sums of squared weights, `normsys` and `histosys` for each
/// systematic uncertainty, and `lumi` where the luminosity's uncertainty is known. Without
/// data the observations are the sums of what is expected (the Asimov data set).
///
/// # Errors
/// When a histogram is missing or holds numbers that are not finite.
pub fn workspace(analysis: &Analysis, results: &Results) -> Result<Option<Workspace>, Error> {
    let marked = analysis.histograms.iter().filter(|h| h.fit);
    let mut model = Model::new(results);
    for description in marked {
        model.channel(description, results)?;
    }
    if model.channels.is_empty() || results.simulated().next().is_none() {
        return Ok(None);
    }
    let notes = notes::markdown(analysis, results, &model);
    let document = model.document(analysis);
    let json = serde_json::to_string_pretty(&document).map_err(|e| Error::Description {
        place: "workspace.json".to_owned(),
        message: e.to_string(),
    })?;
    Ok(Some(Workspace {
        json: json + "\n",
        notes,
    }))
}
