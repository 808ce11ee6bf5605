//! A parsed JSON value in which arrays of numbers are flat, so that contents cost
//! 8 bytes a number.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::{HistError, Result};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// `null`, which a bare `NaN` is read as.
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// Nested arrays of numbers of one shape, flat. Never empty.
    Numbers {
        shape: Vec<usize>,
        values: Vec<f64>,
    },
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// Parses a text. The parser bounds the depth of nesting to 128.
pub(super) fn parse(text: &str) -> Result<Node> {
    let text = without_nan(text);
    serde_json::from_str(&text).map_err(|error| HistError::Uhi {
        path: "$".to_owned(),
        reason: format!("not JSON: {error}"),
    })
}

/// Python's bare `NaN` becomes `null`, outside of texts.
fn without_nan(text: &str) -> Cow<'_, str> {
    if !text.contains("NaN") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    // Alternates between what is outside and inside of quotes.
    while let Some(quote) = rest.find('"') {
        let (outside, inside) = rest.split_at(quote);
        out.push_str(&outside.replace("NaN", "null"));
        let bytes = inside.as_bytes();
        let mut end = 1;
        while let Some(&byte) = bytes.get(end) {
            end += match byte {
                b'\\' => 2,
                b'"' => break,
                _ => 1,
            };
        }
        // `end` is at a quote, or past the end of a text that is cut off.
        let (quoted, after) = inside.split_at_checked(end + 1).unwrap_or((inside, ""));
        out.push_str(quoted);
        rest = after;
    }
    out.push_str(&rest.replace("NaN", "null"));
    Cow::Owned(out)
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

/// Integers up to here are exact in `f64`.
pub(super) const EXACT: i64 = 1 << 53;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Node, E> {
        Ok(Node::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::Float(value as f64), Node::Int))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Node, A::Error> {
        let mut gathered = Gathered::Empty;
        while let Some(node) = seq.next_element::<Node>()? {
            gathered = gathered.push(node);
        }
        Ok(gathered.finish())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Node, A::Error> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        for pair in entries.windows(2) {
            if let [(a, _), (b, _)] = pair
                && a == b
            {
                return Err(serde::de::Error::custom(format!(
                    "key `{a}` is given twice"
                )));
            }
        }
        Ok(Node::Map(entries))
    }
}

/// The elements of an array so far: flat as long as all are numbers, or arrays
/// of numbers of one shape.
enum Gathered {
    Empty,
    Flat {
        count: usize,
        inner: Vec<usize>,
        values: Vec<f64>,
    },
    List(Vec<Node>),
}

impl Gathered {
    fn push(self, node: Node) -> Self {
        let number = match &node {
            Node::Int(value) if value.abs() <= EXACT => Some(*value as f64),
            Node::Float(value) => Some(*value),
            Node::Null => Some(f64::NAN),
            _ => None,
        };
        match (self, number, node) {
            (Self::Empty, Some(value), _) => Self::Flat {
                count: 1,
                inner: Vec::new(),
                values: vec![value],
            },
            (Self::Empty, None, Node::Numbers { shape, values }) => Self::Flat {
                count: 1,
                inner: shape,
                values,
            },
            (
                Self::Flat {
                    count,
                    inner,
                    mut values,
                },
                Some(value),
                _,
            ) if inner.is_empty() => {
                values.push(value);
                Self::Flat {
                    count: count + 1,
                    inner,
                    values,
                }
            }
            (
                Self::Flat {
                    count,
                    inner,
                    mut values,
                },
                None,
                Node::Numbers {
                    shape,
                    values: more,
                },
            ) if inner == shape => {
                values.extend(more);
                Self::Flat {
                    count: count + 1,
                    inner,
                    values,
                }
            }
            (Self::List(mut nodes), _, node) => {
                nodes.push(node);
                Self::List(nodes)
            }
            (other, _, node) => {
                let mut nodes = match other.finish() {
                    Node::Numbers { shape, values } => split(&shape, values),
                    Node::List(nodes) => nodes,
                    _ => Vec::new(),
                };
                nodes.push(node);
                Self::List(nodes)
            }
        }
    }

    fn finish(self) -> Node {
        match self {
            Self::Empty => Node::List(Vec::new()),
            Self::Flat {
                count,
                inner,
                values,
            } => {
                let shape = std::iter::once(count).chain(inner).collect();
                Node::Numbers { shape, values }
            }
            Self::List(nodes) => Node::List(nodes),
        }
    }
}

/// The elements of a flat array, for arrays that turn out mixed.
pub(super) fn split(shape: &[usize], values: Vec<f64>) -> Vec<Node> {
    let number = |value: f64| match value {
        value if value.is_nan() => Node::Null,
        value if value == value.trunc() && value.abs() <= EXACT as f64 => Node::Int(value as i64),
        value => Node::Float(value),
    };
    match shape {
        [_, inner @ ..] if !inner.is_empty() => {
            let size = inner.iter().product::<usize>().max(1);
            let part = |values: &[f64]| Node::Numbers {
                shape: inner.to_vec(),
                values: values.to_vec(),
            };
            values.chunks(size).map(part).collect()
        }
        _ => values.into_iter().map(number).collect(),
    }
}
