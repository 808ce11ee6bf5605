//! Widths of text, from the font that plots are drawn with.
//!
//! The face is a subset of Liberation Sans (see `assets/fonts/README.md`), whose advances
//! equal those of Helvetica and Arial; so what fits here fits in a browser too. The
//! widths are read from the font files themselves: there is no second table to agree.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::markup::{Run, parse};

/// Height of capitals and digits, in units of the font size.
pub(crate) const CAP: f64 = 0.72;
/// From one base line to the next.
pub(crate) const LINE: f64 = 1.3;

/// The font files: regular, italic, bold, bold italic.
pub(crate) const FILES: [&[u8]; 4] = [
    include_bytes!("../../assets/fonts/PhotopeakSans-Regular.ttf"),
    include_bytes!("../../assets/fonts/PhotopeakSans-Italic.ttf"),
    include_bytes!("../../assets/fonts/PhotopeakSans-Bold.ttf"),
    include_bytes!("../../assets/fonts/PhotopeakSans-BoldItalic.ttf"),
];
/// The name the font files carry.
pub(crate) const FAMILY: &str = "Photopeak Sans";

static ADVANCES: LazyLock<[BTreeMap<char, f64>; 4]> =
    LazyLock::new(|| FILES.map(|file| advances(file).unwrap_or_default()));

/// Width of plain text at font size 1.
pub(crate) fn advance(text: &str, italic: bool, bold: bool) -> f64 {
    let face = ADVANCES.get(usize::from(italic) + 2 * usize::from(bold));
    let width = |c: char| match face.and_then(|f| f.get(&c)) {
        Some(width) => *width,
        // A sign that is not in the face is drawn with another: narrow for Latin-like
        // scripts, a full square for the rest of the world.
        None if c < '\u{1100}' => 0.6,
        None => 1.0,
    };
    text.chars().map(width).sum()
}

/// A line of text in pieces, with the place of each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Pieces, each with the distance of its left end from that of the line.
    pub(crate) pieces: Vec<(f64, Run)>,
    /// Whole width in units of the font size.
    pub(crate) width: f64,
}

impl Line {
    /// Reads a text with markup.
    pub(crate) fn new(text: &str) -> Line {
        Line::of(parse(text))
    }

    /// Sets pieces one after another, and paired scripts above each other.
    pub(crate) fn of(runs: Vec<Run>) -> Line {
        let mut pieces = Vec::with_capacity(runs.len());
        let (mut pen, mut script_start, mut furthest) = (0.0_f64, 0.0_f64, 0.0_f64);
        let (mut was_script, mut was_paired) = (false, false);
        for run in runs {
            let is_script = run.raise != 0.0;
            if run.paired && !was_paired {
                pen = script_start;
            } else if !run.paired && was_paired {
                pen = furthest;
            }
            if is_script && !was_script {
                script_start = pen;
            }
            (was_script, was_paired) = (is_script, run.paired);
            let width = run.size * advance(&run.text, run.italic, run.bold);
            pieces.push((pen, run));
            pen += width;
            furthest = furthest.max(pen);
        }
        Line {
            pieces,
            width: furthest,
        }
    }

    /// The same line cut to `width` (in units of the font size), with an ellipsis.
    pub(crate) fn cut(self, width: f64) -> Line {
        if self.width <= width {
            return self;
        }
        let mut runs: Vec<Run> = self.pieces.into_iter().map(|(_, run)| run).collect();
        let room = width - advance("…", false, false);
        while let Some(last) = runs.last_mut() {
            if last.text.pop().is_none() {
                runs.pop();
            } else if Line::of(runs.clone()).width <= room {
                break;
            }
        }
        while let Some(last) = runs.last_mut() {
            let kept = last.text.trim_end().len();
            last.text.truncate(kept);
            if kept > 0 {
                break;
            }
            runs.pop();
        }
        runs.extend(parse("…"));
        Line::of(runs)
    }

    /// Breaks a text with markup into at most `lines` lines no wider than `width`, at
    /// spaces outside of groups; what is left over is cut.
    pub(crate) fn wrap(text: &str, width: f64, lines: usize) -> Vec<Line> {
        let mut out = Vec::new();
        let mut current = String::new();
        let mut depth = 0_i32;
        let mut word = String::new();
        let mut words = Vec::new();
        for c in text.chars().chain([' ']) {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if c == ' ' && depth <= 0 {
                words.push(std::mem::take(&mut word));
            } else {
                word.push(c);
            }
        }
        if !word.is_empty() {
            words.push(word);
        }
        for word in words.iter().take(100) {
            let joined = format!(
                "{current}{}{word}",
                if current.is_empty() { "" } else { " " }
            );
            let fits = Line::new(&joined).width <= width;
            if fits || current.is_empty() || out.len() + 1 >= lines {
                current = joined;
            } else {
                out.push(Line::new(&current).cut(width));
                current.clone_from(word);
            }
        }
        out.push(Line::new(&current).cut(width));
        out
    }
}

