//! `photopeak challenge check`: whether a description is right, and what it asks for.

use anyhow::Result;
use clap::Args;
use photopeak_challenge::Challenge;

use super::{Folder, title};
use crate::output;

/// Check a challenge.toml, and show what it asks for
#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    folder: Folder,
}

impl Check {
    pub(crate) fn run(&self) -> Result<()> {
        let challenge = self.folder.challenge()?;
        output::print(&asked_for(&challenge)?)
    }
}

fn asked_for(challenge: &Challenge) -> Result<String> {
    let mut out = title(challenge);
    for task in &challenge.tasks {
        out += &format!("\ntask {}: {}\n", task.name, task.title);
        let mut rows = vec![vec![
            "  column".to_owned(),
            challenge.id.clone(),
            "id".to_owned(),
            "the row that is predicted".to_owned(),
        ]];
        for column in &task.columns {
            let (low, high) = column.bounds();
            let mut what = column.description.clone();
            if low.is_finite() || high.is_finite() {
                what = format!("{what} in [{low}, {high}]").trim_start().to_owned();
            }
            if let Some(unit) = &column.unit {
                what = format!("{what} {unit}").trim_start().to_owned();
            }
            rows.push(vec![
                "  column".to_owned(),
                column.name.clone(),
                column.form.to_string(),
                what,
            ]);
        }
        for (i, used) in task.metrics.iter().enumerate() {
            let metric = used.entry()?;
            let what = match i {
                0 => format!("{}; ranks", metric.direction),
                _ => metric.direction.to_string(),
            };
            rows.push(vec![
                "  metric".to_owned(),
                used.metric.clone(),
                used.heading().to_owned(),
                what,
            ]);
        }
        out += &output::table(&rows);
    }
    Ok(out)
}
