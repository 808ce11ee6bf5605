//! Transverse masses, boosts and decay angles, against what is known of them.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use photopeak_analysis::expr::{ErrorKind, Program};

use super::common::{batch, check, complaint, sample};

/// Random numbers that are the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = (self.0)
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn momentum(&mut self) -> f64 {
        5.0 - 60.0 * (1.0 - self.next()).ln()
    }

    fn angle(&mut self) -> f64 {
        std::f64::consts::TAU * (self.next() - 0.5)
    }
}

/// Columns of one number per event.
fn columns(columns: &[(&str, Vec<f64>)]) -> RecordBatch {
    let columns = columns.iter().map(|(name, values)| {
        let values: ArrayRef = Arc::new(Float64Array::from(values.clone()));
        (*name, "", values)
    });
    batch(columns.collect())
}

fn numbers(batch: &RecordBatch, text: &str) -> Vec<f64> {
    let mut program = Program::new(&batch.schema());
    let id = program.add(text).unwrap_or_else(|e| panic!("{e}"));
    let mut evaluator = program.evaluator();
    evaluator.begin_block(batch.num_rows(), 0);
    let value = evaluator.eval(id, &mut batch.clone()).unwrap();
    value.array().unwrap().flat().unwrap().values().to_vec()
}

#[test]
fn transverse_mass_of_two() {
    let met = "zip(pt=met, phi=met_phi)";
    check(&format!("mt({met}, {met})"), "0 | 0 | 0");
    check("mt(zip(pt=8, phi=0), zip(pt=2, phi=pi))", "8 | 8 | 8");
    // The unit of the first.
    check(
        "mt(zip(pt=8*GeV, phi=0), zip(pt=2000*MeV, phi=pi))",
        "8 | 8 | 8",
    );
    let formula = "sqrt(2 * pt * met * (1 - cos(phi - met_phi)))";
    check(
        &format!("abs(mt(p4(pt, eta, phi, e), {met}) - {formula}) < 1e-6*MeV"),
        "[true, true, true] | [] | [true]",
    );
    check(
        "mt(zip(pt=50*GeV, phi=0), zip(et=50*GeV, phi=pi))/GeV",
        "100 | 100 | 100",
    );
    for text in ["mt(pt, met)", "mt(zip(pt=pt), zip(pt=met, phi=met_phi))"] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Type, "{text}");
    }
}

/// mT² of a visible and an unseen particle.
fn mt_squared(m: f64, p: [f64; 2], unseen: f64, q: [f64; 2]) -> f64 {
    let [e, f] = [(m, p), (unseen, q)].map(|(m, [x, y])| (m * m + x * x + y * y).sqrt());
    let dot = p[0] * q[0] + p[1] * q[1];
    let cross = p[0] * q[1] - p[1] * q[0];
    let rest = m * m * f * f + unseen * unseen * (p[0] * p[0] + p[1] * p[1]) + cross * cross;
    let product = if dot > 0.0 {
        rest / (e * f + dot)
    } else {
        e * f - dot
    };
    m * m + unseen * unseen + 2.0 * product
}

/// The least of a convex function, by golden section.
fn least(low: f64, high: f64, f: &dyn Fn(f64) -> f64) -> f64 {
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (low, high);
    let (mut c, mut d) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut fc, mut fd) = (f(c), f(d));
    for _ in 0..80 {
        if fc < fd {
            (high, d, fd) = (d, c, fc);
            c = high - ratio * (high - low);
            fc = f(c);
        } else {
            (low, c, fc) = (c, d, fd);
            d = low + ratio * (high - low);
            fd = f(d);
        }
    }
    fc.min(fd)
}

