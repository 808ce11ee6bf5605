//! `--against`: the same histogram of other data, drawn as points over this one, and how well the
//! two shapes agree.

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::plot::{Kind, Plot, Series};
use photopeak_hist::Histogram;

use crate::output;

/// What to compare with.
#[derive(Args)]
pub(super) struct Against {
    /// Compare with other data, drawn as points: this histogram is scaled to their content.
    #[arg(long, value_name = "DATA", requires = "expr", conflicts_with = "y")]
    pub(super) against: Option<String>,
    /// What to fill of the other data, where their columns are others; cuts and weights are then
    /// for the first data only.
    #[arg(
        long,
        value_name = "EXPR",
        allow_hyphen_values = true,
        requires = "against"
    )]
    pub(super) against_expr: Option<String>,
}

/// Draws `other` as points over `own`, which is scaled; gives a line about how they agree.
pub(super) fn compare(
    plot: &mut Plot,
    own: &Histogram,
    other: &Histogram,
    names: [&str; 2],
) -> Result<String> {
    let factor = other.sum(false) / own.sum(false);
    if !factor.is_finite() || factor <= 0.0 {
        bail!(
            "one of {} and {} has nothing between these edges",
            names[0],
            names[1]
        );
    }
    let scaled = own.clone().scaled(factor)?;
    let [own_label, other_label] = names.map(label);
    plot.series = vec![
        Series::from_histogram(&scaled, Kind::Stacked, &own_label)?,
        Series::from_histogram(other, Kind::Data, &other_label)?,
    ];
    plot.options.ratio_title = "Ratio".to_owned();
    let Some((chi_squared, degrees)) = agreement(&scaled, other) else {
        return Ok(String::new());
    };
    Ok(format!(
        "against {}: scaled by {factor:.4}, χ² {chi_squared:.1} for {degrees} degrees of freedom\n",
        output::grouped(other.entries()) + " entries of " + names[1]
    ))
}

/// χ² of the difference bin by bin, with both errors, over bins that have one; one degree of freedom
/// is spent on the scale.
fn agreement(own: &Histogram, other: &Histogram) -> Option<(f64, usize)> {
    let variances = own
        .variances(false)?
        .into_iter()
        .zip(other.variances(false)?);
    let values = own.values(false).into_iter().zip(other.values(false));
    let terms: Vec<f64> = values
        .zip(variances)
        .filter(|(_, (a, b))| a + b > 0.0)
        .map(|((a, b), (variance_a, variance_b))| (a - b).powi(2) / (variance_a + variance_b))
        .collect();
    Some((terms.iter().sum(), terms.len().checked_sub(1)?))
}

/// The name of a file without its folder: what a legend has room for.
fn label(name: &str) -> String {
    let path = std::path::Path::new(name);
    path.file_name()
        .map_or_else(
            || name.to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
        .replace('_', " ")
}
