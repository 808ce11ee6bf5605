//! A processor called in an expression: arguments by place and by name, checked against the
//! catalogue; constants checked by the processor itself.

use std::ops::Range;
use std::sync::Arc;

use super::compile::{Compiler, Mistake, Outcome, whole_number};
use super::plan::{Input, Process, Scalar, Step};
use super::syntax::Expression;
use super::unit::{Dimension, Shown};
use super::value::{Value, Wave};
use crate::nearest::suggest;
use crate::processor::{
    Action, Argument, Constant, Constants, Default, Form, Kind, MAX_LENGTH, Output, Processor,
    Quantity, Shape,
};
use crate::processors;

/// An argument that fits: what runs, and what is known of it now.
struct Given {
    input: Input,
    known: Known,
    dimension: Dimension,
    span: Range<usize>,
}

enum Known {
    Waveform(Shape),
    Filter(Arc<[f64]>),
    Number(f64),
    Word(usize),
    Varying,
}

impl Compiler<'_> {
    pub(super) fn call(
        &mut self,
        name: &str,
        arguments: &[(Option<String>, Expression)],
        span: &Range<usize>,
    ) -> Outcome<Value> {
        if let Some(result) = self.function(name, arguments, span) {
            return result;
        }
        let Some(processor) = processors::find(name) else {
            let known = processors::all().map(|processor| processor.name);
            let known = suggest(name, known.chain(super::arithmetic::FUNCTIONS));
            let place = span.start..span.start + name.len();
            return Err((place, format!("there is no processor {name}; {known}")));
        };
        let values = arrange(processor, arguments, span)?;
        let mut found: Vec<Option<(Value, Range<usize>)>> = Vec::new();
        for value in values {
            found.push(
                value
                    .map(|value| Ok((self.expression(value)?, value.span.clone())))
                    .transpose()?,
            );
        }
        self.process(processor, found, span)
    }

    /// Calls a processor with values; `None` where an argument was not given.
    pub(super) fn process(
        &mut self,
        processor: &'static Processor,
        values: Vec<Option<(Value, Range<usize>)>>,
        span: &Range<usize>,
    ) -> Outcome<Value> {
        let wave = values.iter().flatten().find_map(|(value, _)| match value {
            Value::Waveform(wave) => Some(*wave),
            _ => None,
        });
        let timed = values.iter().flatten().any(|(value, _)| match value {
            Value::Number(_, dimension) => *dimension == Dimension::TIME,
            _ => false,
        });
        let mut given: Vec<Given> = Vec::new();
        for (argument, value) in processor.arguments.iter().zip(values) {
            let fitted = match value {
                Some((value, place)) => self.fit(processor, argument, value, place, wave)?,
                None => default(processor, argument, &given, wave, span)?,
            };
            given.push(fitted);
        }
        let key = format!(
            "{} {:?}",
            processor.name,
            given
                .iter()
                .map(|given| (&given.input, given.dimension))
                .collect::<Vec<_>>()
        );
        if let Some(value) = self.made.get(&key) {
            return Ok(value.clone());
        }
        let known: Vec<Constant<'_>> = given.iter().map(|given| given.known.borrowed()).collect();
        let constants = Constants { operands: &known };
        let shape = (processor.shape)(&constants)
            .map_err(|message| (span.clone(), format!("{}: {message}", processor.name)))?;
        let makes = |output: &Output| output.form == Form::Waveform;
        if matches!(processor.action, Action::Make(_)) || processor.outputs.iter().any(makes) {
            self.take_room(shape.len, span)?;
        }
        self.note_window(processor, &given, wave);
        let result = match processor.action {
            Action::Make(make) => Value::Filter(make(&constants).into(), timed),
            Action::Run(..) => self.record(processor, &given, shape, wave),
        };
        self.made.insert(key, result.clone());
        Ok(result)
    }

    /// Counts a waveform or filter of so many samples.
    fn take_room(&mut self, samples: usize, span: &Range<usize>) -> Outcome<()> {
        self.samples = self.samples.saturating_add(samples);
        if self.samples > MAX_LENGTH {
            let message = format!(
                "with this, the waveforms of the chain have more than {MAX_LENGTH} samples together"
            );
            return Err((span.clone(), message));
        }
        Ok(())
    }

    /// Notes the stretch of the record between the arguments `from` and `to`, if they were given.
    fn note_window(&mut self, processor: &Processor, given: &[Given], wave: Option<Wave>) {
        let Some(Wave { shape, .. }) = wave else {
            return;
        };
        let place = |name: &str| {
            let mut arguments = processor.arguments.iter().zip(given);
            let (_, given) = arguments
                .find(|(argument, _)| argument.kind == Kind::Position && argument.name == name)?;
            match given.input {
                Input::Number {
                    scalar: Scalar::Constant(number),
                    offset,
                    scale,
                } => {
                    let own = (number - offset) / scale;
                    Some(Scalar::Constant(shape.start + own * shape.step))
                }
                // In samples of the record already, unless it is a plain number.
                Input::Number {
                    scalar,
                    offset,
                    scale,
                } if (offset, scale) == (shape.start, shape.step) => Some(scalar),
                _ => None,
            }
        };
        if let (Some(from), Some(to)) = (place("from"), place("to")) {
            self.look(from, to);
        }
    }

    /// Adds the step, with a slot or a buffer for each result.
    fn record(
        &mut self,
        processor: &'static Processor,
        given: &[Given],
        shape: Shape,
        wave: Option<Wave>,
    ) -> Value {
        let signal = wave.map_or(Dimension::NONE, |wave| wave.dimension);
        // A product has the unit of its factor as well.
        let factor = given
            .iter()
            .skip(1)
            .map(|given| given.dimension)
            .next()
            .unwrap_or_default();
        let source = wave.map_or(
            Shape {
                len: 0,
                start: 0.0,
                step: 1.0,
            },
            |wave| wave.shape,
        );
        let mut out = None;
        let mut numbers = Vec::new();
        let mut results = Vec::new();
        for output in processor.outputs {
            let dimension = match output.quantity {
                Quantity::Any => signal + factor,
                quantity => quantity_of(quantity, signal),
            };
            results.push(match output.form {
                Form::Waveform => {
                    let buffer = self.buffer(shape.len);
                    out = Some((buffer, shape.len));
                    Value::Waveform(Wave {
                        buffer,
                        from: 0,
                        shape,
                        dimension,
                    })
                }
                form => {
                    let slot = self.slot();
                    if form == Form::Position {
                        self.moments.insert(slot);
                    }
                    let (factor, offset) = conversion(output, form, source);
                    numbers.push((slot, factor, offset));
                    Value::Number(Scalar::Slot(slot), dimension)
                }
            });
        }
        let inputs = given.iter().map(|given| given.input.clone()).collect();
        self.plan.steps.push(Step::Process(Process {
            processor,
            inputs,
            out,
            numbers,
        }));
        match results.len() {
            1 => results.remove(0),
            _ => Value::Results(processor, results),
        }
    }

    /// A value as an argument, or why it is none.
    fn fit(
        &self,
        processor: &Processor,
        argument: &Argument,
        value: Value,
        span: Range<usize>,
        wave: Option<Wave>,
    ) -> Outcome<Given> {
        let signal = wave.map_or(Dimension::NONE, |wave| wave.dimension);
        let shape = wave.map_or(
            Shape {
                len: 0,
                start: 0.0,
                step: 1.0,
            },
            |wave| wave.shape,
        );
        let refuse = |wants: &str, value: &Value| -> Mistake {
            let found = value.describe(&self.units);
            (
                span.clone(),
                format!(
                    "{} of {} is {wants}; this is {found}",
                    argument.name, processor.name
                ),
            )
        };
        let number = |scalar: Scalar, dimension: Dimension, offset: f64, scale: f64| Given {
            input: Input::Number {
                scalar,
                offset,
                scale,
            },
            known: match scalar {
                Scalar::Constant(number) => Known::Number((number - offset) / scale),
                Scalar::Slot(_) => Known::Varying,
            },
            dimension,
            span: span.clone(),
        };
        // A plain number may stand for samples.
        let is_time =
            |dimension: Dimension| dimension == Dimension::TIME || dimension == Dimension::NONE;
        let fitted = match (argument.kind, &value) {
            (Kind::Waveform, Value::Waveform(wave)) => Given {
                input: Input::Waveform {
                    buffer: wave.buffer,
                    from: wave.from,
                    shape: wave.shape,
                },
                known: Known::Waveform(wave.shape),
                dimension: wave.dimension,
                span: span.clone(),
            },
            (Kind::Filter, Value::Filter(_, true)) if shape.step != 1.0 => {
                let message = "the filter's times are in samples of the record, and this waveform has others; \
                    give its lengths as plain numbers of this waveform's samples";
                return Err((span, message.to_owned()));
            }
            (Kind::Filter, Value::Filter(weights, _)) => Given {
                input: Input::Filter(Arc::clone(weights)),
                known: Known::Filter(Arc::clone(weights)),
                dimension: Dimension::NONE,
                span: span.clone(),
            },
            (Kind::Word(words), Value::Word(word)) => {
                let Some(at) = words.iter().position(|known| known == word) else {
                    let known = words.join("', '");
                    return Err((
                        span,
                        format!(
                            "{} of {} is one of '{known}'",
                            argument.name, processor.name
                        ),
                    ));
                };
                Given {
                    input: Input::Word(at),
                    known: Known::Word(at),
                    dimension: Dimension::NONE,
                    span: span.clone(),
                }
            }
            (
                Kind::Samples(_) | Kind::Time,
                Value::Number(scalar @ Scalar::Constant(_), dimension),
            ) if is_time(*dimension) => {
                let scale = if *dimension == Dimension::TIME {
                    shape.step
                } else {
                    1.0
                };
                number(*scalar, Dimension::TIME, 0.0, scale)
            }
            (
                Kind::Count(_) | Kind::Constant,
                Value::Number(scalar @ Scalar::Constant(_), dimension),
            ) if *dimension == Dimension::NONE
                || (*dimension == Dimension::TIME && matches!(argument.kind, Kind::Count(_))) =>
            {
                number(*scalar, Dimension::NONE, 0.0, 1.0)
            }
            (Kind::Position, Value::Number(scalar, dimension)) if is_time(*dimension) => {
                let (offset, scale) = match *dimension {
                    Dimension::TIME => (shape.start, shape.step),
                    _ => (0.0, 1.0),
                };
                number(*scalar, Dimension::TIME, offset, scale)
            }
            (Kind::Number(quantity), Value::Number(scalar, dimension)) => {
                let wanted = quantity_of(quantity, signal);
                let zero = *scalar == Scalar::Constant(0.0) && *dimension == Dimension::NONE;
                let plain = self.chain.lenient && *dimension == Dimension::NONE;
                let lenient = self.chain.lenient && wanted == Dimension::NONE;
                if quantity != Quantity::Any && *dimension != wanted && !zero && !plain && !lenient
                {
                    return Err(refuse(&Shown(&self.units, wanted).to_string(), &value));
                }
                number(*scalar, *dimension, 0.0, 1.0)
            }
            _ => return Err(refuse(&argument.kind.to_string(), &value)),
        };
        check_count(processor, argument, fitted)
    }
}

