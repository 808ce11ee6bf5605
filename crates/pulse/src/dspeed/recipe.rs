//! How each variable of a configuration is made: which processor, of what.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::translate::Kind;
use super::{Configuration, rules};
use crate::chain::{Node, Units, parse_expression};
use crate::nearest::suggest;
use crate::{Error, Result};

/// How some variables are made.
#[derive(Debug, Default)]
pub(super) struct Recipe {
    /// The key in the configuration.
    pub(super) key: String,
    /// The variables, in the order of the key.
    pub(super) variables: Vec<String>,
    /// `dspeed.processors` or `numpy`, and the processor; none of an expression.
    pub(super) function: Option<(String, String)>,
    /// Its arguments, or the one expression.
    pub(super) arguments: Vec<String>,
    units: Vec<String>,
    pub(super) description: Option<String>,
}

/// All recipes, and which variables come out.
pub(super) struct Recipes<'a> {
    configuration: &'a Configuration<'a>,
    all: Vec<Recipe>,
    by_variable: HashMap<String, usize>,
    pub(super) outputs: Vec<String>,
}

impl<'a> Recipes<'a> {
    /// Reads them off a parsed configuration.
    pub(super) fn of(configuration: &'a Configuration<'a>, document: &Value) -> Result<Self> {
        let wrong = |reason: &str| Error::Description {
            name: configuration.name.to_owned(),
            reason: reason.to_owned(),
        };
        let outputs = document.get("outputs").and_then(Value::as_array);
        let outputs =
            outputs.ok_or_else(|| wrong("outputs: a list of the variables that come out"))?;
        let outputs = outputs
            .iter()
            .map(|output| output.as_str().map(str::to_owned));
        let outputs: Option<Vec<String>> = outputs.collect();
        let outputs =
            outputs.ok_or_else(|| wrong("outputs: a list of the variables that come out"))?;
        let processors = document.get("processors").and_then(Value::as_object);
        let processors = processors
            .ok_or_else(|| wrong("processors: a map from variables to how they are made"))?;
        let mut recipes = Self {
            configuration,
            all: Vec::new(),
            by_variable: HashMap::new(),
            outputs,
        };
        for (key, node) in processors {
            let recipe = recipes.read(key, node)?;
            for variable in &recipe.variables {
                recipes
                    .by_variable
                    .insert(variable.clone(), recipes.all.len());
            }
            recipes.all.push(recipe);
        }
        Ok(recipes)
    }

    /// The recipe of a variable; none of what comes from the data.
    pub(super) fn of_variable(&self, variable: &str) -> Option<&Recipe> {
        self.all.get(*self.by_variable.get(variable)?)
    }

    /// An error about a recipe.
    pub(super) fn wrong(&self, recipe: &Recipe, reason: String) -> Error {
        Error::Import {
            name: self.configuration.name.to_owned(),
            parameter: recipe.key.clone(),
            reason,
        }
    }

    fn read(&self, key: &str, node: &Value) -> Result<Recipe> {
        let variables = key.split([',', ' ']).filter(|name| !name.is_empty());
        let mut recipe = Recipe {
            key: key.to_owned(),
            variables: variables.map(str::to_owned).collect(),
            ..Recipe::default()
        };
        let empty = Map::new();
        let (function, node) = match node {
            Value::String(function) => (function.as_str(), &empty),
            Value::Object(node) => (
                node.get("function")
                    .and_then(Value::as_str)
                    .unwrap_or_default(),
                node,
            ),
            _ => ("", &empty),
        };
        if function.is_empty() {
            return Err(self.wrong(&recipe, "needs a function, or is an expression".to_owned()));
        }
        if node.contains_key("init_args") {
            let reason =
                format!("{function} is made by init_args, for which there is no counterpart");
            return Err(self.wrong(&recipe, reason));
        }
        let module = node.get("module").and_then(Value::as_str);
        let arguments = node.get("args").and_then(Value::as_array);
        match (split(function), arguments) {
            // A processor by its name, arguments apart.
            (Called::Name(own, name), Some(arguments)) => {
                let module = module.or(own).unwrap_or_default();
                recipe.function = Some((module.to_owned(), name.to_owned()));
                recipe.arguments = arguments.iter().map(text).collect();
            }
            // `module.name(arguments)`.
            (Called::Call(own, call), None) if own.or(module).is_some() => {
                let found = parse_expression(call);
                let found = found.map_err(|(_, message)| {
                    self.wrong(&recipe, format!("{function:?}: {message}"))
                })?;
                let Node::Call(name, arguments) = &found.node else {
                    return Err(self.wrong(
                        &recipe,
                        format!("{function:?} is not one call of a processor"),
                    ));
                };
                recipe.function =
                    Some((own.or(module).unwrap_or_default().to_owned(), name.clone()));
                let texts = arguments
                    .iter()
                    .filter_map(|(_, value)| call.get(value.span.clone()));
                recipe.arguments = texts.map(str::to_owned).collect();
            }
            (_, None) => recipe.arguments = vec![function.to_owned()],
            (_, Some(_)) => {
                let reason = format!("{function:?} has arguments, and args beside it");
                return Err(self.wrong(&recipe, reason));
            }
        }
        let defaults = node.get("defaults").and_then(Value::as_object);
        for i in 0..recipe.arguments.len() {
            let filled = recipe
                .arguments
                .get(i)
                .map(|argument| self.filled(&recipe, argument, defaults));
            if let (Some(argument), Some(filled)) =
                (recipe.arguments.get_mut(i), filled.transpose()?)
            {
                *argument = filled;
            }
        }
        recipe.units = match node.get("unit") {
            Some(Value::Array(units)) => units.iter().map(text).collect(),
            Some(unit) => vec![text(unit); recipe.variables.len()],
            None => Vec::new(),
        };
        recipe.description = node
            .get("description")
            .and_then(Value::as_str)
            .map(str::to_owned);
        Ok(recipe)
    }

