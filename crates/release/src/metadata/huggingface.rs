//! `huggingface.md`: the README as a dataset card of the Hugging Face hub, which becomes the
//! README of the repository there. Its head tells the hub where each part is.

use std::fmt::Write;

use super::{TableInfo, of_table};
use crate::Release;
use crate::manifest::Entry;

pub(super) fn document(
    release: &Release,
    tables: &[TableInfo<'_>],
    rows: &[(String, String, u64)],
    files: &[Entry],
    readme: &str,
) -> String {
    // A text of JSON is one of YAML.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut out = String::from("---\n");
    // Writing to a text cannot fail.
    let _ = (|| {
        writeln!(out, "pretty_name: {}", quoted(&release.title))?;
        writeln!(out, "license: {}", release.license.to_lowercase())?;
        writeln!(
            out,
            "size_categories:\n- {}",
            size(rows.iter().map(|(.., n)| n).sum())
        )?;
        writeln!(out, "tags:\n- physics")?;
        for word in &release.keywords {
            writeln!(out, "- {}", quoted(word))?;
        }
        if release.simulated {
            writeln!(out, "- simulated")?;
        }
        writeln!(out, "configs:")?;
        for (i, info) in tables.iter().enumerate() {
            writeln!(out, "- config_name: {}", quoted(&info.table.name))?;
            if i == 0 {
                writeln!(out, "  default: true")?;
            }
            writeln!(out, "  data_files:")?;
            for part in &release.splits.parts {
                if of_table(files, "parquet", &info.table.name, &part.name)
                    .next()
                    .is_some()
                {
                    let path = format!("data/parquet/{}-{}-*.parquet", info.table.name, part.name);
                    let split = part.name.replace('-', "_");
                    writeln!(
                        out,
                        "  - split: {}\n    path: {}",
                        quoted(&split),
                        quoted(&path)
                    )?;
                }
            }
        }
        writeln!(out, "---\n")
    })();
    out + readme
}

/// The hub's words for a number of rows.
fn size(rows: u64) -> &'static str {
    match rows {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        10_000_000..100_000_000 => "10M<n<100M",
        100_000_000..1_000_000_000 => "100M<n<1B",
        _ => "n>1B",
    }
}
