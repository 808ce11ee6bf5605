//! What lies above the axis, in the last bin: the convention of many published plots.

use std::borrow::Cow;

use photopeak_hist::{HistError, Histogram, Storage};

use crate::description::Overflow;

/// The histogram as a plot or a fit takes it. With [`Overflow::LastBin`] the overflow of a
/// histogram with one axis is added to the last bin (sums of weights and of their squares),
/// and its own slot is empty.
pub(crate) fn shown(
    histogram: &Histogram,
    overflow: Overflow,
) -> Result<Cow<'_, Histogram>, HistError> {
    let Some(last) = (match overflow {
        Overflow::Apart => None,
        Overflow::LastBin => last_bin(histogram),
    }) else {
        return Ok(Cow::Borrowed(histogram));
    };
    let fold = |slots: &[f64]| -> Vec<f64> {
        let mut slots = slots.to_vec();
        if let Some([bin, above]) = slots.get_mut(last..) {
            *bin += *above;
            *above = 0.0;
        }
        slots
    };
    let storage = match histogram.storage() {
        Storage::Int(values) => Storage::Int(fold(values)),
        Storage::Double(values) => Storage::Double(fold(values)),
        Storage::Weighted { values, variances } => Storage::Weighted {
            values: fold(values),
            variances: fold(variances),
        },
        // The mean of a profile beyond its axis belongs to no bin.
        Storage::Mean { .. } | Storage::WeightedMean { .. } => {
            return Ok(Cow::Borrowed(histogram));
        }
    };
    let axes = histogram.axes().to_vec();
    let mut folded = Histogram::from_parts(axes, storage, *histogram.tallies())?;
    folded.metadata = histogram.metadata.clone();
    folded.set_entries(histogram.entries());
    folded.set_variance_known(histogram.variance_known());
    Ok(Cow::Owned(folded))
}

/// The slot of the last bin, if the only axis has an overflow after it.
fn last_bin(histogram: &Histogram) -> Option<usize> {
    let [axis] = histogram.axes() else {
        return None;
    };
    let flow = axis.flow();
    (flow.overflow && axis.bins() > 0)
        .then(|| usize::from(flow.underflow) + axis.bins())
        .and_then(|after| after.checked_sub(1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use photopeak_hist::{Axis, Tallies};

    #[test]
    fn sums_and_squares_move_into_the_last_bin() {
        let storage = Storage::Weighted {
            values: vec![1.0, 2.0, 3.0, 4.0],
            variances: vec![0.1, 0.2, 0.3, 0.4],
        };
        let axes = vec![Axis::regular(2, 0.0, 1.0).unwrap()];
        let histogram = Histogram::from_parts(axes, storage, Tallies::default()).unwrap();
        let folded = shown(&histogram, Overflow::LastBin).unwrap();
        assert_eq!(folded.values(true), [1.0, 2.0, 7.0, 0.0]);
        assert_eq!(folded.variances(false).unwrap(), [0.2, 0.7]);
        assert_eq!(folded.entries(), histogram.entries());
        let apart = shown(&histogram, Overflow::Apart).unwrap();
        assert_eq!(apart.values(true), [1.0, 2.0, 3.0, 4.0]);
    }
}
