//! Viridis: a colour map whose lightness rises evenly, readable in grey and by everyone.

use super::color::Color;

/// Every eighth colour of the 256 that Matplotlib publishes (S. van der Walt and
/// N. Smith, 2015, CC0); between them straight lines, off by at most 2.5 of 255.
const ANCHORS: [Color; 33] = [
    Color(68, 1, 84),
    Color(71, 13, 96),
    Color(72, 24, 106),
    Color(72, 35, 116),
    Color(71, 45, 123),
    Color(69, 55, 129),
    Color(66, 64, 134),
    Color(62, 73, 137),
    Color(59, 82, 139),
    Color(55, 91, 141),
    Color(51, 99, 141),
    Color(47, 107, 142),
    Color(44, 114, 142),
    Color(41, 122, 142),
    Color(38, 130, 142),
    Color(35, 137, 142),
    Color(33, 145, 140),
    Color(31, 152, 139),
    Color(31, 160, 136),
    Color(34, 167, 133),
    Color(40, 174, 128),
    Color(50, 182, 122),
    Color(63, 188, 115),
    Color(78, 195, 107),
    Color(94, 201, 98),
    Color(112, 207, 87),
    Color(132, 212, 75),
    Color(152, 216, 62),
    Color(173, 220, 48),
    Color(194, 223, 35),
    Color(216, 226, 25),
    Color(236, 229, 27),
    Color(253, 231, 37),
];

/// Steps that pictures tell apart.
pub(crate) const LEVELS: usize = 128;

/// Level (below [`LEVELS`]) of a position between 0 and 1.
pub(crate) fn level(position: f64) -> usize {
    let position = if position.is_finite() {
        position.clamp(0.0, 1.0)
    } else {
        0.0
    };
    ((position * LEVELS as f64) as usize).min(LEVELS - 1)
}

/// Colour of a level.
pub(crate) fn color(level: usize) -> Color {
    let last = ANCHORS.len() - 1;
    let position = level.min(LEVELS - 1) as f64 / (LEVELS - 1) as f64 * last as f64;
    let below = (position as usize).min(last - 1);
    match (ANCHORS.get(below), ANCHORS.get(below + 1)) {
        (Some(a), Some(b)) => a.mix(*b, position - below as f64),
        _ => ANCHORS[0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_lightness() {
        assert_eq!(color(0), ANCHORS[0]);
        assert_eq!(color(LEVELS - 1), ANCHORS[32]);
        let luma =
            |c: Color| 0.2126 * f64::from(c.0) + 0.7152 * f64::from(c.1) + 0.0722 * f64::from(c.2);
        let all: Vec<f64> = (0..LEVELS).map(|l| luma(color(l))).collect();
        assert!(all.is_sorted_by(|a, b| *a <= *b + 0.8), "{all:?}");
    }

    #[test]
    fn every_position_has_a_level() {
        for (position, expected) in [(0.0, 0), (1.0, LEVELS - 1), (-3.0, 0), (f64::NAN, 0)] {
            assert_eq!(level(position), expected);
        }
    }
}
