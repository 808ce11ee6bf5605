//! What is made of results: files and tables for people, plots, and documents that other
//! programs read. One file here for each kind.

mod cutflow;
mod heading;
mod histograms;
mod latex;
mod markdown;
mod overflow;
mod plots;
mod prediction;
mod rounding;
mod significance;
mod systematics;
mod table;
mod workspace;
mod yields;

use std::path::{Path, PathBuf};

use photopeak_formats::write_atomically;

pub use cutflow::text_table;
pub use histograms::uhi_json;
pub use plots::{plot, plots, plots_of};
pub use significance::{asimov, asimov_with};
pub use workspace::{Workspace, workspace};

use crate::{Analysis, Error, Results};

/// Pixels of a PNG to a pixel of the SVG.
pub const PNG_SCALE: f64 = 2.0;

/// Writes everything an analysis gives into `folder`, which is made if it is not there.
///
/// Always `cutflow.csv`, `histograms.json`, and `NAME.svg` and `NAME.png` for each histogram.
/// With processes also `cutflow-files.csv` and the tables `yields.csv`, `.md` and `.tex`; with
/// systematic uncertainties `systematics.csv`, `.md` and `.tex`; with histograms to be fitted
/// `workspace.json` and `workspace.md`. Gives back the files.
///
/// # Errors
/// When a file cannot be written or a plot cannot be drawn.
pub fn write(analysis: &Analysis, results: &Results, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    make_folder(folder)?;
    let mut files = Vec::new();
    let mut put = |name: String, bytes: &[u8]| -> Result<(), Error> {
        let path = folder.join(name);
        if files.contains(&path) {
            return Err(Error::Description {
                place: format!("analysis {}", analysis.name),
                message: format!(
                    "two results would be written to {}; give the histograms other names",
                    path.display()
                ),
            });
        }
        write_bytes(&path, bytes)?;
        files.push(path);
        Ok(())
    };
    for (name, text) in documents(analysis, results)? {
        put(name.to_owned(), text.as_bytes())?;
    }
    for (name, plot) in plots(analysis, results)? {
        let failed = |source| Error::Plot {
            name: name.clone(),
            source,
        };
        let svg = plot.to_svg().map_err(failed)?;
        put(format!("{name}.svg"), svg.as_bytes())?;
        let png = plot.to_png(PNG_SCALE).map_err(failed)?;
        put(format!("{name}.png"), &png)?;
    }
    Ok(files)
}

/// The files that are text, by name.
fn documents(analysis: &Analysis, results: &Results) -> Result<Vec<(&'static str, String)>, Error> {
    let mut documents = vec![("cutflow.csv", cutflow::csv(results))];
    if let Some(files) = cutflow::files_csv(results) {
        documents.push(("cutflow-files.csv", files));
    }
    documents.push(("histograms.json", uhi_json(results)?));
    if let Some(yields) = yields::Yields::new(analysis, results) {
        let table = yields.table();
        documents.push(("yields.csv", yields.to_csv()));
        documents.push(("yields.md", table.to_markdown()));
        documents.push(("yields.tex", table.to_latex()));
    }
    if let Some(systematics) = systematics::Systematics::new(analysis, results) {
        let table = systematics.table();
        documents.push(("systematics.csv", systematics.to_csv()));
        documents.push(("systematics.md", table.to_markdown()));
        documents.push(("systematics.tex", table.to_latex()));
    }
    if let Some(workspace) = workspace(analysis, results)? {
        documents.push(("workspace.json", workspace.json));
        documents.push(("workspace.md", workspace.notes));
    }
    Ok(documents)
}

/// Makes the folder for [`write()`], so that a wrong name is found before hours of work.
///
/// # Errors
/// When it cannot be made, or is a file.
pub fn make_folder(folder: &Path) -> Result<(), Error> {
    if folder.exists() && !folder.is_dir() {
        let message = format!(
            "{}: a file, where a folder for the results is wanted",
            folder.display()
        );
        return Err(Error::NotFound(message));
    }
    std::fs::create_dir_all(folder).map_err(|source| {
        Error::Data(photopeak_formats::Error::Io {
            path: folder.to_owned(),
            source,
        })
    })
}

/// Writes a whole file.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_atomically(path, |out| {
        out.write_all(bytes)
            .map_err(|source| photopeak_formats::Error::Io {
                path: path.to_owned(),
                source,
            })
    })
    .map_err(Error::Data)
}

/// A field of a CSV file, quoted where it must be.
pub(crate) fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
