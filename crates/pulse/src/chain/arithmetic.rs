//! Operators and small functions: of constants at once, of numbers as steps, of waveforms by
//! the processors that do the same.

use std::ops::Range;

use super::compile::{Compiler, Outcome};
use super::plan::{Function, Operation, Scalar, Step};
use super::syntax::{Expression, Sign};
use super::unit::{Dimension, Shown};
use super::value::Value;
use crate::processor::{Processor, Shape};
use crate::processors;

/// Functions of numbers.
pub(super) const FUNCTIONS: [&str; 14] = [
    "min", "max", "abs", "sqrt", "exp", "log", "floor", "round", "ceil", "where", "is_nan",
    "length", "period", "start",
];

impl Function {
    pub(super) fn of(self, x: f64) -> f64 {
        match self {
            Function::Negative => -x,
            Function::Abs => x.abs(),
            Function::Sqrt => x.sqrt(),
            Function::Exp => x.exp(),
            Function::Log => x.ln(),
            Function::Floor => x.floor(),
            // Halves to the even neighbour, as numpy does.
            Function::Round => x.round_ties_even(),
            Function::Ceil => x.ceil(),
            Function::Not => f64::from(x == 0.0),
            Function::IsNan => f64::from(x.is_nan()),
        }
    }
}

impl Operation {
    pub(super) fn of(self, a: f64, b: f64) -> f64 {
        let sign = match self {
            // NaN of NaN, unlike f64::min.
            Operation::Min => return if a < b || a.is_nan() { a } else { b },
            Operation::Max => return if a > b || a.is_nan() { a } else { b },
            Operation::Sign(sign) => sign,
        };
        match sign {
            Sign::Plus => a + b,
            Sign::Minus => a - b,
            Sign::Times => a * b,
            Sign::Over => a / b,
            Sign::Less => f64::from(a < b),
            Sign::LessEqual => f64::from(a <= b),
            Sign::Greater => f64::from(a > b),
            Sign::GreaterEqual => f64::from(a >= b),
            Sign::Equal => f64::from(a == b),
            Sign::NotEqual => f64::from(a != b),
            Sign::And | Sign::Not => f64::from(a != 0.0 && b != 0.0),
            Sign::Or => f64::from(a != 0.0 || b != 0.0),
        }
    }
}

