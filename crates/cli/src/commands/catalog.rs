//! `photopeak catalog`: what the catalogue knows.

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::expr::nearest;
use photopeak_analysis::{Published, catalogue};
use serde_json::json;

use crate::output;

/// List what the catalogue knows: data sets, releases, analyses, chains, challenges
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak catalog             all names by kind
  photopeak catalog majorana    one data set: what it is, where, its parts and files
  photopeak fetch majorana --part test --list

Releases are shown by `photopeak samples`, analyses by `photopeak analyse --list`.")]
pub(crate) struct Catalog {
    /// A data set, or part of a name.
    name: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Catalog {
    pub(crate) fn run(&self) -> Result<()> {
        let datasets = catalogue::datasets();
        if let Some(name) = self.name.as_ref().filter(|name| datasets.contains(name)) {
            return self.describe(&catalogue::dataset(name)?);
        }
        let kinds = [
            ("data sets", datasets, "photopeak fetch NAME"),
            (
                "releases",
                catalogue::releases(),
                "photopeak samples --release NAME",
            ),
            (
                "analyses",
                catalogue::analyses(),
                "photopeak analyse NAME --data FILES",
            ),
            ("chains", catalogue::chains(), "photopeak process NAME FILE"),
            (
                "labels",
                catalogue::labellings(),
                "photopeak label FILE --labels NAME",
            ),
            (
                "simulations",
                catalogue::simulations(),
                "photopeak simulate NAME",
            ),
            ("challenges", catalogue::challenges(), "photopeak challenge"),
        ];
        let word = self.name.as_deref().unwrap_or_default();
        let found: Vec<(&str, Vec<String>, &str)> = kinds
            .iter()
            .map(|(kind, names, use_)| {
                let fits = names.iter().filter(|name| name.contains(word));
                (*kind, fits.cloned().collect::<Vec<_>>(), *use_)
            })
            .filter(|(_, names, _)| !names.is_empty())
            .collect();
        if found.is_empty() {
            let all = kinds.iter().flat_map(|(_, names, _)| names.iter());
            let near = nearest(word, all.map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            bail!("nothing in the catalogue is called {word:?}{near}");
        }
        if self.json {
            let all: serde_json::Map<_, _> = found
                .into_iter()
                .map(|(kind, names, _)| (kind.to_owned(), json!(names)))
                .collect();
            return output::print(&format!("{:#}\n", serde_json::Value::Object(all)));
        }
        let mut text = String::new();
        for (kind, names, use_) in found {
            text.push_str(&format!("{kind} ({use_}):\n"));
            let rows: Vec<(String, String)> = names
                .into_iter()
                .map(|name| {
                    let title = title(kind, &name);
                    (format!("  {name}"), title)
                })
                .collect();
            text.push_str(&output::columns(&rows));
        }
        output::print(&text)
    }

    fn describe(&self, data: &Published) -> Result<()> {
        if self.json {
            return output::print(&format!("{:#}\n", json!(data)));
        }
        let mut text = format!("{}\n\n{}\n\n", data.title, data.description.trim());
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut row = |key: &str, value: String| rows.push(vec![key.to_owned(), value]);
        if let Some(experiment) = &data.experiment {
            row("experiment", experiment.clone());
        }
        let data_kind = if data.simulated {
            "simulated"
        } else {
            "recorded"
        };
        row("data", data_kind.to_owned());
        row(
            "licence",
            data.licence
                .clone()
                .unwrap_or_else(|| "not known here; see the record".to_owned()),
        );
        for place in &data.places {
            let doi = place
                .doi
                .as_ref()
                .map_or_else(String::new, |doi| format!(", doi:{doi}"));
            let holds = place
                .holds
                .as_ref()
                .map_or_else(String::new, |what| format!(": {what}"));
            row(
                "at",
                format!("{}{holds}, {}{doi}", place.name, place.address),
            );
        }
        row("known from", data.source.clone());
        text.push_str(&output::table(&rows));
        let mut parts = vec![
            ["part", "files", "size", "events", ""]
                .map(str::to_owned)
                .to_vec(),
        ];
        for part in &data.parts {
            let files: Vec<_> = data
                .files
                .iter()
                .filter(|file| file.part.as_deref() == Some(part.name.as_str()))
                .collect();
            parts.push(vec![
                part.name.clone(),
                files.len().to_string(),
                output::bytes(files.iter().filter_map(|file| file.bytes).sum()),
                output::grouped(files.iter().filter_map(|file| file.events).sum()),
                part.description.clone(),
            ]);
        }
        if !data.parts.is_empty() {
            text.push_str(&format!("\n{}", output::table(&parts)));
        }
        text.push_str(&match (data.files.len(), data.places.first()) {
            (0, Some(place)) => format!(
                "\nphotopeak fetch {} lists its files\n",
                place.doi.as_ref().unwrap_or(&place.address)
            ),
            _ => format!("\nphotopeak fetch {} fetches it\n", data.name),
        });
        output::print(&text)
    }
}

/// A line about an entry, where there is one.
fn title(kind: &str, name: &str) -> String {
    let title = match kind {
        "data sets" => catalogue::dataset(name).map(|data| data.title),
        "releases" => catalogue::release(name).map(|release| release.title),
        "analyses" => catalogue::analysis(name).map(|analysis| analysis.title),
        _ => return String::new(),
    };
    title.unwrap_or_default()
}
