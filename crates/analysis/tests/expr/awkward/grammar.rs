//! The rules from which random expressions grow, each with its meaning in Python.
//!
//! `{0}`, `{1}` are arguments, `{d}` the number of lists around the first and `{e}` around the
//! second; `{i}`, `{k}`, `{r}` a small integer, count and real. The Python functions are in
//! `meaning.py`.

/// What an argument may be: a sum of these.
pub(super) type Kinds = u16;
pub(super) const INT: Kinds = 1;
pub(super) const REAL: Kinds = 2;
pub(super) const BOOL: Kinds = 4;
pub(super) const TEXT: Kinds = 8;
pub(super) const RECORD: Kinds = 16;
/// Not rounded: for functions that jump, where a last digit would make all the difference.
pub(super) const SHARP: Kinds = 32;
/// Without missing lists, where awkward would lose count.
pub(super) const WHOLE: Kinds = 64;
/// With `eta` and `phi`.
pub(super) const PLACED: Kinds = 128;

const NUMBER: Kinds = INT | REAL;
const VALUE: Kinds = NUMBER | BOOL;
const ANY: Kinds = VALUE | TEXT | RECORD;

/// What a rule takes, and what lists its result has.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Takes {
    /// Values that meet each other.
    Each(&'static [Kinds]),
    /// The innermost lists, each to one value.
    Fold(Kinds),
    /// Equally long innermost lists, that stay so long.
    Same(&'static [Kinds]),
    /// The first, and a mask.
    Mask,
    /// One element of the outermost list, by its number.
    Element,
    /// One element of the outermost list, by a number for each event.
    ElementBy,
    /// Elements of the outermost list.
    Slice,
    /// Elements by their numbers.
    Elements,
    /// The two innermost lists as one.
    Flat,
    /// Two lists as one.
    Joined,
    Choices,
    Pairs {
        nested: bool,
    },
    /// The first, and numbers by which one of its elements is chosen.
    Best,
    /// What is near: in numbers or in ΔR.
    Near {
        of: Kinds,
        gives: Near,
    },
    Zip,
    With,
    Field,
    /// A condition, and two records of one kind.
    Either,
    /// A record with a list around it or not, by its first field.
    Presence,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Near {
    Element,
    Number,
    Truth,
}

use Takes::{
    Best, Choices, Each, Either, Element, ElementBy, Elements, Field, Flat, Fold, Joined, Mask,
    Pairs, Presence, Same, Slice, With, Zip,
};

/// What it takes, how it is written, what it means.
pub(super) type Rule = (Takes, &'static str, &'static str);

const TWO: &[Kinds] = &[VALUE, VALUE];
const TWO_SHARP: &[Kinds] = &[VALUE | SHARP, VALUE | SHARP];

#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    // Arithmetic.
    (Each(TWO), "{0} + {1}", "number({0}) + number({1})"),
    (Each(TWO), "{0} - {1}", "number({0}) - number({1})"),
    (Each(TWO), "{0} * {1}", "number({0}) * number({1})"),
    (Each(TWO), "{0} / {1}", "number({0}) / (1.0 * number({1}))"),
    (Each(TWO_SHARP), "{0} % {1}", "remainder({0}, {1})"),
    (Each(&[VALUE]), "{0} + {i}", "number({0}) + {i}"),
    (Each(&[VALUE]), "{r} - {0}", "{r} - number({0})"),
    (Each(&[VALUE]), "{0} * {r}", "number({0}) * {r}"),
    (Each(&[VALUE]), "{0} ** 2", "number({0}) ** 2"),
    (Each(&[NUMBER]), "-{0}", "-{0}"),
    (Each(&[NUMBER]), "abs({0})", "abs({0})"),
    (Each(&[NUMBER | SHARP]), "sign({0})", "np.sign({0})"),
    (Each(&[NUMBER]), "sqrt({0})", "np.sqrt({0})"),
    (Each(&[NUMBER | SHARP]), "floor({0})", "np.floor({0})"),
    (Each(&[NUMBER | SHARP]), "ceil({0})", "np.ceil({0})"),
    (Each(&[NUMBER | SHARP]), "round({0})", "np.round({0})"),
    (Each(&[NUMBER]), "sin({0})", "np.sin({0})"),
    (Each(&[NUMBER]), "atan2({0}, {r})", "np.arctan2({0}, {r})"),
    (Each(&[NUMBER, NUMBER]), "hypot({0}, {1})", "np.hypot({0}, {1})"),
    (Each(&[NUMBER, NUMBER]), "min({0}, {1})", "np.minimum({0}, {1})"),
    (Each(&[NUMBER, NUMBER]), "max({0}, {1})", "np.maximum({0}, {1})"),
    (Each(&[NUMBER]), "clip({0}, -1, {k})", "np.minimum(np.maximum({0}, -1), {k})"),
    (Each(&[INT]), "bit({0}, {k})", "({0} >> {k}) & 1 == 1"),
    (Each(&[INT]), "bits({0}, 1, {k})", "({0} >> 1) % 2**{k}"),
    // Comparison and logic.
    (Each(TWO_SHARP), "{0} < {1}", "false(number({0}) < number({1}))"),
    (Each(TWO_SHARP), "{0} >= {1}", "false(number({0}) >= number({1}))"),
    (Each(TWO_SHARP), "{0} == {1}", "false(number({0}) == number({1}))"),
    (Each(TWO_SHARP), "{0} != {1}", "false(number({0}) != number({1}))"),
    (Each(&[VALUE | SHARP]), "{0} > {r}", "false({0} > {r})"),
    (Each(&[NUMBER | SHARP]), "-1 <= {0} < {k}", "false((-1 <= {0}) & ({0} < {k}))"),
    (Each(&[NUMBER | SHARP]), "{0} in (0, {i}, {r})", "false(({0} == 0) | ({0} == {i}) | ({0} == {r}))"),
    (Each(&[NUMBER | SHARP]), "{0} not in (0, {i})", "false(({0} != 0) & ({0} != {i}))"),
    (Each(&[TEXT]), "{0} == 'mu'", "false({0} == 'mu')"),
    (Each(&[TEXT]), "{0} in ('e', 'tau')", "false(({0} == 'e') | ({0} == 'tau'))"),
    (Each(&[TEXT]), "startswith({0}, 't')", "starts({0}, 't', {d})"),
    (Each(&[BOOL, BOOL]), "{0} && {1}", "false({0}) & false({1})"),
    (Each(&[BOOL, BOOL]), "{0} || {1}", "false({0}) | false({1})"),
    (Each(&[BOOL]), "!{0}", "~{0}"),
    (Each(&[NUMBER]), "isnan({0})", "np.isnan({0})"),
    (Each(&[NUMBER]), "isfinite({0})", "np.isfinite({0})"),
    // Choice, and what is missing.
    (Each(&[BOOL | WHOLE, NUMBER | WHOLE, NUMBER | WHOLE]), "where({0}, {1}, {2})", "a.where({0}, {1}, {2})"),
    (Each(&[BOOL | WHOLE, NUMBER | WHOLE]), "where({0}, {1}, {r})", "a.where({0}, {1}, {r})"),
    (Either, "where({0}, {1}, {2})", "chosen({0}, {1}, {2}, {e})"),
    (Each(&[NUMBER | WHOLE, NUMBER | WHOLE]), "default({0}, {1})", "default({0}, {1})"),
    (Each(&[NUMBER]), "default({0}, {r})", "a.fill_none({0}, {r}, axis=-1)"),
    (Each(&[BOOL]), "default({0}, true)", "a.fill_none({0}, True, axis=-1)"),
    (Each(&[VALUE | TEXT]), "is_missing({0})", "a.is_none({0}, axis={d})"),
    (Presence, "is_missing({0})", "a.is_none({0}['{f}'], axis={d})"),
    // Reductions.
    (Fold(VALUE), "sum({0})", "a.sum(number({0}), axis=-1)"),
    (Fold(VALUE), "prod({0})", "a.prod(1.0 * number({0}), axis=-1)"),
    (Fold(VALUE), "mean({0})", "mean(number({0}))"),
    (Fold(NUMBER), "min({0})", "extreme(a.min, {0})"),
    (Fold(NUMBER), "max({0})", "extreme(a.max, {0})"),
    (Fold(VALUE | SHARP), "argmin({0})", "position({0}, a.argmin, d={d})"),
    (Fold(VALUE | SHARP), "argmax({0})", "position({0}, a.argmax, d={d})"),
    (Fold(BOOL), "any({0})", "a.any({0}, axis=-1)"),
    (Fold(BOOL), "all({0})", "every({0})"),
    (Fold(ANY), "count({0})", "a.num({0}, axis={d})"),
    // Elements.
    (Mask, "{0}[{1}]", "{0}[false({1})]"),
    (Mask, "{0}[{1}]", "{0}[false({1})]"),
    (Element, "{0}[{i}]", "nth({0}, {i})"),
    (Element, "first({0})", "a.firsts({0})"),
    (Element, "last({0})", "nth({0}, -1)"),
    (ElementBy, "{0}[{1}]", "nth({0}, {1})"),
    (Elements, "{0}[{1}]", "at({0}, {1}, {e})"),
    (Slice, "{0}[:{k}]", "{0}[:, :{k}]"),
    (Slice, "{0}[{k}:]", "{0}[:, {k}:]"),
    (Slice, "{0}[-{k}:]", "{0}[:, -{k}:]"),
    (Slice, "{0}[1:-1]", "{0}[:, 1:-1]"),
    (Slice, "take({0}, {k})", "{0}[:, :{k}]"),
    (Best, "min_by({0}, {1})", "best({0}, {1}, a.argmin, {e})"),
    (Best, "max_by({0}, {1})", "best({0}, {1}, a.argmax, {e})"),
    // Order.
    (Same(&[ANY]), "reverse({0})", "backwards({0}, {d})"),
    (Same(&[ANY]), "index({0})", "a.local_index({0}, axis={d})"),
    (Same(&[VALUE | SHARP]), "sort({0})", "{0}[order({0}, {d})]"),
    (Same(&[VALUE | SHARP]), "sort({0}, desc=true)", "{0}[order({0}, {d}, True)]"),
    (Same(&[ANY, VALUE | SHARP]), "sort({0}, by={1})", "{0}[order({1}, {d})]"),
    (Same(&[ANY, VALUE | SHARP]), "sort({0}, by={1}, desc=true)", "{0}[order({1}, {d}, True)]"),
    (Same(&[VALUE | SHARP]), "argsort({0})", "order({0}, {d})"),
    // Lists of lists, combinations.
    (Flat, "flatten({0})", "a.flatten({0}, axis={d})"),
    (Joined, "concat({0}, {1})", "joined({0}, {1}, {d})"),
    (Choices, "combinations({0}, {k})", "choices({0}, {k}, {d})"),
    (Pairs { nested: false }, "cross({0}, {1})", "pairs({0}, {1}, {d})"),
    (Pairs { nested: true }, "cross({0}, {1}, nested=true)", "pairs({0}, {1}, {d}, nested=True)"),
    // Matching.
    (near(NUMBER, Near::Element), "nearest({0}, {1})", "near({0}, {1}, {d}, {e})"),
    (near(NUMBER, Near::Element), "nearest({0}, {1}, within={k})", "near({0}, {1}, {d}, {e}, {k})"),
    (near(NUMBER, Near::Number), "argnearest({0}, {1})", "near({0}, {1}, {d}, {e}, number=True)"),
    (near(PLACED, Near::Element), "nearest({0}, {1})", "near({0}, {1}, {d}, {e})"),
    (near(PLACED, Near::Number), "argnearest({0}, {1}, within={k})", "near({0}, {1}, {d}, {e}, {k}, True)"),
    (near(PLACED, Near::Truth), "isolated_from({0}, {1}, {k})", "a.is_none(near({0}, {1}, {d}, {e}, {k}, True), axis={d})"),
    (Each(&[PLACED, PLACED]), "delta_r({0}, {1})", "apart({0}, {1})"),
    (Each(&[PLACED, PLACED]), "delta_phi({0}, {1})", "angle({0}.phi, {1}.phi)"),
    // Four-vectors.
    (Each(&[NUMBER, NUMBER]), "p4({0}, 0, {1}, 2).px", "{0} * np.cos({1})"),
    (Each(&[NUMBER, NUMBER]), "p4m({0}, {1}, 0, 1).pz", "{0} * np.sinh({1})"),
    (Each(&[NUMBER, NUMBER]), "(p4({0}, 1, {1}, 2) - p4({0}, 0, {r}, 1)).py", "{0} * np.sin({1}) - {0} * np.sin({r})"),
    // Records.
    (Zip, "zip(u={0}, w={1})", "a.zip({'u': {0}, 'w': {1}}, depth_limit={m} + 1)"),
    (With, "with({0}, w={1})", "extended({0}, {1}, {d})"),
    (Field, "{0}.{f}", "{0}['{f}']"),
    (Field, "{0}.{f}", "{0}['{f}']"),
    (Field, "{0}.{f}", "{0}['{f}']"),
    (Field, "{0}.{f}", "{0}['{f}']"),
];

const fn near(of: Kinds, gives: Near) -> Takes {
    Takes::Near { of, gives }
}
