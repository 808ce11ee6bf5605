//! The text of a configuration as a tree of values.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Number, Value};

use super::{Configuration, Format};
use crate::{Error, Result};

/// Maps and lists within each other that are followed.
const MAX_DEPTH: usize = 32;

/// Parses the text of a configuration.
pub(super) fn parse(configuration: &Configuration<'_>) -> Result<Value> {
    let parsed = match configuration.format {
        Format::Json => serde_json::from_str(configuration.text).map_err(|error| error.to_string()),
        Format::Yaml => yaml(configuration.text),
    };
    parsed.map_err(|reason| Error::Description {
        name: configuration.name.to_owned(),
        reason,
    })
}

/// One document of YAML. Anchors are refused: what they stand for could be of any size.
fn yaml(text: &str) -> std::result::Result<Value, String> {
    let mut open: Vec<Node> = Vec::new();
    let mut whole = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let line = span.start.line();
        let value = match event {
            Event::Alias(_) => {
                return Err(format!("line {line}: an alias (*name) is not understood"));
            }
            Event::MappingStart(..) => {
                open.push(Node::Map(Map::new(), None));
                None
            }
            Event::SequenceStart(..) => {
                open.push(Node::List(Vec::new()));
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().map(Node::value),
            Event::Scalar(text, style, ..) => Some(scalar(&text, style)),
            _ => None,
        };
        if open.len() > MAX_DEPTH {
            return Err(format!("line {line}: more than {MAX_DEPTH} levels"));
        }
        let Some(value) = value else {
            continue;
        };
        match open.last_mut() {
            Some(node) => node
                .put(value)
                .map_err(|reason| format!("line {line}: {reason}"))?,
            None if whole.is_none() => whole = Some(value),
            None => return Err(format!("line {line}: a second document begins")),
        }
    }
    whole.ok_or_else(|| "there is nothing in it".to_owned())
}

/// A map or list that is not at its end; of a map also the key that waits for its value.
enum Node {
    Map(Map<String, Value>, Option<String>),
    List(Vec<Value>),
}

impl Node {
    fn put(&mut self, value: Value) -> std::result::Result<(), String> {
        match self {
            Node::List(values) => values.push(value),
            Node::Map(map, key) => match (key.take(), value) {
                (Some(key), value) => {
                    if map.contains_key(&key) {
                        return Err(format!("the key {key} comes a second time"));
                    }
                    map.insert(key, value);
                }
                (None, Value::String(name)) => *key = Some(name),
                (None, other @ (Value::Number(_) | Value::Bool(_))) => {
                    *key = Some(other.to_string())
                }
                (None, _) => return Err("a key is a text".to_owned()),
            },
        }
        Ok(())
    }

    fn value(self) -> Value {
        match self {
            Node::Map(map, _) => Value::Object(map),
            Node::List(values) => Value::Array(values),
        }
    }
}

/// A plain scalar by what it looks like, a quoted one as text.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" => return Value::Null,
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Value::Number(whole.into());
    }
    let number = text.parse::<f64>().ok().and_then(Number::from_f64);
    number.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(text: &str, expected: Value) {
        assert_eq!(yaml(text), Ok(expected));
    }

    #[test]
    fn yaml_of_every_form() {
        check(
            "a, b:\n  args: ['wf[0:5]', 3, 4.5e-1, \"'l'\"]\n  on: true\nc: 4*us\n",
            json!({"a, b": {"args": ["wf[0:5]", 3, 0.45, "'l'"], "on": true}, "c": "4*us"}),
        );
        check(
            "- ~\n- '3'\n- {x: y}\n- 1: 2\n",
            json!([null, "3", {"x": "y"}, {"1": 2}]),
        );
    }

    #[test]
    fn what_is_refused() {
        let wrong = |text: &str, expected: &str| {
            let found = yaml(text).unwrap_err();
            assert!(found.contains(expected), "{found}");
        };
        wrong("a: &x 1\nb: *x\n", "an alias");
        wrong("a: 1\na: 2\n", "the key a comes a second time");
        wrong("a: [1", "");
        wrong("", "there is nothing in it");
        wrong("a: 1\n---\nb: 1\n", "a second document");
        wrong(&"[".repeat(100), "more than 32 levels");
    }
}
