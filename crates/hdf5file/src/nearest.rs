//! "Did you mean": the names closest to a mistyped one.

/// A clause for the end of an error message: the nearest of `known`, or how many there are.
pub(crate) fn suggest(wanted: &str, known: &[&str]) -> String {
    let lower = wanted.to_lowercase();
    let mut ranked: Vec<(usize, &str)> = known
        .iter()
        .map(|name| (distance(&lower, &name.to_lowercase()), *name))
        .filter(|(d, name)| *d <= (wanted.len() / 3).max(2) || name.to_lowercase().contains(&lower))
        .collect();
    ranked.sort();
    ranked.dedup();
    match (ranked.as_slice(), known.len()) {
        ([], 0) => "; it holds none".to_owned(),
        ([], n) if n <= 8 => format!("; it has {}", known.join(", ")),
        ([], n) => format!("; it has {n} others"),
        (near, _) => {
            let names: Vec<&str> = near.iter().take(3).map(|(_, name)| *name).collect();
            format!("; did you mean {}?", names.join(" or "))
        }
    }
}

/// Levenshtein distance, for short names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, cb) in row.iter_mut().skip(1).zip(&b) {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = *cell;
            left = substituted.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn offers_the_nearest_or_the_whole_short_list() {
        assert_eq!(
            suggest("lep_pT", &["lep_pt", "photon_n"]),
            "; did you mean lep_pt?"
        );
        assert_eq!(suggest("zzz", &["a", "b"]), "; it has a, b");
        assert_eq!(suggest("x", &[]), "; it holds none");
    }
}
