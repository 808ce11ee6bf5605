//! `index.html`: a page that shows the release: fields with a small picture of their values, parts,
//! files with checksums, how to cite and read it. It needs no script and no network, and follows the
//! reader's choice of light or dark.

mod counts;
mod draw;
mod look;
mod text;

use std::path::Path;

use super::provenance::Provenance;
use super::readme::{citation, range, type_name};
use super::xml::escaped;
use super::{TableInfo, python};
use crate::description::{Field, Role};
use crate::manifest::Entry;
use crate::{Error, Release};
use look::{Seen, look};

const STYLE: &str = include_str!("style.css");

/// The page. Walks the data files once.
///
/// # Errors
/// When one cannot be read.
pub(super) fn document(
    release: &Release,
    tables: &[TableInfo<'_>],
    rows: &[(String, String, u64)],
    files: &[Entry],
    provenance: &Provenance,
    folder: &Path,
) -> Result<String, Error> {
    let title = escaped(&release.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<meta name=\"description\" content=\"{}\">\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        escaped(
            release
                .description
                .trim()
                .lines()
                .next()
                .unwrap_or_default()
        )
    );
    out.push_str(&format!(
        "<header>\n<h1>{title}</h1>\n{}</header>\n<main>\n",
        badges(release)
    ));
    out.push_str(&text::html(&release.description));
    out.push_str(&format!(
        "<h2>How to cite</h2>\n<p class=\"card cite\">{}</p>\n",
        linked(&citation(release))
    ));
    for info in tables {
        let seen = look(release, info, folder, files)?;
        out.push_str(&table(release, info, rows, &seen));
    }
    out.push_str(&format!(
        "<h2>In Python</h2>\n<pre class=\"card\"><code>{}</code></pre>\n",
        escaped(&python(release, tables, files).join("\n\n"))
    ));
    out.push_str(&listed(files));
    out.push_str(&related(release));
    out.push_str(&made(provenance));
    out.push_str(&format!(
        "</main>\n<footer>Made by {} from <a href=\"release.toml\">release.toml</a> · \
         <a href=\"README.md\">README.md</a> · <a href=\"manifest.csv\">manifest.csv</a> · \
         <a href=\"croissant.json\">Croissant</a> · <a href=\"datacite.json\">DataCite</a> · \
         <a href=\"ro-crate-metadata.json\">RO-Crate</a> · <a href=\"datapackage.json\">Data Package</a></footer>\n</body>\n</html>\n",
        super::provenance::PROGRAM
    ));
    Ok(out)
}

fn badges(release: &Release) -> String {
    let mut badges = Vec::new();
    if release.simulated {
        badges.push("<li class=\"simulated\">simulated data</li>".to_owned());
    }
    badges.push(format!("<li>version {}</li>", escaped(&release.version)));
    badges.push(format!("<li>{}</li>", escaped(&release.published)));
    badges.push(format!(
        "<li><a href=\"https://spdx.org/licenses/{0}.html\">{0}</a></li>",
        escaped(&release.license)
    ));
    badges.extend(
        release
            .experiment
            .iter()
            .map(|e| format!("<li>{}</li>", escaped(e))),
    );
    if let Some(doi) = &release.doi {
        badges.push(format!(
            "<li><a href=\"https://doi.org/{0}\">doi:{0}</a></li>",
            escaped(doi)
        ));
    }
    format!("<ul class=\"badges\">{}</ul>\n", badges.concat())
}

/// A table: its parts, and its fields with pictures.
fn table(
    release: &Release,
    info: &TableInfo<'_>,
    rows: &[(String, String, u64)],
    seen: &[Seen],
) -> String {
    let name = escaped(&info.table.name);
    let mut out = format!(
        "<section>\n<h2>Table <code>{name}</code></h2>\n{}",
        text::html(&info.table.description)
    );
    let parts: Vec<(&str, u64)> = rows
        .iter()
        .filter(|(table, ..)| *table == info.table.name)
        .map(|(_, part, rows)| (part.as_str(), *rows))
        .collect();
    let all: u64 = parts.iter().map(|(_, rows)| rows).sum();
    let (mut bar, mut legend) = (String::new(), String::new());
    for (part, count) in &parts {
        bar.push_str(&format!("<i style=\"flex:{count}\"></i>"));
        let blind = release
            .splits
            .parts
            .iter()
            .any(|p| p.name == *part && p.blind);
        legend.push_str(&format!(
            "<li><b>{}</b> {} rows, {:.1} %{}</li>",
            escaped(part),
            grouped(*count),
            100.0 * *count as f64 / all.max(1) as f64,
            if blind { ", labels left out" } else { "" }
        ));
    }
    out.push_str(&format!(
        "<div class=\"parts\" aria-hidden=\"true\">{bar}</div>\n<ul class=\"legend\">{legend}</ul>\n<div class=\"card\">\n"
    ));
    for ((field, stored), seen) in info.table.fields.iter().zip(info.schema.fields()).zip(seen) {
        out.push_str(&row(field, &type_name(stored.data_type()), seen));
    }
    out + "</div>\n</section>\n"
}

