//! Random expressions: each step applies a rule to columns and to results of earlier steps,
//! so the first step that is wrong is the smallest expression that is.

use photopeak_analysis::expr::{ExprId, Program};
use serde_json::Value;

use super::Random;
use super::events::{Content, Events, columns};
use super::grammar::{INT, Kinds, RULES, Takes};
use super::shape::Shape;

/// An expression, ours and theirs.
#[derive(Debug)]
pub(super) struct Term {
    /// As an argument of others.
    pub(super) ours: String,
    pub(super) theirs: String,
    pub(super) shape: Shape,
    /// Rounded numbers, which may differ in the last digit.
    pub(super) rough: bool,
    /// Missing lists.
    pub(super) holes: bool,
}

/// A step: an expression to compare.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) ours: String,
    /// Python that computes it, from the results of earlier steps.
    pub(super) theirs: String,
    pub(super) id: ExprId,
    /// Its value, event by event.
    pub(super) rows: Vec<Value>,
}

/// Grows expressions over the columns of some events.
pub(super) struct Grower<'a> {
    pub(super) random: &'a mut Random,
    pub(super) program: Program,
    events: &'a Events,
    pub(super) terms: Vec<Term>,
    pub(super) steps: Vec<Step>,
}

impl<'a> Grower<'a> {
    pub(super) fn new(random: &'a mut Random, events: &'a Events) -> Self {
        let term = |(name, content): &(&str, Content)| Term {
            ours: (*name).to_owned(),
            theirs: (*name).to_owned(),
            shape: Shape::of(content, Vec::new()),
            rough: false,
            holes: name.contains("holes"),
        };
        Self {
            random,
            program: Program::new(&events.batch.schema()),
            terms: columns().iter().map(term).collect(),
            events,
            steps: Vec::new(),
        }
    }

    /// One step more, if the rule that comes up finds arguments.
    pub(super) fn grow(&mut self) {
        let (takes, ours, theirs) = *self.random.choice(RULES);
        let fewest = match takes {
            Takes::Choices => 2,
            _ => 1,
        };
        let integer = self.random.below(7) as i64 - 3;
        let count = fewest + self.random.below(4 - fewest);
        let real = (self.random.below(33) as f64 - 16.0) / 8.0;
        let mut words = vec![
            ("{i}", integer.to_string()),
            ("{k}", count.to_string()),
            ("{r}", format!("{real:?}")),
        ];
        let Some((args, mut shape)) = self.arguments(takes, &fill(ours, &words)) else {
            return;
        };
        let depth = |i: usize| args.get(i).map_or(0, |&arg| self.terms[arg].shape.depth());
        words.push(("{d}", depth(0).to_string()));
        words.push(("{e}", depth(1).to_string()));
        words.push(("{m}", shape.depth().to_string()));
        if let (Takes::Field, Shape::Record(_, fields)) = (takes, &shape) {
            let (name, field) = self.random.choice(fields).clone();
            words.push(("{f}", name));
            shape = field;
        }
        if let (Takes::Presence, Some(name)) = (takes, self.terms[args[0]].shape.presence()) {
            words.push(("{f}", name.to_owned()));
        }
        let text = self.written(&fill(ours, &words), &args);
        let numbers = ["{0}", "{1}", "{2}", "{3}"].into_iter().zip(&args);
        words.extend(numbers.map(|(name, &arg)| (name, self.spread(takes, arg, &args))));
        let id = match self.program.add(&text) {
            Ok(id) => id,
            Err(error) => panic!("{error}\n{shape:?}"),
        };
        let step = Step {
            rows: self.rows(id, &text),
            ours: text,
            theirs: fill(theirs, &words),
            id,
        };
        let shape = shape.checked(&self.program.ty(id), 0, &step.ours);
        self.keep(&step, shape);
        self.steps.push(step);
    }

    /// The call of a rule; one in eight as a function of the user, whose arguments have the
    /// names of columns.
    fn written(&mut self, rule: &str, args: &[usize]) -> String {
        let names = ["{0}", "{1}", "{2}", "{3}"];
        let ours: Vec<&str> = args
            .iter()
            .map(|&arg| self.terms[arg].ours.as_str())
            .collect();
        let put = |args: &[&str]| {
            let args = names.into_iter().zip(args);
            fill(
                rule,
                &args
                    .map(|(name, arg)| (name, (*arg).to_owned()))
                    .collect::<Vec<_>>(),
            )
        };
        if self.random.below(8) > 0 {
            return put(&ours);
        }
        let name = format!("function_{}", self.steps.len());
        let parameters = &["x", "y", "n", "t"][..args.len()];
        let call = |args: &[&str]| format!("{name}({})", args.join(", "));
        let (signature, body) = (call(parameters), put(parameters));
        let text = call(&ours);
        if let Err(error) = self.program.define_function(&signature, &body) {
            panic!("{error}");
        }
        text
    }