impl Compiler<'_> {
    /// A function of numbers, if this is the name of one.
    pub(super) fn function(
        &mut self,
        name: &str,
        arguments: &[(Option<String>, Expression)],
        span: &Range<usize>,
    ) -> Option<Outcome<Value>> {
        FUNCTIONS.contains(&name).then(|| {
            if let Some((_, value)) = arguments.iter().find(|(name, _)| name.is_some()) {
                return Err((
                    value.span.clone(),
                    format!("arguments of {name} have no names"),
                ));
            }
            let values: Vec<&Expression> = arguments.iter().map(|(_, value)| value).collect();
            let count = match name {
                "min" | "max" => 2,
                "where" => 3,
                _ => 1,
            };
            if values.len() != count {
                let plural = if count == 1 { "" } else { "s" };
                return Err((
                    span.clone(),
                    format!("{name} takes {count} argument{plural}"),
                ));
            }
            match (name, values.as_slice()) {
                ("min", [a, b]) => self.alike(Operation::Min, a, b),
                ("max", [a, b]) => self.alike(Operation::Max, a, b),
                ("where", [condition, yes, no]) => self.choose(condition, yes, no),
                ("length" | "period" | "start", [of]) => match self.expression(of)? {
                    Value::Waveform(wave) => {
                        let Shape { len, start, step } = wave.shape;
                        let time = match name {
                            "length" => len as f64 * step,
                            "period" => step,
                            _ => start,
                        };
                        Ok(Value::Number(Scalar::Constant(time), Dimension::TIME))
                    }
                    Value::Filter(weights, _) if name == "length" => {
                        let length = Scalar::Constant(weights.len() as f64);
                        Ok(Value::Number(length, Dimension::NONE))
                    }
                    other => {
                        let found = other.describe(&self.units);
                        Err((
                            of.span.clone(),
                            format!("{name} is of a waveform; this is {found}"),
                        ))
                    }
                },
                (_, [of]) => self.one(name, of),
                _ => Err((span.clone(), format!("{name} takes {count} arguments"))),
            }
        })
    }

    fn one(&mut self, name: &str, of: &Expression) -> Outcome<Value> {
        let (scalar, dimension) = self.number(of)?;
        let plain = dimension == Dimension::NONE || self.chain.lenient;
        let function = match name {
            "abs" => Function::Abs,
            "floor" => Function::Floor,
            "round" => Function::Round,
            "ceil" => Function::Ceil,
            "is_nan" => return Ok(Value::Flag(self.step(Function::IsNan, scalar))),
            "sqrt" | "exp" | "log" if !plain => {
                let shown = Shown(&self.units, dimension).to_string();
                return Err((
                    of.span.clone(),
                    format!("{name} is of a plain number; this is {shown}"),
                ));
            }
            "sqrt" => Function::Sqrt,
            "exp" => Function::Exp,
            _ => Function::Log,
        };
        Ok(Value::Number(self.step(function, scalar), dimension))
    }

    pub(super) fn unary(&mut self, sign: Sign, of: &Expression) -> Outcome<Value> {
        let value = self.expression(of)?;
        match (sign, value) {
            (Sign::Plus, value @ (Value::Number(..) | Value::Waveform(_))) => Ok(value),
            (Sign::Minus, Value::Number(scalar, dimension)) => Ok(Value::Number(
                self.step(Function::Negative, scalar),
                dimension,
            )),
            (Sign::Minus, wave @ Value::Waveform(_)) => {
                let minus = Value::Number(Scalar::Constant(-1.0), Dimension::NONE);
                self.apply("scale", [wave, minus], &of.span)
            }
            (Sign::Not, Value::Flag(scalar)) => Ok(Value::Flag(self.step(Function::Not, scalar))),
            (sign, other) => {
                let found = other.describe(&self.units);
                Err((
                    of.span.clone(),
                    format!("{} has no meaning for this: it is {found}", sign.text()),
                ))
            }
        }
    }

    pub(super) fn binary(&mut self, sign: Sign, a: &Expression, b: &Expression) -> Outcome<Value> {
        let (left, right) = (self.expression(a)?, self.expression(b)?);
        let both = a.span.start..b.span.end;
        let operation = Operation::Sign(sign);
        match (sign, left, right) {
            (Sign::And | Sign::Or, Value::Flag(x), Value::Flag(y)) => {
                Ok(Value::Flag(self.pair(operation, x, y)))
            }
            (Sign::Plus | Sign::Minus, Value::Number(x, p), Value::Number(y, q)) => {
                let dimension = self.same(sign, (x, p), (y, q), &both)?;
                Ok(Value::Number(self.pair(operation, x, y), dimension))
            }
            (Sign::Times, Value::Number(x, p), Value::Number(y, q)) => {
                Ok(Value::Number(self.pair(operation, x, y), p + q))
            }
            (Sign::Over, Value::Number(x, p), Value::Number(y, q)) => {
                Ok(Value::Number(self.pair(operation, x, y), p - q))
            }
            (
                Sign::Less
                | Sign::LessEqual
                | Sign::Greater
                | Sign::GreaterEqual
                | Sign::Equal
                | Sign::NotEqual,
                Value::Number(x, p),
                Value::Number(y, q),
            ) => {
                self.same(sign, (x, p), (y, q), &both)?;
                Ok(Value::Flag(self.pair(operation, x, y)))
            }
            (Sign::Minus, wave @ Value::Waveform(_), level @ Value::Number(..)) => {
                self.apply("subtract", [wave, level], &both)
            }
            (Sign::Plus, wave @ Value::Waveform(_), Value::Number(x, p))
            | (Sign::Plus, Value::Number(x, p), wave @ Value::Waveform(_)) => {
                let level = Value::Number(self.step(Function::Negative, x), p);
                self.apply("subtract", [wave, level], &both)
            }
            (Sign::Times, wave @ Value::Waveform(_), factor @ Value::Number(..))
            | (Sign::Times, factor @ Value::Number(..), wave @ Value::Waveform(_)) => {
                self.apply("scale", [wave, factor], &both)
            }
            (Sign::Over, wave @ Value::Waveform(_), Value::Number(x, p)) => {
                let inverse = self.pair(operation, Scalar::Constant(1.0), x);
                self.apply(
                    "scale",
                    [wave, Value::Number(inverse, Dimension::NONE - p)],
                    &both,
                )
            }
            (Sign::Plus | Sign::Minus, Value::Waveform(x), Value::Waveform(y)) => {
                if x.dimension != y.dimension {
                    return Err((both, "the waveforms have different units".to_owned()));
                }
                let mut y = Value::Waveform(y);
                if sign == Sign::Minus {
                    y = self.apply(
                        "scale",
                        [y, Value::Number(Scalar::Constant(-1.0), Dimension::NONE)],
                        &both,
                    )?;
                }
                self.apply("add", [Value::Waveform(x), y], &both)
            }
            (sign, left, right) => {
                let (x, y) = (left.describe(&self.units), right.describe(&self.units));
                Err((
                    both,
                    format!("{} has no meaning between {x} and {y}", sign.text()),
                ))
            }
        }
    }

    /// A processor that an operator stands for.
    pub(super) fn apply(
        &mut self,
        name: &str,
        values: [Value; 2],
        span: &Range<usize>,
    ) -> Outcome<Value> {
        let processor: Option<&'static Processor> = processors::find(name);
        let Some(processor) = processor else {
            return Err((span.clone(), format!("there is no processor {name}")));
        };
        let given = values.into_iter().map(|value| Some((value, span.clone())));
        // What is not given has its default.
        let all = given.chain(std::iter::repeat(None));
        let values = all.take(processor.arguments.len()).collect();
        self.process(processor, values, span)
    }

    /// The one dimension of two numbers that meet. Zero is zero in any unit.
    fn same(
        &self,
        sign: Sign,
        (x, p): (Scalar, Dimension),
        (y, q): (Scalar, Dimension),
        span: &Range<usize>,
    ) -> Outcome<Dimension> {
        let plain = |scalar: Scalar, dimension: Dimension| {
            dimension == Dimension::NONE && (scalar == Scalar::Constant(0.0) || self.chain.lenient)
        };
        if p == q || plain(y, q) {
            return Ok(p);
        }
        if plain(x, p) {
            return Ok(q);
        }
        if self.chain.lenient {
            return Ok(p);
        }
        let (left, right) = (
            Shown(&self.units, p).to_string(),
            Shown(&self.units, q).to_string(),
        );
        let mut message = format!("{} between {left} and {right}", sign.text());
        if let (Dimension::TIME, Dimension::NONE) | (Dimension::NONE, Dimension::TIME) = (p, q) {
            message.push_str("; write samples as 10*samples");
        }
        Err((span.clone(), message))
    }

    fn alike(&mut self, operation: Operation, a: &Expression, b: &Expression) -> Outcome<Value> {
        let ((x, p), (y, q)) = (self.number(a)?, self.number(b)?);
        let span = a.span.start..b.span.end;
        let dimension = self.same(Sign::Less, (x, p), (y, q), &span)?;
        Ok(Value::Number(self.pair(operation, x, y), dimension))
    }

    fn choose(
        &mut self,
        condition: &Expression,
        yes: &Expression,
        no: &Expression,
    ) -> Outcome<Value> {
        let found = self.expression(condition)?;
        let Value::Flag(test) = found else {
            let found = found.describe(&self.units);
            return Err((
                condition.span.clone(),
                format!("a condition is true or false; this is {found}"),
            ));
        };
        let ((x, p), (y, q)) = (self.number(yes)?, self.number(no)?);
        let span = yes.span.start..no.span.end;
        let dimension = self.same(Sign::Less, (x, p), (y, q), &span)?;
        let scalar = match test {
            Scalar::Constant(test) => {
                if test != 0.0 {
                    x
                } else {
                    y
                }
            }
            Scalar::Slot(_) => {
                let slot = self.slot();
                if self.is_moment(x) || self.is_moment(y) {
                    self.moments.insert(slot);
                }
                self.plan.steps.push(Step::Where([test, x, y], slot));
                Scalar::Slot(slot)
            }
        };
        Ok(Value::Number(scalar, dimension))
    }

    fn number(&mut self, of: &Expression) -> Outcome<(Scalar, Dimension)> {
        match self.expression(of)? {
            Value::Number(scalar, dimension) => Ok((scalar, dimension)),
            other => Err((
                of.span.clone(),
                format!("expected a number; this is {}", other.describe(&self.units)),
            )),
        }
    }

    fn step(&mut self, function: Function, of: Scalar) -> Scalar {
        match of {
            Scalar::Constant(number) => Scalar::Constant(function.of(number)),
            Scalar::Slot(_) => {
                let slot = self.slot();
                let rounds = matches!(function, Function::Floor | Function::Round | Function::Ceil);
                if rounds && self.is_moment(of) {
                    self.moments.insert(slot);
                }
                self.plan.steps.push(Step::Function(function, of, slot));
                Scalar::Slot(slot)
            }
        }
    }

    fn pair(&mut self, operation: Operation, a: Scalar, b: Scalar) -> Scalar {
        if let (Scalar::Constant(x), Scalar::Constant(y)) = (a, b) {
            return Scalar::Constant(operation.of(x, y));
        }
        let slot = self.slot();
        // A moment and a time are a moment; two moments are a time apart.
        let moment = match operation {
            Operation::Sign(Sign::Plus | Sign::Minus) => self.is_moment(a) != self.is_moment(b),
            Operation::Min | Operation::Max => self.is_moment(a) || self.is_moment(b),
            Operation::Sign(_) => false,
        };
        if moment {
            self.moments.insert(slot);
        }
        self.plan.steps.push(Step::Operation(operation, a, b, slot));
        Scalar::Slot(slot)
    }

    fn is_moment(&self, scalar: Scalar) -> bool {
        matches!(scalar, Scalar::Slot(slot) if self.moments.contains(&slot))
    }
}
