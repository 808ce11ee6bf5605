//! Counts in bins of equal width: what peaks are found in and fitted to.

/// A histogram of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// Where the first bin begins.
    pub from: f64,
    /// Width of a bin.
    pub width: f64,
    /// Counts.
    pub counts: Vec<f64>,
}

impl Spectrum {
    /// Counts numbers in `bins` bins of `width`, from `from` on. What is outside, or NaN, is left
    /// out.
    pub fn fill(from: f64, width: f64, bins: usize, values: impl Iterator<Item = f64>) -> Self {
        let mut counts = vec![0.0; bins];
        for value in values {
            let place = (value - from) / width;
            // Not of NaN, nor of what is below.
            if place >= 0.0
                && let Some(count) = counts.get_mut(place as usize)
            {
                *count += 1.0;
            }
        }
        Self {
            from,
            width,
            counts,
        }
    }

    /// The middle of a bin.
    #[must_use]
    pub fn middle(&self, bin: usize) -> f64 {
        self.from + self.width * (bin as f64 + 0.5)
    }

    /// All that is counted.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.counts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_and_what_is_outside() {
        let values = [
            0.99,
            1.0,
            1.49,
            1.5,
            2.49,
            2.5,
            f64::NAN,
            f64::INFINITY,
            -1.0,
        ];
        let spectrum = Spectrum::fill(1.0, 0.5, 3, values.into_iter());
        assert_eq!(spectrum.counts, [2.0, 1.0, 1.0]);
        assert_eq!((spectrum.middle(0), spectrum.total()), (1.25, 4.0));
    }
}
