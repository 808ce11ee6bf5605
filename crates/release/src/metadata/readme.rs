//! `README.md` of a release: what it is, its fields, its files, how to read and cite it.

use std::fmt::Write;

use arrow_schema::DataType;

use super::{TableInfo, described};
use crate::Release;
use crate::manifest::Entry;

pub(super) fn text(
    release: &Release,
    tables: &[TableInfo<'_>],
    rows: &[(String, String, u64)],
    files: &[Entry],
) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = (|| {
        writeln!(out, "# {}\n", release.title)?;
        writeln!(out, "{}\n", described(release))?;
        writeln!(
            out,
            "Version {}, published {} by {}, licence {}.\n",
            release.version, release.published, release.publisher, release.license
        )?;
        writeln!(out, "## How to cite\n\n{}\n", citation(release))?;
        for info in tables {
            writeln!(out, "## Table `{}`\n", info.table.name)?;
            if !info.table.description.is_empty() {
                writeln!(out, "{}\n", info.table.description.trim())?;
            }
            writeln!(out, "| field | type | unit | role | range | description |")?;
            writeln!(out, "|---|---|---|---|---|---|")?;
            for (field, stored) in info.table.fields.iter().zip(info.schema.fields()) {
                let role = stored.metadata().get("role").map_or("", String::as_str);
                writeln!(
                    out,
                    "| `{}` | {} | {} | {role} | {} | {} |",
                    field.name,
                    type_name(stored.data_type()),
                    field.unit.as_deref().unwrap_or_default(),
                    range(field.low, field.high),
                    field.description.replace('\n', " ")
                )?;
            }
            writeln!(out, "\n| part | rows | labels |\n|---|--:|---|")?;
            for (_, part, count) in rows.iter().filter(|(of, ..)| *of == info.table.name) {
                let blind = release
                    .splits
                    .parts
                    .iter()
                    .any(|p| p.name == *part && p.blind);
                let labels = if blind { "left out" } else { "in the files" };
                writeln!(out, "| {part} | {count} | {labels} |")?;
            }
            writeln!(out)?;
        }
        writeln!(out, "## Files\n\n| file | rows | bytes |\n|---|--:|--:|")?;
        for file in files {
            let rows = file.rows.map_or_else(String::new, |rows| rows.to_string());
            writeln!(out, "| `{}` | {rows} | {} |", file.path, file.bytes)?;
        }
        writeln!(
            out,
            "\n`manifest.csv` has the checksums of all files; `photopeak release verify .` compares them."
        )?;
        // A file of the first part: of a blind one little is to be seen.
        let part = release
            .splits
            .parts
            .first()
            .map_or("", |part| part.name.as_str());
        let first = |ending: &str| {
            let of_part = |f: &&Entry| f.path.contains(&format!("-{part}-"));
            let mut found = files.iter().filter(|f| f.path.ends_with(ending));
            found.find(of_part)
        };
        if let Some(file) = first(".parquet") {
            writeln!(
                out,
                "\n## In Python\n\n```python\nimport pandas\n\ntable = pandas.read_parquet(\"{}\")\n```",
                file.path
            )?;
        }
        if let Some(file) = first(".hdf5") {
            let field = tables.first().and_then(|t| t.table.fields.first());
            let field = field.map_or("", |field| field.name.as_str());
            writeln!(
                out,
                "\n```python\nimport h5py\n\nwith h5py.File(\"{}\") as file:\n    column = file[\"{field}\"][:]\n```",
                file.path
            )?;
        }
        if let Some(file) = first(".root") {
            let table = tables.first().map_or("", |t| t.table.name.as_str());
            writeln!(
                out,
                "\n```python\nimport uproot\n\nevents = uproot.open(\"{}:{table}\").arrays()\n```",
                file.path
            )?;
        }
        Ok::<(), std::fmt::Error>(())
    })();
    out
}

fn range(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("from {low}"),
        (None, Some(high)) => format!("to {high}"),
        (None, None) => String::new(),
    }
}

/// As DataCite recommends: creators (year): title, version, publisher, identifier.
pub(crate) fn citation(release: &Release) -> String {
    let creators: Vec<&str> = release.creators.iter().map(|c| c.name.as_str()).collect();
    let identifier = match (&release.doi, &release.url) {
        (Some(doi), _) => format!(" https://doi.org/{doi}"),
        (None, Some(url)) => format!(" {url}"),
        (None, None) => String::new(),
    };
    format!(
        "{} ({}): {}. Version {}. {}. Dataset.{identifier}",
        creators.join("; "),
        release.published.get(..4).unwrap_or_default(),
        release.title,
        release.version,
        release.publisher
    )
}

/// `float32`, `uint16[3800]`, `list<float64>`.
fn type_name(ty: &DataType) -> String {
    match ty {
        DataType::Boolean => "bool".to_owned(),
        DataType::Utf8 => "text".to_owned(),
        DataType::List(item) => format!("list&lt;{}&gt;", type_name(item.data_type())),
        DataType::FixedSizeList(item, length) => {
            format!("{}[{length}]", type_name(item.data_type()))
        }
        other => other.to_string().to_lowercase(),
    }
}
