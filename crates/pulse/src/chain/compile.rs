//! From a chain and the columns of the data to a plan: names, types, units, constants.
//!
//! Definitions are compiled when they are first needed, so their order does not matter; the same
//! call with the same arguments is made once.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::description::Chain;
use super::plan::{Output, Plan, Scalar};
use super::syntax::{Expression, Node, parse};
use super::unit::{Dimension, Units};
use super::value::{Value, Wave};
use crate::nearest::suggest;
use crate::processor::Shape;
use crate::{Error, error::ExpressionError, processors};

/// What the columns of the data are to a chain.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    /// A waveform of the chain, with its length.
    Waveform(usize, usize),
    /// A number, with its place among them; the size of its unit, and its dimension.
    Number(usize, f64, Dimension),
    /// True or false, with its place among the numbers.
    Flag(usize),
    /// What an expression cannot use, and why.
    Other(String),
}

/// What the data give a chain.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) units: &'a Units,
    /// Nanoseconds between two samples, of each waveform that goes in.
    pub(crate) periods: &'a [f64],
    pub(crate) columns: &'a HashMap<String, Column>,
}

/// A mistake: where in the current text, and what.
pub(super) type Mistake = (Range<usize>, String);
pub(super) type Outcome<T> = Result<T, Mistake>;

pub(crate) struct Compiler<'a> {
    pub(super) chain: &'a Chain,
    pub(super) units: Units,
    columns: &'a HashMap<String, Column>,
    periods: &'a [f64],
    /// Constants, those of the detector first.
    constants: Vec<Constant<'a>>,
    /// What names stand for; `None` while it is being found out.
    names: HashMap<&'a str, Option<Value>>,
    /// Results of calls, by processor and arguments.
    pub(super) made: HashMap<String, Value>,
    pub(super) plan: Plan,
    /// The error of another expression that this one needs.
    failed: Option<Error>,
    /// Expressions within expressions, through names too.
    depth: usize,
    /// What is compiled: `define.pz`.
    key: String,
    windows: Vec<Window>,
    /// Samples of all waveforms and filters that are made.
    pub(super) samples: usize,
    /// Slots that hold moments.
    pub(super) moments: HashSet<usize>,
}

/// Expressions within expressions that are followed.
const MAX_DEPTH: usize = 256;

/// A constant as it is written, and under which key.
struct Constant<'a> {
    name: &'a str,
    key: String,
    text: &'a str,
}

/// A stretch of time that an expression looks at, in samples of the record.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// The name that the expression has.
    pub(crate) name: String,
    pub(crate) from: Scalar,
    pub(crate) to: Scalar,
}

/// A chain compiled with all that has a name, for who wants to look at it.
pub(crate) struct Whole {
    /// Not tidied: what every name stands for is there after a run.
    pub(crate) plan: Plan,
    pub(crate) names: Vec<(String, Value)>,
    pub(crate) windows: Vec<Window>,
    /// Slots that hold moments, not durations.
    pub(crate) moments: HashSet<usize>,
}

/// A detector, and its own constants.
pub(crate) type Detector = (String, Vec<(String, String)>);

/// Compiles a chain, for one detector if one is given.
pub(crate) fn compile(
    chain: &Chain,
    given: &Given<'_>,
    detector: Option<&Detector>,
) -> Result<Plan, Error> {
    let mut plan = compile_whole(chain, given, detector)?.plan;
    plan.tidy();
    Ok(plan)
}

