//! What the catalogue says of a processor, and how a chain calls it.
//!
//! The entry is the single description: the checker of chains, the manual and the call itself
//! are made from it, so that they cannot disagree.

use std::fmt;

use crate::{Lane, Lanes, Sample, WIDTH};

/// A processor, as the reference manual shows it.
pub struct Processor {
    /// Its name in a chain.
    pub name: &'static str,
    /// What it belongs to.
    pub family: Family,
    /// What it gives, in one or two sentences.
    pub what: &'static str,
    /// The formula; `x` is the waveform, `y` the result, `i` counts samples.
    pub formula: &'static str,
    /// In order; a chain may also give them by name.
    pub arguments: &'static [Argument],
    /// One without a name, or several with names (`line_fit(x).slope`).
    pub outputs: &'static [Output],
    /// What it does at the edges of the record, and with NaN.
    pub edges: &'static str,
    /// Whose definition this follows.
    pub source: &'static str,
    /// Checks the constants; gives the shape of the waveform that comes out.
    pub(crate) shape: fn(&Constants<'_>) -> Result<Shape, String>,
    pub(crate) action: Action,
}

/// An argument of a processor.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// What may be given.
    pub kind: Kind,
    /// What it is when it is not given; `None` if it must be.
    pub default: Option<Default>,
    /// What it means.
    pub what: &'static str,
}

/// What an argument takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A waveform.
    Waveform,
    /// The weights of a filter, from a processor that makes them.
    Filter,
    /// A constant time that is a whole number of samples, at least this many.
    Samples(usize),
    /// A constant whole number, at least this.
    Count(usize),
    /// A constant time; need not be whole samples.
    Time,
    /// A constant plain number.
    Constant,
    /// A moment in the record, of each waveform.
    Position,
    /// A number of each waveform.
    Number(Quantity),
    /// One of these words, quoted.
    Word(&'static [&'static str]),
}

/// What an argument is when it is left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Default {
    /// This number, in the argument's own unit (samples, ADC).
    Number(f64),
    /// The same as another argument, by its place.
    Same(usize),
    /// The first sample of the waveform.
    Start,
    /// One past the last sample of the waveform.
    End,
    /// The first of the words.
    FirstWord,
}

/// A result of a processor.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Its name; empty if it is the only one.
    pub name: &'static str,
    /// Whether it is a waveform, a number, or the weights of a filter.
    pub form: Form,
    /// Its unit.
    pub quantity: Quantity,
    /// What it means.
    pub what: &'static str,
}

/// What a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A waveform; at most one comes out.
    Waveform,
    /// A number of each waveform.
    Number,
    /// A moment in the record, of each waveform.
    Position,
    /// The weights of a filter.
    Filter,
}

/// The unit of an argument or result, seen from the first waveform's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// None.
    Plain,
    /// That of the samples.
    Signal,
    /// Samples' unit per time.
    SignalPerTime,
    /// Samples' unit times time.
    SignalTime,
    /// A time.
    Time,
    /// Per time.
    PerTime,
    /// Any: the result of a multiplication takes it from its operands.
    Any,
}

/// A chapter of the manual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Family {
    /// Numbers that sum up a stretch of a waveform.
    Levels,
    /// Undoing what the electronics did.
    Correction,
    /// Filters.
    Filters,
    /// When something happens.
    Times,
    /// Numbers that tell kinds of events apart.
    PulseShape,
    /// Other samples for the same signal.
    Sampling,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::Levels => "levels",
            Family::Correction => "correction of the electronics",
            Family::Filters => "filters",
            Family::Times => "times",
            Family::PulseShape => "pulse shape",
            Family::Sampling => "sampling",
        })
    }
}

impl Processor {
    /// How it is called: `trapezoid(x, rise, flat, fall=rise)`.
    #[must_use]
    pub fn signature(&self) -> String {
        let argument = |argument: &Argument| match argument.default {
            None => argument.name.to_owned(),
            Some(default) => format!("{}={}", argument.name, self.shown(argument, default)),
        };
        let arguments: Vec<String> = self.arguments.iter().map(argument).collect();
        format!("{}({})", self.name, arguments.join(", "))
    }