fn row(field: &Field, ty: &str, seen: &Seen) -> String {
    let name = escaped(&field.name);
    let label = if field.role == Role::Label {
        " label"
    } else {
        ""
    };
    let mut facts = vec![format!("<code>{}</code>", escaped(ty))];
    facts.extend(field.unit.iter().map(|unit| escaped(unit)));
    let limits = range(field.low, field.high);
    if !limits.is_empty() {
        facts.push(format!("described {}", escaped(&limits)));
    }
    let picture = match seen {
        Seen::Nothing => String::new(),
        Seen::Record(samples) => draw::record(samples, &name),
        Seen::Numbers(counts) => {
            let unit = field
                .unit
                .as_ref()
                .map_or_else(String::new, |unit| format!(" {unit}"));
            if counts.least <= counts.most && ty != "bool" {
                facts.push(escaped(&format!(
                    "found {} to {}{unit}",
                    draw::number(counts.least),
                    draw::number(counts.most)
                )));
            }
            if counts.missing > 0 {
                facts.push(format!("{} missing", grouped(counts.missing)));
            }
            match (ty, counts.truths()) {
                ("bool", Some((no, yes))) => draw::truths(no, yes, &name),
                _ => counts
                    .histogram()
                    .map_or_else(String::new, |h| draw::histogram(&h, counts.whole, &name)),
            }
        }
    };
    format!(
        "<div class=\"field\"><div><span class=\"name\"><code>{name}</code></span><span class=\"role{label}\">{}</span>\
         <p class=\"what\">{}</p><div class=\"facts\">{}</div></div>{picture}</div>\n",
        field.role.name(),
        text::line(&field.description.replace('\n', " ")),
        facts.join(" · ")
    )
}

fn listed(files: &[Entry]) -> String {
    let rows = files.iter().map(|file| {
        format!(
            "<tr><td><a href=\"{0}\">{0}</a></td><td class=\"n\">{1}</td><td class=\"n\">{2}</td><td><code title=\"{3}\">{4}…</code></td></tr>\n",
            escaped(&file.path),
            file.rows.map_or_else(String::new, grouped),
            size(file.bytes),
            escaped(&file.sha256),
            escaped(file.sha256.get(..12).unwrap_or_default())
        )
    });
    format!(
        "<h2>Files</h2>\n<div class=\"card scroll\"><table>\n<tr><th>file</th><th class=\"n\">rows</th><th class=\"n\">size</th><th>SHA-256</th></tr>\n{}</table></div>\n\
         <p class=\"note\">Whole checksums, also MD5 and Adler-32, are in manifest.csv; <code>photopeak release verify .</code> compares them.</p>\n",
        rows.collect::<String>()
    )
}

fn related(release: &Release) -> String {
    let mut items = String::new();
    for one in &release.related {
        let address = match (&one.doi, &one.arxiv, &one.url) {
            (Some(doi), ..) => format!("https://doi.org/{doi}"),
            (None, Some(arxiv), _) => format!("https://arxiv.org/abs/{arxiv}"),
            (None, None, Some(url)) => url.clone(),
            _ => continue,
        };
        items.push_str(&format!(
            "<li>{} {}</li>",
            spaced(&one.relation),
            linked(&address)
        ));
    }
    for funding in &release.funding {
        let award = funding
            .award
            .as_ref()
            .map_or_else(String::new, |a| format!(", {a}"));
        items.push_str(&format!(
            "<li>Funded by {}</li>",
            escaped(&format!("{}{award}", funding.funder))
        ));
    }
    match items.is_empty() {
        true => items,
        false => format!("<h2>Belongs to it</h2>\n<ul>{items}</ul>\n"),
    }
}

/// `IsDerivedFrom` as `Is derived from`.
fn spaced(relation: &str) -> String {
    let mut out = String::new();
    for (i, c) in relation.chars().enumerate() {
        match i > 0 && c.is_uppercase() {
            true => out.extend([' ', c.to_ascii_lowercase()]),
            false => out.push(c),
        }
    }
    escaped(&out)
}

fn made(provenance: &Provenance) -> String {
    let mut out = String::from("<h2>What it was made of</h2>\n");
    for step in &provenance.steps {
        out.push_str(&format!(
            "<p><b>{}</b> {}</p>\n",
            escaped(&step.name),
            text::line(&step.said())
        ));
    }
    for table in &provenance.tables {
        if let Some(select) = &table.select {
            out.push_str(&format!(
                "<p>Of the {} rows of its sources, table <code>{}</code> has those with <code>{}</code>.</p>\n",
                grouped(table.rows),
                escaped(&table.name),
                escaped(select)
            ));
        }
    }
    let rows = provenance.inputs.iter().map(|input| {
        format!(
            "<tr><td class=\"wrap\">{}</td><td>{}</td><td class=\"n\">{}</td><td><code title=\"{}\">{}…</code></td></tr>\n",
            escaped(&input.name),
            escaped(&input.table),
            size(input.bytes),
            escaped(&input.sha256),
            escaped(input.sha256.get(..12).unwrap_or_default())
        )
    });
    out + &format!(
        "<div class=\"card scroll\"><table>\n<tr><th>input</th><th>table</th><th class=\"n\">size</th><th>SHA-256</th></tr>\n{}</table></div>\n",
        rows.collect::<String>()
    )
}

/// Text in which addresses are links.
fn linked(text: &str) -> String {
    let words = text
        .split(' ')
        .map(|word| match word.starts_with("https://") {
            true => format!("<a href=\"{0}\">{0}</a>", escaped(word)),
            false => escaped(word),
        });
    words.collect::<Vec<_>>().join(" ")
}

/// `1234567` as `1 234 567`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// `25.8 kB`.
fn size(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64, "B");
    for next in ["kB", "MB", "GB", "TB"] {
        if value < 1000.0 {
            break;
        }
        (value, unit) = (value / 1000.0, next);
    }
    match unit {
        "B" => format!("{bytes} B"),
        _ => format!("{value:.1} {unit}"),
    }
}
