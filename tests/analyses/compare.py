"""What the checks of several releases need: reading events, counting, and telling differences."""

import math

TOLERANCE = 1e-9


def events(path, tree):
    """The events of a ROOT or Parquet file, as dictionaries of plain numbers and lists."""
    if path.suffix == ".root":
        import uproot

        with uproot.open(path) as file:
            return file[tree].arrays(library="ak").to_list()
    import pyarrow.parquet

    return pyarrow.parquet.read_table(path).to_pylist()


class Tally:
    """Sums of weights and of their squares, after cuts and in bins of equal width.

    The first bin is below the axis, the last one above it; what is NaN or None is in no bin.
    """

    def __init__(self, axes):
        self.axes, self.weight = axes, 1.0
        self.steps = {}
        self.histograms = {name: [[0.0, 0.0] for _ in range(axis[0] + 2)] for name, axis in axes.items()}

    def passed(self, cut):
        step = self.steps.setdefault(cut, [0, 0.0, 0.0])
        step[0] += 1
        step[1] += self.weight
        step[2] += self.weight**2

    def passing(self):
        """How many passed the last cut that any event passed."""
        return list(self.steps.values())[-1][0]

    def fill(self, name, value):
        if value is None or math.isnan(value):
            return
        n, low, high = self.axes[name]
        place = 0 if value < low else n + 1
        if low <= value < high:
            place = 1 + min(math.floor((value - low) * n / (high - low)), n - 1)
        self.histograms[name][place][0] += self.weight
        self.histograms[name][place][1] += self.weight**2


def differences(analysis, theirs, ours):
    """Sentences about what is not the same. `theirs` are tallies by process, `ours` from photopeak."""
    for process in sorted(set(theirs) | set(ours)):
        where = f"{analysis}, {process}"
        if process not in ours:
            yield f"{where}: is not there; there are {sorted(ours)}"
        elif process not in theirs:
            if any(step["events"] for step in ours[process]["cuts"]):
                yield f"{where}: has events, and none are expected"
        else:
            yield from different(where, theirs[process], ours[process])


def different(where, theirs, ours):
    unknown = [cut for cut in theirs.steps if cut not in [step["name"] for step in ours["cuts"]]]
    if unknown:
        yield f"{where}: no cut is called {unknown}"
    for step in ours["cuts"]:
        count, *sums = theirs.steps.get(step["name"], [0, 0.0, 0.0])
        if count != step["events"]:
            yield f"{where}, cut {step['name']}: {step['events']} events, expected {count}"
        elif not same(sums, (step["sum"], step["squares"])):
            yield f"{where}, cut {step['name']}: {step['sum']!r}, expected {sums[0]!r}"
    if set(theirs.axes) != set(ours["histograms"]):
        yield f"{where}: other histograms: {sorted(set(theirs.axes) ^ set(ours['histograms']))}"
    for name, histogram in ours["histograms"].items():
        bins = theirs.histograms.get(name, [])
        n, low, high = theirs.axes.get(name, (0, 0.0, 0.0))
        edges = histogram["edges"]
        if (len(edges) - 1, edges[0], edges[-1]) != (n, low, high):
            yield f"{where}, {name}: {len(edges) - 1} bins from {edges[0]} to {edges[-1]}, expected {n}, {low}, {high}"
            continue
        for number, (sums, *given) in enumerate(zip(bins, histogram["values"], histogram["variances"])):
            if not same(sums, given):
                yield f"{where}, {name}, bin {number}: {given[0]!r}, expected {sums[0]!r}"


def same(theirs, ours):
    """Whether sums in another order are equal: up to rounding of the terms that are in them."""
    size = math.sqrt(abs(theirs[1]))
    return (
        abs(theirs[0] - ours[0]) <= TOLERANCE * max(abs(theirs[0]), size)
        and abs(theirs[1] - ours[1]) <= TOLERANCE * abs(theirs[1])
    )
