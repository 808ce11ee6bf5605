//! `README.md` of a release: what it is, its fields, its files, how to read and cite it.

use std::fmt::Write;

use arrow_schema::DataType;

use super::provenance::{PROGRAM, Provenance};
use super::{TableInfo, described, python};
use crate::Release;
use crate::manifest::Entry;

pub(super) fn text(
    release: &Release,
    tables: &[TableInfo<'_>],
    rows: &[(String, String, u64)],
    files: &[Entry],
    provenance: &Provenance,
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
                let role = field.role.name();
                writeln!(
                    out,
                    "| `{}` | {} | {} | {role} | {} | {} |",
                    field.name,
                    type_name(stored.data_type())
                        .replace('<', "&lt;")
                        .replace('>', "&gt;"),
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
        for (i, way) in python(release, tables, files).iter().enumerate() {
            let head = if i == 0 { "\n## In Python\n" } else { "" };
            writeln!(out, "{head}\n```python\n{way}\n```")?;
        }
        made(&mut out, provenance)?;
        Ok::<(), std::fmt::Error>(())
    })();
    out
}

/// From what, by what, and how.
fn made(out: &mut String, provenance: &Provenance) -> std::fmt::Result {
    writeln!(out, "\n## What it was made of\n")?;
    for step in &provenance.steps {
        writeln!(out, "- {}: {}", step.name, step.said())?;
    }
    writeln!(out, "- Built by {PROGRAM} from `release.toml`.")?;
    for table in &provenance.tables {
        if let Some(select) = &table.select {
            writeln!(
                out,
                "- Of the {} rows of its sources, table `{}` has those with `{select}`.",
                table.rows, table.name
            )?;
        }
    }
    writeln!(
        out,
        "\n| input | table | bytes | SHA-256 |\n|---|---|--:|---|"
    )?;
    for input in &provenance.inputs {
        writeln!(
            out,
            "| `{}` | {} | {} | `{}` |",
            input.name, input.table, input.bytes, input.sha256
        )?;
    }
    writeln!(out, "\n`provenance.json` says the same to programs.")
}

pub(super) fn range(low: Option<f64>, high: Option<f64>) -> String {
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
pub(super) fn type_name(ty: &DataType) -> String {
    match ty {
        DataType::Boolean => "bool".to_owned(),
        DataType::Utf8 => "text".to_owned(),
        DataType::List(item) => format!("list<{}>", type_name(item.data_type())),
        DataType::FixedSizeList(item, length) => {
            format!("{}[{length}]", type_name(item.data_type()))
        }
        other => other.to_string().to_lowercase(),
    }
}
