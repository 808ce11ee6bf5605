//! One sample or one release, with all that is known of it.

use photopeak_analysis::release::{Release, Sample};

use super::choice::Choice;
use super::conflicts::topic;
use super::table::{count, number, significant};
use crate::output::{self, bytes, grouped};

/// Everything about the sample of a choice that has one.
pub(super) fn of_sample(choice: &Choice) -> String {
    let Some(sample) = choice.samples.first() else {
        return String::new();
    };
    let release = &choice.release;
    let mut facts = vec![
        fact("sample", format!("{} {}", sample.dsid, sample.name)),
        fact("release", format!("{} ({})", release.name, release.title)),
        fact("process", sample.process.clone()),
    ];
    if sample.alternative {
        let text = "simulated otherwise, for uncertainties; not to be added to the nominal samples";
        facts.push(fact("alternative", text.to_owned()));
    }
    facts.extend(numbers(release, sample));
    let mut out = lines(&facts);
    if let Some(rows) = sums(release, &choice.samples) {
        out.push('\n');
        out.push_str(&output::table(&rows));
    }
    out.push('\n');
    out.push_str(&files(choice));
    for group in choice.conflicts.chunk_by(|a, b| a.topic == b.topic) {
        out.push_str("\nconflict: ");
        out.push_str(&topic(group));
    }
    out
}

/// What is the same in all collections.
fn numbers(release: &Release, sample: &Sample) -> Vec<[String; 2]> {
    let mut facts = Vec::new();
    if let Some(normalisation) = &release.normalisation {
        facts.push(fact(
            "normalised",
            format!("from the columns of its files: {normalisation}"),
        ));
    } else {
        let cross_section = match sample.cross_section_pb {
            Some(value) => format!("{} pb", number(value)),
            None => "not published".to_owned(),
        };
        facts.push(fact("cross-section", cross_section));
    }
    for (name, value) in [
        ("k-factor", sample.k_factor),
        ("filter", sample.filter_efficiency),
        ("reduction", sample.reduction_efficiency),
    ] {
        if value != 1.0 {
            facts.push(fact(name, number(value)));
        }
    }
    if let Some(weight) = &release.generator_weight {
        let weight = match sample.sign_of_weight {
            true => format!("sign of {weight}; Σw is the sum of the signs"),
            false => weight.clone(),
        };
        facts.push(fact("weight", weight));
    }
    facts.push(fact("source", release.numbers.clone()));
    facts
}

/// What can differ from collection to collection: events, sum of weights, scale.
fn sums(release: &Release, samples: &[Sample]) -> Option<Vec<Vec<String>>> {
    if samples.iter().all(|s| s.sum_of_weights.is_none()) {
        return None;
    }
    let several = samples.len() > 1;
    let luminosity = format!("scale to {} fb⁻¹", release.luminosity_pb / 1000.0);
    let heading = [
        "collection",
        "events",
        "Σw",
        "L_gen [fb⁻¹]",
        luminosity.as_str(),
    ];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for sample in samples {
        let collection = match &sample.collection {
            Some(name) => name.clone(),
            None if several => "all others".to_owned(),
            None => "all".to_owned(),
        };
        let scale = sample.scale(release.luminosity_pb).ok();
        rows.push(vec![
            collection,
            sample.events.map(grouped).unwrap_or_default(),
            sample.sum_of_weights.map(number).unwrap_or_default(),
            sample
                .generated_luminosity_pb()
                .map(|pb| significant(pb / 1000.0))
                .unwrap_or_default(),
            scale
                .map(|scale| format!("{scale:.6e}"))
                .unwrap_or_default(),
        ]);
    }
    if release.collections.is_empty() {
        rows.iter_mut().for_each(|row| drop(row.remove(0)));
    }
    Some(rows)
}

