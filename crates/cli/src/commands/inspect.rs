//! `photopeak inspect`: what is in a file.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use photopeak_analysis::from_root;
use photopeak_formats::{
    Found, Hdf5Table, Location, Table, hdf5_tables, open_hdf5, open_root, resolve,
};
use photopeak_hdf5file::Hdf5File;
use photopeak_hist::uhi;
use photopeak_rootfile::{RootFile, RootHistogram, Tree};
use serde_json::json;

use crate::input::{self, Input, SchemaChoice};
use crate::output;
use crate::statistics;

/// Widest type shown in the table; `--json` has it in full.
const MAX_TYPE: usize = 44;
/// Histograms beyond these are listed without their entries.
const MAX_COUNTED: usize = 1000;

/// Show what is in event files: trees, histograms, columns with types and units
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak inspect data_A.4lep.root
  photopeak inspect data_A.4lep.root --filter lep_
  photopeak inspect 'data_*.root' --json")]
pub(crate) struct Inspect {
    /// A file, a glob, a folder, or file.root:tree.
    path: String,
    /// Only columns whose name or description contains this text.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    schema: SchemaChoice,
}

impl Inspect {
    pub(crate) fn run(&self) -> Result<()> {
        let locations = resolve(&self.path)?;
        // A file with several trees (or none) is shown object by object.
        if let [Location { path, tree: None }] = locations.as_slice()
            && let Ok(file) = open_root(path)
            && Tree::list(&file)?.len() != 1
        {
            return self.objects(&file);
        }
        if let [
            Location {
                path,
                tree: Some(name),
            },
        ] = locations.as_slice()
            && let Ok(file) = open_root(path)
            && file
                .find(name)
                .is_ok_and(|entry| RootHistogram::is_histogram(&entry.key.class))
        {
            return self.histogram(&file, name);
        }
        // So is an HDF5 file of several tables.
        if let [Location { path, tree: None }] = locations.as_slice()
            && let Ok(file) = open_hdf5(path)
        {
            let tables = hdf5_tables(&file)?;
            if tables.len() > 1 {
                return self.tables(path, &file, &tables);
            }
        }
        let input = input::open_locations(&locations, &self.schema)?;
        if self.json {
            self.columns_json(&input)
        } else {
            self.columns(&input)
        }
    }

