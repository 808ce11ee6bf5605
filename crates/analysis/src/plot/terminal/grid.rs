//! A page of characters, each in its own cell, and how many cells a character takes.

use std::fmt::Write;

use crate::plot::color::Color;

/// Cells of a page that can be asked for at most, per side.
pub(crate) const LONGEST: usize = 2_000;

/// One cell of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    /// `None`: the right half of the wide character before it.
    sign: Option<char>,
    /// A mark set over the sign.
    mark: Option<char>,
    color: Option<Color>,
}

/// A page of `width` by `height` cells, the first line on top.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) width: usize,
    pub(crate) height: usize,
    cells: Vec<Cell>,
}

const BLANK: Cell = Cell {
    sign: Some(' '),
    mark: None,
    color: None,
};

impl Grid {
    pub(crate) fn new(width: usize, height: usize) -> Grid {
        let (width, height) = (width.min(LONGEST), height.min(LONGEST));
        Grid {
            width,
            height,
            cells: vec![BLANK; width * height],
        }
    }

    /// Sets one narrow character; outside of the page nothing happens.
    pub(crate) fn put(&mut self, x: usize, y: usize, sign: char, color: Option<Color>) {
        if x < self.width
            && let Some(cell) = self.cells.get_mut(y * self.width + x)
        {
            *cell = Cell {
                sign: Some(sign),
                mark: None,
                color,
            };
        }
    }

    /// Sets a text from column `x` on, and returns the column after it. What does not fit
    /// is left out.
    pub(crate) fn text(&mut self, x: usize, y: usize, text: &str, color: Option<Color>) -> usize {
        let mut at = x;
        for c in text.chars() {
            match columns(c) {
                0 => {
                    let before = at.checked_sub(1).filter(|b| *b >= x && *b < self.width);
                    if let (Some(before), true) = (before, is_mark(c))
                        && let Some(cell) = self.cells.get_mut(y * self.width + before)
                    {
                        cell.mark = Some(c);
                    }
                }
                wide if at + wide <= self.width => {
                    self.put(at, y, c, color);
                    if wide == 2
                        && let Some(cell) = self.cells.get_mut(y * self.width + at + 1)
                    {
                        cell.sign = None;
                    }
                    at += wide;
                }
                _ => return at,
            }
        }
        at
    }

    /// The page as lines without trailing spaces, each ended by a newline.
    pub(crate) fn print(&self, colour: bool) -> String {
        let mut out = String::new();
        for line in self.cells.chunks(self.width.max(1)) {
            let used = line
                .iter()
                .rposition(|c| c.sign != Some(' '))
                .map_or(0, |last| last + 1);
            let mut current = None;
            for cell in line.iter().take(used) {
                let Some(sign) = cell.sign else {
                    continue;
                };
                if colour && cell.color != current && sign != ' ' {
                    // Writing to a String cannot fail.
                    let _ = match cell.color {
                        Some(Color(r, g, b)) => write!(out, "\x1b[38;2;{r};{g};{b}m"),
                        None => write!(out, "\x1b[0m"),
                    };
                    current = cell.color;
                }
                out.push(sign);
                out.extend(cell.mark);
            }
            if current.is_some() {
                out.push_str("\x1b[0m");
            }
            out.push('\n');
        }
        out
    }
}

/// Cells that a text takes.
pub(crate) fn width_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text cut to so many cells, with an ellipsis.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_string();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += columns(c);
        if used > width {
            break;
        }
        out.push(c);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// Accents that are set over the sign before them.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Cells that terminals give to a character: none to marks and invisible ones, two to
/// East Asian wide ones and emoji (after Unicode's EastAsianWidth, by blocks).
fn columns(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0xad | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f => 0,
        0x483..=0x489 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x65f | 0xe31 | 0xe34..=0xe3a => 0,
        0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f => {
            0
        }
        0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe0fff => 0,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xa960..=0xa97f => 2,
        0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 => 2,
        0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        0x231a..=0x231b | 0x23e9..=0x23ec | 0x2614..=0x2615 | 0x26a1 | 0x2705 | 0x274c | 0x2b50 => {
            2
        }
        code if code < 0x20 || (0x7f..0xa0).contains(&code) => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_in_the_page() {
        let mut grid = Grid::new(5, 2);
        assert_eq!(grid.text(3, 0, "abc", None), 5);
        grid.text(0, 1, "漢字漢字", None);
        grid.put(9, 9, 'x', None);
        assert_eq!(grid.print(false), "   ab\n漢字\n");
    }

    #[test]
    fn marks_and_escapes() {
        let mut grid = Grid::new(8, 1);
        grid.text(0, 0, "tt\u{304}\u{1b}[31m", None);
        assert_eq!(grid.print(false), "tt\u{304}[31m\n");
        assert_eq!(width_of("t\u{304}漢\u{202e}"), 3);
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn colour_only_when_asked() {
        let mut grid = Grid::new(2, 1);
        grid.text(0, 0, "ab", Some(Color(1, 2, 3)));
        assert_eq!(grid.print(false), "ab\n");
        assert_eq!(grid.print(true), "\u{1b}[38;2;1;2;3mab\u{1b}[0m\n");
    }
}
