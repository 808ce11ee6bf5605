//! The columns of the files: that each file has what the description says, of one type, with the
//! unit and meaning that it says.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::rule::catalogue;
use super::subject::{Shard, Subject};
use super::unit;
use crate::arrays::leaf_type;
use crate::build::DESCRIPTION;
use crate::template::FILL_IN;
use arrow_schema::DataType;

catalogue! { Columns;
    COLUMN_MISSING = Error "column-missing", fair "FsF-R1-01MD";
        finds "a field of the description is not in a file";
        why "code that follows the description fails on the file";
        fix "build the release again";
    COLUMN_UNKNOWN = Error "column-unknown", fair "FsF-R1-01MD";
        finds "a file has a column that is not in the description";
        why "nobody knows what it means, nor whether it may be published";
        fix "describe it by a [[table.field]], or build the release again without it";
    COLUMN_TYPE = Error "column-type";
        finds "a column has different types in two files of a table";
        why "programs that read all files as one table stop there";
        fix "build the release again from sources of one type";
    COLUMN_UNIT = Error "column-unit", fair "FsF-R1-01MD";
        finds "a file says another unit of a column than the description";
        why "numbers are then wrong by a factor for whoever believes the other";
        fix "build the release again";
    ROW_COUNT = Error "row-count", fair "FsF-R1-01MD";
        finds "a file has another number of rows than the manifest says";
        why "rows are missing or were added after the release was built";
        fix "build the release again";
    UNIT_MISSING = Note "unit-missing", fair "FsF-I2-01M";
        finds "a column of fractional numbers has no unit";
        why "a number without a unit is a guess: MeV or GeV, ns or samples";
        fix "give the field its `unit`; `unit = \"1\"` says that it is a plain number";
    UNIT_UNKNOWN = Warning "unit-unknown", fair "FsF-I2-01M";
        finds "a unit is not one that programs know";
        why "neither people nor programs can convert it";
        fix "write it as products of SI units, eV, b, ADC, sample, count: `keV`, `mm/ns`, `1/fb`";
    DESCRIPTION_MISSING = Warning "description-missing", fair "FsF-R1-01MD";
        finds "a field is not described";
        why "its name tells its authors what it is, and nobody else";
        fix "write what it means, of what, and how it was obtained";
    OTHER_COLUMN = Warning "other-column";
        finds "a field is made of a column of another name though one of its own name is there";
        why "a label was read from its neighbour this way, and a study trained on it";
        fix "leave out `expr`, or name the field after what it is made of";
}

pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = described(subject);
    let mut types: BTreeMap<(usize, &str, String), (DataType, &str)> = BTreeMap::new();
    for shard in &subject.shards {
        let table = subject.table(shard).map_or("", |t| t.name.as_str());
        findings.extend(against_description(subject, shard));
        for field in shard.data.schema().fields() {
            let key = (shard.table, shard.format.as_str(), field.name().clone());
            let first = types.entry(key);
            let first = first.or_insert_with(|| (field.data_type().clone(), &shard.path));
            if first.0 != *field.data_type() {
                let reason = format!(
                    "is {} here and {} in {}",
                    field.data_type(),
                    first.0,
                    first.1
                );
                let found = COLUMN_TYPE.found(reason).file(&shard.path);
                findings.push(found.table(table).field(field.name()));
            }
        }
        if let Some(told) = shard.rows.filter(|told| *told != shard.data.num_rows()) {
            let has = shard.data.num_rows();
            let reason = format!("has {has} rows, the manifest says {told}");
            findings.push(ROW_COUNT.found(reason).file(&shard.path).table(table));
        }
    }
    findings
}

/// What the description alone tells.
fn described(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, table) in subject.release.tables.iter().enumerate() {
        let shard = subject.shards.iter().find(|shard| shard.table == number);
        for field in &table.fields {
            let mut add = |finding: Finding| {
                findings.push(
                    finding
                        .file(DESCRIPTION)
                        .table(&table.name)
                        .field(&field.name),
                );
            };
            let text = field.description.trim();
            if text.contains(FILL_IN) || text.is_empty() || text == field.name {
                add(DESCRIPTION_MISSING.found("is not described"));
            }
            match &field.unit {
                Some(unit) if !unit::is_known(unit) => {
                    add(UNIT_UNKNOWN.found(format!("{unit:?} is no unit that is known")));
                }
                None => {
                    let stored =
                        shard.and_then(|s| s.data.schema().field_with_name(&field.name).ok());
                    let fractional =
                        stored.is_some_and(|stored| leaf_type(stored.data_type()).is_floating());
                    // A stored whole number in float64 is told elsewhere.
                    if fractional && !field.narrow {
                        add(UNIT_MISSING.found("has fractional numbers and no unit"));
                    }
                }
                Some(_) => {}
            }
            let of_other = field.expr.as_deref().map(str::trim);
            if let Some(other) = of_other.filter(|expr| is_name(expr) && *expr != field.name)
                && subject.has_source(number, &field.name)
            {
                let reason = format!("is made of {other}, while the sources have {}", field.name);
                add(OTHER_COLUMN.found(reason));
            }
        }
    }
    findings
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|c| c.is_alphabetic() || c == '_')
        && letters.all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether a file has the fields that its part has, in their units.
fn against_description(subject: &Subject<'_>, shard: &Shard<'_>) -> Vec<Finding> {
    let (Some(table), Some(part)) = (subject.table(shard), subject.part(shard)) else {
        return Vec::new();
    };
    let schema = shard.data.schema();
    let mut findings = Vec::new();
    let mut add = |finding: Finding, field: &str| {
        findings.push(finding.file(&shard.path).table(&table.name).field(field));
    };
    for field in table.fields.iter().filter(|field| field.is_in(part)) {
        match schema.field_with_name(&field.name) {
            Err(_) => add(COLUMN_MISSING.found("is not in the file"), &field.name),
            Ok(stored) => {
                let says = stored.metadata().get("unit");
                if let Some(says) = says.filter(|says| Some(*says) != field.unit.as_ref()) {
                    let should = field.unit.as_deref().unwrap_or("no unit");
                    let reason = format!("the file says {says:?}, the description {should:?}");
                    add(COLUMN_UNIT.found(reason), &field.name);
                }
            }
        }
    }
    for stored in schema.fields() {
        if !table.fields.iter().any(|f| f.name == *stored.name()) {
            add(
                COLUMN_UNKNOWN.found("is not in the description"),
                stored.name(),
            );
        }
    }
    findings
}