#[test]
fn stransverse_mass_is_the_least_over_all_splits() {
    // Mass of the two visible systems and of what is unseen, and the angle between the two,
    // if it is not random.
    let kinds = [
        (0.0, 0.0, 0.0, None),
        (0.1057, 0.1057, 0.0, None),
        (30.0, 5.0, 0.0, None),
        (0.000511, 0.1057, 0.0, None),
        (20.0, 80.0, 100.0, None),
        (0.0, 40.0, 0.0, None),
        (100.0, 100.0, 1.0, None),
        (0.0, 0.0, 0.0, Some(0.0)),
        (0.0, 0.0, 0.0, Some(1e-7)),
        (0.0, 0.0, 20.0, Some(1e-5)),
        (0.0001, 0.0001, 0.0, Some(0.0)),
    ];
    let mut random = Random(11);
    let mut values: Vec<Vec<f64>> = vec![Vec::new(); 9];
    for (first, second, unseen, angle) in kinds {
        for _ in 0..10 {
            let phi = random.angle();
            let other = angle.map_or_else(|| random.angle(), |angle| phi + angle);
            let event = [
                first,
                random.momentum(),
                phi,
                second,
                random.momentum(),
                other,
                random.momentum(),
                random.angle(),
                unseen,
            ];
            for (column, value) in values.iter_mut().zip(event) {
                column.push(value);
            }
        }
    }
    let names = ["m1", "p1", "f1", "m2", "p2", "f2", "met", "fm", "mx"];
    let named: Vec<_> = names.into_iter().zip(values.clone()).collect();
    let text = "mt2(p4m(p1, 0, f1, m1), p4m(p2, 0, f2, m2), zip(pt=met, phi=fm), m_invisible=mx)";
    let found = numbers(&columns(&named), text);
    let swapped =
        "mt2(p4m(p2, 0, f2, m2), p4m(p1, 0, f1, m1), zip(pt=met, phi=fm), m_invisible=mx)";
    let swapped = numbers(&columns(&named), swapped);
    let at = |pt: f64, phi: f64| [pt * phi.cos(), pt * phi.sin()];
    for (i, (&found, &swapped)) in found.iter().zip(&swapped).enumerate() {
        let event: Vec<f64> = values.iter().map(|column| column[i]).collect();
        let (a, b, s) = (
            at(event[1], event[2]),
            at(event[4], event[5]),
            at(event[6], event[7]),
        );
        let reach = 30.0 * (event[1] + event[4] + event[6] + event[8] + event[0] + event[3]);
        let larger = |x: f64, y: f64| {
            let first = mt_squared(event[0], a, event[8], [x, y]);
            let second = mt_squared(event[3], b, event[8], [s[0] - x, s[1] - y]);
            first.max(second)
        };
        let expected = least(-reach, reach, &|x| least(-reach, reach, &|y| larger(x, y))).sqrt();
        // Nearly opposite massless particles have their least far outside.
        let opposite = (a[0] * b[0] + a[1] * b[1]) < -0.95 * event[1] * event[4];
        let below = found <= expected + 1e-7 * expected.max(1.0);
        assert!(below, "{event:?}: {found} {expected}");
        if !opposite {
            assert!(
                (found - expected).abs() < 1e-7 * expected.max(1.0),
                "{event:?}: {found} {expected}"
            );
        }
        assert!(
            (found - swapped).abs() < 1e-7 * found.max(1.0),
            "{event:?}: {found} {swapped}"
        );
    }
}

#[test]
fn stransverse_mass_in_special_cases() {
    let mt2 = |a: &str, b: &str, met: &str, rest: &str| format!("mt2({a}, {b}, {met}{rest})");
    let v = |pt: f64, phi: f64, m: f64| format!("p4m({pt}, 0, {phi}, {m})");
    let met = |pt: f64, phi: f64| format!("zip(pt={pt}, phi={phi})");
    let near = |text: &str, expected: f64| {
        let found = numbers(&sample(), text)[0];
        assert!(
            (found - expected).abs() < 1e-9 * expected.max(1.0),
            "{text}: {found}, not {expected}"
        );
    };
    // Two equal massless momenta, the missing one opposite to both: each takes half.
    near(
        &mt2(
            &v(50.0, 0.3, 0.0),
            &v(50.0, 0.3, 0.0),
            &met(100.0, 0.3 - std::f64::consts::PI),
            "",
        ),
        100.0,
    );
    // No recoil: mT2² = 2 (pT₁ pT₂ + p₁·p₂) (Lester, arXiv:1103.5682).
    let (p, q, phi) = (40.0, 70.0, 2.2f64);
    let (x, y) = (p + q * phi.cos(), q * phi.sin());
    near(
        &mt2(
            &v(p, 0.0, 0.0),
            &v(q, phi, 0.0),
            &met(x.hypot(y), (-y).atan2(-x)),
            "",
        ),
        (2.0 * p * q * (1.0 + phi.cos())).sqrt(),
    );
    // Nothing missing in the transverse plane: the heavier side alone.
    near(
        &mt2(&v(30.0, 0.0, 80.0), &v(20.0, 2.0, 10.0), &met(0.0, 0.0), ""),
        80.0,
    );
    near(
        &mt2(
            &v(0.0, 0.0, 80.0),
            &v(0.0, 0.0, 10.0),
            &met(0.0, 0.0),
            ", m_invisible=5",
        ),
        85.0,
    );
    // Missing momentum between two massless particles.
    near(
        &mt2(&v(30.0, 0.0, 0.0), &v(20.0, 2.0, 0.0), &met(60.0, 1.0), ""),
        0.0,
    );
    near(
        &mt2(&v(0.0, 0.0, 0.0), &v(0.0, 0.0, 0.0), &met(0.0, 0.0), ""),
        0.0,
    );
    // A common scale and unit go through.
    check(
        "abs(mt2(p4m(3*GeV, 0, 0, 1*GeV), p4m(2*GeV, 0, 1, 0), zip(pt=5000*MeV, phi=2))
           - mt2(p4m(3, 0, 0, 1), p4m(2, 0, 1, 0), zip(pt=5, phi=2))*GeV) < 1e-9*GeV",
        "true | true | true",
    );
    // A mass that is negative by rounding is none; what is not finite gives no number.
    near(
        &mt2(
            &v(30.0, 0.0, -1e-3),
            &v(20.0, 2.0, 0.0),
            &met(60.0, 1.0),
            "",
        ),
        0.0,
    );
    check(
        &mt2(
            &v(30.0, 0.0, 0.0),
            &v(20.0, 2.0, 0.0),
            "zip(pt=nan, phi=0)",
            "",
        ),
        "NaN | NaN | NaN",
    );
    check(
        "mt2(p4(pt, eta, phi, e)[0], p4(pt, eta, phi, e)[3], zip(pt=met, phi=met_phi))",
        "null | null | null",
    );
    for text in [
        "mt2(zip(pt=pt, phi=phi), zip(pt=pt, phi=phi), zip(pt=met, phi=met_phi))",
        "mt2(pt, pt, met)",
        "mt2(p4(pt, eta, phi, e), p4(pt, eta, phi, e))",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Type, "{text}");
    }
    let text =
        "mt2(p4(pt, eta, phi, e), p4(pt, eta, phi, e), zip(pt=met, phi=met_phi), m_invisible=1)";
    assert_eq!(complaint(&sample(), text).kind, ErrorKind::Unit);
}

