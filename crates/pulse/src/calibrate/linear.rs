//! Small systems of linear equations, by Cholesky's decomposition.

/// A matrix that is its own transpose.
pub(crate) type Symmetric<const N: usize> = [[f64; N]; N];

/// A pivot that is this part of its diagonal is lost in rounding: the matrix is singular.
const SINGULAR: f64 = 1e-13;

/// x with matrix × x = right, for a positive definite matrix; nothing if it is not.
pub(crate) fn solve<const N: usize>(matrix: &Symmetric<N>, right: &[f64; N]) -> Option<[f64; N]> {
    let mut lower = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let left = matrix[i][j] - sum;
            lower[i][j] = if i == j {
                // Nor of NaN.
                (left > SINGULAR * matrix[i][i]).then_some(left)?.sqrt()
            } else {
                left / lower[j][j]
            };
        }
    }
    let mut x = *right;
    for i in 0..N {
        let sum: f64 = (0..i).map(|k| lower[i][k] * x[k]).sum();
        x[i] = (x[i] - sum) / lower[i][i];
    }
    for i in (0..N).rev() {
        let sum: f64 = (i + 1..N).map(|k| lower[k][i] * x[k]).sum();
        x[i] = (x[i] - sum) / lower[i][i];
    }
    x.iter().all(|x| x.is_finite()).then_some(x)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_known_system() {
        let matrix = [[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]];
        let x = [1.0, -2.0, 0.5];
        let mut right = [0.0; 3];
        for (right, row) in right.iter_mut().zip(matrix) {
            *right = row.iter().zip(x).map(|(a, x)| a * x).sum();
        }
        let found = solve(&matrix, &right).unwrap();
        assert!(
            found.iter().zip(x).all(|(a, b)| (a - b).abs() < 1e-14),
            "{found:?}"
        );
    }

    #[test]
    fn singular_or_not_positive() {
        assert_eq!(solve(&[[1.0, 1.0], [1.0, 1.0]], &[1.0, 1.0]), None);
        assert_eq!(solve(&[[1.0, 2.0], [2.0, 1.0]], &[1.0, 1.0]), None);
        assert_eq!(solve(&[[f64::NAN]], &[1.0]), None);
    }
}
