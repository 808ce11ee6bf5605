//! The reference implementation reads, validates and fits the workspace, and agrees with
//! likelihoods that are written out here in NumPy.

use photopeak_analysis::{Direction, Results, Role, report};

use super::common::{analysis, data, empty, full, process, python, varied};

/// Runs `program` on the workspace, with `w` (the workspace), `model`, `observed` made.
fn fit(results: &Results, program: &str) -> Option<Vec<f64>> {
    let folder = tempfile::tempdir().unwrap();
    let workspace = report::workspace(&analysis("", "fit = true"), results).unwrap();
    let file = folder.path().join("workspace.json");
    std::fs::write(&file, workspace.unwrap().json).unwrap();
    let head = "
import json, os, sys
os.environ['OMP_NUM_THREADS'] = '1'
import numpy as np, pyhf, scipy.optimize, scipy.stats
document = json.load(open(sys.argv[1]))
pyhf.schema.validate(document, 'workspace.json', version='1.0.0')
w = pyhf.Workspace(document)
model = w.model()
observed = w.data(model)
def minimum(nll, start):
    found = scipy.optimize.minimize(nll, start, method='Nelder-Mead',
        options=dict(xatol=1e-9, fatol=1e-12, maxiter=40000, maxfev=40000))
    return found
poisson = lambda n, rate: np.sum(scipy.stats.poisson.logpmf(n, rate))
normal = lambda x, sigma: np.sum(scipy.stats.norm.logpdf(x, 0, sigma))
";
    let printed = python(
        "pyhf, scipy",
        &format!("{head}{program}"),
        &[file.to_str().unwrap()],
    )?;
    let numbers = printed.split_whitespace().map(|n| n.parse().unwrap());
    Some(numbers.collect())
}

/// Pairs of numbers that must agree.
fn check(results: &Results, program: &str, tolerance: f64) {
    let Some(numbers) = fit(results, program) else {
        return;
    };
    assert!(numbers.len() >= 2, "{numbers:?}");
    for pair in numbers.chunks(2) {
        let close = (pair[0] - pair[1]).abs() < tolerance * pair[1].abs().max(1.0);
        assert!(close, "{numbers:?}");
    }
}

#[test]
fn one_bin_by_hand() {
    let mut results = empty();
    let zz = process("zz", Role::Background, &[0.0, 20.0, 0.0], &[0.0, 4.0, 0.0]);
    let zz = varied(zz, "xsec", Direction::Up, &[0.0, 22.0, 0.0]);
    results.processes = vec![
        data(&[0.0, 31.0, 0.0]),
        zz,
        process("higgs", Role::Signal, &[0.0, 8.0, 0.0], &[0.0, 0.25, 0.0]),
    ];
    // The statistical error of the sum is a factor common to both, √4.25 / 28 wide; the
    // cross-section changes the background by a tenth either way, exponentially beyond one
    // standard deviation and by a polynomial within (HistFactory's code 4).
    let program = "
def factor(a, hi=1.1, lo=0.9):
    if abs(a) >= 1: return hi**a if a > 0 else lo**-a
    # The polynomial of sixth order that continues both in value and two derivatives.
    import numpy.linalg as la
    A = np.array([[x**k for k in range(1, 7)] for x in (1., -1.)]
      + [[k*x**(k-1) for k in range(1, 7)] for x in (1., -1.)]
      + [[k*(k-1)*x**(k-2) if k > 1 else 0. for k in range(1, 7)] for x in (1., -1.)])
    b = [hi-1, lo-1, np.log(hi)*hi, -np.log(lo)*lo, np.log(hi)**2*hi, np.log(lo)**2*lo]
    c = la.solve(A, b)
    return 1 + sum(ck*a**k for k, ck in enumerate(c, 1))
sigma = np.sqrt(4.25)/28
def nll(p, mu=None):
    m, g, a = (p[0], p[1], p[2]) if mu is None else (mu, p[0], p[1])
    rate = g*(m*8 + 20*factor(a))
    if rate <= 0: return 1e9
    return -(poisson(31, rate) + normal(g-1, sigma) + normal(a, 1))
free = minimum(nll, [1, 1, 0.])
fixed = minimum(lambda p: nll(p, 0.), [1, 0.])
par, value = pyhf.infer.mle.fit(observed, model, return_fitted_val=True)
null, at0 = pyhf.infer.mle.fixed_poi_fit(0., observed, model, return_fitted_val=True)
print(par[model.config.poi_index], free.x[0])
print(float(value)/2, free.fun)
print(float(at0)/2, fixed.fun)
";
    check(&results, program, 2e-4);
}

