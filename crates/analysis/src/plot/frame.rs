//! The geometry that everything in a picture shares: rectangles and axis mappings.

use super::model::Scale;

/// A rectangle in pixels, y downwards.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) w: f64,
    pub(crate) h: f64,
}

impl Rect {
    pub(crate) fn right(&self) -> f64 {
        self.x + self.w
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.h
    }
}

/// From numbers on an axis to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Map {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) scale: Scale,
    /// Pixel of `low`.
    pub(crate) from: f64,
    /// Pixel of `high`.
    pub(crate) to: f64,
}

impl Map {
    /// From the ends of an axis to pixels.
    pub(crate) fn new((low, high): (f64, f64), scale: Scale, from: f64, to: f64) -> Self {
        Self {
            low,
            high,
            scale,
            from,
            to,
        }
    }

    /// Where a number lies between the ends of its axis: 0 at `low`, 1 at `high`. Clamped
    /// to two lengths of the axis either side, so that hostile numbers stay drawable.
    pub(crate) fn part(&self, value: f64) -> f64 {
        let part = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log if value > 0.0 => (value / self.low).ln() / (self.high / self.low).ln(),
            Scale::Log => -2.0,
        };
        if part.is_nan() {
            -2.0
        } else {
            part.clamp(-2.0, 3.0)
        }
    }

    /// The pixel of a number.
    pub(crate) fn px(&self, value: f64) -> f64 {
        self.from + self.part(value) * (self.to - self.from)
    }

    /// The number whose distance from `low` is `1 / part` times that of `value`: where
    /// the axis has to end for `value` to come to lie at `part` of it.
    pub(crate) fn end_for(low: f64, value: f64, part: f64, scale: Scale) -> f64 {
        match scale {
            Scale::Linear => low + (value - low) / part,
            Scale::Log if value > low => low * ((value / low).ln() / part).min(600.0).exp(),
            Scale::Log => low,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps() {
        let linear = Map {
            low: 80.0,
            high: 170.0,
            scale: Scale::Linear,
            from: 100.0,
            to: 1000.0,
        };
        assert_eq!(linear.px(125.0), 550.0);
        assert_eq!(linear.part(f64::NAN), -2.0);
        let log = Map {
            low: 1.0,
            high: 100.0,
            scale: Scale::Log,
            ..linear
        };
        assert!((log.px(10.0) - 550.0).abs() < 1e-9);
        assert_eq!(log.part(-1.0), -2.0);
        assert!((Map::end_for(1.0, 10.0, 0.5, Scale::Log) - 100.0).abs() < 1e-9);
        assert_eq!(Map::end_for(0.0, 10.0, 0.5, Scale::Linear), 20.0);
    }
}