/// As [`compile`], with everything that has a name.
pub(crate) fn compile_whole(
    chain: &Chain,
    given: &Given<'_>,
    detector: Option<&Detector>,
) -> Result<Whole, Error> {
    let mut constants = Vec::new();
    if let Some((detector, own)) = detector {
        for (name, text) in own {
            let key = format!("detectors.constants.{detector}.{name}");
            if !chain.constants.iter().any(|(constant, _)| constant == name) {
                let known = suggest(name, chain.constants.iter().map(|(name, _)| name.as_str()));
                let reason = format!("{key} is not among the constants; {known}");
                return Err(Error::Description {
                    name: chain.name.clone(),
                    reason,
                });
            }
            constants.push(Constant { name, key, text });
        }
    }
    constants.extend(chain.constants.iter().map(|(name, text)| Constant {
        name,
        key: format!("constants.{name}"),
        text,
    }));
    let mut compiler = Compiler {
        chain,
        units: given.units.clone(),
        columns: given.columns,
        periods: given.periods,
        constants,
        names: HashMap::new(),
        made: HashMap::new(),
        plan: Plan::default(),
        failed: None,
        depth: 0,
        key: String::new(),
        windows: Vec::new(),
        samples: 0,
        moments: HashSet::new(),
    };
    compiler.inputs();
    // Also what no column needs, so that a mistake in it is not found later.
    let named = chain.constants.iter().chain(&chain.define);
    let inputs = chain.waveforms.iter().map(|waveform| &waveform.name);
    for name in inputs.chain(named.map(|(name, _)| name)) {
        if let Err((_, message)) = compiler.name(name, 0..0) {
            return Err(compiler.failed.take().unwrap_or(Error::Description {
                name: chain.name.clone(),
                reason: message,
            }));
        }
    }
    for column in &chain.columns {
        compiler.output(column)?;
    }
    let defined = chain.define.iter().map(|(name, _)| name);
    let inputs = chain.waveforms.iter().map(|waveform| &waveform.name);
    let names = inputs.chain(defined).filter_map(|name| {
        let value = compiler.names.get(name.as_str())?.clone()?;
        Some((name.clone(), value))
    });
    Ok(Whole {
        names: names.collect(),
        plan: compiler.plan,
        windows: compiler.windows,
        moments: compiler.moments,
    })
}

impl<'a> Compiler<'a> {
    /// Slots and buffers of what goes in.
    fn inputs(&mut self) {
        for waveform in &self.chain.waveforms {
            let len = self.columns.values().find_map(|column| match column {
                Column::Waveform(at, len) if self.chain.waveforms.get(*at) == Some(waveform) => {
                    Some(*len)
                }
                _ => None,
            });
            let buffer = self.buffer(len.unwrap_or_default());
            self.plan.waveforms.push(buffer);
        }
    }

    /// A new buffer of this length.
    pub(super) fn buffer(&mut self, len: usize) -> usize {
        self.plan.buffers.push(len);
        self.plan.buffers.len() - 1
    }

    /// A new slot for a number.
    pub(super) fn slot(&mut self) -> usize {
        self.plan.slots += 1;
        self.plan.slots - 1
    }

    /// Compiles a whole text that belongs to a key.
    pub(super) fn whole<T>(
        &mut self,
        key: &str,
        text: &str,
        what: impl FnOnce(&mut Self, &Expression) -> Outcome<T>,
    ) -> Result<T, Error> {
        let outer = std::mem::replace(&mut self.key, key.to_owned());
        let found = parse(text).and_then(|parsed| what(self, &parsed));
        self.key = outer;
        found.map_err(|(span, message)| {
            self.failed.take().unwrap_or_else(|| Error::Expression {
                name: self.chain.name.clone(),
                expression: Box::new(ExpressionError {
                    key: key.to_owned(),
                    text: text.to_owned(),
                    span,
                    message,
                }),
            })
        })
    }

    fn output(&mut self, column: &super::description::OutputColumn) -> Result<(), Error> {
        let key = format!("columns.{}", column.name);
        let output = self.whole(&key, &column.value, |compiler, parsed| {
            let value = compiler.expression(parsed)?;
            let span = || parsed.span.clone();
            match value {
                Value::Number(scalar, dimension) => {
                    let unit = column
                        .unit
                        .clone()
                        .unwrap_or_else(|| compiler.units.usual(dimension));
                    let Some((size, wanted)) = compiler.units.parse(&unit) else {
                        let known = suggest(&unit, compiler.units.names());
                        return Err((span(), format!("unknown unit {unit:?}; {known}")));
                    };
                    if wanted != dimension && !compiler.chain.lenient {
                        let found = compiler.units.describe(dimension);
                        let found = if found.is_empty() {
                            "no unit".to_owned()
                        } else {
                            found
                        };
                        return Err((span(), format!("this has {found}, which is not {unit:?}")));
                    }
                    let size = if wanted == dimension { size } else { 1.0 };
                    Ok(Output {
                        scalar,
                        size,
                        unit: Some(unit),
                    })
                }
                Value::Flag(scalar) if column.unit.is_none() => Ok(Output {
                    scalar,
                    size: 1.0,
                    unit: None,
                }),
                other => {
                    let found = other.describe(&compiler.units);
                    Err((
                        span(),
                        format!("a column is a number for each waveform; this is {found}"),
                    ))
                }
            }
        })?;
        self.plan.outputs.push(output);
        Ok(())
    }