#[test]
fn boosts() {
    let mut random = Random(5);
    let mut column = |low: f64, high: f64| -> Vec<f64> {
        (0..50)
            .map(|_| low + (high - low) * random.next())
            .collect()
    };
    let batch = columns(&[
        ("pa", column(1.0, 90.0)),
        ("ea", column(-3.0, 3.0)),
        ("fa", column(-3.1, 3.1)),
        ("ma", column(0.0, 9.0)),
        ("pb", column(1.0, 90.0)),
        ("eb", column(-3.0, 3.0)),
        ("fb", column(-3.1, 3.1)),
        ("mb", column(0.5, 9.0)),
    ]);
    let a = "p4m(pa, ea, fa, ma)";
    let b = "p4m(pb, eb, fb, mb)";
    let small = |text: &str, limit: f64| {
        for (i, value) in numbers(&batch, text).into_iter().enumerate() {
            assert!(value.abs() < limit, "{text}: {value} in event {i}");
        }
    };
    // b in its own frame is at rest; masses stay; there and back again.
    small(&format!("boost({b}, {b}).p"), 1e-10);
    small(&format!("boost({b}, {b}).e - mb"), 1e-10);
    small(&format!("boost({a}, {b}).mass - ma"), 1e-6);
    small(
        &format!(
            "boost({a}, {b}).e - ({a}.e*{b}.e - {a}.px*{b}.px - {a}.py*{b}.py - {a}.pz*{b}.pz)/mb"
        ),
        1e-6,
    );
    let back = format!("zip(px=-{b}.px, py=-{b}.py, pz=-{b}.pz, e={b}.e)");
    for component in ["px", "py", "pz", "e"] {
        small(
            &format!("boost(boost({a}, {b}), {back}).{component} - {a}.{component}"),
            1e-6,
        );
    }
    // The two of a decay are back to back in its frame.
    small(
        &format!("boost({a}, {a} + {b}).px + boost({b}, {a} + {b}).px"),
        1e-9,
    );
    // A massless frame does not exist.
    check(
        "boost(p4m(1, 0, 0, 1), zip(px=1, py=0, pz=0, e=1)).e",
        "NaN | NaN | NaN",
    );
    // The Collins-Soper angle of massless particles, as it is written for two photons.
    let (a, b) = ("p4m(pa, ea, fa, 0)", "p4m(pb, eb, fb, 0)");
    let sum = format!("({a} + {b})");
    small(
        &format!(
            "cos_theta_star({a}, {b}) - sinh(ea - eb) * 2*pa*pb / ({sum}.mass * sqrt({sum}.mass**2 + {sum}.pt**2))"
        ),
        1e-9,
    );
    small(
        &format!("cos_theta_star({a}, {b}) + cos_theta_star({b}, {a})"),
        1e-9,
    );
    // Without transverse momentum it is the polar angle in the rest frame.
    let other = "p4m(pa, eb, fa + pi, 0)";
    small(
        &format!(
            "cos_theta_star({a}, {other}) - boost({a}, {a} + {other}).pz / boost({a}, {a} + {other}).p"
        ),
        1e-9,
    );
    for text in [
        "boost(n, p4(pt, eta, phi, e))",
        "cos_theta_star(zip(pt=pt, phi=phi), p4(pt, eta, phi, e))",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Type, "{text}");
    }
}
