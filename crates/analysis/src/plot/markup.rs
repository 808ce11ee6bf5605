//! The markup of titles and labels: `m_{4\ell} [GeV]`, `\sqrt{s} = 13 TeV`, `10 fb^{-1}`.
//!
//! * `_{…}` and `^{…}` lower and raise; a bare `_` or `^` is itself, so column names
//!   such as `jet_pt` need no care. Unicode scripts (`fb⁻¹`) are read the same way.
//! * `\name` is a LaTeX sign (`\ell \mu \tau \to \eta \phi \Delta …`); an unknown name
//!   stays as it is written.
//! * `\sqrt{…}`, `\bar{…}`, `\it{…}`; `\mathrm{…}`, `\rm{…}` and `\text{…}` are upright.
//! * `\{ \} \_ \^ \$ \\` are the signs themselves; paired `$` are dropped.

use super::symbols;

/// Characters of a text that are looked at; nothing longer can be set on a plot.
const LONGEST: usize = 400;
/// Groups in groups that are told apart; deeper ones are set like their parent.
const DEEPEST: usize = 4;

/// A line drawn over a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Over {
    #[default]
    None,
    Bar,
    Root,
}

/// A piece of text in one style. Lengths are in units of the font size of the line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) italic: bool,
    pub(crate) bold: bool,
    /// Height of its base line above that of the line.
    pub(crate) raise: f64,
    /// Its font size.
    pub(crate) size: f64,
    pub(crate) over: Over,
    /// Whether it sits above (or below) the script before it instead of after it.
    pub(crate) paired: bool,
}

/// Reads a text with markup into pieces. Every text has a reading; control characters
/// become spaces.
#[must_use]
pub(crate) fn parse(text: &str) -> Vec<Run> {
    let mut chars: Vec<char> = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if chars.len() == LONGEST {
        chars.push('…');
    }
    let dollars = chars.iter().filter(|c| **c == '$').count();
    let mut reader = Reader {
        chars,
        at: 0,
        drop_dollars: dollars > 0 && dollars % 2 == 0,
        runs: Vec::new(),
    };
    while reader.at < reader.chars.len() {
        reader.group(Style::PLAIN, 0);
    }
    reader.runs
}

/// The text without styles, for terminals and descriptions: `m_4ℓ`, `fb⁻¹`, `√s`.
#[must_use]
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    for run in parse(text) {
        if run.raise != 0.0 {
            let raised = run.raise > 0.0;
            let scripts: Option<String> = run
                .text
                .chars()
                .map(|c| symbols::to_script(c, raised))
                .collect();
            match scripts {
                Some(scripts) => out.push_str(&scripts),
                None => {
                    out.push(if raised { '^' } else { '_' });
                    out.push_str(&run.text);
                }
            }
            continue;
        }
        match run.over {
            Over::None => out.push_str(&run.text),
            Over::Bar => run.text.chars().for_each(|c| out.extend([c, '\u{304}'])),
            Over::Root if run.text.chars().count() == 1 => out.push_str(&run.text),
            Over::Root => out.extend(["(", &run.text, ")"]),
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq)]
struct Style {
    italic: bool,
    raise: f64,
    size: f64,
    over: Over,
    paired: bool,
}

impl Style {
    const PLAIN: Style = Style {
        italic: false,
        raise: 0.0,
        size: 1.0,
        over: Over::None,
        paired: false,
    };

    fn script(self, raised: bool, paired: bool) -> Style {
        let shift = if raised { 0.43 } else { -0.23 };
        Style {
            raise: self.raise + shift * self.size,
            size: self.size * 0.70,
            paired,
            ..self
        }
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    drop_dollars: bool,
    runs: Vec<Run>,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += 1;
        c
    }

    fn take(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        self.at += usize::from(found);
        found
    }

    fn push(&mut self, c: char, style: Style) {
        match self.runs.last_mut() {
            Some(run) if run_style(run) == style => run.text.push(c),
            _ => self.runs.push(Run {
                text: c.into(),
                italic: style.italic,
                bold: false,
                raise: style.raise,
                size: style.size,
                over: style.over,
                paired: style.paired,
            }),
        }
    }

    /// Reads up to the closing brace of this group, or to the end.
    fn group(&mut self, style: Style, depth: usize) {
        // The side of the script just read, while nothing came after it.
        let mut script: Option<bool> = None;
        while let Some(c) = self.next() {
            let before = script.take();
            match c {
                '}' => return,
                '$' if self.drop_dollars => script = before,
                '{' => self.inner(style, depth),
                '_' | '^' if self.take('{') => {
                    let raised = c == '^';
                    let paired = before == Some(!raised);
                    self.inner(style.script(raised, paired), depth);
                    script = Some(raised);
                }
                '\\' => self.command(style, depth),
                c => match symbols::script(c) {
                    Some((plain, raised)) => {
                        let paired = before == Some(!raised);
                        self.push(plain, style.script(raised, paired));
                        script = Some(raised);
                    }
                    None if c == '-' && style.raise != 0.0 => self.push('−', style),
                    None => self.push(c, style),
                },
            }
        }
    }

