"""Fits the spectra on standard input by iminuit, with the same model written anew with SciPy, and
prints deviance, parameters and errors of each."""

import json
import sys

import numpy
from iminuit import Minuit
from scipy.special import erfc, erfcx
from scipy.stats import norm


def tailed(z, ratio):
    w = (z + ratio) / numpy.sqrt(2)
    with numpy.errstate(over="ignore", invalid="ignore", under="ignore"):
        high = 0.5 * numpy.exp(-0.5 * z * z) * erfcx(w)
        low = 0.5 * numpy.exp(ratio * (z + 0.5 * ratio)) * erfc(w)
    return numpy.where(w > 0, high, low)


def expected(edges, area, mean, sigma, tail, length, step, background, slope):
    z = (edges - mean) / sigma
    line = area * (norm.cdf(z) + tail * tailed(z, sigma / length))
    gone = step * sigma * (z * norm.sf(z) - norm.pdf(z))
    from_, to = edges[0], edges[-1]
    t = (edges - from_) / (to - from_)
    level = background * (to - from_) * (t + 0.5 * slope * (t * t - t))
    return numpy.diff(line + gone + level)


names = ["area", "mean", "sigma", "tail", "length", "step", "background", "slope"]
for line in sys.stdin:
    case = json.loads(line)
    counts = numpy.array(case["counts"])
    edges = case["from"] + case["width"] * numpy.arange(len(counts) + 1)

    def deviance(*parameters):
        mu = expected(edges, *parameters)
        if not (mu > 0).all():
            return 1e9
        ratio = numpy.where(counts > 0, counts * numpy.log(numpy.maximum(counts, 1) / mu), 0)
        return 2 * (mu - counts + ratio).sum()

    minuit = Minuit(deviance, *case["start"], name=names)
    minuit.errordef = 1
    minuit.strategy = 2
    minuit.limits["area", "step"] = (0, None)
    minuit.limits["background"] = (1e-3 / (edges[-1] - edges[0]), None)
    minuit.limits["slope"] = (-2, 2)
    minuit.limits["sigma", "length"] = (1e-3, None)
    minuit.limits["tail"] = (0, 1)
    for name, fixed in zip(names, case["fixed"]):
        minuit.fixed[name] = fixed
    for _ in range(4):
        minuit.migrad(ncall=50_000)
    minuit.hesse()
    print(json.dumps({"deviance": minuit.fval, "values": list(minuit.values), "errors": list(minuit.errors)}))