/// The files of a choice, with their address in full.
fn files(choice: &Choice) -> String {
    if choice.files.is_empty() {
        return "no file of it is published\n".to_owned();
    }
    let total = choice.files.iter().map(|f| f.bytes).sum();
    let mut out = format!("{}, {}\n", count(choice.files.len(), "file"), bytes(total));
    let mut rows = Vec::new();
    for file in &choice.files {
        let mut row = vec![
            format!("  {}", file.collection.as_deref().unwrap_or_default()),
            file.bytes.to_string(),
            file.adler32.clone(),
            file.uri.clone(),
        ];
        if choice.release.collections.is_empty() {
            row.remove(0);
        }
        rows.push(row);
    }
    out.push_str(&output::table(&rows));
    for file in &choice.files {
        if let (Some(record), Some(doi)) = (file.record, &file.doi) {
            out.push_str(&format!("record {record}, https://doi.org/{doi}\n"));
        }
        if let Some(events) = file.events {
            out.push_str(&format!("{} events in the file\n", grouped(events)));
        }
    }
    out
}

/// What is said of a release as a whole.
pub(super) fn of_release(release: &Release) -> String {
    let luminosity = &release.luminosity;
    let unit = match luminosity.unit {
        photopeak_analysis::release::LuminosityUnit::InversePb => "pb⁻¹",
        photopeak_analysis::release::LuminosityUnit::InverseFb => "fb⁻¹",
    };
    let uncertainty = luminosity
        .uncertainty
        .map(|u| format!(" ± {u}"))
        .unwrap_or_default();
    let mut facts = vec![
        fact("release", release.name.clone()),
        fact("title", release.title.clone()),
        fact(
            "about",
            release.description.replace('\n', " ").trim().to_owned(),
        ),
        fact(
            "luminosity",
            format!(
                "{}{uncertainty} {unit} ({})",
                luminosity.value, luminosity.source
            ),
        ),
        fact("tree", release.tree.clone()),
        fact("columns", format!("schema {}", release.schema)),
        fact("weight", release.weight_formula.clone()),
    ];
    if let Some(factors) = &release.scale_factors {
        facts.push(fact("", format!("scale factors: {factors}")));
    }
    for (name, value) in &release.constants {
        let note = release
            .constant_notes
            .get(name)
            .and_then(|note| note.as_str());
        let note = note.map(|note| format!("  {note}")).unwrap_or_default();
        facts.push(fact("constant", format!("{name} = {value}{note}")));
    }
    for reference in &release.references {
        facts.push(fact(
            "source",
            format!("{}, {}", reference.title, reference.place),
        ));
    }
    facts.push(fact("licence", release.licence.clone()));
    let mut out = lines(&facts);
    if !release.collections.is_empty() {
        out.push('\n');
        out.push_str(&collections(release));
    }
    if !release.conflicts.is_empty() {
        out.push_str(&format!(
            "\n{} of official numbers: photopeak samples --release {} --conflicts\n",
            count(release.conflicts.len(), "conflict"),
            release.name
        ));
    }
    out.push('\n');
    out
}

fn collections(release: &Release) -> String {
    let heading = ["collection", "files", "size", "records", "selection"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for collection in &release.collections {
        let files = || {
            let files = release.files.iter();
            files.filter(|f| f.collection.as_deref() == Some(&collection.name))
        };
        let records: Vec<String> = collection
            .records
            .iter()
            .map(|r| r.id.to_string())
            .collect();
        let mut row = vec![
            collection.name.clone(),
            files().count().to_string(),
            bytes(files().map(|f| f.bytes).sum()),
            records.join(", "),
        ];
        for line in output::wrap(&collection.selection, SELECTION) {
            row.push(line);
            rows.push(row);
            row = vec![String::new(); heading.len() - 1];
        }
    }
    output::table(&rows)
}

/// Width of the column of selections: what the others leave of 100.
const SELECTION: usize = 54;

fn fact(name: &str, text: String) -> [String; 2] {
    [name.to_owned(), text]
}

/// Names to the left, text wrapped to the right of them; a name that repeats is said once.
fn lines(facts: &[[String; 2]]) -> String {
    let left = facts
        .iter()
        .map(|[name, _]| name.chars().count())
        .max()
        .unwrap_or(0)
        + 2;
    let right = output::width().min(110).saturating_sub(left).max(30);
    let mut out = String::new();
    let mut last = "";
    for [name, text] in facts {
        let mut start = if name == last { "" } else { name.as_str() };
        for line in output::wrap(text, right) {
            out.push_str(format!("{start:left$}{line}").trim_end());
            out.push('\n');
            start = "";
        }
        last = name;
    }
    out
}
