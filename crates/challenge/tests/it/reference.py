"""Metrics by scikit-learn and NumPy: columns as JSON on standard input, scores as JSON out.

Written from the definitions, not from the Rust code. What scikit-learn has is taken from there.
"""

import json
import sys

import numpy as np
from sklearn import metrics


def rejection(truth, scores, efficiency):
    # roc_curve drops points on straight lines by default, which changes nothing here.
    fpr, tpr, _ = metrics.roc_curve(truth, scores, drop_intermediate=False)
    # The smallest background at this efficiency: where the curve is vertical, its left end.
    first = np.searchsorted(tpr, efficiency - 1e-12)
    if tpr[first] <= efficiency + 1e-12 or first == 0:
        return 1 / fpr[first]
    t = (efficiency - tpr[first - 1]) / (tpr[first] - tpr[first - 1])
    return 1 / (fpr[first - 1] + t * (fpr[first] - fpr[first - 1]))


def matched(truth, scores, energy, width):
    won = pairs = 0
    for b in np.unique(energy // width):
        rows = energy // width == b
        yes, no = scores[rows & truth], scores[rows & ~truth]
        difference = yes[:, None] - no[None, :]
        won += (difference > 0).sum() + (difference == 0).sum() / 2
        pairs += difference.size
    return won / pairs


def continuum(energy, scores):
    away = abs(energy - 1592.5)
    peak, side = away <= 2.5, (away >= 6) & (away < 24)
    region = (energy >= 2004) & (energy < 2074)
    line = lambda keep: (peak & keep).sum() - 2.5 / 18 * (side & keep).sum()
    for cut in np.unique(scores[peak | side | region])[::-1]:
        if line(scores >= cut) >= 0.9 * line(scores > -1) - 1e-9:
            return (region & (scores >= cut)).sum() / region.sum()


def histograms(truth, found, bins, low, high):
    edges = np.concatenate([[-np.inf], np.linspace(low, high, bins + 1), [np.inf]])
    return np.histogram(truth, edges)[0], np.histogram(found, edges)[0]


def iou(t, p):
    return np.minimum(t, p).sum() / np.maximum(t, p).sum()


def ams(truth, found, weight, r, signal=None, background=None):
    s, b = weight[truth & found].sum(), weight[~truth & found].sum()
    if signal is not None:
        s, b = s / weight[truth].sum() * signal, b / weight[~truth].sum() * background
    return np.sqrt(2 * ((s + b + r) * np.log(1 + s / (b + r)) - s))


def trackml(events, particles, tracks, weight):
    scores = []
    for event in np.unique(events):
        in_event = events == event
        p, t, w = particles[in_event], tracks[in_event], weight[in_event]
        good = 0
        for track in np.unique(t):
            names, counts = np.unique(p[t == track], return_counts=True)
            major, shared = names[counts.argmax()], counts.max()
            if major and 2 * shared > (t == track).sum() and 2 * shared > (p == major).sum():
                good += w[(t == track) & (p == major)].sum()
        scores.append(good / w.sum())
    return np.mean(scores)


d = {name: np.array(column) for name, column in json.load(sys.stdin).items()}
y, p, s, e, q, w = (d[k] for k in ("flags", "found", "scores", "energy", "predicted", "weights"))
wide = histograms(e, q, 300, 0, 2900)
narrow = [h / h.sum() for h in histograms(e, q, 40, 100, 2900)]
shape = [h / h.sum() for h in histograms(e, q, 77, 0, 2500)]
filled = shape[0] + shape[1] > 0
print(json.dumps([
    metrics.accuracy_score(y, p),
    metrics.balanced_accuracy_score(y, p),
    metrics.f1_score(y, p),
    metrics.f1_score(y, p, pos_label=False),
    metrics.matthews_corrcoef(y, p),
    metrics.roc_auc_score(y, s),
    rejection(y, s, 0.5),
    rejection(y, s, 0.77),
    matched(y, s, e, 250),
    metrics.log_loss(y, np.clip(s, 1e-6, 1 - 1e-6)),
    metrics.log_loss(y, np.clip(s, 0.05, 0.95)),
    continuum(e, s),
    metrics.mean_absolute_error(e, q),
    metrics.root_mean_squared_error(e, q),
    np.mean(q - e),
    iou(*wide),
    iou(*narrow),
    ((shape[0] - shape[1])[filled] ** 2 / (shape[0] + shape[1])[filled]).sum() / 2,
    ams(y, p, w, 10),
    ams(y, p, w, 1, 691, 410000),
    trackml(d["events"], d["particles"], d["tracks"], w),
]))
