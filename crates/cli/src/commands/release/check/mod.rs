//! `photopeak release check`: the linter of releases.

mod list;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_release::{Finding, Report, Severity};

use crate::output;

/// Look for what is wrong with a release: files, metadata, values, parts, leaks of labels
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak release check RELEASE          a release that was built
  photopeak release check release.toml     a description, with its sources, before it is built
  photopeak release check --list           what is looked for, why, and how to mend it

Exit status 1 where there is an error, with --strict where there is a warning.")]
pub(super) struct Check {
    /// The folder of a release, or a release.toml.
    #[arg(value_name = "PATH", required_unless_present = "list")]
    path: Option<PathBuf>,
    /// Fail on warnings too.
    #[arg(long)]
    strict: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// List the rules.
    #[arg(long, conflicts_with_all = ["path", "strict"])]
    list: bool,
    /// The list as Markdown, with reasons.
    #[arg(long, requires = "list", conflicts_with = "json")]
    markdown: bool,
}

impl Check {
    pub(super) fn run(&self) -> Result<()> {
        let Some(path) = self.path.as_ref().filter(|_| !self.list) else {
            return output::print(&match (self.markdown, self.json) {
                (true, _) => list::markdown(),
                (_, true) => list::json()?,
                _ => list::text(),
            });
        };
        let report = photopeak_release::check(path)?;
        if self.json {
            output::print(&format!("{}\n", serde_json::to_string(&report)?))?;
        } else {
            output::print(&text(&report))?;
        }
        let errors = report.count(Severity::Error);
        let warnings = report.count(Severity::Warning);
        if errors > 0 || (self.strict && warnings > 0) {
            bail!("{}: {}", path.display(), counts(&report));
        }
        Ok(())
    }
}

fn text(report: &Report) -> String {
    let mut out: String = report.findings.iter().map(finding).collect();
    if report.count(Severity::Error) == 0 {
        out.push_str(&format!(
            "{}: {}; {} rows, {} rules\n",
            report.path,
            counts(report),
            output::grouped(report.rows),
            report.rules
        ));
    }
    out
}

/// A finding in lines that fit the terminal.
fn finding(finding: &Finding) -> String {
    let width = output::width().min(110) - 4;
    let mut out = format!(
        "{} {}: {}\n",
        finding.severity,
        finding.code,
        finding.place()
    );
    let fix = format!("fix: {}", finding.fix);
    for text in [&finding.reason, &fix] {
        for line in output::wrap(text, width) {
            out.push_str(&format!("    {line}\n"));
        }
    }
    out.push('\n');
    out
}

/// `2 errors, 1 note`.
fn counts(report: &Report) -> String {
    let kinds = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Note, "note"),
    ];
    let counted = kinds.map(|(severity, name)| match report.count(severity) {
        0 => None,
        1 => Some(format!("1 {name}")),
        n => Some(format!("{n} {name}s")),
    });
    let said: Vec<String> = counted.into_iter().flatten().collect();
    match said.is_empty() {
        true => "nothing found".to_owned(),
        false => said.join(", "),
    }
}