    /// What a name stands for.
    pub(super) fn name(&mut self, name: &'a str, span: Range<usize>) -> Outcome<Value> {
        match self.names.get(name) {
            Some(Some(value)) => return Ok(value.clone()),
            Some(None) => return Err((span, format!("{name} needs itself"))),
            None => {}
        }
        let constant = self.constants.iter().find(|constant| constant.name == name);
        let constant = constant.map(|constant| (constant.key.clone(), constant.text));
        let defined = self
            .chain
            .define
            .iter()
            .find(|(defined, _)| defined == name);
        let defined = defined.map(|(name, text)| (format!("define.{name}"), text.as_str()));
        let is_constant = constant.is_some();
        let Some((key, text)) = constant.or(defined) else {
            return self.input(name, span);
        };
        self.names.insert(name, None);
        let value = self.whole(&key, text, |compiler, parsed| {
            let value = compiler.expression(parsed)?;
            let fixed = matches!(
                value,
                Value::Number(Scalar::Constant(_), _) | Value::Flag(Scalar::Constant(_)) | Value::Word(_)
            );
            if is_constant && !fixed {
                let found = value.describe(&compiler.units);
                return Err((parsed.span.clone(), format!("a constant is a number or a word; this is {found} that differs from waveform to waveform")));
            }
            Ok(value)
        });
        match value {
            Ok(value) => {
                self.names.insert(name, Some(value.clone()));
                Ok(value)
            }
            Err(error) => {
                self.failed = Some(error);
                Err((span, String::new()))
            }
        }
    }

    /// A column, a waveform, or a unit.
    fn input(&mut self, name: &'a str, span: Range<usize>) -> Outcome<Value> {
        let value = match self.columns.get(name) {
            Some(Column::Waveform(at, len)) => {
                let buffer = self.plan.waveforms.get(*at).copied().unwrap_or_default();
                let shape = Shape {
                    len: *len,
                    start: 0.0,
                    step: self.spacing(*at),
                };
                Value::Waveform(Wave {
                    buffer,
                    from: 0,
                    shape,
                    dimension: Dimension::SIGNAL,
                })
            }
            Some(Column::Number(at, size, dimension)) => {
                let slot = self.slot();
                self.plan.columns.push((*at, slot, *size));
                Value::Number(Scalar::Slot(slot), *dimension)
            }
            Some(Column::Flag(at)) => {
                let slot = self.slot();
                self.plan.columns.push((*at, slot, 1.0));
                Value::Flag(Scalar::Slot(slot))
            }
            Some(Column::Other(reason)) => return Err((span, format!("{name}: {reason}"))),
            None => match self.units.find(name) {
                Some((size, dimension)) => {
                    return Ok(Value::Number(Scalar::Constant(size), dimension));
                }
                None => return Err((span, format!("there is no {name}; {}", self.known(name)))),
            },
        };
        self.names.insert(name, Some(value.clone()));
        Ok(value)
    }

    /// Distance of the samples of an input waveform, in samples of the first.
    fn spacing(&self, at: usize) -> f64 {
        match (self.periods.get(at), self.periods.first()) {
            (Some(own), Some(first)) => own / first,
            _ => 1.0,
        }
    }

    fn known(&self, name: &str) -> String {
        let constants = self.chain.constants.iter().map(|(name, _)| name.as_str());
        let defined = self.chain.define.iter().map(|(name, _)| name.as_str());
        let columns = self.columns.keys().map(String::as_str);
        let mut known: Vec<&str> = constants.chain(defined).chain(columns).collect();
        known.sort_unstable();
        if processors::find(name).is_some() {
            return format!("{name} is a processor: {name}(...)");
        }
        suggest(name, known.into_iter())
    }

