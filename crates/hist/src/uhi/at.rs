//! Reading a JSON value by type and key, with its path for messages.

use super::node::{EXACT, Node, split};
use crate::error::{HistError, Result};

/// A node and where it is.
#[derive(Clone)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    pub(super) path: String,
}

impl<'a> At<'a> {
    pub(super) fn root(node: &'a Node) -> Self {
        Self {
            node,
            path: "$".to_owned(),
        }
    }

    /// An error at this place.
    pub(super) fn fail<T>(&self, reason: impl Into<String>) -> Result<T> {
        Err(HistError::Uhi {
            path: self.path.clone(),
            reason: reason.into(),
        })
    }

    fn wrong<T>(&self, needed: &str) -> Result<T> {
        let found = match self.node {
            Node::Null => "null (or NaN)".to_owned(),
            Node::Bool(value) => value.to_string(),
            Node::Int(value) => value.to_string(),
            Node::Float(value) => value.to_string(),
            Node::Text(text) => format!("text `{}`", text.chars().take(40).collect::<String>()),
            Node::Numbers { .. } | Node::List(_) => "an array".to_owned(),
            Node::Map(_) => "an object".to_owned(),
        };
        self.fail(format!("found {found}, need {needed}"))
    }

    /// The entries of an object, sorted by key.
    pub(super) fn entries(&self) -> Result<Vec<(&'a str, At<'a>)>> {
        match self.node {
            Node::Map(entries) => Ok(entries
                .iter()
                .map(|(key, node)| {
                    (
                        key.as_str(),
                        At {
                            node,
                            path: format!("{}.{key}", self.path),
                        },
                    )
                })
                .collect()),
            _ => self.wrong("an object"),
        }
    }

    /// An entry of an object, if it is there.
    pub(super) fn find(&self, key: &str) -> Result<Option<At<'a>>> {
        match self.node {
            Node::Map(entries) => {
                Ok(entries
                    .iter()
                    .find(|(found, _)| found == key)
                    .map(|(_, node)| At {
                        node,
                        path: format!("{}.{key}", self.path),
                    }))
            }
            _ => self.wrong("an object"),
        }
    }

    /// An entry of an object that must be there.
    pub(super) fn get(&self, key: &str) -> Result<At<'a>> {
        match self.find(key)? {
            Some(found) => Ok(found),
            None => self.fail(format!("the key `{key}` is missing")),
        }
    }

    pub(super) fn text(&self) -> Result<&'a str> {
        match self.node {
            Node::Text(text) => Ok(text),
            _ => self.wrong("a text"),
        }
    }

    pub(super) fn flag(&self) -> Result<bool> {
        match self.node {
            Node::Bool(flag) => Ok(*flag),
            _ => self.wrong("true or false"),
        }
    }

    pub(super) fn number(&self) -> Result<f64> {
        match self.node {
            Node::Int(value) => Ok(*value as f64),
            Node::Float(value) => Ok(*value),
            _ => self.wrong("a number"),
        }
    }

    /// A whole number, also written as `3.0`.
    pub(super) fn whole(&self) -> Result<i64> {
        match self.node {
            Node::Int(value) => Ok(*value),
            Node::Float(value) if *value == value.trunc() && value.abs() <= EXACT as f64 => {
                Ok(*value as i64)
            }
            _ => self.wrong("a whole number"),
        }
    }

    /// The elements of an array of anything.
    pub(super) fn items(&self) -> Result<Vec<Node>> {
        match self.node {
            Node::List(nodes) => Ok(nodes.clone()),
            Node::Numbers { shape, values } => Ok(split(shape, values.clone())),
            _ => self.wrong("an array"),
        }
    }

    /// Nested arrays of numbers: shape and flat values. Empty arrays have no values.
    pub(super) fn numbers(&self) -> Result<(Vec<usize>, &'a [f64])> {
        match self.node {
            Node::Numbers { shape, values } => Ok((shape.clone(), values)),
            Node::List(nodes) if nodes.iter().all(is_void) => Ok((vec![0], &[])),
            Node::Text(_) => {
                self.wrong("numbers in the document (contents in another file are not followed)")
            }
            _ => self.wrong("a rectangular array of numbers"),
        }
    }
}

/// Nested arrays without any number.
fn is_void(node: &Node) -> bool {
    matches!(node, Node::List(nodes) if nodes.iter().all(is_void))
}
