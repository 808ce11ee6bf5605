//! LaTeX names of the signs that axis titles use, and the Unicode they stand for.

/// Sorted by name, for binary search.
const NAMES: &[(&str, &str)] = &[
    ("Delta", "Δ"),
    ("Gamma", "Γ"),
    ("Lambda", "Λ"),
    ("Omega", "Ω"),
    ("Phi", "Φ"),
    ("Pi", "Π"),
    ("Psi", "Ψ"),
    ("Sigma", "Σ"),
    ("Theta", "Θ"),
    ("Upsilon", "Υ"),
    ("Xi", "Ξ"),
    ("alpha", "α"),
    ("approx", "≈"),
    ("beta", "β"),
    ("cdot", "·"),
    ("chi", "χ"),
    ("circ", "°"),
    ("dagger", "†"),
    ("degree", "°"),
    ("delta", "δ"),
    ("ell", "ℓ"),
    ("epsilon", "ε"),
    ("eta", "η"),
    ("gamma", "γ"),
    ("geq", "≥"),
    ("hbar", "ħ"),
    ("infty", "∞"),
    ("int", "∫"),
    ("iota", "ι"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("ldots", "…"),
    ("left", ""),
    ("leftarrow", "←"),
    ("leq", "≤"),
    ("mu", "μ"),
    ("nabla", "∇"),
    ("neq", "≠"),
    ("nu", "ν"),
    ("omega", "ω"),
    ("partial", "∂"),
    ("phi", "φ"),
    ("pi", "π"),
    ("pm", "±"),
    ("prime", "′"),
    ("prod", "∏"),
    ("psi", "ψ"),
    ("quad", "  "),
    ("rho", "ρ"),
    ("right", ""),
    ("rightarrow", "→"),
    ("sigma", "σ"),
    ("sim", "~"),
    ("sum", "∑"),
    ("tau", "τ"),
    ("theta", "θ"),
    ("times", "×"),
    ("to", "→"),
    ("upsilon", "υ"),
    ("varepsilon", "ε"),
    ("varphi", "φ"),
    ("xi", "ξ"),
    ("zeta", "ζ"),
];

/// The sign that `name` (without its backslash) stands for.
pub(crate) fn symbol(name: &str) -> Option<&'static str> {
    NAMES
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()
        .and_then(|at| NAMES.get(at))
        .map(|(_, sign)| *sign)
}

/// The LaTeX name of a sign: the first of several.
pub(crate) fn name(sign: char) -> Option<&'static str> {
    let is_it = |signs: &str| signs.strip_suffix(sign) == Some("");
    NAMES
        .iter()
        .find(|(_, signs)| is_it(signs))
        .map(|(name, _)| *name)
}

/// What a Unicode super- or subscript digit or sign is on the base line, and whether it
/// is raised. Fonts rarely hold the whole set, and never in matching shapes.
pub(crate) fn script(c: char) -> Option<(char, bool)> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ";
    const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎";
    const PLAIN: &str = "0123456789+−=()ni";
    let find = |set: &str| {
        let at = set.chars().position(|s| s == c)?;
        PLAIN.chars().nth(at)
    };
    if c.is_ascii() {
        return None;
    }
    find(RAISED)
        .map(|plain| (plain, true))
        .or_else(|| find(LOWERED).map(|plain| (plain, false)))
}

/// `c` as a Unicode superscript (or subscript), for terminals.
pub(crate) fn to_script(c: char, raised: bool) -> Option<char> {
    const PLAIN: &str = "0123456789+−=()";
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾";
    const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎";
    let c = match c {
        '-' => '−',
        // An asterisk is raised already.
        '*' if raised => return Some(c),
        c => c,
    };
    let at = PLAIN.chars().position(|p| p == c)?;
    let set = if raised { RAISED } else { LOWERED };
    set.chars().nth(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_for_the_search() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn looks_up() {
        assert_eq!(symbol("ell"), Some("ℓ"));
        assert_eq!(symbol("nosuch"), None);
        assert_eq!((name('ℓ'), name('x')), (Some("ell"), None));
        assert_eq!(script('⁻'), Some(('−', true)));
        assert_eq!(script('₄'), Some(('4', false)));
        assert_eq!(script('x'), None);
        assert_eq!(to_script('-', true), Some('⁻'));
    }
}
