//! From text to tokens, each with the bytes it came from.

use std::sync::Arc;

use super::error::{ErrorKind, ExprError, Span};

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    Int(i64),
    Real(f64),
    Str(String),
    /// An identifier, or any name between backticks.
    Name(String),
    /// A name between backticks is never a keyword, unit or function.
    Quoted(String),
    /// Operators, brackets and the words `and`, `or`, `not`, `in`, brought to one spelling.
    Op(&'static str),
    End,
}

/// Longest text of an expression, in bytes.
pub(crate) const MAX_TEXT: usize = 1 << 16;

/// Longest spelling first, so that `**` is not two `*`. Right: the one spelling used inside.
const OPERATORS: [(&str, &str); 33] = [
    ("**", "**"),
    ("<=", "<="),
    (">=", ">="),
    ("==", "=="),
    ("!=", "!="),
    ("&&", "&&"),
    ("||", "||"),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("%", "%"),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
    ("&", "&&"),
    ("|", "||"),
    ("!", "!"),
    ("~", "!"),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    (",", ","),
    (":", ":"),
    (".", "."),
    // What a keyboard or a paper puts in the place of an operator.
    ("−", "-"),
    ("×", "*"),
    ("·", "*"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("∧", "&&"),
];

/// Splits `text` into tokens; the last one is [`TokenKind::End`].
pub(crate) fn tokens(text: &Arc<str>) -> Result<Vec<Token>, ExprError> {
    if text.len() > MAX_TEXT {
        let message = format!(
            "the expression has {} bytes; the limit is {MAX_TEXT}",
            text.len()
        );
        return Err(
            ExprError::new(ErrorKind::Limit, text, Span::new(0, 0), message)
                .with_help("give parts of it a name and use the names"),
        );
    }
    let mut lexer = Lexer { text, at: 0 };
    let mut out = Vec::new();
    loop {
        let token = lexer.next()?;
        let end = token.kind == TokenKind::End;
        out.push(token);
        if end {
            return Ok(out);
        }
    }
}

struct Lexer<'a> {
    text: &'a Arc<str>,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn error(&self, span: Span, message: impl Into<String>) -> ExprError {
        ExprError::new(ErrorKind::Syntax, self.text, span, message)
    }

    fn next(&mut self) -> Result<Token, ExprError> {
        self.skip_blank();
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Ok(Token {
                kind: TokenKind::End,
                span: Span::new(start, start),
            });
        };
        let second = self.rest().chars().nth(1);
        let number =
            first.is_ascii_digit() || first == '.' && second.is_some_and(|c| c.is_ascii_digit());
        let kind = if number {
            self.number()?
        } else if first.is_alphabetic() || first == '_' {
            self.word()
        } else if matches!(first, '\'' | '"' | '`') {
            self.quoted(first)?
        } else {
            self.operator(first)?
        };
        Ok(Token {
            kind,
            span: Span::new(start, self.at),
        })
    }

    /// Spaces, line ends, and comments from `#` to the end of the line.
    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !self.rest().starts_with('#') {
                return;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    fn number(&mut self) -> Result<TokenKind, ExprError> {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| {
            bytes
                .iter()
                .skip(from)
                .take_while(|b| b.is_ascii_digit())
                .count()
        };
        let mut len = digits(0);
        let mut real = false;
        if bytes.get(len) == Some(&b'.') {
            real = true;
            len += 1 + digits(len + 1);
        }
        // `1e3`, but `1 eV` also as `1eV`: an exponent needs a digit.
        if matches!(bytes.get(len), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(len + 1), Some(b'+' | b'-')));
            let exponent = digits(len + 1 + sign);
            if exponent > 0 {
                real = true;
                len += 1 + sign + exponent;
            }
        }
        let span = Span::new(self.at, self.at + len);
        let literal = &self.text[span.start..span.end];
        let kind = if real {
            let value = literal.parse::<f64>().ok().filter(|v| v.is_finite());
            TokenKind::Real(
                value.ok_or_else(|| self.error(span, "this number is too large for a float64"))?,
            )
        } else {
            TokenKind::Int(literal.parse().map_err(|_| {
                self.error(span, "this integer does not fit 64 bits")
                    .with_help(format!("write it as a real number: `{literal}.0`"))
            })?)
        };
        self.at += len;
        Ok(kind)
    }

    fn word(&mut self) -> TokenKind {
        let rest = self.rest();
        let len = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let word = rest[..len].to_owned();
        self.at += len;
        match word.as_str() {
            "and" => TokenKind::Op("&&"),
            "or" => TokenKind::Op("||"),
            "not" => TokenKind::Op("not"),
            "in" => TokenKind::Op("in"),
            _ => TokenKind::Name(word),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<TokenKind, ExprError> {
        let start = self.at;
        let mut out = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.at = start + at + c.len_utf8();
                return Ok(if quote == '`' {
                    TokenKind::Quoted(out)
                } else {
                    TokenKind::Str(out)
                });
            }
            if c == '\\' {
                match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, escaped)) => out.push(escaped),
                    None => break,
                }
            } else {
                out.push(c);
            }
        }
        let span = Span::new(start, start + 1);
        Err(self.error(span, format!("this {quote} is never closed")))
    }

    fn operator(&mut self, first: char) -> Result<TokenKind, ExprError> {
        for (spelling, meaning) in OPERATORS {
            if self.rest().starts_with(spelling) {
                self.at += spelling.len();
                return Ok(TokenKind::Op(meaning));
            }
        }
        let span = Span::new(self.at, self.at + first.len_utf8());
        let help = match first {
            '^' => Some("a power is written `x**2`"),
            '?' => Some("a choice is written `where(condition, a, b)`"),
            '{' | '}' => Some("a record is written `zip(pt=x, eta=y)`"),
            ';' => Some("one expression at a time; name intermediate results with a definition"),
            _ => None,
        };
        Err(self
            .error(
                span,
                format!(
                    "the character `{}` means nothing here",
                    first.escape_debug()
                ),
            )
            .with_hint(help.map(str::to_owned)))
    }
}