    /// What an expression stands for.
    pub(super) fn expression(&mut self, expression: &Expression) -> Outcome<Value> {
        if self.depth == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} expressions within each other");
            return Err((expression.span.clone(), message));
        }
        self.depth += 1;
        let value = self.node(expression);
        self.depth -= 1;
        value
    }

    fn node(&mut self, expression: &Expression) -> Outcome<Value> {
        match &expression.node {
            Node::Number(number) => Ok(Value::Number(Scalar::Constant(*number), Dimension::NONE)),
            Node::Word(word) => Ok(Value::Word(word.clone())),
            Node::Name(name) => {
                let span = expression.span.clone();
                match self.own(name) {
                    Some(name) => self.name(name, span),
                    None => match self.units.find(name) {
                        Some((size, dimension)) => {
                            Ok(Value::Number(Scalar::Constant(size), dimension))
                        }
                        None => Err((span, format!("there is no {name}; {}", self.known(name)))),
                    },
                }
            }
            Node::Field(of, field) => self.field(of, field, &expression.span),
            Node::Slice(of, from, to) => self.slice(of, [from.as_deref(), to.as_deref()]),
            Node::Sample(of, at) => {
                let values = [self.expression(of)?, self.expression(at)?];
                self.apply("value_at", values, &expression.span)
            }
            Node::Call(name, arguments) => self.call(name, arguments, &expression.span),
            Node::Unary(sign, of) => self.unary(*sign, of),
            Node::Binary(sign, a, b) => self.binary(*sign, a, b),
        }
    }

    /// The chain's own copy of a name.
    fn own(&self, name: &str) -> Option<&'a str> {
        let chain = self.chain;
        let listed = chain.constants.iter().chain(&chain.define);
        let listed = listed
            .map(|(listed, _)| listed.as_str())
            .find(|listed| *listed == name);
        listed.or_else(|| {
            self.columns
                .get_key_value(name)
                .map(|(column, _)| column.as_str())
        })
    }

    /// Notes that the present expression looks at a stretch of the record.
    pub(super) fn look(&mut self, from: Scalar, to: Scalar) {
        let name = self.key.rsplit('.').next().unwrap_or_default().to_owned();
        self.windows.push(Window { name, from, to });
    }

    fn field(&mut self, of: &Expression, field: &str, span: &Range<usize>) -> Outcome<Value> {
        let value = self.expression(of)?;
        let Value::Results(processor, results) = &value else {
            let found = value.describe(&self.units);
            return Err((
                span.clone(),
                format!(".{field} of {found}: only processors with several results have fields"),
            ));
        };
        let names = processor.outputs.iter().map(|output| output.name);
        let found = names.clone().zip(results).find(|(name, _)| *name == field);
        found.map(|(_, value)| value.clone()).ok_or_else(|| {
            let place = span.end - field.len()..span.end;
            (
                place,
                format!(
                    "{} gives no {field}; {}",
                    processor.name,
                    suggest(field, names)
                ),
            )
        })
    }

    fn slice(&mut self, of: &Expression, ends: [Option<&Expression>; 2]) -> Outcome<Value> {
        let value = self.expression(of)?;
        let Value::Waveform(wave) = value else {
            let found = value.describe(&self.units);
            return Err((
                of.span.clone(),
                format!("[:] takes a stretch of a waveform; this is {found}"),
            ));
        };
        let Shape { len, start, step } = wave.shape;
        let mut bounds = [0, len];
        for (bound, end) in bounds.iter_mut().zip(ends) {
            let Some(end) = end else {
                continue;
            };
            let found = self.expression(end)?;
            let samples = match found {
                Value::Number(Scalar::Constant(number), Dimension::NONE) => number,
                // A time counts from the start of the stretch's own record.
                Value::Number(Scalar::Constant(number), Dimension::TIME) => number / step,
                Value::Number(Scalar::Slot(_), _) => {
                    let message =
                        "this differs from waveform to waveform; use window(x, from, length)";
                    return Err((end.span.clone(), message.to_owned()));
                }
                other => {
                    let found = other.describe(&self.units);
                    return Err((
                        end.span.clone(),
                        format!("a stretch goes from time to time; this is {found}"),
                    ));
                }
            };
            let whole = whole_number(samples).map_err(|message| (end.span.clone(), message))?;
            if whole > len {
                return Err((
                    end.span.clone(),
                    format!("sample {whole} is beyond the waveform's {len}"),
                ));
            }
            *bound = whole;
        }
        let [from, to] = bounds;
        let record = |sample: usize| Scalar::Constant(start + sample as f64 * step);
        self.look(record(from), record(to));
        if from >= to {
            let last = ends
                .into_iter()
                .flatten()
                .next_back()
                .map_or(of.span.clone(), |end| end.span.clone());
            return Err((
                last,
                format!("the stretch from sample {from} to {to} is empty"),
            ));
        }
        let shape = Shape {
            len: to - from,
            start: start + from as f64 * step,
            step,
        };
        Ok(Value::Waveform(Wave {
            from: wave.from + from,
            shape,
            ..wave
        }))
    }
}

/// A count from a number that is whole, rounding aside.
pub(super) fn whole_number(number: f64) -> Result<usize, String> {
    let whole = number.round();
    if (number - whole).abs() > 1e-6 || !(0.0..1e9).contains(&whole) {
        return Err(format!("{number} is not a whole number of samples"));
    }
    Ok(whole as usize)
}
