//! From tokens to the syntax tree, by operator precedence.
//!
//! From loose to tight: `||`, `&&`, `not`, comparisons (chained as in Python) and `in`, `+ -`,
//! `* / %`, unary `- + !`, `**`, then calls, fields and subscripts. `&` and `|` are other
//! spellings of `&&` and `||`, so `a > 1 & b < 2` means `(a > 1) && (b < 2)`; Python would
//! read `a > (1 & b) < 2`. A number directly before a unit is a product that binds tighter
//! than any operator: `x / 30 GeV` is `x / (30*GeV)`.

use std::sync::Arc;

use super::ast::{Argument, BinaryOp, CompareOp, Expr, ExprKind, Link, Name, Subscript, UnaryOp};
use super::error::{ErrorKind, ExprError, Span};
use super::lexer::{self, Token, TokenKind};
use super::unit::Unit;

/// Deepest nesting, and longest chain of left-associative operators.
pub(crate) const MAX_HEIGHT: usize = 128;

/// Parses one expression.
pub(crate) fn parse(text: &Arc<str>) -> Result<Expr, ExprError> {
    let tokens = lexer::tokens(text)?;
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        depth: 0,
    };
    let expr = parser.expression(0)?;
    match parser.peek() {
        TokenKind::End => Ok(expr),
        _ => Err(parser.unexpected("an operator or the end of the expression")),
    }
}

struct Parser<'a> {
    text: &'a Arc<str>,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// Binding powers.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const SUM: u8 = 5;
const PRODUCT: u8 = 6;
const SIGN: u8 = 7;
const POWER: u8 = 8;

fn binary(op: &str) -> Option<(BinaryOp, u8)> {
    Some(match op {
        "||" => (BinaryOp::Or, OR),
        "&&" => (BinaryOp::And, AND),
        "+" => (BinaryOp::Add, SUM),
        "-" => (BinaryOp::Sub, SUM),
        "*" => (BinaryOp::Mul, PRODUCT),
        "/" => (BinaryOp::Div, PRODUCT),
        "%" => (BinaryOp::Rem, PRODUCT),
        "**" => (BinaryOp::Pow, POWER),
        _ => return None,
    })
}

fn comparison(op: &str) -> Option<CompareOp> {
    Some(match op {
        "<" => CompareOp::Less,
        "<=" => CompareOp::LessEqual,
        ">" => CompareOp::Greater,
        ">=" => CompareOp::GreaterEqual,
        "==" => CompareOp::Equal,
        "!=" => CompareOp::NotEqual,
        _ => return None,
    })
}