    /// A default, in the words of a chain.
    fn shown(&self, argument: &Argument, default: Default) -> String {
        match (default, argument.kind) {
            (Default::Number(number), _) => format!("{number}"),
            (Default::Same(place), _) => {
                let same = self.arguments.get(place);
                same.map_or("", |same| same.name).to_owned()
            }
            (Default::Start, _) => "start".to_owned(),
            (Default::End, _) => "end".to_owned(),
            (Default::FirstWord, Kind::Word([first, ..])) => format!("'{first}'"),
            (Default::FirstWord, _) => String::new(),
        }
    }
}

impl fmt::Display for Kind {
    /// As in "rise is a constant time, such as 4*us".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Waveform => "a waveform",
            Kind::Filter => "a filter, such as zac(...)",
            Kind::Samples(_) | Kind::Time => "a constant time, such as 4*us",
            Kind::Count(_) | Kind::Constant => "a constant number",
            Kind::Position => "a time",
            Kind::Number(_) => "a number",
            Kind::Word(words) => return write!(f, "one of '{}'", words.join("', '")),
        })
    }
}

impl fmt::Display for Quantity {
    /// The unit, where the waveform's is ADC; empty if there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Quantity::Plain => "",
            Quantity::Signal => "ADC",
            Quantity::SignalPerTime => "ADC/samples",
            Quantity::SignalTime => "ADC*samples",
            Quantity::Time => "samples",
            Quantity::PerTime => "1/samples",
            Quantity::Any => "any",
        })
    }
}

impl fmt::Debug for Processor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Processor")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Length of a waveform, and where its samples lie in the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    /// Samples.
    pub(crate) len: usize,
    /// Where the first one lies, in samples of the record.
    pub(crate) start: f64,
    /// Distance of two samples, in samples of the record.
    pub(crate) step: f64,
}

/// Samples in the longest waveform or filter: 16 million, 0.5 GB a block.
pub(crate) const MAX_LENGTH: usize = 1 << 24;

/// The constants of a call while a chain is compiled.
pub(crate) struct Constants<'a> {
    pub(crate) operands: &'a [Constant<'a>],
}

/// What is known of an argument while a chain is compiled.
#[derive(Clone, Debug)]
pub(crate) enum Constant<'a> {
    Waveform(Shape),
    Filter(&'a [f64]),
    Number(f64),
    Word(usize),
    /// Differs from waveform to waveform.
    Varying,
}

impl Constants<'_> {
    /// The shape of the waveform at this place.
    pub(crate) fn waveform(&self, place: usize) -> Shape {
        match self.operands.get(place) {
            Some(Constant::Waveform(shape)) => *shape,
            _ => Shape {
                len: 0,
                start: 0.0,
                step: 1.0,
            },
        }
    }

    /// The number at this place; NaN if it is not constant.
    pub(crate) fn number(&self, place: usize) -> f64 {
        match self.operands.get(place) {
            Some(Constant::Number(number)) => *number,
            _ => f64::NAN,
        }
    }

    /// The whole number at this place.
    pub(crate) fn count(&self, place: usize) -> usize {
        self.number(place) as usize
    }

    /// The number of the word at this place.
    pub(crate) fn word(&self, place: usize) -> usize {
        match self.operands.get(place) {
            Some(Constant::Word(word)) => *word,
            _ => 0,
        }
    }

    /// The weights of the filter at this place.
    pub(crate) fn filter(&self, place: usize) -> &[f64] {
        match self.operands.get(place) {
            Some(Constant::Filter(weights)) => weights,
            _ => &[],
        }
    }
}

/// What a processor does.
#[derive(Clone, Copy)]
pub(crate) enum Action {
    /// Computes on blocks, in single and in double precision.
    Run(fn(&mut Call<'_, f32>), fn(&mut Call<'_, f64>)),
    /// Makes the weights of a filter, once for a chain.
    Make(fn(&Constants<'_>) -> Vec<f64>),
}

/// `run`, compiled for both precisions.
macro_rules! both {
    ($run:ident) => {
        $crate::processor::Action::Run($run::<f32>, $run::<f64>)
    };
}
pub(crate) use both;

/// The scalar types that blocks are made of.
pub(crate) trait Element: Sample<Wide = f64> {}
impl Element for f32 {}
impl Element for f64 {}

/// Numbers of a processor's results.
pub(crate) const MAX_OUTPUTS: usize = 6;

/// What a call is given.
pub(crate) enum Operand<'a, T> {
    Waveform(&'a [Lanes<T>], Shape),
    Filter(&'a [f64]),
    Number(Lanes<f64>),
    Word(usize),
}

/// One call of a processor on a block.
pub(crate) struct Call<'a, T> {
    pub(crate) operands: &'a [Operand<'a, T>],
    /// The waveform that comes out; empty if none does.
    pub(crate) out: &'a mut [Lanes<T>],
    /// Room for a waveform in between.
    pub(crate) scratch: &'a mut Vec<Lanes<T>>,
    /// The numbers that come out, in the order of the catalogue's outputs.
    pub(crate) numbers: [Lanes<f64>; MAX_OUTPUTS],
}

impl<'a, T: Element> Call<'a, T> {
    /// The waveform at this place.
    pub(crate) fn waveform(&self, place: usize) -> &'a [Lanes<T>] {
        match self.operands.get(place) {
            Some(Operand::Waveform(block, _)) => block,
            _ => &[],
        }
    }

