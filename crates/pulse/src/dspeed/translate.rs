//! Variables and expressions of dspeed in the words of a chain.

use std::collections::HashMap;

use super::Configuration;
use super::recipe::{Recipe, Recipes, is_time};
use super::rules::{self, Form, Role, Rule};
use crate::Result;
use crate::chain::{Expression, Node, Sign, parse_expression};

/// What a variable or an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A waveform.
    Waveform {
        /// Whether dspeed knows where its samples lie in the record.
        placed: bool,
        /// Whether its samples are as long as those of the record.
        single: bool,
    },
    /// A moment in the record.
    Time,
    /// A constant time.
    Span,
    Number,
    Flag,
    /// The weights of a filter.
    Filter,
}

/// An expression in the words of a chain, and what it is.
type Translated = (String, Kind);

/// Translates variables when they are first needed.
pub(super) struct Translator<'a> {
    configuration: &'a Configuration<'a>,
    recipes: &'a Recipes<'a>,
    /// What variables are; `None` while it is being found out.
    kinds: HashMap<String, Option<Kind>>,
    depth: usize,
    /// What was translated, in an order in which it could be computed.
    pub(super) define: Vec<(String, String)>,
    /// Waveforms of the data, as they are first needed.
    pub(super) inputs: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// Expressions within expressions that are followed, through variables too.
const MAX_DEPTH: usize = 256;