/// Advance of every character of a TrueType file, in units of the font size.
fn advances(file: &[u8]) -> Option<BTreeMap<char, f64>> {
    let u16_at = |at: usize| Some(u16::from_be_bytes(file.get(at..at + 2)?.try_into().ok()?));
    let u32_at =
        |at: usize| Some(u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?) as usize);
    let table = |tag: &[u8; 4]| {
        let count = usize::from(u16_at(4)?);
        (0..count)
            .map(|i| 12 + 16 * i)
            .find(|at| file.get(*at..at + 4) == Some(tag.as_slice()))
            .and_then(|at| u32_at(at + 8))
    };
    let units = f64::from(u16_at(table(b"head")? + 18)?);
    let wide = usize::from(u16_at(table(b"hhea")? + 34)?);
    let (hmtx, cmap) = (table(b"hmtx")?, table(b"cmap")?);
    // The Windows Unicode encoding (3, 1) is format 4: segments of consecutive characters.
    let subtable = (0..usize::from(u16_at(cmap + 2)?))
        .map(|i| cmap + 4 + 8 * i)
        .find(|at| u16_at(*at) == Some(3) && u16_at(at + 2) == Some(1))
        .and_then(|at| Some(cmap + u32_at(at + 4)?))
        .filter(|at| u16_at(*at) == Some(4))?;
    let segments = usize::from(u16_at(subtable + 6)?) / 2;
    let (ends, starts) = (subtable + 14, subtable + 16 + 2 * segments);
    let (deltas, offsets) = (starts + 2 * segments, starts + 4 * segments);
    let mut found = BTreeMap::new();
    for i in 0..segments {
        let (start, end) = (u16_at(starts + 2 * i)?, u16_at(ends + 2 * i)?);
        let (delta, offset) = (u16_at(deltas + 2 * i)?, u16_at(offsets + 2 * i)?);
        for code in start..=end {
            let glyph = if offset == 0 {
                code.wrapping_add(delta)
            } else {
                let at = offsets + 2 * i + usize::from(offset) + 2 * usize::from(code - start);
                u16_at(at)?.wrapping_add(delta)
            };
            let metric = hmtx + 4 * usize::from(glyph).min(wide.saturating_sub(1));
            if let (Some(c), true) = (char::from_u32(code.into()), glyph != 0) {
                found.insert(c, f64::from(u16_at(metric)?) / units);
            }
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_helvetica() {
        // Adobe's Helvetica metrics, in thousandths: one=556, M=833, i=222, space=278.
        for (text, expected) in [("1", 556.0), ("M", 833.0), ("i", 222.0), (" ", 278.0)] {
            let width = 1000.0 * advance(text, false, false);
            assert!((width - expected).abs() < 1.0, "{text}: {width}");
        }
        assert!((1000.0 * advance("A", true, true) - 722.0).abs() < 1.0);
    }

    #[test]
    fn every_named_sign_is_in_the_face() {
        for sign in ["ℓ", "μ", "→", "√", "Δ", "φ", "−", "×", "±", "≤", "∞", "…"]
        {
            let c = sign.chars().next().unwrap_or(' ');
            assert!(ADVANCES[0].contains_key(&c), "{sign} is missing");
        }
    }

    #[test]
    fn paired_scripts_share_their_place() {
        let line = Line::new("m_{T}^{Wide}x");
        let at: Vec<f64> = line.pieces.iter().map(|(x, _)| *x).collect();
        assert_eq!(at[1], at[2]);
        assert!(at[3] > at[2] + 0.7);
    }

    #[test]
    fn cut_lines_fit() {
        for width in [0.0, 1.0, 3.0, 10.0] {
            let line = Line::new("a rather long legend m_{4\\ell} entry").cut(width);
            assert!(line.width <= width.max(1.0), "{} > {width}", line.width);
        }
    }

    #[test]
    fn wraps_at_spaces_outside_groups() {
        let lines = Line::wrap("one two_{a b} three four five", 6.0, 3);
        assert!(lines.len() > 1 && lines.len() <= 3);
        assert!(lines.iter().all(|l| l.width <= 6.0));
    }
}
