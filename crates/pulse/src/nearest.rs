//! "Did you mean": the name closest to a mistyped one.

/// A clause for the end of a message: the nearest of `known`, or all if they are few.
pub(crate) fn suggest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let lower = wanted.to_lowercase();
    let near = known
        .iter()
        .map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), *name));
    let near = near.filter(|(d, name)| *d <= (wanted.len() / 3).max(1) || name.contains(&lower));
    match near.min() {
        Some((_, name)) => format!("did you mean {name}?"),
        None if known.is_empty() => "there are none".to_owned(),
        None if known.len() <= 12 => format!("there are {}", known.join(", ")),
        None => format!("there are {} others", known.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn the_nearest_or_all_of_a_few() {
        let known = ["pole_zero", "trapezoid"];
        assert_eq!(
            suggest("polezero", known.into_iter()),
            "did you mean pole_zero?"
        );
        assert_eq!(
            suggest("q", known.into_iter()),
            "there are pole_zero, trapezoid"
        );
        assert_eq!(suggest("q", std::iter::empty()), "there are none");
    }
}
