"""What the expressions mean, by awkward-array; the words that `grammar.rs` writes.

The functions here are where the language differs from awkward by design, in what is missing and
what is NaN, and where awkward has no function of its own. `d` is the number of lists around a
value, which is also the axis of the innermost ones.
"""

import json

import awkward as a
import numpy as np

np.seterr(all="ignore")
nan, inf, pi = float("nan"), float("inf"), np.pi


# Columns, as they lie in memory.


def values(kind, numbers):
    return a.contents.NumpyArray(np.array(numbers, dtype=kind))


def texts(words):
    # With a last word, since nothing has no type.
    return a.to_layout(a.Array([*words, ""]))[: len(words)]


def lists(lengths, content):
    offsets = np.concatenate([[0], np.cumsum(np.array(lengths, dtype=np.int64))])
    return a.contents.ListOffsetArray(a.index.Index64(offsets.astype(np.int64)), content)


def missing(present, content):
    mask = a.index.Index8(np.array(present, dtype=np.int8))
    return a.contents.ByteMaskedArray.simplified(mask, content, valid_when=True)


def record(length, **fields):
    return a.contents.RecordArray(list(fields.values()), list(fields), length=length)


# Values.


def spread(x, d, index):
    """Repeated for the elements of lists. What is missing is repeated too; awkward would have the
    whole list missing."""
    if a.fields(x):
        return a.zip({f: spread(x[f], d, index) for f in ("eta", "phi")}, depth_limit=index.ndim)
    gone = a.is_none(x, axis=d)
    x = a.fill_none(x, False if "bool" in str(a.type(x)) else 0, axis=d)
    x, gone, _ = a.broadcast_arrays(x, gone, index)
    return a.mask(x, gone, valid_when=False)


def number(x):
    """Truth values count as 0 and 1."""
    return a.values_astype(x, np.int64) if "bool" in str(a.type(x)) else x


def false(x):
    """A comparison with something missing is false."""
    return a.fill_none(x, False, axis=-1)


def remainder(x, y):
    """Of integers missing for a divisor of zero."""
    r, y = a.broadcast_arrays(number(x) % number(y), number(y))
    whole = "float" not in str(a.type(r))
    return a.mask(r, false(y != 0)) if whole else r


def starts(x, prefix, d):
    """Missing counts as false."""
    if d > 0:
        return a.unflatten(starts(a.flatten(x, axis=1), prefix, d - 1), a.num(x, axis=1))
    return a.Array(np.array([str(word).startswith(prefix) if word is not None else False for word in x], dtype=bool))


def default(x, y):
    return a.where(a.is_none(x, axis=-1), y, x)


def chosen(test, x, y, d):
    """A record is chosen field by field."""
    if a.fields(x):
        return a.zip({f: chosen(test, x[f], y[f], d) for f in a.fields(x)}, depth_limit=d + 1)
    return a.where(test, x, y)


def extended(x, y, d):
    """A record with one field more, or another value for one. Records that are missing keep what
    is given to them."""
    return a.zip({**{f: x[f] for f in a.fields(x)}, "w": y}, depth_limit=d + 1)


def angle(x, y):
    d = x - y
    d = a.where(false(abs(d) > 3 * pi), d - 2 * pi * np.round(d / (2 * pi)), d)
    return a.where(d > pi, d - 2 * pi, a.where(d <= -pi, d + 2 * pi, d))


# Reductions.


def whole(function):
    """A function of the innermost lists that takes missing lists for empty ones, and leaves them
    missing: awkward's functions of positions lose count where a list is missing."""

    def safe(x, *args, d):
        gone = []
        for axis in range(d):
            gone.append(a.is_none(x, axis=axis))
            x = a.fill_none(x, [], axis=axis)
        result = function(x, *args, d=d)
        for hole in gone[: result.ndim]:
            result = a.mask(result, hole, valid_when=False)
        return result

    return safe


def every(x):
    """Missing counts as false."""
    return a.all(false(x), axis=-1)


def mean(x):
    """Of nothing it is missing."""
    total, count = a.sum(x, axis=-1), a.count(x, axis=-1)
    return a.mask(total / count, false(count > 0))


def extreme(f, x):
    """NaN if one is NaN."""
    if "float" not in str(a.type(x)):
        return f(x, axis=-1)
    return f(x, axis=-1) + 0.0 / (a.sum(false(np.isnan(x)), axis=-1) == 0)


