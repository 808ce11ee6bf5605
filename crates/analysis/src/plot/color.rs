//! Colours: one type, the palette that series take in turn, and the two themes.

use serde::{Deserialize, Serialize};

/// An opaque sRGB colour, written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color(
    /// Red.
    pub u8,
    /// Green.
    pub u8,
    /// Blue.
    pub u8,
);

/// Ten colours that stay apart under the common colour-vision deficiencies.
///
/// M. A. Petroff, "Accessible Color Sequences for Data Visualization",
/// arXiv:2107.02270 (2021); the sequence CMS recommends to its authors.
pub const PALETTE: [Color; 10] = [
    Color(0x3f, 0x90, 0xda),
    Color(0xff, 0xa9, 0x0e),
    Color(0xbd, 0x1f, 0x01),
    Color(0x94, 0xa4, 0xa2),
    Color(0x83, 0x2d, 0xb6),
    Color(0xa9, 0x6b, 0x59),
    Color(0xe7, 0x63, 0x00),
    Color(0xb9, 0xac, 0x70),
    Color(0x71, 0x75, 0x81),
    Color(0x92, 0xda, 0xdd),
];

impl Color {
    /// The colour of the `index`-th series that did not choose one.
    #[must_use]
    pub fn of_palette(index: usize) -> Self {
        PALETTE
            .get(index % PALETTE.len())
            .copied()
            .unwrap_or(Color(0, 0, 0))
    }

    /// Between `self` (0) and `other` (1), in sRGB.
    #[must_use]
    pub(crate) fn mix(self, other: Color, part: f64) -> Self {
        let part = if part.is_finite() {
            part.clamp(0.0, 1.0)
        } else {
            0.0
        };
        // Between two bytes, so the cast cannot leave the range of a byte.
        let channel =
            |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
        Color(
            channel(self.0, other.0),
            channel(self.1, other.1),
            channel(self.2, other.2),
        )
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl std::str::FromStr for Color {
    type Err = String;

    /// Reads `#rrggbb` or `rrggbb`.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let number = u32::from_str_radix(digits, 16)
            .ok()
            .filter(|_| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match number.map(u32::to_be_bytes) {
            Some([_, r, g, b]) => Ok(Color(r, g, b)),
            None => Err(format!(
                "'{text}' is no colour; write six hexadecimal digits, e.g. #3f90da"
            )),
        }
    }
}

impl TryFrom<String> for Color {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Color> for String {
    fn from(color: Color) -> String {
        color.to_string()
    }
}

/// Light for paper, dark for screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Black on white.
    #[default]
    Light,
    /// Light grey on near black.
    Dark,
}

impl Theme {
    pub(crate) fn background(self) -> Color {
        match self {
            Theme::Light => Color(0xff, 0xff, 0xff),
            Theme::Dark => Color(0x15, 0x18, 0x1d),
        }
    }

    /// Text, frame, ticks and data points.
    pub(crate) fn ink(self) -> Color {
        match self {
            Theme::Light => Color(0, 0, 0),
            Theme::Dark => Color(0xe8, 0xea, 0xed),
        }
    }

    /// Reference lines and other things that must not compete with data.
    pub(crate) fn faint(self) -> Color {
        self.ink().mix(self.background(), 0.45)
    }
}
