//! Errors of the language: what is wrong, the characters that are, and what to write instead.

use std::fmt;
use std::sync::Arc;

/// A range of bytes of the expression's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// Which rule was broken; for programs that treat errors differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not an expression.
    Syntax,
    /// A column, field or function that does not exist.
    Name,
    /// A value of the wrong type, or the wrong number of arguments.
    Type,
    /// Quantities of different dimension meet.
    Unit,
    /// A stated bound on size or depth is exceeded.
    Limit,
    /// The data contradict the expression: unequal list lengths, integer overflow.
    Data,
}

/// A wrong expression. `Display` gives several lines: the message, the source line, carets
/// under the characters at fault, the calls of user's functions that led there, and help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// Which rule was broken.
    pub kind: ErrorKind,
    /// One line without the text of the expression.
    pub message: String,
    /// The whole expression.
    pub text: Arc<str>,
    /// The bytes of `text` at fault.
    pub span: Span,
    /// What to write instead, where that is known.
    pub help: Option<String>,
    /// If `text` is the body of a user's function: the calls that led there, the inner one
    /// first.
    pub calls: Vec<CallSite>,
}

/// Where a user's function was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSite {
    /// Name of the function.
    pub function: String,
    /// The expression with the call.
    pub text: Arc<str>,
    /// The bytes of the call in it.
    pub span: Span,
}

impl ExprError {
    pub(crate) fn new(
        kind: ErrorKind,
        text: &Arc<str>,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            message: message.into(),
            text: Arc::clone(text),
            span,
            help: None,
            calls: Vec::new(),
        }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds help if there is some.
    pub(crate) fn with_hint(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

impl std::error::Error for ExprError {}

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.message)?;
        show(f, &self.text, self.span)?;
        for call in &self.calls {
            writeln!(f, "\nin this call of `{}`", call.function)?;
            show(f, &call.text, call.span)?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        Ok(())
    }
}

/// The line of the text and carets under the span.
fn show(f: &mut fmt::Formatter<'_>, text: &str, span: Span) -> fmt::Result {
    let (line, before, width) = excerpt(text, span);
    writeln!(f, "  | {line}")?;
    write!(f, "  | {}{}", " ".repeat(before), "^".repeat(width))
}

/// Longest line shown; longer ones are cut around the fault.
const MAX_LINE: usize = 100;

/// The line that holds the span, characters before the caret, and number of carets.
fn excerpt(text: &str, span: Span) -> (String, usize, usize) {
    let start = floor_boundary(text, span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = floor_boundary(text, span.end).clamp(start, line_end);
    // Control characters would move the caret: they are shown as a space.
    let clean = |part: &str| -> Vec<char> {
        let show = |c: char| if c.is_control() { ' ' } else { c };
        part.chars().map(show).collect()
    };
    let mut line = clean(&text[line_start..line_end]);
    let mut before = clean(&text[line_start..start]).len();
    let mut width = text[start..end].chars().count().max(1);
    if line.len() > MAX_LINE {
        let from = before.saturating_sub(MAX_LINE / 2);
        line = line.into_iter().skip(from).take(MAX_LINE).collect();
        before -= from;
        width = width.min(MAX_LINE - before);
    }
    (line.into_iter().collect(), before, width)
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Text of an expression as a factor: in parentheses where an operator would part it.
pub(crate) fn factor(text: &str) -> String {
    let mut brackets = 0;
    let apart = |c: char| {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets -= 1,
            _ => {}
        }
        brackets == 0 && !(c.is_alphanumeric() || "_.`)]".contains(c))
    };
    match text.contains(apart) {
        true => format!("({text})"),
        false => text.to_owned(),
    }
}

/// The known name nearest to `name`, if it is near enough to be a slip of the fingers.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > 64 {
        return None;
    }
    let lower = name.to_lowercase();
    let limit = (name.chars().count() / 3).clamp(1, 4);
    known
        .into_iter()
        .filter(|known| known.len() <= 80)
        .map(|known| (strsim::osa_distance(&lower, &known.to_lowercase()), known))
        .filter(|&(edits, _)| edits <= limit)
        .min_by_key(|&(edits, known)| (edits, !known.starts_with(name), known.len()))
        .map(|(_, known)| known)
}

/// `did you mean ...` for an unknown name.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}
