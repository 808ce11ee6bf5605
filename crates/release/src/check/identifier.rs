//! Whether identifiers are written as they should be: DOI, ORCID, arXiv, addresses, versions.

/// What is wrong with a DOI, `10.PREFIX/SUFFIX`.
pub(super) fn doi(text: &str) -> Option<String> {
    if text.contains("doi.org/") || text.to_lowercase().starts_with("doi:") {
        return Some("is written with its resolver; leave only `10.…/…`".to_owned());
    }
    let right = text
        .strip_prefix("10.")
        .and_then(|rest| rest.split_once('/'));
    let right = right.is_some_and(|(registrant, suffix)| {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        registrant.len() >= 4
            && registrant.split('.').all(digits)
            && !suffix.is_empty()
            && !suffix.contains(char::is_whitespace)
    });
    (!right).then(|| "is no DOI, which is written 10.1234/name".to_owned())
}

/// What is wrong with an ORCID iD. Its last character is a check digit (ISO 7064, MOD 11-2):
/// with total = (total + digit) · 2 over the first fifteen, it is (12 - total mod 11) mod 11, X for 10.
/// `0000-0002-1825-0097` is right: the total is 1,314, 1,314 mod 11 is 5, 12 - 5 is 7.
pub(super) fn orcid(text: &str) -> Option<String> {
    let form = "is no ORCID iD, which is written 0000-0000-0000-0000";
    let groups: Vec<&str> = text.split('-').collect();
    if groups.len() != 4 || groups.iter().any(|group| group.len() != 4) {
        return Some(form.to_owned());
    }
    let digits = groups.concat();
    let (Some(first), Some(last)) = (digits.get(..15), digits.get(15..)) else {
        return Some(form.to_owned());
    };
    let mut total = 0;
    for digit in first.chars() {
        let Some(digit) = digit.to_digit(10) else {
            return Some(form.to_owned());
        };
        total = (total + digit) * 2;
    }
    let right = match (12 - total % 11) % 11 {
        10 => "X".to_owned(),
        digit => digit.to_string(),
    };
    (last != right).then(|| format!("ends in {last}, but its check digit is {right}"))
}

/// What is wrong with a number on arXiv: `2308.10856`, `hep-ex/0101001`, with `v2` or without.
pub(super) fn arxiv(text: &str) -> Option<String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let bare = match text.rsplit_once('v') {
        Some((bare, version)) if digits(version) => bare,
        _ => text,
    };
    let month = |text: &str| {
        digits(text) && text.len() == 4 && matches!(text[2..].parse::<u32>(), Ok(1..=12))
    };
    let right = match (bare.split_once('/'), bare.split_once('.')) {
        (Some((archive, number)), _) => {
            let letters = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '.';
            archive.chars().all(letters)
                && number.len() == 7
                && digits(number)
                && number.get(..4).is_some_and(month)
        }
        (None, Some((date, number))) => {
            month(date) && digits(number) && (4..=5).contains(&number.len())
        }
        (None, None) => false,
    };
    (!right).then(|| "is no number of arXiv, such as 2308.10856 or hep-ex/0101001".to_owned())
}

/// What is wrong with an address on the web.
pub(super) fn url(text: &str) -> Option<String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let Some(host) = host.filter(|h| h.contains('.') && !text.contains(char::is_whitespace)) else {
        return Some("is no address, which begins with https://".to_owned());
    };
    let example = ["example.org", "example.com", "example.net"];
    example
        .contains(&host)
        .then(|| format!("{host} is nobody's address: it stands for one in examples"))
}

/// What is wrong with a version, `MAJOR.MINOR.PATCH` and perhaps `-WHAT`.
pub(super) fn version(text: &str) -> Option<String> {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = core.split('.').collect();
    let number = |part: &&str| {
        part.parse::<u64>().is_ok() && (*part == "0" || !part.starts_with(['0', '+']))
    };
    let right = parts.len() == 3 && parts.iter().all(number);
    (!right).then(|| "is no version, which is written MAJOR.MINOR.PATCH".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_ones() {
        for text in ["10.5281/zenodo.8257027", "10.7483/OPENDATA.ATLAS.ZBP2.M5T8"] {
            assert_eq!(doi(text), None, "{text}");
        }
        for text in [
            "0000-0002-1825-0097",
            "0000-0001-5109-3700",
            "0000-0002-1694-233X",
        ] {
            assert_eq!(orcid(text), None, "{text}");
        }
        for text in [
            "2308.10856",
            "2308.10856v2",
            "0704.0001",
            "hep-ex/0101001",
            "math.GT/0309136",
        ] {
            assert_eq!(arxiv(text), None, "{text}");
        }
        assert_eq!(url("https://zenodo.org/records/8257027"), None);
        assert_eq!(version("1.0.0-rc.1"), None);
    }

    #[test]
    fn wrong_ones() {
        for text in [
            "https://doi.org/10.5281/x",
            "doi:10.1/x",
            "10.52/x",
            "10.5281",
            "10.5281/a b",
        ] {
            assert!(doi(text).is_some(), "{text}");
        }
        assert_eq!(
            orcid("0000-0002-1825-0098").unwrap_or_default(),
            "ends in 8, but its check digit is 7"
        );
        for text in [
            "0000-0002-1825-009",
            "000000021825-0097",
            "0000-0002-1825-00é7",
        ] {
            assert!(orcid(text).is_some(), "{text}");
        }
        for text in [
            "2313.10856",
            "2308.1",
            "arXiv:2308.10856",
            "hep-ex/01010",
            "",
        ] {
            assert!(arxiv(text).is_some(), "{text}");
        }
        for text in [
            "zenodo.org/1",
            "https://example.org/x",
            "https://a b.org",
            "ftp://a.org",
        ] {
            assert!(url(text).is_some(), "{text}");
        }
        for text in ["1.0", "v1.0.0", "1.0.0.0", "01.0.0", ""] {
            assert!(version(text).is_some(), "{text}");
        }
    }
}
