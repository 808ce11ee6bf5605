//! The stransverse mass: the smallest mass that two equal parents can have, if each decayed
//! to what is seen and something unseen, and the unseen carry the missing momentum.
//!
//! mT2 = min over p + q = missing of max(mT(a, p), mT(b, q)): Lester and Summers,
//! Phys. Lett. B 463 (1999) 99. For a trial mass M each side allows the momenta p inside a
//! conic section (Cheng and Han, arXiv:0810.5178), and M is below mT2 exactly where the two
//! regions have no point in common; mT2 is found by bisection (Lester and Nachman,
//! arXiv:1411.4312).
//!
//! Whether regions A ≤ 0 and B ≤ 0 are apart is decided by the S-lemma: they are if and only if
//! λA + B is positive definite for some λ > 0. There that matrix has one negative eigenvalue at
//! most, so it is enough that the cubic det(λA + B) is positive at its maximum.

/// A visible system: its mass and transverse momentum.
#[derive(Clone, Copy)]
struct Side {
    m: f64,
    x: f64,
    y: f64,
}

/// Symmetric 3x3 matrix: xx, xy, yy, x, y, 1.
type Conic = [f64; 6];

/// The bisection ends this near, relatively.
const PRECISION: f64 = 1e-13;

/// Least mass over transverse momentum. It changes no digit of the result, and keeps the
/// regions of parallel massless particles ellipses.
const LEAST_MASS: f64 = 1e-9;

/// mT2 of (mass, px, py) of two visible systems, (px, py) missing, and the mass of what is
/// unseen in each decay. A negative mass counts as 0.
pub(crate) fn mt2(args: [f64; 9]) -> f64 {
    let [am, ax, ay, bm, bx, by, missing_x, missing_y, unseen] = args;
    let scale = args.iter().fold(0.0, |scale: f64, x| scale.max(x.abs()));
    if !args.iter().all(|x| x.is_finite()) {
        return f64::NAN;
    }
    if scale == 0.0 {
        return 0.0;
    }
    let side = |m: f64, x: f64, y: f64| Side {
        m: m.max(0.0) / scale,
        x: x / scale,
        y: y / scale,
    };
    let (a, b) = (side(am, ax, ay), side(bm, bx, by));
    let missing = [missing_x / scale, missing_y / scale];
    let unseen = unseen.max(0.0) / scale;
    if a.m == 0.0 && b.m == 0.0 && unseen == 0.0 && between(a, b, missing) {
        return 0.0;
    }
    let exact = a.m.max(b.m) + unseen;
    let (a, b) = (a.with_least_mass(), b.with_least_mass());
    let least = a.m.max(b.m) + unseen;
    let shared = |t: f64| {
        let [x, y] = missing;
        let left = a.transverse_squared(unseen, [t * x, t * y]);
        let right = b.transverse_squared(unseen, [(1.0 - t) * x, (1.0 - t) * y]);
        left.max(right).sqrt()
    };
    // Any way to share the missing momentum is an upper bound.
    let (mut low, mut high) = (least, shared(0.5).min(shared(0.0)).min(shared(1.0)));
    while high - low > PRECISION * high && high > PRECISION {
        let middle = low + (high - low) / 2.0;
        if apart(middle, a, b, missing, unseen) {
            low = middle;
        } else {
            high = middle;
        }
    }
    // Nothing above the least mass was excluded: one side decides alone.
    let found = if low == least { exact } else { high };
    found * scale
}

/// Whether the missing momentum is a sum of positive parts along a and b: massless decays can
/// then share it without any transverse mass.
fn between(a: Side, b: Side, [x, y]: [f64; 2]) -> bool {
    let cross = a.x * b.y - a.y * b.x;
    let along_a = (x * b.y - y * b.x) * cross;
    let along_b = (a.x * y - a.y * x) * cross;
    let none = x == 0.0 && y == 0.0;
    none || (cross != 0.0 && along_a >= 0.0 && along_b >= 0.0)
}

impl Side {
    fn with_least_mass(self) -> Self {
        let least = LEAST_MASS * (self.x * self.x + self.y * self.y).sqrt();
        Self {
            m: self.m.max(least),
            ..self
        }
    }

    /// The transverse mass squared with an unseen particle of mass `unseen` and momentum `q`.
    fn transverse_squared(self, unseen: f64, [x, y]: [f64; 2]) -> f64 {
        let (p2, q2) = (self.x * self.x + self.y * self.y, x * x + y * y);
        let energies = ((self.m * self.m + p2) * (unseen * unseen + q2)).sqrt();
        let dot = self.x * x + self.y * y;
        let product = if dot > 0.0 {
            // e₁e₂ - p·q without cancellation.
            let cross = self.x * y - self.y * x;
            let m2 = self.m * self.m * (unseen * unseen + q2) + unseen * unseen * p2;
            (m2 + cross * cross) / (energies + dot)
        } else {
            energies - dot
        };
        let sum = self.m + unseen;
        sum * sum + 2.0 * (product - self.m * unseen).max(0.0)
    }

