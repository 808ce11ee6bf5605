//! What a compiled plan does, as one number: two plans of one number give the same sums for the
//! same columns.

use std::fmt::Write as _;

use twox_hash::xxhash3_128::Hasher;

use super::super::plan::Plan;
use crate::expr::{ExprId, Op};

/// The fingerprint of a plan: of every operation, cut, count and fill, with the version of this
/// program. Columns count by their names, not by their places in the files.
pub(crate) fn fingerprint(plan: &Plan) -> u128 {
    let program = &plan.program;
    let schema = program.schema();
    let mut text = format!("photopeak {}\n", env!("CARGO_PKG_VERSION"));
    // Writing into a text does not fail.
    for node in &program.graph().nodes {
        let _ = match &node.op {
            Op::Column { column, path } => {
                let name = schema.fields().get(*column).map(|field| field.name());
                write!(text, "column {name:?} {path:?}")
            }
            op => write!(text, "{op:?} {:?}", node.args),
        };
        let _ = writeln!(text, " {:?}", node.ty);
    }
    let leaf = |id: ExprId| program.term(id).leaf();
    for node in &plan.nodes {
        let _ = writeln!(
            text,
            "{:?} {} {:?} {:?}",
            node.cut, node.end, node.counts, node.fills
        );
    }
    for count in &plan.counts {
        let _ = writeln!(text, "{:?}", count.weight.map(leaf));
    }
    for fill in &plan.fills {
        let axes: Vec<_> = fill.axes.iter().map(|axis| leaf(*axis)).collect();
        let _ = writeln!(text, "{axes:?} {:?}", fill.weight.map(leaf));
    }
    for histogram in &plan.empty.histograms {
        let _ = writeln!(
            text,
            "{:?} {:?}",
            histogram.axes(),
            histogram.storage().kind()
        );
    }
    Hasher::oneshot(text.as_bytes())
}
