//! Types of values: what an expression gives per event.

use std::fmt;

use super::unit::Unit;

/// Lists nest at most this deep, in columns and in results.
pub const MAX_LISTS: usize = 4;

/// What an expression gives for one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// True or false.
    Bool,
    /// A 64-bit signed integer.
    Int(Unit),
    /// A float64.
    Real(Unit),
    /// Text.
    Str,
    /// Any number of values of one type.
    List(Box<Type>),
    /// Named values, in order.
    Record(Vec<(String, Type)>),
}

impl Type {
    pub(crate) fn nested(self, lists: usize) -> Type {
        (0..lists).fold(self, |inner, _| Type::List(Box::new(inner)))
    }

    /// How many lists enclose the innermost value or record.
    pub fn depth(&self) -> usize {
        match self {
            Type::List(inner) => 1 + inner.depth(),
            _ => 0,
        }
    }

    /// The unit of a number or of the numbers in a list.
    pub fn unit(&self) -> Unit {
        match self {
            Type::Int(unit) | Type::Real(unit) => *unit,
            Type::List(inner) => inner.unit(),
            Type::Bool | Type::Str | Type::Record(_) => Unit::NONE,
        }
    }
}

impl fmt::Display for Type {
    /// `real [MeV]`, `list of bool`, `list of {pt: real [MeV], eta: real}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, unit) = match self {
            Type::Bool => ("bool", Unit::NONE),
            Type::Int(unit) => ("integer", *unit),
            Type::Real(unit) => ("real", *unit),
            Type::Str => ("string", Unit::NONE),
            Type::List(inner) => return write!(f, "list of {inner}"),
            Type::Record(fields) => {
                f.write_str("{")?;
                // Of a wide record the first ones: a message should stay readable.
                let shown = if fields.len() > 6 { 4 } else { fields.len() };
                for (i, (name, ty)) in fields.iter().take(shown).enumerate() {
                    let separator = if i == 0 { "" } else { ", " };
                    write!(f, "{separator}{name}: {ty}")?;
                }
                if shown < fields.len() {
                    write!(f, " and {} more", fields.len() - shown)?;
                }
                return f.write_str("}");
            }
        };
        f.write_str(name)?;
        if !unit.is_none() {
            write!(f, " [{unit}]")?;
        }
        Ok(())
    }
}

/// What the buffers of a register hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Bool,
    Int,
    Real,
    Str,
    /// Positions in another register; never seen by the user.
    Index,
}

/// Type of a node of the graph. Records are taken apart before they get here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LeafType {
    pub(crate) kind: Kind,
    pub(crate) unit: Unit,
    pub(crate) depth: usize,
}

impl LeafType {
    pub(crate) fn new(kind: Kind, unit: Unit, depth: usize) -> Self {
        Self { kind, unit, depth }
    }

    pub(crate) fn public(self) -> Type {
        let inner = match self.kind {
            Kind::Bool => Type::Bool,
            Kind::Int | Kind::Index => Type::Int(self.unit),
            Kind::Real => Type::Real(self.unit),
            Kind::Str => Type::Str,
        };
        inner.nested(self.depth)
    }
}
