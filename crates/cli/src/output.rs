//! Writing to the terminal.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Columns and rows assumed where there is no terminal.
const DEFAULT_SIZE: (u16, u16) = (100, 30);

/// Prints text. A reader that went away (`| head`) is not an error.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Width and height for a plot in the terminal.
pub(crate) fn plot_size() -> (usize, usize) {
    let (width, height) = terminal_size::terminal_size().map_or(DEFAULT_SIZE, |(w, h)| (w.0, h.0));
    (
        usize::from(width.clamp(40, 120)),
        usize::from(height.saturating_sub(4).clamp(12, 32)),
    )
}

/// Whether to use colour: on a terminal, unless the user said no.
pub(crate) fn colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Checks that the folder of a file to be written is there.
pub(crate) fn check_folder_of(path: &Path) -> anyhow::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            anyhow::bail!(
                "{}: there is no folder {}; make it first",
                path.display(),
                folder.display()
            )
        }
        _ if path.is_dir() => anyhow::bail!(
            "{}: a folder, where a file is to be written",
            path.display()
        ),
        _ => Ok(()),
    }
}

/// Longest entry of the left column; a longer one has its line for itself.
const LEFT: usize = 34;

/// Two columns of text, the right one wrapped at the terminal's edge.
pub(crate) fn columns(rows: &[(String, String)]) -> String {
    let lengths = rows.iter().map(|(left, _)| left.chars().count());
    let left_width = lengths.filter(|n| *n <= LEFT).max().unwrap_or(0) + 2;
    let right_width = width().min(110).saturating_sub(left_width).max(30);
    let mut out = String::new();
    for (left, right) in rows {
        let long = left.chars().count() + 2 > left_width;
        if long {
            out.push_str(left);
            out.push('\n');
        }
        for (i, line) in wrap(right, right_width).iter().enumerate() {
            let start = if i == 0 && !long { left.as_str() } else { "" };
            let pad = left_width - start.chars().count();
            out.push_str(&format!("{start}{:pad$}{line}\n", ""));
        }
    }
    out
}

/// `1234567` as `1 234 567`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Bytes for people: `25.8 kB`.
pub(crate) fn bytes(n: u64) -> String {
    let mut value = n as f64;
    let mut unit = 0;
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let unit_name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 {
        format!("{n} B")
    } else {
        format!("{value:.1} {unit_name}")
    }
}

/// Lines up columns of text; the last one is not padded.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |i: usize| {
        rows.iter()
            .filter(|r| r.len() > i + 1)
            .filter_map(|r| r.get(i))
            .map(|c| c.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (i, cell) in row.iter().enumerate() {
            line.push_str(cell);
            if i + 1 < row.len() {
                let pad = widths
                    .get(i)
                    .copied()
                    .unwrap_or(0)
                    .saturating_sub(cell.chars().count());
                line.extend(std::iter::repeat_n(' ', pad + 2));
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Breaks text into lines of at most `width` characters, at spaces.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// At most `width` characters; what is cut off is marked.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars()
        .take(width.saturating_sub(1))
        .chain(['…'])
        .collect()
}

/// Columns of the terminal, or what is assumed without one.
pub(crate) fn width() -> usize {
    usize::from(terminal_size::terminal_size().map_or(DEFAULT_SIZE.0, |(w, _)| w.0)).max(40)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1 234 567");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(25_826), "25.8 kB");
    }

    #[test]
    fn long_text() {
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("indivisible", 3), ["indivisible"]);
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "long…");
    }

    #[test]
    fn tables_line_up() {
        let rows = [
            vec!["a".into(), "b".into()],
            vec!["long".into(), "c".into()],
        ];
        assert_eq!(table(&rows), "a     b\nlong  c\n");
    }
}
