//! The rules as data: what each finds, why it matters, how to mend it. What `release check --list`
//! prints, `docs/release-checks.md` shows and a finding carries is from here.

use std::fmt;

use serde::Serialize;

use super::finding::Finding;
use super::{citation, columns, fair, ids, leakage, packaging, splits, values};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The release is wrong, or tells what it must not tell.
    Error,
    /// Most likely a mistake; if it is meant, the description should say so.
    Warning,
    /// Could be better.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// The files of the folder.
    Packaging,
    /// Who made it, and how it is cited and licensed.
    Citation,
    /// Whether machines can find, get and understand it.
    Fair,
    /// The columns of the files.
    Columns,
    /// The values in them.
    Values,
    /// The names of rows.
    Ids,
    /// How rows are divided.
    Splits,
    /// What tells the answer.
    Leakage,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::Packaging => "packaging",
            Family::Citation => "citation",
            Family::Fair => "fair",
            Family::Columns => "columns",
            Family::Values => "values",
            Family::Ids => "ids",
            Family::Splits => "splits",
            Family::Leakage => "leakage",
        })
    }
}

/// One thing that is looked for.
#[derive(Debug, Serialize)]
pub struct Rule {
    /// Short name, unique.
    pub code: &'static str,
    /// What it looks at.
    pub family: Family,
    /// How much a finding weighs.
    pub severity: Severity,
    /// What it finds.
    pub finds: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// The metric of F-UJI (`FsF-…`) that fails with it.
    pub fair: Option<&'static str>,
}

impl Rule {
    /// A finding of this rule, for this reason.
    pub(super) fn found(&'static self, reason: impl Into<String>) -> Finding {
        Finding {
            code: self.code,
            severity: self.severity,
            file: None,
            table: None,
            field: None,
            rows: None,
            first_row: None,
            reason: reason.into(),
            fix: self.fix,
        }
    }
}

/// Every rule, by family.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        packaging::RULES,
        citation::RULES,
        fair::RULES,
        columns::RULES,
        values::RULES,
        ids::RULES,
        splits::RULES,
        leakage::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Writes the rules of a family as constants, and the list of them.
macro_rules! catalogue {
    ($family:ident; $($name:ident = $severity:ident $code:literal $(, fair $fair:literal)?;
        finds $finds:literal; why $why:literal; fix $fix:literal;)*) => {
        $(static $name: $crate::check::rule::Rule = $crate::check::rule::Rule {
            code: $code,
            family: $crate::check::rule::Family::$family,
            severity: $crate::check::rule::Severity::$severity,
            finds: $finds,
            why: $why,
            fix: $fix,
            fair: catalogue!(@fair $($fair)?),
        };)*
        pub(super) static RULES: &[&$crate::check::rule::Rule] = &[$(&$name),*];
    };
    (@fair) => { None };
    (@fair $fair:literal) => { Some($fair) };
}
pub(super) use catalogue;