@whole
def position(x, f, d):
    """NaN is more extreme than any number."""
    bad = a.values_astype(false(np.isnan(x)), np.int64)
    any_bad = a.sum(bad, axis=-1) > 0
    return a.where(any_bad, a.argmax(bad, axis=-1), f(number(x), axis=-1))


# Lists.


def order(x, d, descending=False):
    return order_(x, descending, d=d)


@whole
def order_(x, descending, d):
    """Equal elements keep their order; NaN and then what is missing come last."""
    rank = a.fill_none(a.values_astype(np.isnan(x), np.int64), 2, axis=-1)
    plain = a.where(rank > 0, 0, a.fill_none(number(x), 0, axis=-1))
    first = a.argsort(plain, axis=-1, ascending=not descending, stable=True)
    return first[a.argsort(rank[first], axis=-1, stable=True)]


def backwards(x, d):
    return x[(slice(None),) * d + (slice(None, None, -1),)]


def nth(x, i):
    """Element i of the outermost list; missing if there is none."""
    if isinstance(i, int):
        i = a.Array(np.full(len(x), i))
    x = a.fill_none(x, [], axis=0)
    count = a.num(x, axis=1)
    there = false((i < count) & (i >= -count))
    i = a.where(there, a.where(i < 0, i + count, i), 0)
    some = a.pad_none(x, 1, axis=1)
    # Lists of one; a plain dimension of one would pick events.
    ones = a.unflatten(a.fill_none(i, 0), np.ones(len(i), dtype=np.int64))
    return a.mask(some[ones][:, 0], there)


def at(x, i, d):
    """Elements i, d lists deep; missing where there is none."""
    count = a.num(x, axis=d)
    return x[a.mask(i, false((i < count) & (i >= -count)))]


def best(x, key, f, d):
    """The element of each list, d lists deep, where the key is extreme."""
    return a.firsts(x[false(a.local_index(key, axis=d) == position(key, f, d=d))], axis=d)


def joined(x, y, d):
    """What is missing as a list counts as empty."""
    return a.concatenate([x, y], axis=d)


def choices(x, k, d):
    numbers = a.combinations(a.local_index(x, axis=d), k, axis=d, fields=list("ijkl")[:k])
    elements = a.combinations(x, k, axis=d, fields=list("abcd")[:k])
    both = {f: part[f] for part in (elements, numbers) for f in a.fields(part)}
    return a.zip(both, depth_limit=d + 1)


def pairs(x, y, d, nested=False):
    elements = a.cartesian({"a": x, "b": y}, axis=d, nested=nested)
    numbers = {"i": a.local_index(x, axis=d), "j": a.local_index(y, axis=d)}
    numbers = a.cartesian(numbers, axis=d, nested=nested)
    both = {f: part[f] for part in (elements, numbers) for f in a.fields(part)}
    return a.zip(both, depth_limit=d + 1 + nested)


def near(x, y, e, d, within=inf, number=False):
    """Of the lists y, d lists deep, the element nearest to each x, e lists deep."""
    found = a.local_index(y, axis=d) if number else y
    if e == d:
        both = a.cartesian({"x": x, "y": a.zip({"y": y, "found": found}, depth_limit=d + 1)}, axis=d, nested=True)
        x, y, found = both.x, both.y.y, both.y.found
    else:
        x = spread(x, e, a.local_index(y, axis=d))
    distance = apart(x, y)
    distance = a.mask(distance, false((distance < within) | ((distance == inf) & (within == inf))))
    return a.firsts(found[false(distance == a.min(distance, axis=-1))], axis=e + 1)


def apart(x, y):
    if a.fields(x):
        eta, phi = x.eta - y.eta, angle(x.phi, y.phi)
        return np.sqrt(eta * eta + phi * phi)
    return abs(1.0 * x - y)


# Results.


def rows(x):
    """Values as JSON has them; a list of records is a record of lists."""
    if a.fields(x):
        names = a.fields(x)
        return [dict(zip(names, row)) for row in zip(*(rows(x[name]) for name in names))]
    return tidy(a.to_list(x))


def tidy(x):
    if isinstance(x, list):
        return [tidy(element) for element in x]
    if isinstance(x, float) and x - x != 0:
        return str(x)
    return x


def show(meaning):
    """Prints what a step gives."""
    try:
        result = meaning()
        print(json.dumps(rows(result)))
        return result
    except Exception as error:
        print(json.dumps(f"{type(error).__name__}: {error}"))
        return None