impl Known {
    fn borrowed(&self) -> Constant<'_> {
        match self {
            Known::Waveform(shape) => Constant::Waveform(*shape),
            Known::Filter(weights) => Constant::Filter(weights),
            Known::Number(number) => Constant::Number(*number),
            Known::Word(word) => Constant::Word(*word),
            Known::Varying => Constant::Varying,
        }
    }
}

/// Whole numbers are whole and large enough; other constants are finite.
fn check_count(processor: &Processor, argument: &Argument, mut given: Given) -> Outcome<Given> {
    let (Kind::Samples(least) | Kind::Count(least)) = argument.kind else {
        return Ok(given);
    };
    let Known::Number(number) = given.known else {
        return Ok(given);
    };
    let refuse = |message: String| {
        (
            given.span.clone(),
            format!("{} of {}: {message}", argument.name, processor.name),
        )
    };
    let whole = whole_number(number).map_err(refuse)?;
    if whole < least {
        return Err(refuse(format!("{whole} is less than {least}")));
    }
    given.known = Known::Number(whole as f64);
    given.input = Input::Number {
        scalar: Scalar::Constant(whole as f64),
        offset: 0.0,
        scale: 1.0,
    };
    Ok(given)
}

/// The argument that was left out.
fn default(
    processor: &Processor,
    argument: &Argument,
    given: &[Given],
    wave: Option<Wave>,
    span: &Range<usize>,
) -> Outcome<Given> {
    let number = |number: f64| Given {
        input: Input::Number {
            scalar: Scalar::Constant(number),
            offset: 0.0,
            scale: 1.0,
        },
        known: Known::Number(number),
        dimension: Dimension::NONE,
        span: span.clone(),
    };
    Ok(match argument.default {
        Some(Default::Number(value)) => number(value),
        Some(Default::Start) => number(0.0),
        Some(Default::End) => number(wave.map_or(0.0, |wave| wave.shape.len as f64)),
        Some(Default::FirstWord) => Given {
            input: Input::Word(0),
            known: Known::Word(0),
            dimension: Dimension::NONE,
            span: span.clone(),
        },
        Some(Default::Same(place)) => match given.get(place) {
            Some(same) => Given {
                input: same.input.clone(),
                known: match same.known {
                    Known::Number(number) => Known::Number(number),
                    _ => Known::Varying,
                },
                dimension: same.dimension,
                span: span.clone(),
            },
            None => number(f64::NAN),
        },
        None => {
            let message = format!(
                "{} needs {}: {}",
                processor.name, argument.name, argument.what
            );
            return Err((span.clone(), message));
        }
    })
}

