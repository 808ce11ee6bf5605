//! `photopeak inspect`: what is in a file.

use anyhow::Result;
use clap::Args;
use photopeak_formats::{Location, RootTable, Table, resolve};
use photopeak_rootfile::{Branch, RootFile, Tree};
use serde_json::json;

use crate::input::{self, Input, SchemaChoice};
use crate::output;

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
            && let Ok(file) = RootFile::open(path)
            && Tree::list(&file)?.len() != 1
        {
            return self.objects(&file);
        }
        let input = input::open_locations(&locations, &self.schema)?;
        if self.json { self.columns_json(&input) } else { self.columns(&input) }
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
        let mut rows = vec![vec!["object".to_owned(), "class".to_owned(), "entries".to_owned(), "title".to_owned()]];
        for entry in &entries {
            let count = match Tree::open(file, &format!("{};{}", entry.path, entry.key.cycle)) {
                Ok(tree) => output::grouped(tree.entries()),
                Err(_) => String::new(),
            };
            rows.push(vec![
                format!("{};{}", entry.path, entry.key.cycle),
                entry.key.class.clone(),
                count,
                entry.key.title.clone(),
            ]);
        }
        let trees = Tree::list(file)?;
        let mut text = format!("{}: {}\n\n{}", file.label(), about_file(file), output::table(&rows));
        if let Some(tree) = trees.first() {
            text.push_str(&format!("\nphotopeak inspect {}:{tree}   shows the columns of a tree\n", file.label()));
        }
        output::print(&text)
    }

    fn columns(&self, input: &Input) -> Result<()> {
        let data = &input.data;
        let mut text = String::new();
        for part in data.parts() {
            let about = RootFile::open(&part.path).map_or_else(|_| String::new(), |f| format!(", {}", about_file(&f)));
            text.push_str(&format!(
                "{}: {} events{about}\n",
                part.path.display(),
                output::grouped(part.table.num_rows())
            ));
        }
        if data.parts().len() > 1 {
            text.push_str(&format!("together: {} events\n", output::grouped(data.num_rows())));
        }
        if let Some(schema) = &input.schema {
            text.push_str(&format!("units: {} ({})\n", schema.name, schema.title));
        }
        let sizes = sizes(input);
        let mut rows = vec![["column", "type", "unit", "stored", "description"].map(str::to_owned).to_vec()];
        for (i, field) in data.schema().fields().iter().enumerate() {
            let get = |key: &str| field.metadata().get(key).cloned().unwrap_or_default();
            if !self.shows(field.name(), &get("description")) {
                continue;
            }
            let stored = sizes.get(i).copied().flatten().map_or_else(String::new, output::bytes);
            rows.push(vec![
                field.name().clone(),
                type_name(field.data_type()),
                get("unit"),
                stored,
                get("description"),
            ]);
        }
        text.push_str(&format!("\n{}", output::table(&rows)));
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
        let sizes = sizes(input);
        let columns: Vec<_> = data
            .schema()
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, f)| self.shows(f.name(), f.metadata().get("description").map_or("", String::as_str)))
            .map(|(i, f)| {
                json!({
                    "name": f.name(),
                    "type": type_name(f.data_type()),
                    "unit": f.metadata().get("unit"),
                    "description": f.metadata().get("description"),
                    "stored_bytes": sizes.get(i).copied().flatten(),
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

/// Compressed bytes of each column over all files, where the format tells.
fn sizes(input: &Input) -> Vec<Option<u64>> {
    let mut sizes = vec![None; input.data.schema().fields().len()];
    for part in input.data.parts() {
        let Ok(table) = RootTable::open(&part.path, None) else {
            continue;
        };
        for (size, field) in sizes.iter_mut().zip(input.data.schema().fields()) {
            let branch: Option<&std::sync::Arc<Branch>> = table.tree().branch(field.name()).ok();
            if let Some(branch) = branch {
                *size = Some(size.unwrap_or(0) + branch.packed_bytes);
            }
        }
    }
    sizes
}

/// Arrow's types in fewer words: `list<float32>`, `float32[3]`.
fn type_name(data_type: &arrow_schema::DataType) -> String {
    use arrow_schema::DataType;
    match data_type {
        DataType::List(item) | DataType::LargeList(item) => format!("list<{}>", type_name(item.data_type())),
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
