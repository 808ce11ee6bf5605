//! Histograms that ROOT wrote, as ours.

use photopeak_hist::{Axis, HistError, Histogram, Storage, StorageKind, Tallies};
use photopeak_rootfile::{RootAxis, RootHistogram};

/// Converts a TH1, TH2, TH3 or TProfile with its flow bins.
///
/// Where ROOT kept no sum of squares the contents count as unweighted.
///
/// # Errors
/// When the axes are not valid (edges that do not ascend, too many bins).
pub fn from_root(root: &RootHistogram) -> Result<Histogram, HistError> {
    let axes = root.axes.iter().map(axis).collect::<Result<Vec<_>, _>>()?;
    let kind = match (&root.profile_entries, &root.sum_w2) {
        (Some(_), _) => StorageKind::WeightedMean,
        (None, Some(_)) => StorageKind::Weighted,
        (None, None) => StorageKind::Double,
    };
    let order = row_major(&root.axes);
    let pick = |values: &[f64]| -> Vec<f64> {
        order
            .iter()
            .map(|i| values.get(*i).copied().unwrap_or(0.0))
            .collect()
    };
    let contents = pick(&root.contents);
    let storage = match kind {
        StorageKind::Weighted => Storage::Weighted {
            values: contents,
            variances: root.sum_w2.as_deref().map(pick).unwrap_or_default(),
        },
        StorageKind::WeightedMean => {
            // ROOT keeps Σwy, Σwy² and Σw; ours are Σw, Σw², the mean and Σw(y - mean)².
            let sum_w = root
                .profile_entries
                .as_deref()
                .map(pick)
                .unwrap_or_default();
            let squares = root.sum_w2.as_deref().map(pick).unwrap_or_default();
            let values: Vec<f64> = contents
                .iter()
                .zip(&sum_w)
                .map(|(sum, w)| if *w == 0.0 { 0.0 } else { sum / w })
                .collect();
            let deltas = squares
                .iter()
                .zip(values.iter().zip(&sum_w))
                .map(|(square, (mean, w))| (square - mean * mean * w).max(0.0))
                .collect();
            Storage::WeightedMean {
                // Without weights ROOT keeps none: then they are the entries.
                sum_w2: root
                    .profile_sum_w2
                    .as_deref()
                    .map_or_else(|| sum_w.clone(), pick),
                sum_w,
                values,
                deltas,
            }
        }
        _ => Storage::Double(contents),
    };
    let empty = Tallies::default();
    let mut histogram = Histogram::from_parts(axes, storage, empty)?.with_title(root.title.clone());
    // A saturating cast: a count of entries that is not a count is 0.
    histogram.set_entries(root.entries as u64);
    Ok(histogram)
}

fn axis(root: &RootAxis) -> Result<Axis, HistError> {
    let (Some(low), Some(high)) = (root.edges.first(), root.edges.last()) else {
        return Axis::variable(Vec::new());
    };
    let axis = if root.uniform {
        Axis::regular(root.edges.len() - 1, *low, *high)?
    } else {
        Axis::variable(root.edges.clone())?
    };
    Ok(axis.with_label(root.title.clone()))
}

/// ROOT stores x fastest, we store the last axis fastest: for each of our slots, theirs.
fn row_major(axes: &[RootAxis]) -> Vec<usize> {
    let sizes: Vec<usize> = axes.iter().map(|a| a.edges.len() + 1).collect();
    let mut order = vec![0usize];
    let mut stride = 1;
    for size in &sizes {
        order = order
            .iter()
            .flat_map(|base| (0..*size).map(move |i| base + i * stride))
            .collect();
        stride *= size;
    }
    order
}