impl<'a> Translator<'a> {
    pub(super) fn new(configuration: &'a Configuration<'a>, recipes: &'a Recipes<'a>) -> Self {
        Self {
            configuration,
            recipes,
            kinds: HashMap::new(),
            depth: 0,
            define: Vec::new(),
            inputs: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Translates a variable and what it needs; says what it is.
    pub(super) fn variable(&mut self, name: &str) -> Result<Kind> {
        let recipes = self.recipes;
        let recipe = recipes.of_variable(name);
        match (self.kinds.get(name), recipe) {
            (Some(Some(kind)), _) => return Ok(*kind),
            (Some(None), Some(recipe)) => {
                return Err(recipes.wrong(recipe, format!("{name} needs itself")));
            }
            _ => {}
        }
        let Some(recipe) = recipe else {
            let mut waveforms = self.configuration.waveforms.iter();
            let waveform = waveforms.any(|(own, _)| *own == name);
            let kind = if waveform {
                self.inputs.push(name.to_owned());
                Kind::Waveform {
                    placed: true,
                    single: self.inputs.len() == 1,
                }
            } else {
                Kind::Number
            };
            self.kinds.insert(name.to_owned(), Some(kind));
            return Ok(kind);
        };
        for variable in &recipe.variables {
            self.kinds.insert(variable.clone(), None);
        }
        let made = match &recipe.function {
            Some((module, function)) => match rules::find(module, function) {
                Some(rule) => self.processor(recipe, rule)?,
                None => {
                    return Err(recipes.wrong(
                        recipe,
                        format!("there is no counterpart of {module}.{function}"),
                    ));
                }
            },
            None => {
                let expression = recipe.arguments.first().map_or("", String::as_str);
                let (text, kind) = self.text(recipe, expression)?;
                let rounded = ["round(", "floor(", "ceil(", "trunc("];
                if kind == Kind::Time && rounded.iter().any(|name| expression.starts_with(name)) {
                    let reason = "a rounded moment under a name of its own comes out of dspeed in samples, \
                        not in its unit; round it where it is used";
                    return Err(recipes.wrong(recipe, reason.to_owned()));
                }
                vec![(name.to_owned(), text, kind)]
            }
        };
        for (variable, text, kind) in made {
            self.kinds.insert(variable.clone(), Some(kind));
            self.define.push((variable, text));
        }
        match self.kinds.get(name) {
            Some(Some(kind)) => Ok(*kind),
            _ => Err(recipes.wrong(recipe, format!("{name} is not among its arguments"))),
        }
    }

    /// The variables that a processor gives, each with its expression.
    fn processor(&mut self, recipe: &Recipe, rule: &Rule) -> Result<Vec<(String, String, Kind)>> {
        let wrong = |reason: String| self.recipes.wrong(recipe, reason);
        if recipe.arguments.len() != rule.roles.len() {
            let (found, wanted) = (recipe.arguments.len(), rule.roles.len());
            return Err(wrong(format!(
                "{} has {found} arguments; {wanted} are understood",
                rule.function
            )));
        }
        let mut arguments: Vec<Translated> = Vec::new();
        let mut declared = Vec::new();
        for (role, argument) in rule.roles.iter().zip(&recipe.arguments) {
            match role {
                Role::Out => {
                    declared.push(self.declaration(recipe, argument)?);
                    arguments.push((String::new(), Kind::Number));
                }
                Role::Word(words) => {
                    let parsed = self.parsed(recipe, argument)?;
                    let given = match &parsed.node {
                        Node::Word(word) => word.clone(),
                        Node::Number(number) => number.to_string(),
                        _ => String::new(),
                    };
                    let Some((_, word)) = words.iter().find(|(theirs, _)| *theirs == given) else {
                        let reason = format!(
                            "there is no counterpart of {} with {argument}",
                            rule.function
                        );
                        return Err(self.recipes.wrong(recipe, reason));
                    };
                    arguments.push(((*word).to_owned(), Kind::Number));
                }
                Role::Any => arguments.push((String::new(), Kind::Number)),
                _ => {
                    let found = self.text(recipe, argument)?;
                    self.check_role(recipe, *role, argument, &found, &arguments)?;
                    arguments.push(found);
                }
            }
        }
        let applies = |argument: Option<&str>| {
            argument.is_none_or(|argument| recipe.arguments.iter().any(|own| own == argument))
        };
        if let Some((note, argument)) = rule.note
            && applies(argument)
        {
            let note = format!("{}: {note}", recipe.key);
            self.notes.push(note);
        }
        let wave = arguments
            .iter()
            .find(|(_, kind)| matches!(kind, Kind::Waveform { .. }));
        let wave = wave.map_or(("", Kind::Number), |(text, kind)| (text.as_str(), *kind));
        let length = declared
            .iter()
            .find_map(|declared| declared.length.as_deref());
        let moment = arguments.iter().any(|(_, kind)| *kind == Kind::Time);
        let made = declared
            .iter()
            .zip(rule.outputs)
            .map(|(declared, (form, template))| {
                let text = fill(template, &arguments, wave.0, length);
                let said = declared
                    .unit
                    .as_deref()
                    .or(recipe.said_unit(&declared.variable));
                let timed = said.is_some_and(is_time);
                let (text, kind) = match form {
                    Form::Combined if timed && moment => (text, Kind::Time),
                    form => of_form(*form, text, wave, timed, declared.placed),
                };
                (declared.variable.clone(), text, kind)
            });
        Ok(made.collect())
    }

    /// Whether an argument is what the processor takes.
    fn check_role(
        &self,
        recipe: &Recipe,
        role: Role,
        argument: &str,
        found: &Translated,
        before: &[Translated],
    ) -> Result<()> {
        let placed = before
            .iter()
            .any(|(_, kind)| matches!(kind, Kind::Waveform { placed: true, .. }));
        let reason = match (role, found.1) {
            (Role::Waveform, Kind::Waveform { .. }) | (Role::Filter, Kind::Filter) => return Ok(()),
            (Role::Waveform, _) => "is not a waveform",
            (Role::Filter, _) => "is not a filter",
            (Role::Moment, Kind::Time) if !placed => {
                "is a moment of the record, and the waveform's place in it is not known (it was made without a grid)"
            }
            (Role::Operand, Kind::Waveform { .. }) => return Ok(()),
            (_, Kind::Waveform { .. } | Kind::Filter) => "is not a number",
            _ => return Ok(()),
        };
        Err(self.recipes.wrong(recipe, format!("{argument} {reason}")))
    }

    fn parsed(&self, recipe: &Recipe, text: &str) -> Result<Expression> {
        parse_expression(text).map_err(|(_, message)| {
            self.recipes
                .wrong(recipe, format!("{text:?} is not understood: {message}"))
        })
    }

    fn text(&mut self, recipe: &Recipe, text: &str) -> Result<Translated> {
        let parsed = self.parsed(recipe, text)?;
        self.expression(recipe, &parsed)
    }

    /// A variable that a processor gives, with what is said about it: `curr(len(wf)-1, 'f')`.
    fn declaration(&mut self, recipe: &Recipe, text: &str) -> Result<Declared> {
        let parsed = self.parsed(recipe, text)?;
        let mut declared = Declared::default();
        match &parsed.node {
            Node::Name(name) => declared.variable.clone_from(name),
            Node::Call(name, arguments) => {
                declared.variable.clone_from(name);
                for (place, (key, value)) in arguments.iter().enumerate() {
                    match (key.as_deref(), place, &value.node) {
                        (Some("shape"), ..) | (None, 0, _) => {
                            declared.length = Some(self.expression(recipe, value)?.0)
                        }
                        (Some("grid" | "period"), ..) => declared.placed = true,
                        (Some("unit"), _, Node::Name(unit) | Node::Word(unit)) => {
                            declared.unit = Some(unit.clone())
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        if !recipe.variables.contains(&declared.variable) {
            let reason = format!("{text:?} is none of the variables of its key");
            return Err(self.recipes.wrong(recipe, reason));
        }
        Ok(declared)
    }

    fn expression(&mut self, recipe: &Recipe, expression: &Expression) -> Result<Translated> {
        if self.depth == MAX_DEPTH {
            return Err(self.recipes.wrong(
                recipe,
                format!("more than {MAX_DEPTH} expressions within each other"),
            ));
        }
        self.depth += 1;
        let translated = self.node(recipe, expression);
        self.depth -= 1;
        translated
    }

    fn node(&mut self, recipe: &Recipe, expression: &Expression) -> Result<Translated> {
        let wrong = |what: &str| self.recipes.wrong(recipe, what.to_owned());
        Ok(match &expression.node {
            Node::Number(number) => (format!("{number:?}"), Kind::Number),
            Node::Word(word) => return Err(wrong(&format!("'{word}' has no meaning here"))),
            Node::Name(name) if is_time(name) => (name.clone(), Kind::Span),
            Node::Name(name) if matches!(name.as_str(), "eV" | "keV" | "MeV" | "ADC") => {
                (name.clone(), Kind::Number)
            }
            Node::Name(name) => (name.clone(), self.variable(name)?),
            Node::Field(of, field) => match (&of.node, field.as_str()) {
                (Node::Name(module), "pi") if matches!(module.as_str(), "np" | "numpy") => {
                    (format!("{:?}", std::f64::consts::PI), Kind::Number)
                }
                (_, "period") => (
                    format!("period({})", self.waveform(recipe, of)?.0),
                    Kind::Span,
                ),
                (_, "offset") => (
                    format!("start({})", self.waveform(recipe, of)?.0),
                    Kind::Span,
                ),
                _ => return Err(wrong(&format!(".{field} has no counterpart"))),
            },
            Node::Sample(of, at) => {
                let wave = self.waveform(recipe, of)?.0;
                let at = self.place(recipe, &wave, at)?;
                (format!("{wave}[{at}]"), Kind::Number)
            }
            Node::Slice(of, from, to) => {
                let (wave, kind) = self.waveform(recipe, of)?;
                let mut end = |end: &Option<Box<Expression>>| match end {
                    Some(end) => self.place(recipe, &wave, end),
                    None => Ok(String::new()),
                };
                let (from, to) = (end(from)?, end(to)?);
                (format!("{wave}[{from}:{to}]"), kind)
            }
            Node::Unary(sign, of) => {
                let (text, kind) = self.expression(recipe, of)?;
                (format!("({}{text})", sign.text()), kind)
            }
            Node::Binary(sign, a, b) => {
                let (a, b) = (self.expression(recipe, a)?, self.expression(recipe, b)?);
                let kind = joined(*sign, a.1, b.1).map_err(wrong)?;
                (format!("({} {} {})", a.0, sign.text(), b.0), kind)
            }
            Node::Call(name, arguments) => self.call(recipe, name, arguments)?,
        })
    }

    fn waveform(&mut self, recipe: &Recipe, of: &Expression) -> Result<Translated> {
        match self.expression(recipe, of)? {
            found @ (_, Kind::Waveform { .. }) => Ok(found),
            (text, _) => Err(self
                .recipes
                .wrong(recipe, format!("{text} is not a waveform"))),
        }
    }

    /// An index into a waveform: rounded, and counted from the end if it is negative.
    fn place(&mut self, recipe: &Recipe, wave: &str, at: &Expression) -> Result<String> {
        let (text, kind) = self.expression(recipe, at)?;
        Ok(match (kind, &at.node) {
            (Kind::Time | Kind::Span, _) => format!("round({text}/period({wave}))"),
            (_, Node::Unary(Sign::Minus, _)) => {
                format!("round(length({wave})/period({wave}) + {text})")
            }
            _ => format!("round({text})"),
        })
    }

    /// The functions that dspeed's expressions have.
    fn call(
        &mut self,
        recipe: &Recipe,
        name: &str,
        arguments: &[(Option<String>, Expression)],
    ) -> Result<Translated> {
        let values: Vec<&Expression> = arguments.iter().map(|(_, value)| value).collect();
        Ok(match (name, values.as_slice()) {
            ("len", [of]) => match self.expression(recipe, of)? {
                (wave, Kind::Waveform { .. }) => {
                    (format!("(length({wave})/period({wave}))"), Kind::Number)
                }
                (filter, Kind::Filter) => (format!("length({filter})"), Kind::Number),
                (text, _) => {
                    let reason = format!("len({text}) is of what is not a waveform");
                    return Err(self.recipes.wrong(recipe, reason));
                }
            },
            ("round" | "floor" | "ceil" | "trunc", [of, to @ ..]) => {
                let (text, kind) = self.expression(recipe, of)?;
                let (unit, offset) = match to.first() {
                    None if kind == Kind::Span => {
                        return Err(self
                            .recipes
                            .wrong(recipe, format!("{name}({text}) of a time needs to what")));
                    }
                    None => (None, None),
                    Some(Expression {
                        node: Node::Field(of, field),
                        ..
                    }) if field == "grid" => {
                        let wave = self.waveform(recipe, of)?.0;
                        (
                            Some(format!("period({wave})")),
                            Some(format!("start({wave})")),
                        )
                    }
                    Some(to) => (Some(self.expression(recipe, to)?.0), None),
                };
                let scaled = match (&unit, &offset) {
                    (Some(unit), Some(offset)) => format!("({text} - {offset})/{unit}"),
                    (Some(unit), None) => format!("{text}/{unit}"),
                    _ => text,
                };
                let rounded = match name {
                    "trunc" => format!("where({scaled} < 0, ceil({scaled}), floor({scaled}))"),
                    _ => format!("{name}({scaled})"),
                };
                let text = match (unit, offset) {
                    (Some(unit), Some(offset)) => format!("({rounded}*{unit} + {offset})"),
                    (Some(unit), None) => format!("({rounded}*{unit})"),
                    _ => rounded,
                };
                (text, kind)
            }
            ("where", [test, yes, no, ..]) => {
                let (test, _) = self.expression(recipe, test)?;
                let ((yes, kind), (no, _)) =
                    (self.expression(recipe, yes)?, self.expression(recipe, no)?);
                (format!("where({test}, {yes}, {no})"), kind)
            }
            ("isnan", [of]) => (
                format!("is_nan({})", self.expression(recipe, of)?.0),
                Kind::Flag,
            ),
            ("isfinite", [of]) => {
                let (text, _) = self.expression(recipe, of)?;
                (format!("(!is_nan({text} - {text}))"), Kind::Flag)
            }
            (
                "astype",
                [
                    of,
                    Expression {
                        node: Node::Word(word),
                        ..
                    },
                ],
            ) if matches!(word.as_str(), "f" | "d" | "float32" | "float64") => {
                self.expression(recipe, of)?
            }
            _ => {
                return Err(self.recipes.wrong(
                    recipe,
                    format!("there is no counterpart of {name}(...) in an expression"),
                ));
            }
        })
    }
}

/// A variable that a processor gives.
#[derive(Debug, Default)]
struct Declared {
    variable: String,
    /// Samples, where the configuration says it.
    length: Option<String>,
    /// Whether it was given a place in the record.
    placed: bool,
    unit: Option<String>,
}

/// A template with its arguments. `{2}` is the third of them, `{2#}` the same as a number of the
/// waveform's own samples, `{2@}` what makes samples of a number like it, `{len}` the length that
/// was said.
fn fill(template: &str, arguments: &[Translated], wave: &str, length: Option<&str>) -> String {
    let mut text = match length {
        Some(length) => template.replace("{len}", &format!("round({length})")),
        // As long as it comes out.
        None => template.replace("[0:{len}]", ""),
    };
    for (place, (argument, kind)) in arguments.iter().enumerate() {
        let count = match kind {
            Kind::Time | Kind::Span => format!("round({argument}/period({wave}))"),
            _ => format!("round({argument})"),
        };
        let per_sample = match kind {
            Kind::Time | Kind::Span => format!("*period({wave})"),
            _ => String::new(),
        };
        text = text.replace(&format!("{{{place}#}}"), &count);
        text = text.replace(&format!("{{{place}@}}"), &per_sample);
        text = text.replace(&format!("{{{place}}}"), argument);
    }
    text
}

/// What a result is; a moment in a waveform without a place is a number of its own samples.
fn of_form(
    form: Form,
    text: String,
    (wave, kind): (&str, Kind),
    timed: bool,
    declared: bool,
) -> Translated {
    let (placed, single) = match kind {
        Kind::Waveform { placed, single } => (placed, single),
        _ => (false, false),
    };
    match form {
        Form::Same | Form::Combined => (text, kind),
        Form::Other { single: same } => (
            text,
            Kind::Waveform {
                placed: declared,
                single: single && same,
            },
        ),
        Form::Moment if placed && timed => (text, Kind::Time),
        Form::Moment => (
            format!("({text} - start({wave}))/period({wave})"),
            Kind::Number,
        ),
        Form::Number => (text, Kind::Number),
        Form::Filter => (text, Kind::Filter),
    }
}

/// What two operands give.
fn joined(sign: Sign, a: Kind, b: Kind) -> std::result::Result<Kind, &'static str> {
    use Kind::{Flag, Number, Span, Time, Waveform};
    Ok(match (sign, a, b) {
        (Sign::Plus | Sign::Minus | Sign::Times | Sign::Over, wave @ Waveform { .. }, Number)
        | (Sign::Plus | Sign::Times, Number, wave @ Waveform { .. })
        | (Sign::Plus | Sign::Minus, wave @ Waveform { .. }, Waveform { .. }) => wave,
        (_, Waveform { .. } | Kind::Filter, _) | (_, _, Waveform { .. } | Kind::Filter) => {
            return Err("this operation on waveforms has no counterpart");
        }
        (Sign::Plus | Sign::Minus, Time, Time) => Number,
        (Sign::Plus | Sign::Minus | Sign::Times | Sign::Over, Number, Number) => Number,
        (Sign::Plus | Sign::Minus, Span, Span) => Span,
        (Sign::Over, Span, Span) => Number,
        (Sign::Plus | Sign::Minus, Time | Span | Number, Time | Span | Number) => Time,
        (Sign::Times, Span, Number) | (Sign::Times, Number, Span) | (Sign::Over, Span, Number) => {
            Span
        }
        (Sign::Times, Time, Number) | (Sign::Times, Number, Time) | (Sign::Over, Time, Number) => {
            Time
        }
        (Sign::Times | Sign::Over, ..) => return Err("what unit this product has is not clear"),
        _ => Flag,
    })
}
