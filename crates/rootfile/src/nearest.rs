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

/// Edits from one name to the other, swaps of neighbours included. Cut off where no name is a
/// slip of another: a file may hold very long ones.
fn distance(a: &str, b: &str) -> usize {
    const LONGEST: usize = 80;
    match a.len().max(b.len()) {
        ..=LONGEST => strsim::osa_distance(a, b),
        long => long,
    }
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
