//! Expressions of a chain: what may be written, and where each part stands.

use std::ops::Range;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression {
    pub(crate) node: Node,
    /// Bytes of the text.
    pub(crate) span: Range<usize>,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Number(f64),
    /// A quoted word.
    Word(String),
    Name(String),
    /// `line_fit(x).slope`
    Field(Box<Expression>, String),
    /// `trapezoid(x, rise=4*us)`
    Call(String, Vec<(Option<String>, Expression)>),
    /// `x[500:900]`
    Slice(
        Box<Expression>,
        Option<Box<Expression>>,
        Option<Box<Expression>>,
    ),
    /// `x[500]`
    Sample(Box<Expression>, Box<Expression>),
    Unary(Sign, Box<Expression>),
    Binary(Sign, Box<Expression>, Box<Expression>),
}

/// Operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Plus,
    Minus,
    Times,
    Over,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Not,
}

impl Sign {
    /// How it is written.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Sign::Plus => "+",
            Sign::Minus => "-",
            Sign::Times => "*",
            Sign::Over => "/",
            Sign::Less => "<",
            Sign::LessEqual => "<=",
            Sign::Greater => ">",
            Sign::GreaterEqual => ">=",
            Sign::Equal => "==",
            Sign::NotEqual => "!=",
            Sign::And => "&&",
            Sign::Or => "||",
            Sign::Not => "!",
        }
    }

    /// How tightly it binds two operands; `None` if it has one.
    fn binding(self) -> Option<u8> {
        Some(match self {
            Sign::Or => 1,
            Sign::And => 2,
            Sign::Less | Sign::LessEqual | Sign::Greater | Sign::GreaterEqual => 3,
            Sign::Equal | Sign::NotEqual => 3,
            Sign::Plus | Sign::Minus => 4,
            Sign::Times | Sign::Over => 5,
            Sign::Not => return None,
        })
    }
}

/// A mistake in the text: the bytes, and what was expected.
pub(crate) type Mistake = (Range<usize>, String);

/// Parses a whole expression.
pub(crate) fn parse(text: &str) -> Result<Expression, Mistake> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        depth: 0,
        links: 0,
        end: text.len(),
    };
    let expression = parser.binary(0)?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.unexpected("an operator, or the end")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Word(String),
    Name(String),
    Sign(Sign),
    /// One of `( ) [ ] , : . =`
    Mark(char),
}

fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Mistake> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let run = |from: usize, test: &dyn Fn(u8) -> bool| {
            let rest = bytes.get(from..).unwrap_or_default();
            from + rest.iter().take_while(|byte| test(**byte)).count()
        };
        let next = bytes.get(at + 1).copied();
        let name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let (token, end) = match byte {
            _ if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'0'..=b'9' | b'.'
                if byte != b'.' || next.is_some_and(|byte| byte.is_ascii_digit()) =>
            {
                let mut end = run(at, &|byte| byte.is_ascii_digit() || byte == b'.');
                if let Some(b'e' | b'E') = bytes.get(end) {
                    let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
                    let digits = run(end + 1 + sign, &|byte| byte.is_ascii_digit());
                    end = if digits > end + 1 + sign { digits } else { end };
                }
                let number = text.get(at..end).unwrap_or_default().parse();
                let number = number.map_err(|_| (at..end, "this is not a number".to_owned()))?;
                (Token::Number(number), end)
            }
            b'\'' | b'"' => {
                let end = run(at + 1, &|other| other != byte);
                if end >= bytes.len() {
                    return Err((at..end, "the quote is not closed".to_owned()));
                }
                (
                    Token::Word(text.get(at + 1..end).unwrap_or_default().to_owned()),
                    end + 1,
                )
            }
            _ if name(byte) => {
                let end = run(at, &name);
                let token = match text.get(at..end).unwrap_or_default() {
                    "and" => Token::Sign(Sign::And),
                    "or" => Token::Sign(Sign::Or),
                    "not" => Token::Sign(Sign::Not),
                    name => Token::Name(name.to_owned()),
                };
                (token, end)
            }
            _ => {
                let two = match (byte, next) {
                    (b'<', Some(b'=')) => Some(Sign::LessEqual),
                    (b'>', Some(b'=')) => Some(Sign::GreaterEqual),
                    (b'=', Some(b'=')) => Some(Sign::Equal),
                    (b'!', Some(b'=')) => Some(Sign::NotEqual),
                    (b'&', Some(b'&')) => Some(Sign::And),
                    (b'|', Some(b'|')) => Some(Sign::Or),
                    _ => None,
                };
                let one = match byte {
                    _ if two.is_some() => Token::Mark(' '),
                    b'+' => Token::Sign(Sign::Plus),
                    b'-' => Token::Sign(Sign::Minus),
                    b'*' => Token::Sign(Sign::Times),
                    b'/' => Token::Sign(Sign::Over),
                    b'<' => Token::Sign(Sign::Less),
                    b'>' => Token::Sign(Sign::Greater),
                    b'!' => Token::Sign(Sign::Not),
                    b'(' | b')' | b'[' | b']' | b',' | b':' | b'.' | b'=' => {
                        Token::Mark(char::from(byte))
                    }
                    _ => {
                        let width = text
                            .get(at..)
                            .and_then(|rest| rest.chars().next())
                            .map_or(1, char::len_utf8);
                        return Err((at..at + width, "this sign has no meaning here".to_owned()));
                    }
                };
                two.map_or((one, at + 1), |sign| (Token::Sign(sign), at + 2))
            }
        };
        tokens.push((token, at..end));
        at = end;
    }
    Ok(tokens)
}

