//! Writing an outcome: histograms as UHI JSON, the cutflow as CSV, a plot for each histogram.

use std::path::{Path, PathBuf};

use photopeak_formats::write_atomically;
use photopeak_hist::{Histogram, uhi};

use crate::description::HistogramDescription;
use crate::plot::{Kind, Plot, Scale, Series};
use crate::{Analysis, Error, Results};

/// Pixels of a PNG to a pixel of the SVG.
pub const PNG_SCALE: f64 = 2.0;

/// Writes everything an analysis gives into `folder`, which is made if it is not there:
/// `histograms.json`, `cutflow.csv`, and `NAME.svg` and `NAME.png` for each histogram. Gives
/// back the files.
///
/// # Errors
/// When a file cannot be written or a plot cannot be drawn.
pub fn write(analysis: &Analysis, results: &Results, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    make_folder(folder)?;
    let mut files = Vec::new();
    let Some(outcome) = results.all() else {
        return Ok(files);
    };
    let mut put = |name: String, bytes: &[u8]| -> Result<(), Error> {
        let path = folder.join(name);
        write_bytes(&path, bytes)?;
        files.push(path);
        Ok(())
    };
    put(
        "cutflow.csv".to_owned(),
        outcome.cutflow.to_csv().as_bytes(),
    )?;
    put(
        "histograms.json".to_owned(),
        uhi_json(&outcome.histograms)?.as_bytes(),
    )?;
    for ((name, histogram), description) in outcome.histograms.iter().zip(&analysis.histograms) {
        let plot = plot(analysis, description, histogram)?;
        let failed = |source| Error::Plot {
            name: name.clone(),
            source,
        };
        put(
            format!("{name}.svg"),
            plot.to_svg().map_err(failed)?.as_bytes(),
        )?;
        put(
            format!("{name}.png"),
            &plot.to_png(PNG_SCALE).map_err(failed)?,
        )?;
    }
    Ok(files)
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

/// Named histograms as one UHI JSON document.
///
/// # Errors
/// When a histogram holds numbers that JSON has no form for.
pub fn uhi_json(histograms: &[(String, Histogram)]) -> Result<String, Error> {
    let named = histograms.iter().map(|(name, h)| (name.as_str(), h));
    uhi::write_all(named).map_err(Error::histogram("histograms.json"))
}

/// The plot of a histogram of an analysis, with its label and titles.
///
/// # Errors
/// When the histogram has more than two axes.
pub fn plot(
    analysis: &Analysis,
    description: &HistogramDescription,
    histogram: &Histogram,
) -> Result<Plot, Error> {
    let failed = |source| Error::Plot {
        name: description.name.clone(),
        source,
    };
    let mut plot = Plot::try_from(histogram).map_err(failed)?;
    // The title goes under the label in the frame, where publications have it.
    plot.title = String::new();
    plot.label = analysis.label.clone();
    if let [_] = histogram.axes() {
        let kind = if analysis.weight.is_some() {
            Kind::Points
        } else {
            Kind::Data
        };
        plot.series = vec![Series::from_histogram(histogram, kind, "Data").map_err(failed)?];
        if description.log {
            plot.y.scale = Scale::Log;
        }
    }
    if let Some(counts) = &description.counts {
        plot.options.counted.clone_from(counts);
    }
    plot.references.clone_from(&description.references);
    Ok(plot)
}

fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_atomically(path, |out| {
        out.write_all(bytes)
            .map_err(|source| photopeak_formats::Error::Io {
                path: path.to_owned(),
                source,
            })
    })
    .map_err(Error::Data)
}