    /// Makes the result of a step an argument of others, if it is no trouble.
    fn keep(&mut self, step: &Step, shape: Shape) {
        let mut found = Found::default();
        for row in &step.rows {
            found.look(row, &shape);
        }
        if found.values > 4000 || found.large {
            return;
        }
        // Sometimes it gets a name.
        let number = self.steps.len();
        let ours = if step.ours.len() > 100 || self.random.below(4) == 0 {
            let name = format!("step_{number}");
            self.program.define(&name, &step.ours).unwrap();
            name
        } else {
            format!("({})", step.ours)
        };
        self.terms.push(Term {
            ours,
            theirs: format!("v{number}"),
            shape,
            rough: found.rough,
            holes: found.holes,
        });
    }

    /// An argument in Python, repeated for the lists that the others have.
    fn spread(&self, takes: Takes, arg: usize, args: &[usize]) -> String {
        let term = &self.terms[arg];
        let meets = matches!(
            takes,
            Takes::Each(_) | Takes::Either | Takes::Zip | Takes::With
        );
        let others = match takes {
            Takes::With => &args[..1],
            _ => args,
        };
        let others = others.iter().map(|&arg| &self.terms[arg]);
        let like = others.max_by_key(|other| other.shape.depth());
        let (depth, Some(like)) = (term.shape.depth(), like) else {
            return term.theirs.clone();
        };
        let deepest = like.shape.depth();
        if !meets || depth >= deepest || takes == Takes::Zip && depth > 0 {
            return term.theirs.clone();
        }
        format!(
            "spread({}, {depth}, a.local_index({}, axis={deepest}))",
            term.theirs, like.theirs
        )
    }

    fn rows(&self, id: ExprId, text: &str) -> Vec<Value> {
        let mut evaluator = self.program.evaluator();
        let mut batch = self.events.batch.clone();
        let rows = batch.num_rows();
        evaluator.begin_block(rows, 0);
        match evaluator.eval(id, &mut batch) {
            Ok(value) => (0..rows).map(|row| parsed(&value.json(row))).collect(),
            Err(error) => panic!("{text}\n{error}"),
        }
    }
}

/// JSON of a value; NaN and infinities become texts.
pub(super) fn parsed(json: &str) -> Value {
    let json = json.replace("NaN", "\"nan\"");
    let json = json.replace("-inf", "\"-Inf\"").replace("inf", "\"inf\"");
    serde_json::from_str(&json.replace("-Inf", "-inf")).unwrap()
}

/// Puts arguments into a rule.
fn fill(rule: &str, inputs: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = rule;
    while let Some(start) = rest.find('{') {
        let found = inputs
            .iter()
            .find(|(name, _)| rest[start..].starts_with(name));
        let (before, after) = rest.split_at(start);
        out += before;
        match found {
            Some((name, value)) => {
                out += value;
                rest = &after[name.len()..];
            }
            None => {
                out.push('{');
                rest = &after[1..];
            }
        }
    }
    out + rest
}

/// What the values of a step are like.
#[derive(Default)]
struct Found {
    values: usize,
    rough: bool,
    holes: bool,
    /// Integers that might overflow in the next step.
    large: bool,
}

impl Found {
    fn look(&mut self, value: &Value, shape: &Shape) {
        match shape {
            Shape::Leaf(kind, lists) => self.leaf(value, lists.len(), *kind),
            Shape::Record(_, fields) => {
                for (name, shape) in fields {
                    self.look(&value[name], shape);
                }
            }
        }
    }

    fn leaf(&mut self, value: &Value, depth: usize, kind: Kinds) {
        self.values += 1;
        match value {
            Value::Array(values) => values
                .iter()
                .for_each(|value| self.leaf(value, depth - 1, kind)),
            Value::Null => self.holes |= depth > 0,
            Value::Number(number) if kind == INT => {
                self.large |= number.as_f64().is_none_or(|x| x.abs() > 1e6);
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or(0.0);
                self.rough |= number.abs() > 4096.0 || (number * 4096.0).fract() != 0.0;
            }
            _ => {}
        }
    }
}
