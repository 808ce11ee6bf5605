//! What is missing stays missing, and never passes a cut.

use std::sync::Arc;

use arrow_array::{BooleanArray, Float64Array, Int64Array};
use photopeak_analysis::expr::Program;

use super::common::{all, batch, check, sample};

#[test]
fn elements_that_do_not_exist() {
    check("x[1] + 1", "3.5 | null | null");
    check("-x[1] * n", "-7.5 | null | null");
    check("x[1] > 0", "true | false | false");
    check("x[1] != 2.5", "false | false | false");
    check("x[1] != 0", "true | false | false");
    check("tight[1] && true", "true | null | null");
    check("tight[1] && n >= 0", "true | false | false");
    check("tight[1] || n == 0", "true | true | false");
    check("!tight[1]", "false | null | null");
    check("where(x[1] > 0, 1, 2)", "1 | 2 | 2");
    check("where(tight[1], 1, 2)", "1 | null | null");
    check("where(n > 1, x[1], 7.5)", "2.5 | 7.5 | 7.5");
    check("default(x[1], n)", "2.5 | 0 | 1");
    check("default(x[1], x[0])", "2.5 | null | 4");
    check("is_missing(x[1]) || x[1] > 2", "true | true | true");
    check("sum(x[index(x) + 1])", "-0.5 | 0 | 0");
    check("count(x[index(x) + 1])", "3 | 0 | 1");
    check("max(x[index(x) + 1])", "2.5 | null | null");
    check("argmin(x[index(x) - 1])", "0 | null | 0");
    check("all(tight[index(x) + 1])", "false | true | false");
    check("any(tight[index(x) + 1])", "true | false | false");
    check("sort(x[index(x) + 1])", "[-3, 2.5, null] | [] | [null]");
    check("x[tight[index(x) + 1]]", "[1] | [] | []");
    check(
        "(p4(pt, eta, phi, e)[0] + p4(pt, eta, phi, e)[1]).e",
        "110000 | null | null",
    );
    check("x[argmax(jet_pt)]", "2.5 | null | null");
}

#[test]
fn nulls_of_the_file() {
    let batch = batch(vec![
        (
            "a",
            "",
            Arc::new(Float64Array::from(vec![Some(1.0), None, Some(f64::NAN)])),
        ),
        (
            "b",
            "",
            Arc::new(BooleanArray::from(vec![None, Some(true), Some(false)])),
        ),
        (
            "i",
            "",
            Arc::new(Int64Array::from(vec![Some(i64::MAX), None, Some(0)])),
        ),
    ]);
    assert_eq!(all(&batch, "a"), "1 | null | NaN");
    assert_eq!(all(&batch, "a == a"), "true | false | false");
    assert_eq!(all(&batch, "a != a"), "false | false | true");
    assert_eq!(all(&batch, "b"), "null | true | false");
    assert_eq!(all(&batch, "!b"), "null | false | true");
    assert_eq!(all(&batch, "5 % i"), "5 | null | null");
    assert_eq!(all(&batch, "min(a, 0)"), "0 | null | NaN");
}

#[test]
fn a_histogram_gets_what_is_there() {
    let batch = sample();
    let mut program = Program::new(&batch.schema());
    let id = program.add("x[index(x) + 1]").unwrap();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 0);
    let value = evaluator.eval(id, &mut batch.clone()).unwrap();
    let flat = value.array().unwrap().flat().unwrap();
    assert_eq!(flat.missing(), 2);
    assert_eq!(flat.offsets(), Some([0, 3, 3, 4].as_slice()));
    let (mut values, mut weights) = (Vec::new(), Vec::new());
    flat.present(Some(&[10.0, 20.0, 30.0]), &mut values, &mut weights);
    assert_eq!((values, weights), (vec![2.5, -3.0], vec![10.0, 10.0]));
    let mut spread = Vec::new();
    flat.spread(&[10.0, 20.0, 30.0], &mut spread);
    assert_eq!(spread, [10.0, 10.0, 10.0, 30.0]);
}