#[test]
fn two_bins_by_hand() {
    let mut results = empty();
    let zz = process(
        "zz",
        Role::Background,
        &[0.0, 100.0, 50.0, 0.0],
        &[0.0, 25.0, 16.0, 0.0],
    );
    // A pure change of shape: the yield stays 150.
    let zz = varied(zz, "shape", Direction::Up, &[0.0, 105.0, 45.0, 0.0]);
    let zz = varied(zz, "shape", Direction::Down, &[0.0, 95.0, 55.0, 0.0]);
    results.luminosity_uncertainty = Some(0.03);
    results.processes = vec![
        data(&[0.0, 112.0, 75.0, 0.0]),
        zz,
        process(
            "higgs",
            Role::Signal,
            &[0.0, 5.0, 20.0, 0.0],
            &[0.0, 0.04, 0.16, 0.0],
        ),
    ];
    // Linear in the shape, as both ends are equally far; the luminosity scales everything.
    let program = "
b, s, d = np.array([100., 50.]), np.array([5., 20.]), np.array([5., -5.])
n = np.array([112., 75.])
sigma = np.sqrt([25.04, 16.16])/(b+s)
def nll(p, mu=None):
    if mu is not None: p = np.concatenate([[mu], p])
    m, g, a, l = p[0], p[1:3], p[3], p[4]
    rate = l*g*(m*s + b + a*d)
    if np.any(rate <= 0): return 1e9
    return -(poisson(n, rate) + normal(g-1, sigma) + normal(a, 1) + normal(l-1, 0.03))
best = minimum(nll, [1, 1, 1, 0, 1.])
best = minimum(nll, best.x)
fixed = minimum(lambda p: nll(p, 0.), [1, 1, 0, 1.])
fixed = minimum(lambda p: nll(p, 0.), fixed.x)
par, value = pyhf.infer.mle.fit(observed, model, return_fitted_val=True)
null, at0 = pyhf.infer.mle.fixed_poi_fit(0., observed, model, return_fitted_val=True)
print(par[model.config.poi_index], best.x[0])
print(float(value)/2, best.fun)
print(float(at0)/2, fixed.fun)
# The asymptotic significance from both.
z = pyhf.infer.hypotest(0., observed, model, test_stat='q0')
print(scipy.stats.norm.isf(float(z)), np.sqrt(2*(fixed.fun - best.fun)))
";
    check(&results, program, 1e-3);
}

#[test]
fn variations_give_back_their_bins() {
    // Nominal, and every systematic uncertainty one standard deviation up and down: the sums
    // of the bins that the histograms have.
    let program = "
def rates(**set):
    p = model.config.suggested_init()
    for name, value in set.items(): p[model.config.par_slice(name).start] = value
    return model.expected_actualdata(p)
expected = [([16, 31], {}), ([18, 35], dict(jes=1)), ([14.5, 28], dict(jes=-1)),
            ([16.1, 31.6], dict(theory=1)), ([15.9, 30.4], dict(theory=-1)), ([15, 25], dict(mu=0))]
for bins, set in expected:
    for found, wanted in zip(rates(**set), bins): print(found, wanted)
";
    check(&full(), program, 1e-12);
}

#[test]
fn an_upper_limit_and_asimov_data() {
    // Without data the observations are what is expected at signal strength 1.
    let mut results = full();
    results.processes.remove(0);
    let program = "
par = pyhf.infer.mle.fit(observed, model)
print(par[model.config.poi_index], 1.0)
print(*[x for pair in zip(observed[:2], [16, 31]) for x in pair])
limit, bands = pyhf.infer.intervals.upper_limits.upper_limit(observed, model, np.linspace(0.2, 6, 9))
# Expected limits ascend, and the observed one of these data, which have a signal, is above
# the median of those that have none.
print(float(np.all(np.diff([float(b) for b in bands]) > 0) and limit > bands[2]), 1.0)
";
    check(&results, program, 1e-3);
}

#[test]
fn empty_and_negative_bins_can_be_fitted() {
    let mut results = empty();
    let variances = [0.0, 4.0, 1.0, 0.5, 0.0];
    results.processes = vec![
        data(&[0.0, 11.0, 5.0, 1.0, 0.0]),
        process(
            "zz",
            Role::Background,
            &[0.0, 10.0, -0.5, 0.0, 0.0],
            &variances,
        ),
        process(
            "higgs",
            Role::Signal,
            &[0.0, 1.0, 4.0, 0.0, 0.0],
            &[0.0, 0.1, 0.1, 0.0, 0.0],
        ),
    ];
    let program = "
par, value = pyhf.infer.mle.fit(observed, model, return_fitted_val=True)
print(float(np.isfinite(value) and np.all(np.isfinite(par))), 1.0)
cls = pyhf.infer.hypotest(1.0, observed, model, test_stat='qtilde')
print(float(np.isfinite(cls)), 1.0)
";
    check(&results, program, 1e-9);
}

#[test]
fn a_model_without_signal_has_no_parameter_of_interest() {
    let mut results = full();
    results.processes.pop();
    let program = "
print(float(model.config.poi_name is None), 1.0)
par = pyhf.infer.mle.fit(observed, model)
print(float(np.all(np.isfinite(par))), 1.0)
";
    check(&results, program, 1e-9);
}
