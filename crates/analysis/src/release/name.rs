//! What the name of a file says about its events.

use std::path::Path;

use super::Release;

/// What a file name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameSays {
    Data,
    Dsid(u32),
    /// Nothing, or two things at once.
    Nothing,
}

impl Release {
    /// What the name of a file says, by the rules of the release.
    pub(super) fn name_says(&self, path: &Path) -> NameSays {
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
            return NameSays::Nothing;
        };
        let mut dsids: Vec<u32> = self
            .origin
            .simulated
            .iter()
            .flat_map(|pattern| dsids(name, pattern))
            .collect();
        dsids.dedup();
        let data = self.origin.data.iter().any(|word| has_word(name, word));
        match (data, dsids.as_slice()) {
            (true, []) => NameSays::Data,
            (false, [dsid]) => NameSays::Dsid(*dsid),
            _ => NameSays::Nothing,
        }
    }

    /// The collection that a path names: in the file's name, else in that of a folder.
    pub(super) fn collection_of(&self, path: &Path) -> Option<&str> {
        path.iter()
            .rev()
            .filter_map(|part| part.to_str())
            .find_map(|part| {
                let mut named = self.collections.iter().filter(|c| has_word(part, &c.name));
                match (named.next(), named.next()) {
                    (Some(one), None) => Some(one.name.as_str()),
                    _ => None,
                }
            })
    }
}

/// Whether a text holds a word: with no letter or digit directly before or after it.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        let after = text
            .get(start + word.len()..)
            .and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// The numbers that stand for `{dsid}` where a name matches the pattern as a word.
fn dsids(name: &str, pattern: &str) -> Vec<u32> {
    let Some((prefix, suffix)) = pattern.split_once("{dsid}") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (start, _) in name.match_indices(prefix) {
        let rest = name.get(start + prefix.len()..).unwrap_or_default();
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (Some(number), Some(after)) = (rest.get(..digits), rest.get(digits..)) else {
            continue;
        };
        let whole = format!("{prefix}{number}{suffix}");
        if after.starts_with(suffix)
            && has_word(name, &whole)
            && let Ok(number) = number.parse()
        {
            found.push(number);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_letters_do() {
        assert!(has_word("mc_1.Zee.4lep.root", "4lep"));
        assert!(!has_word("mc_1.Zee.exactly4lep.root", "4lep"));
        assert!(!has_word("data_AB.root", "data_A"));
        assert!(has_word("skim.DataEgamma.root", "DataEgamma"));
    }

    #[test]
    fn numbers_in_names() {
        assert_eq!(dsids("mc_361106.Zee.2lep.root", "mc_{dsid}"), [361_106]);
        assert_eq!(
            dsids("ODEO_v0_4lep_mc_345060.P8.root", "mc_{dsid}"),
            [345_060]
        );
        assert_eq!(dsids("mc_.root", "mc_{dsid}"), [0_u32; 0]);
        assert_eq!(dsids("xmc_12.root", "mc_{dsid}"), [0_u32; 0]);
        assert_eq!(dsids("mc_12x.root", "mc_{dsid}"), [0_u32; 0]);
        assert_eq!(dsids("mc_99999999999.root", "mc_{dsid}"), [0_u32; 0]);
    }
}
