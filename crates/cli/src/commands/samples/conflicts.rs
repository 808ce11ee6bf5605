//! Conflicts: all that was said, what was chosen (marked `*`), and why.

use photopeak_analysis::release::{Conflict, Quantity};

use super::choice::Choice;
use super::table::count;
use crate::output;

/// Each topic once, with its reason and a line for each sample.
pub(super) fn list(choices: &[Choice]) -> String {
    let mut out = String::new();
    for choice in choices {
        if choice.conflicts.is_empty() {
            continue;
        }
        let number = count(choice.conflicts.len(), "conflict");
        out.push_str(&format!(
            "{}: {number} of official numbers\n",
            choice.release.name
        ));
        for group in choice.conflicts.chunk_by(|a, b| a.topic == b.topic) {
            out.push('\n');
            out.push_str(&topic(group));
        }
        out.push('\n');
    }
    out.pop();
    out
}

/// Conflicts of one topic.
pub(super) fn topic(group: &[Conflict]) -> String {
    let Some(first) = group.first() else {
        return String::new();
    };
    let unit = match first.quantity {
        Some(Quantity::CrossSectionPb) => " [pb]",
        _ => "",
    };
    let mut out = format!("{}{unit}\n", first.title);
    for line in output::wrap(&first.reason, output::width().min(100) - 2) {
        out.push_str(&format!("  {line}\n"));
    }
    let mut rows = Vec::new();
    for conflict in group {
        let mut about = conflict.dsid.map(|d| d.to_string()).unwrap_or_default();
        for (i, claim) in conflict.claims.iter().enumerate() {
            let collection = conflict.collection.clone().filter(|_| i == 0);
            rows.push(vec![
                format!("  {about}"),
                collection.unwrap_or_default(),
                if claim.chosen { "*" } else { "" }.to_owned(),
                claim.value.clone(),
                claim.source.clone(),
            ]);
            about.clear();
        }
    }
    let any = |column: usize| {
        rows.iter()
            .any(|row| row.get(column).is_some_and(|c| !c.trim().is_empty()))
    };
    if !any(1) {
        rows.iter_mut().for_each(|row| drop(row.remove(1)));
    }
    out.push_str(&output::table(&rows));
    out
}
