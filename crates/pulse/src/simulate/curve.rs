//! A curve through given points: straight between them, level outside.

/// Values of a function at ascending places.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Curve {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Curve {
    /// `x` ascending, as many `y`.
    pub(super) fn new(x: &[f64], y: &[f64]) -> Self {
        Self {
            x: x.to_vec(),
            y: y.to_vec(),
        }
    }

    pub(super) fn at(&self, x: f64) -> f64 {
        let right = self.x.partition_point(|place| *place <= x);
        let point = |i: usize| Some((*self.x.get(i)?, *self.y.get(i)?));
        match (right.checked_sub(1).and_then(point), point(right)) {
            (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
            (Some((_, y)), None) | (None, Some((_, y))) => y,
            (None, None) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_between_and_level_outside() {
        let curve = Curve::new(&[1.0, 2.0, 4.0], &[10.0, 20.0, 0.0]);
        for (x, y) in [
            (0.0, 10.0),
            (1.0, 10.0),
            (1.5, 15.0),
            (2.0, 20.0),
            (3.0, 10.0),
            (9.0, 0.0),
        ] {
            assert_eq!(curve.at(x), y, "{x}");
        }
    }
}
