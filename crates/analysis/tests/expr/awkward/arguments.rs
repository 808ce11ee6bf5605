//! Choosing arguments for a rule, and finding out where the values of its result will be.

use std::fmt::Write as _;

use super::grammar::{BOOL, INT, Kinds, Near, REAL, RECORD, SHARP, TEXT, Takes, WHOLE};
use super::grow::{Grower, Term};
use super::shape::{Lists, Shape, derived, leaf, meet};

const NUMBER: Kinds = INT | REAL;
const ANY: Kinds = INT | REAL | BOOL | TEXT | RECORD;

impl Grower<'_> {
    /// One of the terms that are of these kinds and are suitable.
    fn pick(&mut self, kinds: Kinds, suitable: impl Fn(&Shape) -> bool) -> Option<usize> {
        let fits = |term: &Term| {
            let found = term.shape.kinds() & kinds & !(SHARP | WHOLE);
            found != 0
                && !(term.rough && kinds & SHARP != 0)
                && !(term.holes && kinds & WHOLE != 0)
                && suitable(&term.shape)
        };
        let terms = self.terms.iter().enumerate();
        let found: Vec<usize> = terms
            .filter(|(_, term)| fits(term))
            .map(|(i, _)| i)
            .collect();
        (!found.is_empty()).then(|| *self.random.choice(&found))
    }

    fn shape(&self, i: usize) -> Shape {
        self.terms[i].shape.clone()
    }

    /// Arguments for a rule, and the shape of its result. `how` tells lists apart that are
    /// made in different ways.
    pub(super) fn arguments(&mut self, takes: Takes, how: &str) -> Option<(Vec<usize>, Shape)> {
        let some = |shape: &Shape| shape.depth() > 0;
        Some(match takes {
            Takes::Each(kinds) => {
                let mut longest = Lists::new();
                let mut args = Vec::new();
                for &kinds in kinds {
                    let arg = self.pick(kinds, |shape| meet(shape.lists(), &longest))?;
                    let shape = self.shape(arg);
                    if shape.depth() > longest.len() {
                        longest = shape.lists().clone();
                    }
                    args.push(arg);
                }
                (args, leaf(longest))
            }
            Takes::Fold(kinds) => {
                let x = self.pick(kinds, some)?;
                let shape = self.shape(x);
                let (_, above) = shape.lists().split_last()?;
                (vec![x], leaf(above))
            }
            Takes::Same(kinds) => {
                let (&first, rest) = kinds.split_first()?;
                let x = self.pick(first, some)?;
                let shape = self.shape(x);
                let mut args = vec![x];
                for &kinds in rest {
                    args.push(self.pick(kinds, |other| other.lists() == shape.lists())?);
                }
                let lists = shape.lists().clone();
                let result = match how.split('(').next() {
                    Some("index" | "argsort") => leaf(lists),
                    _ => shape.taken(lists.len(), &lists, &self.mark(how, &args)),
                };
                (args, result)
            }
            Takes::Mask => {
                let mask = self.pick(BOOL, some)?;
                let lists = self.shape(mask).lists().clone();
                let x = self.pick(ANY, |shape| shape.lists().starts_with(&lists))?;
                let how = self.mark(how, &[mask]);
                let (&last, above) = lists.split_last()?;
                let around = [above, &[derived(last, &how)]].concat();
                let shape = self.shape(x).taken(lists.len(), &around, &how);
                (vec![x, mask], shape)
            }
            Takes::Element | Takes::Slice => {
                let x = self.pick(ANY, some)?;
                let shape = self.shape(x);
                let around = match takes {
                    Takes::Slice => vec![derived(shape.lists()[0], how)],
                    _ => vec![],
                };
                (vec![x], shape.taken(1, &around, how))
            }
            Takes::ElementBy => {
                let x = self.pick(ANY, some)?;
                let number = self.pick(INT, |shape| shape.depth() == 0)?;
                let how = self.mark(how, &[number]);
                (vec![x, number], self.shape(x).taken(1, &[], &how))
            }
            Takes::Elements => {
                let numbers = self.pick(INT | WHOLE, some)?;
                let lists = self.shape(numbers).lists().clone();
                let (_, above) = lists.split_last()?;
                let deep = |shape: &Shape| shape.depth() >= lists.len();
                let x = self.pick(ANY | WHOLE, |x| deep(x) && x.lists().starts_with(above))?;
                let how = self.mark(how, &[numbers]);
                (
                    vec![x, numbers],
                    self.shape(x).taken(lists.len(), &lists, &how),
                )
            }
            Takes::Flat => {
                let x = self.pick(ANY, |shape| shape.depth() > 1 && shape.is_flat())?;
                let shape = self.shape(x);
                let depth = shape.depth();
                let (above, two) = shape.lists().split_at(depth - 2);
                let around = [above, &[derived(two[0], &format!("{:x}", two[1]))]].concat();
                (vec![x], shape.taken(depth, &around, how))
            }
            Takes::Joined => {
                let x = self.pick(ANY, |shape| some(shape) && shape.is_flat())?;
                let shape = self.shape(x);
                let (&last, above) = shape.lists().split_last()?;
                let group = |kinds: Kinds| match kinds & NUMBER {
                    0 => kinds,
                    _ => NUMBER,
                };
                let names = |shape: &Shape| -> Vec<(String, Kinds)> {
                    let fields = shape.fields().iter();
                    fields
                        .map(|(name, of)| (name.clone(), group(of.kinds())))
                        .collect()
                };
                let y = self.pick(group(shape.kinds()), |y| {
                    y.depth() == shape.depth()
                        && y.lists().starts_with(above)
                        && y.is_flat()
                        && names(y) == names(&shape)
                })?;
                let other = *self.shape(y).lists().last()?;
                let around = [above, &[derived(last, &format!("{other:x}"))]].concat();
                (vec![x, y], shape.taken(shape.depth(), &around, how))
            }
            Takes::Choices => {
                let x = self.pick(ANY, some)?;
                let shape = self.shape(x);
                let (&last, above) = shape.lists().split_last()?;
                let lists = [above, &[derived(last, how)]].concat();
                let count = if how.contains('2') { 2 } else { 3 };
                let mut fields = Vec::new();
                for i in 0..count {
                    let element = shape.taken(shape.depth(), &lists, &format!("{how}{i}"));
                    fields.push((["a", "b", "c"][i].to_owned(), element));
                    fields.push((["i", "j", "k"][i].to_owned(), leaf(lists.clone())));
                }
                (vec![x], Shape::Record(lists, fields))
            }
            Takes::Pairs { nested } => {
                let x = self.pick(ANY, some)?;
                let a = self.shape(x);
                let (&last, above) = a.lists().split_last()?;
                let alike = |b: &Shape| b.depth() == a.depth() && b.lists().starts_with(above);
                let y = self.pick(ANY, alike)?;
                let b = self.shape(y);
                let pair = derived(last, &format!("{:x} {how}", b.lists().last()?));
                let lists = match nested {
                    true => [a.lists().as_slice(), &[pair]].concat(),
                    false => [above, &[pair]].concat(),
                };
                let depth = a.depth();
                let fields = [
                    ("a", a.taken(depth, &lists, &format!("{how}0"))),
                    ("b", b.taken(depth, &lists, &format!("{how}1"))),
                    ("i", leaf(lists.clone())),
                    ("j", leaf(lists.clone())),
                ];
                let fields = fields.map(|(name, shape)| (name.to_owned(), shape));
                (vec![x, y], Shape::Record(lists, fields.into()))
            }
            Takes::Best => {
                let key = self.pick(NUMBER | SHARP, some)?;
                let lists = self.shape(key).lists().clone();
                let (_, above) = lists.split_last()?;
                let x = self.pick(ANY, |shape| shape.lists().starts_with(&lists))?;
                let how = self.mark(how, &[key]);
                (vec![x, key], self.shape(x).taken(lists.len(), above, &how))
            }
            Takes::Near { of, gives } => {
                let y = self.pick(of | SHARP, some)?;
                let b = self.shape(y);
                let (_, above) = b.lists().split_last()?;
                let near = |x: &Shape| x.lists().starts_with(above) && x.depth() <= b.depth();
                let x = self.pick(of | SHARP, near)?;
                let lists = self.shape(x).lists().clone();
                let how = self.mark(how, &[x, y]);
                let shape = match gives {
                    Near::Element => b.taken(b.depth(), &lists, &how),
                    Near::Number | Near::Truth => leaf(lists),
                };
                (vec![x, y], shape)
            }
            Takes::Zip => {
                let x = self.pick(ANY, |_| true)?;
                let a = self.shape(x);
                let y = self.pick(ANY, |shape| meet(shape.lists(), a.lists()))?;
                let b = self.shape(y);
                let repeated = |a: &Shape, b: &Shape| {
                    a.kinds() & (RECORD | TEXT) != 0 && a.depth() == 0 && b.depth() > 0
                };
                if repeated(&a, &b) || repeated(&b, &a) {
                    return None;
                }
                let shorter = match (a.depth(), b.depth()) {
                    (0, _) => b.lists(),
                    (_, 0) => a.lists(),
                    (left, right) if left > right => b.lists(),
                    _ => a.lists(),
                };
                let spread = |shape: &Shape, name: &str| {
                    let repeated = shape.depth() < shorter.len();
                    let shape = match repeated {
                        true => shape.taken(0, shorter, &format!("spread{:x}", shorter[0])),
                        false => shape.clone(),
                    };
                    (name.to_owned(), shape)
                };
                let fields = vec![spread(&a, "u"), spread(&b, "w")];
                (vec![x, y], Shape::Record(shorter.clone(), fields))
            }
            Takes::With => {
                let x = self.pick(RECORD, |_| true)?;
                let record = self.shape(x);
                let y = self.pick(NUMBER | BOOL, |shape| meet(shape.lists(), record.lists()))?;
                let mut lists = self.shape(y).lists().clone();
                if lists.len() < record.depth() {
                    lists.clone_from(record.lists());
                }
                let kept = record.fields().iter().filter(|(name, _)| name != "w");
                let mut fields: Vec<_> = kept.cloned().collect();
                fields.push(("w".to_owned(), leaf(lists)));
                (vec![x, y], Shape::Record(record.lists().clone(), fields))
            }
            Takes::Field => {
                let x = self.pick(RECORD, |_| true)?;
                (vec![x], self.shape(x))
            }
            Takes::Either => {
                let numbers = |shape: &Shape| {
                    let fields = shape.fields().iter();
                    shape.is_flat() && fields.clone().all(|(_, of)| of.kinds() & NUMBER != 0)
                };
                let x = self.pick(RECORD | WHOLE, numbers)?;
                let shape = self.shape(x);
                let y = self.pick(RECORD | WHOLE, |y| {
                    let pairs = || y.fields().iter().zip(shape.fields());
                    numbers(y)
                        && y.lists() == shape.lists()
                        && y.fields().len() == shape.fields().len()
                        && pairs().all(|((a, _), (b, _))| a == b)
                })?;
                let test =
                    self.pick(BOOL | WHOLE, |test| shape.lists().starts_with(test.lists()))?;
                (vec![test, x, y], shape)
            }
            Takes::Presence => {
                let first = |shape: &Shape| matches!(shape.fields()[0].1, Shape::Leaf(..));
                let x = self.pick(RECORD, |shape| first(shape) && shape.presence().is_some())?;
                (vec![x], leaf(self.shape(x).lists().clone()))
            }
        })
    }

    /// Tells the ways apart of making lists.
    fn mark(&self, how: &str, args: &[usize]) -> String {
        let mut mark = how.to_owned();
        for &arg in args {
            write!(mark, " {}", self.terms[arg].theirs).unwrap();
        }
        mark
    }
}
