//! The syntax tree: what was written, before names and types mean anything.

use super::error::Span;

/// An expression and the bytes it was written in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) span: Span,
    /// Longest path down to a leaf; bounded by the parser, so that walks may recurse.
    pub(crate) height: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExprKind {
    Bool(bool),
    Int(i64),
    Real(f64),
    Str(String),
    /// A column, a definition, a unit or a constant.
    Name(String),
    /// A name in backticks: a column or a definition.
    Quoted(String),
    /// A unit written directly after a number.
    Unit(String),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Span, Box<Expr>, Box<Expr>),
    /// `first op next op next ...`: true where every link is.
    Compare(Box<Expr>, Vec<Link>),
    /// Whether a value is one of several; negated, none of them.
    In {
        value: Box<Expr>,
        among: Vec<Expr>,
        negated: bool,
    },
    Call(Name, Vec<Argument>),
    Field(Box<Expr>, Name),
    Index(Box<Expr>, Subscript),
}

/// A name where it was written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// One link of a chain of comparisons.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) op: CompareOp,
    pub(crate) op_span: Span,
    pub(crate) right: Expr,
}

/// An argument of a call, `value` or `name=value`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Argument {
    pub(crate) name: Option<Name>,
    pub(crate) value: Expr,
}

/// What stands between `[` and `]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subscript {
    Item(Box<Expr>),
    Slice(Option<Box<Expr>>, Option<Box<Expr>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOp {
    Plus,
    Minus,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Pow,
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CompareOp {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

impl Expr {
    /// The expressions directly below this one.
    pub(crate) fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Real(_)
            | ExprKind::Str(_)
            | ExprKind::Name(_)
            | ExprKind::Quoted(_)
            | ExprKind::Unit(_) => Vec::new(),
            ExprKind::Unary(_, x) | ExprKind::Field(x, _) => vec![x],
            ExprKind::Binary(_, _, a, b) => vec![a, b],
            ExprKind::Compare(first, links) => {
                let mut out: Vec<&Expr> = vec![first];
                out.extend(links.iter().map(|link| &link.right));
                out
            }
            ExprKind::In { value, among, .. } => {
                std::iter::once(value.as_ref()).chain(among).collect()
            }
            ExprKind::Call(_, args) => args.iter().map(|arg| &arg.value).collect(),
            ExprKind::Index(of, Subscript::Item(item)) => vec![of, item],
            ExprKind::Index(of, Subscript::Slice(start, stop)) => {
                let mut out: Vec<&Expr> = vec![of];
                out.extend(start.as_deref());
                out.extend(stop.as_deref());
                out
            }
        }
    }
}