impl Parser<'_> {
    fn token(&self) -> &Token {
        // `tokens` ends with End and `advance` never passes it.
        &self.tokens[self.at]
    }

    fn peek(&self) -> &TokenKind {
        &self.token().kind
    }

    fn peek_op(&self) -> &'static str {
        match self.peek() {
            TokenKind::Op(op) => op,
            _ => "",
        }
    }

    fn advance(&mut self) -> Token {
        let token = self.token().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn eat(&mut self, op: &str) -> bool {
        let found = self.peek_op() == op;
        if found {
            self.advance();
        }
        found
    }

    fn error(&self, span: Span, message: impl Into<String>) -> ExprError {
        ExprError::new(ErrorKind::Syntax, self.text, span, message)
    }

    fn unexpected(&self, expected: &str) -> ExprError {
        let span = self.token().span;
        let found = match self.peek() {
            TokenKind::End => "the expression ends".to_owned(),
            _ => format!("found `{}`", &self.text[span.start..span.end]),
        };
        let error = self.error(span, format!("{found} where {expected} should be"));
        match self.peek_op() {
            "=" => error.with_help("equality is written `==`"),
            "/" => error.with_help("a quotient without its fraction is `floor(x / y)`"),
            "(" => error.with_help("functions stand alone, before their arguments: `max(x)`"),
            _ => error,
        }
    }

    fn too_deep(&self, span: Span) -> ExprError {
        let message = format!("the expression nests deeper than {MAX_HEIGHT} levels");
        ExprError::new(ErrorKind::Limit, self.text, span, message)
            .with_help("give parts of it a name and use the names")
    }

    fn make(&self, kind: ExprKind, span: Span) -> Result<Expr, ExprError> {
        let mut expr = Expr {
            kind,
            span,
            height: 0,
        };
        let below = expr.children().iter().map(|child| child.height).max();
        expr.height = below.map_or(0, |height| height + 1);
        if expr.height > MAX_HEIGHT {
            return Err(self.too_deep(span));
        }
        Ok(expr)
    }

    fn expression(&mut self, min: u8) -> Result<Expr, ExprError> {
        self.depth += 1;
        if self.depth > MAX_HEIGHT {
            return Err(self.too_deep(self.token().span));
        }
        let mut left = self.prefix()?;
        loop {
            let op = self.peek_op();
            if (op == "in" || op == "not") && COMPARE >= min {
                left = self.membership(left)?;
            } else if comparison(op).is_some() && COMPARE >= min {
                left = self.comparisons(left)?;
            } else if let Some((op, power)) = binary(op).filter(|&(_, power)| power >= min) {
                let op_span = self.advance().span;
                // Only the power groups to the right, and its exponent may have a sign.
                let right = self.expression(if op == BinaryOp::Pow { SIGN } else { power + 1 })?;
                let span = left.span.to(right.span);
                let kind = ExprKind::Binary(op, op_span, Box::new(left), Box::new(right));
                left = self.make(kind, span)?;
            } else {
                break;
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn comparisons(&mut self, first: Expr) -> Result<Expr, ExprError> {
        let mut links = Vec::new();
        let mut span = first.span;
        while let Some(op) = comparison(self.peek_op()) {
            let op_span = self.advance().span;
            let right = self.expression(COMPARE + 1)?;
            span = span.to(right.span);
            links.push(Link { op, op_span, right });
        }
        self.make(ExprKind::Compare(Box::new(first), links), span)
    }

    /// `in (a, b)` or `not in (a, b)` after a value.
    fn membership(&mut self, value: Expr) -> Result<Expr, ExprError> {
        let negated = self.eat("not");
        if !self.eat("in") {
            return Err(self.unexpected("`in`"));
        }
        let open = self.token().span;
        if !self.eat("(") {
            let error = self.unexpected("`(`");
            return Err(error.with_help("the values stand in parentheses: `x in (11, 13)`"));
        }
        let mut among = Vec::new();
        loop {
            among.push(self.expression(0)?);
            if !self.eat(",") || self.peek_op() == ")" {
                break;
            }
        }
        let span = value.span.to(self.token().span);
        if !self.eat(")") {
            return Err(self.unclosed(open, ")"));
        }
        let value = Box::new(value);
        let kind = ExprKind::In {
            value,
            among,
            negated,
        };
        self.make(kind, span)
    }

    fn prefix(&mut self) -> Result<Expr, ExprError> {
        let (op, power) = match self.peek_op() {
            "-" => (UnaryOp::Minus, SIGN),
            "+" => (UnaryOp::Plus, SIGN),
            "!" => (UnaryOp::Not, SIGN),
            "not" => (UnaryOp::Not, NOT),
            _ => return self.postfix(),
        };
        let start = self.advance().span;
        let of = self.expression(power)?;
        let span = start.to(of.span);
        self.make(ExprKind::Unary(op, Box::new(of)), span)
    }

    fn postfix(&mut self) -> Result<Expr, ExprError> {
        let mut of = self.primary()?;
        loop {
            if self.eat(".") {
                let token = self.advance();
                let (TokenKind::Name(text) | TokenKind::Quoted(text)) = token.kind else {
                    self.at = self.at.saturating_sub(1);
                    return Err(self.error(token.span, "a field name should follow the dot"));
                };
                let span = of.span.to(token.span);
                let name = Name {
                    text,
                    span: token.span,
                };
                of = self.make(ExprKind::Field(Box::new(of), name), span)?;
            } else if self.peek_op() == "[" {
                let open = self.advance().span;
                let subscript = self.subscript()?;
                let close = self.token().span;
                if !self.eat("]") {
                    return Err(self.unclosed(open, "]"));
                }
                let span = of.span.to(close);
                of = self.make(ExprKind::Index(Box::new(of), subscript), span)?;
            } else {
                return Ok(of);
            }
        }
    }

    fn unclosed(&self, open: Span, close: &str) -> ExprError {
        match self.peek() {
            TokenKind::End => {
                self.error(open, format!("this bracket is never closed by `{close}`"))
            }
            _ => self.unexpected(&format!("`{close}`")),
        }
    }

    fn subscript(&mut self) -> Result<Subscript, ExprError> {
        let start = match self.peek_op() {
            ":" => None,
            "]" => return Err(self.unexpected("an index, a mask or a slice")),
            _ => Some(Box::new(self.expression(0)?)),
        };
        if !self.eat(":") {
            // Without a colon there was an expression.
            return match start {
                Some(_) if self.peek_op() == "," => Err(self.inner_index()),
                Some(item) => Ok(Subscript::Item(item)),
                None => Err(self.unexpected("an index")),
            };
        }
        let stop = match self.peek_op() {
            "]" => None,
            "," => return Err(self.inner_index()),
            _ => Some(Box::new(self.expression(0)?)),
        };
        if self.peek_op() == "," {
            return Err(self.inner_index());
        }
        if self.peek_op() == ":" {
            let error = self.unexpected("`]`");
            return Err(error.with_help("a slice has no step; `reverse(x)` turns a list around"));
        }
        Ok(Subscript::Slice(start, stop))
    }

    fn inner_index(&self) -> ExprError {
        let error = self.unexpected("`]`");
        error.with_help(
            "an index is for the outermost list; a mask chooses from inner ones: `x[index(x) == 0]`",
        )
    }

    fn primary(&mut self) -> Result<Expr, ExprError> {
        let token = self.token().clone();
        let kind = match token.kind {
            TokenKind::Int(value) => ExprKind::Int(value),
            TokenKind::Real(value) => ExprKind::Real(value),
            TokenKind::Str(ref value) => ExprKind::Str(value.clone()),
            TokenKind::Quoted(ref name) => ExprKind::Quoted(name.clone()),
            TokenKind::Name(ref name) => match name.as_str() {
                "true" | "True" => ExprKind::Bool(true),
                "false" | "False" => ExprKind::Bool(false),
                _ => ExprKind::Name(name.clone()),
            },
            TokenKind::Op("(") => return self.parenthesis(),
            _ => return Err(self.unexpected("a value")),
        };
        self.advance();
        let number = matches!(kind, ExprKind::Int(_) | ExprKind::Real(_));
        if let (ExprKind::Name(text), "(") = (&kind, self.peek_op()) {
            let name = Name {
                text: text.clone(),
                span: token.span,
            };
            return self.call(name);
        }
        let value = self.make(kind, token.span)?;
        match self.peek() {
            TokenKind::Name(unit) if number && Unit::named(unit).is_some() => {
                let unit = unit.clone();
                let unit_span = self.advance().span;
                let span = value.span.to(unit_span);
                if self.peek_op() == "**" {
                    let number = &self.text[value.span.start..value.span.end];
                    let help = format!(
                        "write `{number}*{unit}**2` for the power of the unit, \
                         `({number}*{unit})**2` for the power of the quantity"
                    );
                    return Err(self
                        .error(span, "this power has two readings")
                        .with_help(help));
                }
                let unit = self.make(ExprKind::Unit(unit), unit_span)?;
                let kind =
                    ExprKind::Binary(BinaryOp::Mul, unit_span, Box::new(value), Box::new(unit));
                self.make(kind, span)
            }
            _ => Ok(value),
        }
    }

    fn parenthesis(&mut self) -> Result<Expr, ExprError> {
        let open = self.advance().span;
        let mut inner = self.expression(0)?;
        let close = self.token().span;
        if !self.eat(")") {
            return Err(self.unclosed(open, ")"));
        }
        inner.span = open.to(close);
        Ok(inner)
    }

    fn call(&mut self, name: Name) -> Result<Expr, ExprError> {
        let open = self.advance().span;
        let mut args = Vec::new();
        while self.peek_op() != ")" {
            args.push(self.argument()?);
            if !self.eat(",") && self.peek_op() != ")" {
                return Err(self.unclosed(open, ")"));
            }
        }
        let span = name.span.to(self.advance().span);
        self.make(ExprKind::Call(name, args), span)
    }

    fn argument(&mut self) -> Result<Argument, ExprError> {
        let next = self.tokens.get(self.at + 1).map(|token| &token.kind);
        let name = match (self.peek().clone(), next) {
            (TokenKind::Name(text), Some(TokenKind::Op("="))) => {
                let span = self.advance().span;
                self.advance();
                Some(Name { text, span })
            }
            _ => None,
        };
        let value = self.expression(0)?;
        Ok(Argument { name, value })
    }
}