    /// An argument with what the database says in the place of `db.…`, as text in the place of text.
    fn filled(
        &self,
        recipe: &Recipe,
        argument: &str,
        defaults: Option<&Map<String, Value>>,
    ) -> Result<String> {
        let mut filled = String::new();
        let mut rest = argument;
        while let Some(at) = rest.find("db.") {
            let (before, from) = rest.split_at(at);
            filled.push_str(before);
            let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let end = from.find(|c| !part(c)).unwrap_or(from.len());
            let (key, after) = from.split_at(end);
            rest = after;
            if before.ends_with(part) {
                filled.push_str(key);
                continue;
            }
            let found = key
                .split('.')
                .skip(1)
                .try_fold(self.configuration.database, |node, key| node.get(key));
            let found = found.or_else(|| defaults?.get(key));
            let Some(found) = found else {
                let reason = format!("{key} is not in the database, and has no default");
                return Err(self.wrong(recipe, reason));
            };
            filled.push_str(&text(found));
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// Checks that all processors that are needed have a counterpart.
    pub(super) fn check_functions(&self) -> Result<()> {
        let mut seen = HashSet::new();
        let mut open: Vec<&str> = self.outputs.iter().map(String::as_str).rev().collect();
        let mut unknown: Vec<(&Recipe, String)> = Vec::new();
        while let Some(variable) = open.pop() {
            let Some(recipe) = self.of_variable(variable) else {
                continue;
            };
            if !seen.insert(recipe.key.as_str()) {
                continue;
            }
            if let Some((module, function)) = &recipe.function
                && rules::find(module, function).is_none()
            {
                unknown.push((recipe, format!("{module}.{function}")));
            }
            let arguments = recipe.arguments.iter().rev();
            open.extend(arguments.flat_map(|argument| names(argument)));
        }
        match unknown.as_slice() {
            [] => Ok(()),
            [(recipe, function)] => {
                let (_, name) = function.rsplit_once('.').unwrap_or(("", function));
                let known = suggest(name, rules::names());
                Err(self.wrong(
                    recipe,
                    format!("there is no counterpart of {function}; {known}"),
                ))
            }
            [(first, _), ..] => {
                let each = unknown.iter().map(|(recipe, function)| {
                    format!("{function} (of {})", recipe.variables.join(", "))
                });
                let each: Vec<String> = each.collect();
                Err(self.wrong(
                    first,
                    format!("there are no counterparts of {}", each.join("; ")),
                ))
            }
        }
    }
}

impl Recipe {
    /// The unit in which a variable comes out: the one it was given, if it is one of ours and
    /// fits what the variable is.
    pub(super) fn unit(&self, variable: &str, kind: Kind) -> String {
        let unit = self.said_unit(variable).unwrap_or_default();
        if kind == Kind::Time {
            return if is_time(unit) {
                unit.to_owned()
            } else {
                "ns".to_owned()
            };
        }
        // A moment in a waveform of unknown place is a number of samples, whatever it is called.
        let units = Units {
            period: 1.0,
            signal: "ADC".to_owned(),
        };
        match units.parse(unit) {
            Some(_) if !is_time(unit) => unit.to_owned(),
            _ => String::new(),
        }
    }

    /// The unit that the configuration gives a variable.
    pub(super) fn said_unit(&self, variable: &str) -> Option<&str> {
        let place = self.variables.iter().position(|name| name == variable)?;
        self.units.get(place).map(String::as_str)
    }
}

pub(super) fn is_time(unit: &str) -> bool {
    matches!(unit, "ns" | "us" | "ms" | "s")
}

/// How a function is written.
enum Called<'a> {
    /// `module.name` or `name`.
    Name(Option<&'a str>, &'a str),
    /// `module.` and `name(arguments)`.
    Call(Option<&'a str>, &'a str),
    Expression,
}

fn split(function: &str) -> Called<'_> {
    let function = function.trim();
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let end = function.find(|c| !part(c)).unwrap_or(function.len());
    let path = function.get(..end).unwrap_or_default();
    let (module, start) = match path.rfind('.') {
        Some(dot) => (path.get(..dot), dot + 1),
        None => (None, 0),
    };
    let own = function.get(start..).unwrap_or_default();
    match function.get(end..) {
        Some("") => Called::Name(module, own),
        Some(rest) if rest.starts_with('(') && rest.ends_with(')') => Called::Call(module, own),
        _ => Called::Expression,
    }
}

/// A value as it stands in an expression.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What looks like a name in an expression.
fn names(expression: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    expression
        .split(move |c| !part(c))
        .filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}