    fn objects(&self, file: &RootFile) -> Result<()> {
        let entries = file.entries()?;
        if self.json {
            let objects: Vec<_> = entries
                .iter()
                .map(|e| json!({"path": e.path, "class": e.key.class, "title": e.key.title, "cycle": e.key.cycle}))
                .collect();
            let all = json!({"file": file.label().as_ref(), "objects": objects});
            return output::print(&format!("{all:#}\n"));
        }
        let mut rows = vec![
            ["object", "class", "entries", "title"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for (i, entry) in entries.iter().enumerate() {
            let path = format!("{};{}", entry.path, entry.key.cycle);
            let count = if RootHistogram::is_histogram(&entry.key.class) && i < MAX_COUNTED {
                // A count, so far below 2^64.
                RootHistogram::open(file, &path)
                    .ok()
                    .map(|h| h.entries as u64)
            } else {
                Tree::open(file, &path).ok().map(|tree| tree.entries())
            };
            rows.push(vec![
                path,
                entry.key.class.clone(),
                count.map_or_else(String::new, output::grouped),
                entry.key.title.clone(),
            ]);
        }
        let mut text = format!(
            "{}: {}\n\n{}",
            file.label(),
            about_file(file),
            output::table(&without_empty(rows))
        );
        let first = |wanted: &dyn Fn(&str) -> bool| {
            let entry = entries.iter().find(|e| wanted(&e.key.class))?;
            Some(format!("{}:{}", file.label(), entry.path))
        };
        let mut hints = Vec::new();
        if let Some(tree) = Tree::list(file)?.first() {
            let place = format!("{}:{tree}", file.label());
            hints.push(vec![
                format!("photopeak inspect {place}"),
                "the columns of a tree".to_owned(),
            ]);
        }
        if let Some(place) = first(&|class| class == "TChain") {
            hints.push(vec![
                format!("photopeak inspect {place}"),
                "the files of a chain and their columns".to_owned(),
            ]);
        }
        if let Some(place) = first(&RootHistogram::is_histogram) {
            hints.push(vec![
                format!("photopeak hist {place}"),
                "a histogram".to_owned(),
            ]);
        }
        if !hints.is_empty() {
            text.push_str(&format!("\n{}", output::table(&hints)));
        }
        if first(&|class| class.ends_with("RNTuple")).is_some() {
            text.push_str("\nnote: an RNTuple cannot be read yet; a TTree can\n");
        }
        output::print(&text)
    }

    /// The tables of an HDF5 file.
    fn tables(&self, path: &Path, file: &Hdf5File, tables: &[Found]) -> Result<()> {
        let about = |table: &Found| {
            let opened = Hdf5Table::of_file(file, path, Some(&table.path)).ok()?;
            Some((opened.num_rows(), opened.schema().fields().len()))
        };
        if self.json {
            let list = tables.iter().map(|table| {
                let about = about(table);
                json!({"path": table.path, "kind": table.kind,
                       "rows": about.map(|a| a.0), "columns": about.map(|a| a.1)})
            });
            let all =
                json!({"file": path.display().to_string(), "tables": list.collect::<Vec<_>>()});
            return output::print(&format!("{all:#}\n"));
        }
        let mut rows = vec![
            ["table", "kind", "rows", "columns"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for table in tables {
            let (length, columns) = about(table).map_or((None, None), |(r, c)| (Some(r), Some(c)));
            rows.push(vec![
                table.path.clone(),
                table.kind.to_owned(),
                length.map_or_else(String::new, output::grouped),
                columns.map_or_else(String::new, |n| n.to_string()),
            ]);
        }
        let path = path.display();
        let first = tables.first().map_or("", |table| table.path.as_str());
        output::print(&format!(
            "{path}: HDF5, {} tables\n\n{}\nphotopeak inspect {path}:{first}  the columns of one\n",
            tables.len(),
            output::table(&rows)
        ))
    }

    /// A histogram that was named: its axes and its statistics.
    fn histogram(&self, file: &RootFile, name: &str) -> Result<()> {
        let stored = RootHistogram::open(file, name)?;
        let histogram = from_root(&stored)?;
        if self.json {
            return output::print(&format!("{}\n", uhi::write(&histogram)?));
        }
        let mut rows = vec![
            ["axis", "bins", "from", "to", "title"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for (axis, letter) in stored.axes.iter().zip(["x", "y", "z"]) {
            let edge = |edge: Option<&f64>| edge.map_or_else(String::new, f64::to_string);
            rows.push(vec![
                letter.to_owned(),
                axis.edges.len().saturating_sub(1).to_string(),
                edge(axis.edges.first()),
                edge(axis.edges.last()),
                axis.title.clone(),
            ]);
        }
        output::print(&format!(
            "{}:{name}: {} {:?}\n{}\n\n{}",
            file.label(),
            stored.class,
            stored.title,
            statistics::line(&histogram),
            output::table(&without_empty(rows))
        ))
    }

    fn columns(&self, input: &Input) -> Result<()> {
        let data = &input.data;
        let mut text = String::new();
        for part in data.parts() {
            let about = open_root(&part.path)
                .map_or_else(|_| String::new(), |f| format!(", {}", about_file(&f)));
            text.push_str(&format!(
                "{}: {} events{about}\n",
                part.path.display(),
                output::grouped(part.table.num_rows())
            ));
        }
        if data.parts().len() > 1 {
            text.push_str(&format!(
                "together: {} events\n",
                output::grouped(data.num_rows())
            ));
        }
        if let Some(schema) = &input.schema {
            text.push_str(&format!("units: {} ({})\n", schema.name, schema.title));
        } else if !input.units_known() {
            text.push_str("units: not known; `--schema NAME` takes those of a known release\n");
        }
        let mut rows = vec![
            ["column", "type", "unit", "stored", "description"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for (i, field) in data.schema().fields().iter().enumerate() {
            let get = |key: &str| field.metadata().get(key).cloned().unwrap_or_default();
            if !self.shows(field.name(), &get("description")) {
                continue;
            }
            let stored = data.stored_bytes(i).map_or_else(String::new, output::bytes);
            rows.push(vec![
                field.name().clone(),
                output::cut(&type_name(field.data_type()), MAX_TYPE),
                get("unit"),
                stored,
                get("description"),
            ]);
        }
        match (&self.filter, rows.len()) {
            (Some(filter), 1) => text.push_str(&format!(
                "\nno column has {filter:?} in its name or description\n"
            )),
            _ => text.push_str(&format!("\n{}", output::table(&without_empty(rows)))),
        }
        let unreadable: Vec<Vec<String>> = data
            .unreadable()
            .iter()
            .filter(|u| self.shows(&u.name, ""))
            .map(|u| vec![u.name.clone(), u.reason.clone()])
            .collect();
        if !unreadable.is_empty() {
            text.push_str(&format!("\nnot readable:\n{}", output::table(&unreadable)));
        }
        output::print(&text)
    }

    fn columns_json(&self, input: &Input) -> Result<()> {
        let data = &input.data;
        let columns: Vec<_> = data
            .schema()
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, f)| {
                self.shows(
                    f.name(),
                    f.metadata().get("description").map_or("", String::as_str),
                )
            })
            .map(|(i, f)| {
                json!({
                    "name": f.name(),
                    "type": type_name(f.data_type()),
                    "unit": f.metadata().get("unit"),
                    "description": f.metadata().get("description"),
                    "stored_bytes": data.stored_bytes(i),
                })
            })
            .collect();
        let files: Vec<_> = data
            .parts()
            .iter()
            .map(|p| json!({"path": p.path.display().to_string(), "events": p.table.num_rows()}))
            .collect();
        let unreadable: Vec<_> = data
            .unreadable()
            .iter()
            .map(|u| json!({"name": u.name, "reason": u.reason}))
            .collect();
        let all = json!({
            "files": files,
            "events": data.num_rows(),
            "schema": input.schema.as_ref().map(|s| &s.name),
            "columns": columns,
            "unreadable": unreadable,
        });
        output::print(&format!("{all:#}\n"))
    }

    fn shows(&self, name: &str, description: &str) -> bool {
        self.filter.as_ref().is_none_or(|text| {
            let text = text.to_lowercase();
            name.to_lowercase().contains(&text) || description.to_lowercase().contains(&text)
        })
    }
}

fn about_file(file: &RootFile) -> String {
    let version = file.version();
    let codec = match file.compression() / 100 {
        0 | 1 => "ZLIB",
        2 => "LZMA",
        3 => "old",
        4 => "LZ4",
        5 => "ZSTD",
        _ => "unknown",
    };
    format!(
        "{}, ROOT {}.{:02}/{:02}, {codec} level {}",
        output::bytes(file.len()),
        version / 10_000,
        version / 100 % 100,
        version % 100,
        file.compression() % 100
    )
}

/// The rows without the columns that have nothing below their heading.
fn without_empty(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let columns = rows.first().map_or(0, Vec::len);
    for column in (0..columns).rev() {
        if rows
            .iter()
            .skip(1)
            .all(|row| row.get(column).is_none_or(String::is_empty))
        {
            for row in &mut rows {
                row.remove(column);
            }
        }
    }
    rows
}

/// Arrow's types in fewer words: `list<float32>`, `float32[3]`.
fn type_name(data_type: &arrow_schema::DataType) -> String {
    use arrow_schema::DataType;
    match data_type {
        DataType::List(item) | DataType::LargeList(item) => {
            format!("list<{}>", type_name(item.data_type()))
        }
        DataType::FixedSizeList(item, n) => format!("{}[{n}]", type_name(item.data_type())),
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|f| format!("{}: {}", f.name(), type_name(f.data_type())))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        DataType::Map(entries, _) => format!("map<{}>", type_name(entries.data_type())),
        DataType::Boolean => "bool".to_owned(),
        DataType::Utf8 | DataType::LargeUtf8 => "string".to_owned(),
        other => format!("{other}").to_lowercase(),
    }
}