/// Parentheses within parentheses that are followed.
const MAX_DEPTH: usize = 64;
/// Operators, fields and stretches in one expression: what is compiled by recursion has an end.
const MAX_LINKS: usize = 200;

struct Parser<'a> {
    tokens: &'a [(Token, Range<usize>)],
    at: usize,
    depth: usize,
    links: usize,
    /// Bytes in the text.
    end: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn span(&self) -> Range<usize> {
        self.tokens
            .get(self.at)
            .map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn unexpected(&self, expected: &str) -> Mistake {
        (self.span(), format!("expected {expected} here"))
    }

    /// One more operator, field or stretch.
    fn link(&mut self) -> Result<(), Mistake> {
        self.links += 1;
        if self.links > MAX_LINKS {
            let message = format!("more than {MAX_LINKS} operators; give parts of it names");
            return Err((self.span(), message));
        }
        Ok(())
    }

    fn take(&mut self, mark: char) -> bool {
        let found = self.peek() == Some(&Token::Mark(mark));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, mark: char) -> Result<usize, Mistake> {
        let end = self.span().end;
        if self.take(mark) {
            Ok(end)
        } else {
            Err(self.unexpected(&format!("`{mark}`")))
        }
    }

    fn name(&mut self) -> Result<(String, usize), Mistake> {
        let end = self.span().end;
        match self.peek() {
            Some(Token::Name(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok((name, end))
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    fn binary(&mut self, least: u8) -> Result<Expression, Mistake> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err((
                self.span(),
                format!("more than {MAX_DEPTH} levels of parentheses"),
            ));
        }
        let mut left = self.unary()?;
        while let Some(Token::Sign(sign)) = self.peek().cloned() {
            let Some(binding) = sign.binding().filter(|binding| *binding > least) else {
                break;
            };
            self.link()?;
            self.at += 1;
            let right = self.binary(binding)?;
            let span = left.span.start..right.span.end;
            left = Expression {
                node: Node::Binary(sign, Box::new(left), Box::new(right)),
                span,
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, Mistake> {
        let start = self.span().start;
        let Some(Token::Sign(sign @ (Sign::Minus | Sign::Plus | Sign::Not))) = self.peek().cloned()
        else {
            return self.postfix();
        };
        self.at += 1;
        // Tighter than any operator between two values.
        let operand = self.binary(u8::MAX)?;
        let span = start..operand.span.end;
        Ok(Expression {
            node: Node::Unary(sign, Box::new(operand)),
            span,
        })
    }

    fn postfix(&mut self) -> Result<Expression, Mistake> {
        let mut value = self.atom()?;
        loop {
            let start = value.span.start;
            if let Some(Token::Mark('.' | '[')) = self.peek() {
                self.link()?;
            }
            if self.take('.') {
                let (field, end) = self.name()?;
                value = Expression {
                    node: Node::Field(Box::new(value), field),
                    span: start..end,
                };
            } else if self.take('[') {
                let from = if self.take(':') {
                    None
                } else {
                    Some(Box::new(self.binary(0)?))
                };
                if let Some(at) = from.as_ref().filter(|_| !self.take(':')) {
                    let at = at.clone();
                    let end = self.expect(']')?;
                    value = Expression {
                        node: Node::Sample(Box::new(value), at),
                        span: start..end,
                    };
                    continue;
                }
                let to = match self.peek() {
                    Some(Token::Mark(']')) => None,
                    _ => Some(Box::new(self.binary(0)?)),
                };
                let end = self.expect(']')?;
                value = Expression {
                    node: Node::Slice(Box::new(value), from, to),
                    span: start..end,
                };
            } else {
                return Ok(value);
            }
        }
    }

    fn atom(&mut self) -> Result<Expression, Mistake> {
        let span = self.span();
        let node = match self.peek().cloned() {
            Some(Token::Number(number)) => Node::Number(number),
            Some(Token::Word(word)) => Node::Word(word),
            Some(Token::Mark('(')) => {
                self.at += 1;
                let inside = self.binary(0)?;
                let end = self.expect(')')?;
                return Ok(Expression {
                    node: inside.node,
                    span: span.start..end,
                });
            }
            Some(Token::Name(name)) => {
                self.at += 1;
                if !self.take('(') {
                    return Ok(Expression {
                        node: Node::Name(name),
                        span,
                    });
                }
                let (arguments, end) = self.arguments()?;
                return Ok(Expression {
                    node: Node::Call(name, arguments),
                    span: span.start..end,
                });
            }
            _ => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        Ok(Expression { node, span })
    }

    #[expect(clippy::type_complexity, reason = "as the node has it")]
    fn arguments(&mut self) -> Result<(Vec<(Option<String>, Expression)>, usize), Mistake> {
        let mut arguments = Vec::new();
        loop {
            let end = self.span().end;
            if self.take(')') {
                return Ok((arguments, end));
            }
            let named = matches!(self.tokens.get(self.at + 1), Some((Token::Mark('='), _)));
            let name = if named { Some(self.name()?.0) } else { None };
            self.at += usize::from(named);
            arguments.push((name, self.binary(0)?));
            if !self.take(',') && self.peek() != Some(&Token::Mark(')')) {
                return Err(self.unexpected("`,` or `)`"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expression with all its parentheses.
    fn show(expression: &Expression) -> String {
        match &expression.node {
            Node::Number(number) => format!("{number}"),
            Node::Word(word) => format!("'{word}'"),
            Node::Name(name) => name.clone(),
            Node::Field(of, field) => format!("{}.{field}", show(of)),
            Node::Slice(of, from, to) => {
                let end =
                    |end: &Option<Box<Expression>>| end.as_deref().map(show).unwrap_or_default();
                format!("{}[{}:{}]", show(of), end(from), end(to))
            }
            Node::Sample(of, at) => format!("{}[{}]", show(of), show(at)),
            Node::Call(name, arguments) => {
                let argument = |(name, value): &(Option<String>, Expression)| match name {
                    Some(name) => format!("{name}={}", show(value)),
                    None => show(value),
                };
                format!(
                    "{name}({})",
                    arguments
                        .iter()
                        .map(argument)
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
            Node::Unary(sign, of) => format!("({}{})", sign.text(), show(of)),
            Node::Binary(sign, a, b) => format!("({} {} {})", show(a), sign.text(), show(b)),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(
            parse(text).map(|parsed| show(&parsed)),
            Ok(expected.to_owned())
        );
    }

    #[track_caller]
    fn wrong(text: &str, span: Range<usize>, message: &str) {
        assert_eq!(parse(text), Err((span, message.to_owned())));
    }

    #[test]
    fn precedence() {
        check("a - b - c*2/3", "((a - b) - ((c * 2) / 3))");
        check("-a*b + 1.5e3", "(((-a) * b) + 1500)");
        check(
            "a < 2 && b >= .5 or !c",
            "(((a < 2) && (b >= 0.5)) || (!c))",
        );
        check("(a + b)*c", "((a + b) * c)");
    }

    #[test]
    fn calls_slices_and_fields() {
        check("line_fit(raw[20:820]).mean", "line_fit(raw[20:820]).mean");
        check(
            "f(x[:t0 + 2], tau = 72.8*us, how='cubic',)",
            "f(x[:(t0 + 2)], tau=(72.8 * us), how='cubic')",
        );
        check("2*x[a:]", "(2 * x[a:])");
        check("x[3] - x[t0 + 2]", "(x[3] - x[(t0 + 2)])");
        check("where(a == b, 1, 2)", "where((a == b), 1, 2)");
    }

    #[test]
    fn mistakes_have_a_place() {
        wrong("a + ", 4..4, "expected a value here");
        wrong("a b", 2..3, "expected an operator, or the end here");
        wrong("f(a b)", 4..5, "expected `,` or `)` here");
        wrong("x[3", 3..3, "expected `]` here");
        wrong("a $ b", 2..3, "this sign has no meaning here");
        wrong("'open", 0..5, "the quote is not closed");
        wrong("1.2.3", 0..5, "this is not a number");
        wrong("µ", 0..2, "this sign has no meaning here");
        assert!(parse(&"(".repeat(5000)).is_err());
        assert!(parse(&"-".repeat(5000)).is_err());
    }
}
