//! Text in the plot markup as LaTeX: signs become commands, scripts and lines mathematics.

use std::fmt::Write as _;

use crate::plot::markup::{Over, Run, parse};
use crate::plot::symbols;
use crate::report::table::Text;

/// The text for a cell of a `tabular`.
pub(super) fn text(text: &Text) -> String {
    match text {
        Text::Name(name) => {
            let mut out = Writer::default();
            name.chars().for_each(|c| out.sign(c));
            out.finish()
        }
        Text::Markup(markup) => {
            let mut out = Writer::default();
            parse(markup).iter().for_each(|run| out.run(run));
            out.finish()
        }
    }
}

/// Writes text, and goes into and out of mathematics as it must.
#[derive(Default)]
struct Writer {
    out: String,
    mathematics: bool,
}

impl Writer {
    fn run(&mut self, run: &Run) {
        if run.raise != 0.0 {
            let sign = if run.raise > 0.0 { '^' } else { '_' };
            self.mathematics(true);
            let _ = write!(self.out, "{sign}{{{}}}", inner(run));
            return;
        }
        match run.over {
            Over::Bar => {
                self.mathematics(true);
                let _ = write!(self.out, "\\overline{{{}}}", inner(run));
            }
            Over::Root => {
                // The sign of the root was written before what is under it.
                if let Some(rest) = self.out.strip_suffix(ROOT) {
                    self.out.truncate(rest.len());
                }
                self.mathematics(true);
                let _ = write!(self.out, "\\sqrt{{{}}}", inner(run));
            }
            Over::None if run.italic => {
                self.mathematics(false);
                self.out.push_str("\\textit{");
                run.text.chars().for_each(|c| self.sign(c));
                self.mathematics(false);
                self.out.push('}');
            }
            Over::None => run.text.chars().for_each(|c| self.sign(c)),
        }
    }

    /// One sign of text.
    fn sign(&mut self, c: char) {
        match command(c) {
            Some(command) => {
                self.mathematics(true);
                self.out.push_str(&command);
            }
            None => {
                self.mathematics(false);
                escape(&mut self.out, c);
            }
        }
    }

    fn mathematics(&mut self, wanted: bool) {
        if self.mathematics != wanted {
            if self.mathematics && self.out.ends_with(' ') {
                self.out.pop();
            }
            self.out.push('$');
            self.mathematics = wanted;
        }
    }

    fn finish(mut self) -> String {
        self.mathematics(false);
        self.out
    }
}

/// The text of a run within mathematics: upright unless it is set in italics.
fn inner(run: &Run) -> String {
    let mut out = String::new();
    let mut upright = false;
    for c in run.text.chars() {
        // Commands of mathematics may not stand in upright text.
        let command = command(c);
        let wanted = command.is_none() && !run.italic && c.is_alphabetic();
        if upright != wanted {
            out.push_str(if wanted { "\\mathrm{" } else { "}" });
            upright = wanted;
        }
        match command {
            Some(command) => out.push_str(&command),
            None => escape(&mut out, c),
        }
    }
    if upright {
        out.push('}');
    }
    out
}

/// A root without anything under it yet, as [`command`] writes it.
const ROOT: &str = "\\surd ";

/// What a sign is in mathematics; a command ends with a space.
fn command(c: char) -> Option<String> {
    let own = match c {
        '√' => ROOT,
        'µ' => "\\mu ",
        '−' => "-",
        '~' => "\\sim ",
        '<' => "<",
        '>' => ">",
        '|' => "|",
        '′' => "'",
        '°' => "^{\\circ}",
        '²' => "^{2}",
        '³' => "^{3}",
        _ => return symbols::name(c).map(|name| format!("\\{name} ")),
    };
    Some(own.to_owned())
}

fn escape(out: &mut String, c: char) {
    match c {
        '#' | '$' | '%' | '&' | '_' | '{' | '}' => out.extend(['\\', c]),
        '^' => out.push_str("\\^{}"),
        '\\' => out.push_str("\\textbackslash{}"),
        '–' => out.push_str("--"),
        '—' => out.push_str("---"),
        '…' => out.push_str("\\ldots{}"),
        '\u{304}' => {}
        _ => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markup: &str, expected: &str) {
        assert_eq!(text(&Text::Markup(markup.to_owned())), expected);
    }

    #[test]
    fn plot_markup_becomes_latex() {
        check(r"t\bar{t}", r"t$\overline{\mathrm{t}}$");
        check(r"Z \to \ell\ell", r"Z $\rightarrow$ $\ell \ell$");
        check("m_{T}^{W}", r"m$_{\mathrm{T}}^{\mathrm{W}}$");
        check("4e, 2e2µ or 4µ", r"4e, 2e2$\mu$ or 4$\mu$");
        check(
            r"\sqrt{s} = 13 TeV, 10 fb^{-1}",
            r"$\sqrt{\mathrm{s}}$ = 13 TeV, 10 fb$^{-1}$",
        );
        check("fb⁻¹", "fb$^{-1}$");
        check(r"\it{p}_{T}", r"\textit{p}$_{\mathrm{T}}$");
        check("50 % & more_", r"50 \% \& more\_");
        check("pT > 25", "pT $>$ 25");
        check(r"a\\b", r"a\textbackslash{}b");
    }
}
