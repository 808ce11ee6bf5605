//! The area under the ROC curve: the probability that a row of the class scores higher than one
//! that is not of it, ties half.

/// An area with its uncertainty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) value: f64,
    /// Standard error (Hanley and McNeil, Radiology 143 (1982) 29, equation 2).
    pub(super) error: f64,
    /// Standard deviation if scores tell nothing: √((n+m+1) / 12nm) of the rank sum.
    pub(super) chance: f64,
}

impl Area {
    /// Of scores and what is true; 1/2 where a class is empty.
    pub(super) fn of(scores: &[f64], truth: &[bool]) -> Self {
        let mut order: Vec<(f64, bool)> =
            scores.iter().copied().zip(truth.iter().copied()).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let positive = order.iter().filter(|(_, t)| *t).count() as f64;
        let negative = order.len() as f64 - positive;
        if positive == 0.0 || negative == 0.0 {
            return Area {
                value: 0.5,
                error: 0.5,
                chance: 0.5,
            };
        }
        let (mut below, mut won) = (0.0, 0.0);
        for tie in order.chunk_by(|a, b| a.0 == b.0) {
            let of_class = tie.iter().filter(|(_, t)| *t).count() as f64;
            let others = tie.len() as f64 - of_class;
            won += of_class * (below + others / 2.0);
            below += others;
        }
        let value = won / (positive * negative);
        let q1 = value / (2.0 - value);
        let q2 = 2.0 * value * value / (1.0 + value);
        let variance = value * (1.0 - value)
            + (positive - 1.0) * (q1 - value * value)
            + (negative - 1.0) * (q2 - value * value);
        Area {
            value,
            error: (variance.max(0.0) / (positive * negative)).sqrt(),
            chance: ((positive + negative + 1.0) / (12.0 * positive * negative)).sqrt(),
        }
    }

    /// Whether it is larger than this, and than chance makes it.
    pub(super) fn is_above(&self, least: f64) -> bool {
        self.value > least && self.value - 0.5 > super::SIGMA * self.chance
    }
}

#[cfg(test)]
mod tests {
    use super::Area;

    #[test]
    fn known_areas() {
        let area = Area::of(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]);
        assert_eq!(area.value, 0.75);
        assert_eq!(Area::of(&[1.0; 4], &[true, false, true, false]).value, 0.5);
        // (2 + 2 + 1) / (12 · 2 · 2).
        assert!((area.chance - (5.0f64 / 48.0).sqrt()).abs() < 1e-12);
        assert_eq!(Area::of(&[1.0, 2.0], &[true, true]).value, 0.5);
    }
}