    /// The momenta p of the unseen particle for which the transverse mass is M or less:
    /// pᵀ(E² - vvᵀ)p - 2Δ v·p + E²m² - Δ² ≤ 0 with Δ = (M² - m² - unseen²) / 2. Also the
    /// determinant, and Δ.
    fn region(self, mass: f64, unseen: f64) -> (Conic, f64, f64) {
        let Side { m, x, y } = self;
        let half = (mass - m - unseen) * (mass + m + unseen) / 2.0;
        let delta = half + m * unseen;
        let e2 = m * m + x * x + y * y;
        let conic = [
            m * m + y * y,
            -x * y,
            m * m + x * x,
            -delta * x,
            -delta * y,
            e2 * unseen * unseen - delta * delta,
        ];
        (conic, -e2 * e2 * half * (delta + m * unseen), delta)
    }
}

/// Whether no sharing of the missing momentum keeps both transverse masses at `mass` or below.
fn apart(mass: f64, a: Side, b: Side, [sx, sy]: [f64; 2], unseen: f64) -> bool {
    let (left, left_det, left_delta) = a.region(mass, unseen);
    let (right, _, right_delta) = b.region(mass, unseen);
    // The region of b in terms of the momentum that a's particle has.
    let [xx, xy, yy, _, _, one] = right;
    let (tx, ty) = (xx * sx + xy * sy, xy * sx + yy * sy);
    let (x, y) = (right_delta * b.x - tx, right_delta * b.y - ty);
    let one = sx * tx + sy * ty - 2.0 * right_delta * (b.x * sx + b.y * sy) + one;
    let right = [xx, xy, yy, x, y, one];
    let (left, left_size) = normalised(left);
    let (right, right_size) = normalised(right);
    // det(λA + B) = c3 λ³ + c2 λ² + c1 λ + c0; c3 is negative.
    let c3 = left_det / left_size.powi(3);
    let c2 = trace(adjugate(left), right);
    let c1 = trace(adjugate(right), left);
    let discriminant = c2 * c2 - 3.0 * c3 * c1;
    if discriminant.is_nan() || discriminant <= 0.0 {
        return false;
    }
    let root = discriminant.sqrt();
    let at = if c2 > 0.0 {
        (c2 + root) / (-3.0 * c3)
    } else {
        c1 / (root - c2)
    };
    if at.is_nan() || at <= 0.0 {
        return false;
    }
    // The sign of the determinant at its maximum, from squares and sums of positive terms: for
    // light particles in nearly one direction the cubic would be the difference of large numbers.
    let at = at * right_size / left_size;
    let dot = |ux: f64, uy: f64, vx: f64, vy: f64| ux * vx + uy * vy;
    let cross = a.x * b.y - a.y * b.x;
    let (a2, b2) = (dot(a.x, a.y, a.x, a.y), dot(b.x, b.y, b.x, b.y));
    let (ma2, mb2) = (a.m * a.m, b.m * b.m);
    let ab = dot(a.x, a.y, b.x, b.y);
    let side = b.x * sy - b.y * sx;
    let along_a =
        right_delta * ab - at * left_delta * a2 - mb2 * dot(a.x, a.y, sx, sy) + cross * side;
    let along_b = right_delta * b2 - at * left_delta * ab - mb2 * dot(b.x, b.y, sx, sy);
    let (vx, vy) = (x - at * left_delta * a.x, y - at * left_delta * a.y);
    let v2 = vx * vx + vy * vy;
    let mixed = 2.0 * ma2 * mb2 + ma2 * b2 + mb2 * a2 + cross * cross;
    let area = at * at * ma2 * (ma2 + a2) + at * mixed + mb2 * (mb2 + b2);
    let constant = at * left[5] * left_size + one;
    area * constant > at * (ma2 * v2 + along_a * along_a) + mb2 * v2 + along_b * along_b
}

fn normalised(conic: Conic) -> (Conic, f64) {
    let size = conic.iter().fold(0.0, |size: f64, x| size.max(x.abs()));
    (conic.map(|x| x / size), size)
}

fn adjugate([xx, xy, yy, x, y, one]: Conic) -> Conic {
    [
        yy * one - y * y,
        x * y - xy * one,
        xx * one - x * x,
        xy * y - yy * x,
        xy * x - xx * y,
        xx * yy - xy * xy,
    ]
}

/// Trace of the product of two symmetric matrices.
fn trace(a: Conic, b: Conic) -> f64 {
    let [a0, a1, a2, a3, a4, a5] = a;
    let [b0, b1, b2, b3, b4, b5] = b;
    a0 * b0 + a2 * b2 + a5 * b5 + 2.0 * (a1 * b1 + a3 * b3 + a4 * b4)
}