    fn inner(&mut self, style: Style, depth: usize) {
        if depth < DEEPEST {
            self.group(style, depth + 1);
        }
        // Deeper, the text goes on in the style around it and its brace ends that group:
        // the text is kept, which is all that can be asked of such input.
    }

    fn command(&mut self, style: Style, depth: usize) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let name: String = rest
            .iter()
            .take_while(|c| c.is_ascii_alphabetic())
            .collect();
        if name.is_empty() {
            match self.next() {
                Some(',' | ';' | ' ') => self.push(' ', style),
                Some('!') => {}
                Some(c) => self.push(c, style),
                None => self.push('\\', style),
            }
            return;
        }
        self.at += name.len();
        let inside = match name.as_str() {
            "sqrt" => {
                self.push('√', style);
                Some(Style {
                    over: Over::Root,
                    ..style
                })
            }
            "bar" | "overline" => Some(Style {
                over: Over::Bar,
                ..style
            }),
            "it" | "mathit" | "textit" => Some(Style {
                italic: true,
                ..style
            }),
            "rm" | "mathrm" | "text" | "textrm" => Some(Style {
                italic: false,
                ..style
            }),
            _ => None,
        };
        match (inside, symbols::symbol(&name)) {
            (Some(inside), _) => {
                if self.take('{') {
                    self.inner(inside, depth);
                }
            }
            (None, Some(sign)) => {
                for c in sign.chars() {
                    self.push(c, style);
                }
                // As in LaTeX the space only ends the name (`\Delta R`, `\tau \tau`), but
                // signs that are no letters keep it, and so do letters before words.
                let letter = |offset: usize| {
                    let c = self.chars.get(self.at + offset).copied();
                    c.is_some_and(char::is_alphabetic)
                };
                let command = self.chars.get(self.at + 1) == Some(&'\\');
                let single = letter(1) && !letter(2);
                let is_letter = sign.chars().all(char::is_alphabetic);
                if is_letter && self.peek() == Some(' ') && (command || single) {
                    self.at += 1;
                }
            }
            (None, None) => {
                self.push('\\', style);
                for c in name.chars() {
                    self.push(c, style);
                }
            }
        }
    }
}

fn run_style(run: &Run) -> Style {
    Style {
        italic: run.italic,
        raise: run.raise,
        size: run.size,
        over: run.over,
        paired: run.paired,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces as text: scripts as `_(…)`, `^(…)`, lines over text as `bar(…)`, `root(…)`.
    fn check(text: &str, expected: &str) {
        let mut out = String::new();
        for run in parse(text) {
            let mut piece = run.text.clone();
            piece = match run.over {
                Over::None => piece,
                Over::Bar => format!("bar({piece})"),
                Over::Root => format!("root({piece})"),
            };
            if run.italic {
                piece = format!("/{piece}/");
            }
            if run.raise > 0.0 {
                piece = format!("^({piece})");
            } else if run.raise < 0.0 {
                piece = format!("_({piece})");
            }
            if run.paired {
                piece = format!("<{piece}>");
            }
            out.push_str(&piece);
        }
        assert_eq!(out, expected, "reading {text:?}");
    }

    #[test]
    fn reads_what_titles_hold() {
        check(r"m_{4\ell} [GeV]", "m_(4ℓ) [GeV]");
        check(
            r"\sqrt{s} = 13 TeV, 10 fb^{-1}",
            "√root(s) = 13 TeV, 10 fb^(−1)",
        );
        check("√s = 13 TeV, 10 fb⁻¹", "√s = 13 TeV, 10 fb^(−1)");
        check(r"Z \to \ell \ell", "Z → ℓℓ");
        check(r"\mu trigger", "μ trigger");
        check(r"\eta [rad]", "η [rad]");
        check(r"t\bar{t}", "tbar(t)");
        check(r"m_{T}^{W}", "m_(T)<^(W)>");
        check(r"\it{p}_{T}", "/p/_(T)");
        check(r"$m_{H}$", "m_(H)");
        check(r"\Delta R > 1", "ΔR > 1");
    }

    #[test]
    fn keeps_what_it_does_not_know() {
        check("jet_pt", "jet_pt");
        check("x^2", "x^2");
        check(r"\nosuch x", r"\nosuch x");
        check(r"\_\{\}\\", r"_{}\");
        check("5$", "5$");
        check("", "");
        check("\\", "\\");
        check("a}b", "ab");
        check("_{open", "_(open)");
        check("line\nbreak\u{7}", "line break ");
    }

    #[test]
    fn deep_and_long_texts_end() {
        let deep = "^{".repeat(5_000) + "x";
        assert!(parse(&deep).len() < 500);
        let long: usize = parse(&"y".repeat(10_000))
            .iter()
            .map(|r| r.text.len())
            .sum();
        assert!(long < 410);
    }

    #[test]
    fn plain_text_for_terminals() {
        assert_eq!(plain(r"m_{4\ell}"), "m_4ℓ");
        assert_eq!(plain("fb^{-1}"), "fb⁻¹");
        assert_eq!(plain(r"\sqrt{s}"), "√s");
        assert_eq!(plain(r"\sqrt{s_{NN}}"), "√s_NN");
        assert_eq!(plain(r"t\bar{t}"), "tt\u{304}");
    }
}