    /// Distance of two samples of the first waveform, in samples of the record.
    pub(crate) fn step(&self) -> f64 {
        match self.operands.first() {
            Some(Operand::Waveform(_, shape)) => shape.step,
            _ => 1.0,
        }
    }

    /// One of the waveforms of the block at this place.
    pub(crate) fn trace(&self, place: usize, lane: usize) -> Lane<'a, T, WIDTH> {
        Lane::new(self.waveform(place), lane)
    }

    /// The numbers at this place.
    pub(crate) fn numbers(&self, place: usize) -> Lanes<f64> {
        match self.operands.get(place) {
            Some(Operand::Number(numbers)) => *numbers,
            _ => Lanes([f64::NAN; WIDTH]),
        }
    }

    /// The numbers at this place, in the samples' precision.
    pub(crate) fn samples(&self, place: usize) -> Lanes<T> {
        Lanes::narrow(self.numbers(place))
    }

    /// The constant at this place.
    pub(crate) fn constant(&self, place: usize) -> f64 {
        self.numbers(place).0[0]
    }

    /// The whole number at this place.
    pub(crate) fn count(&self, place: usize) -> usize {
        self.constant(place) as usize
    }

    /// The number of the word at this place.
    pub(crate) fn word(&self, place: usize) -> usize {
        match self.operands.get(place) {
            Some(Operand::Word(word)) => *word,
            _ => 0,
        }
    }

    /// The weights of the filter at this place.
    pub(crate) fn filter(&self, place: usize) -> &'a [f64] {
        match self.operands.get(place) {
            Some(Operand::Filter(weights)) => weights,
            _ => &[],
        }
    }

    /// Gives the numbers of all lanes, in the order of the outputs.
    pub(crate) fn give<const K: usize>(&mut self, results: [Lanes<f64>; K]) {
        for (number, result) in self.numbers.iter_mut().zip(results) {
            *number = result;
        }
    }

    /// Computes the numbers lane by lane.
    pub(crate) fn each_lane<const K: usize>(
        &mut self,
        function: impl Fn(&Self, usize) -> [f64; K],
    ) {
        let mut results = [Lanes([f64::NAN; WIDTH]); K];
        for lane in 0..WIDTH {
            for (result, number) in results.iter_mut().zip(function(self, lane)) {
                result.0[lane] = number;
            }
        }
        self.give(results);
    }
}

// The entries of the catalogue, written short.

/// The waveform a processor works on.
pub(crate) const fn waveform(name: &'static str, what: &'static str) -> Argument {
    argument(name, Kind::Waveform, what)
}

/// An argument that must be given.
pub(crate) const fn argument(name: &'static str, kind: Kind, what: &'static str) -> Argument {
    Argument {
        name,
        kind,
        default: None,
        what,
    }
}

impl Argument {
    /// May be left out.
    pub(crate) const fn or(mut self, default: Default) -> Self {
        self.default = Some(default);
        self
    }
}

/// The waveform that comes out.
pub(crate) const fn gives_waveform(quantity: Quantity, what: &'static str) -> Output {
    Output {
        name: "",
        form: Form::Waveform,
        quantity,
        what,
    }
}

/// A number that comes out.
pub(crate) const fn gives(name: &'static str, quantity: Quantity, what: &'static str) -> Output {
    Output {
        name,
        form: Form::Number,
        quantity,
        what,
    }
}

/// A moment that comes out.
pub(crate) const fn gives_position(name: &'static str, what: &'static str) -> Output {
    Output {
        name,
        form: Form::Position,
        quantity: Quantity::Time,
        what,
    }
}

/// A result as long as the waveform; nothing to check.
pub(crate) fn same(constants: &Constants<'_>) -> Result<Shape, String> {
    Ok(constants.waveform(0))
}