/// Arguments in the order of the catalogue.
fn arrange<'e>(
    processor: &Processor,
    arguments: &'e [(Option<String>, Expression)],
    span: &Range<usize>,
) -> Outcome<Vec<Option<&'e Expression>>> {
    let mut values: Vec<Option<&Expression>> = vec![None; processor.arguments.len()];
    for (at, (name, value)) in arguments.iter().enumerate() {
        let place = match name {
            None if arguments.iter().take(at).any(|(name, _)| name.is_some()) => {
                return Err((
                    value.span.clone(),
                    "after an argument with a name all need names".to_owned(),
                ));
            }
            None => at,
            Some(name) => {
                let known = processor.arguments.iter().map(|argument| argument.name);
                known
                    .clone()
                    .position(|known| known == name)
                    .ok_or_else(|| {
                        let message = format!(
                            "{} has no argument {name}; {}",
                            processor.name,
                            suggest(name, known)
                        );
                        (value.span.clone(), message)
                    })?
            }
        };
        match values.get_mut(place) {
            Some(slot @ None) => *slot = Some(value),
            Some(Some(_)) => {
                return Err((
                    value.span.clone(),
                    "this argument was given already".to_owned(),
                ));
            }
            None => {
                let most = processor.arguments.len();
                return Err((
                    span.clone(),
                    format!("{} takes {most} arguments at most", processor.name),
                ));
            }
        }
    }
    Ok(values)
}

fn quantity_of(quantity: Quantity, signal: Dimension) -> Dimension {
    match quantity {
        Quantity::Plain | Quantity::Any => Dimension::NONE,
        Quantity::Signal => signal,
        Quantity::SignalPerTime => signal - Dimension::TIME,
        Quantity::SignalTime => signal + Dimension::TIME,
        Quantity::Time => Dimension::TIME,
        Quantity::PerTime => Dimension::NONE - Dimension::TIME,
    }
}

/// From a waveform's own samples to those of the record: factor and offset.
fn conversion(output: &Output, form: Form, shape: Shape) -> (f64, f64) {
    match (form, output.quantity) {
        (Form::Position, _) => (shape.step, shape.start),
        (_, Quantity::Time | Quantity::SignalTime) => (shape.step, 0.0),
        (_, Quantity::PerTime | Quantity::SignalPerTime) => (1.0 / shape.step, 0.0),
        _ => (1.0, 0.0),
    }
}
