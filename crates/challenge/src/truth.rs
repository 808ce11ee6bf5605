//! The truth of a challenge: the rows that are to be predicted, with what is not published.
//!
//! A Parquet file with the id, the true columns of all metrics, those by which scores are broken
//! down, and the yes-or-no column `public`: whether a row counts before the end. It is drawn at
//! random, and known only from this file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use photopeak_analysis::Derived;
use photopeak_formats::{Dataset, Table};

use crate::data::Data;
use crate::drawn::{Drawn, PUBLIC};
use crate::error::table;
use crate::ids::Ids;
use crate::metric::Form;
use crate::{Challenge, Error};

/// The rows of a challenge with their true values.
#[derive(Debug, Clone)]
pub struct Truth {
    pub(crate) ids: Ids,
    pub(crate) public: Vec<u32>,
    pub(crate) private: Vec<u32>,
    pub(crate) columns: BTreeMap<(String, Form), Data>,
    /// The values by which scores are broken down, as text, by column.
    pub(crate) groups: Vec<(String, Vec<String>)>,
}

/// A column of the truth that is needed, and as what.
fn needed(challenge: &Challenge) -> Result<Vec<(String, Form)>, Error> {
    let mut columns = Vec::new();
    for used in challenge.tasks.iter().flat_map(|task| &task.metrics) {
        for input in used.entry()?.inputs.iter().filter(|input| !input.predicted) {
            let name = used.column(input).unwrap_or(input.name);
            columns.push((name.to_owned(), input.form));
        }
        columns.extend(used.rows.iter().map(|rows| (rows.clone(), Form::Flag)));
    }
    columns.sort_unstable();
    columns.dedup();
    Ok(columns)
}

impl Truth {
    /// Reads the truth of a challenge.
    ///
    /// # Errors
    /// When a column is missing or of another type, or an id stands twice.
    pub fn open(challenge: &Challenge, path: &Path) -> Result<Self, Error> {
        let place = path.display().to_string();
        let data = Dataset::open(&[&place])?;
        let needed = needed(challenge)?;
        let mut names: Vec<&str> = vec![&challenge.id, PUBLIC];
        names.extend(needed.iter().map(|(name, _)| name.as_str()));
        names.extend(challenge.breakdown.iter().map(String::as_str));
        let indices = indices(&data, &names, &place)?;
        let rows = usize::try_from(data.num_rows()).unwrap_or(usize::MAX);
        let mut ids = Data::new(Form::Id, rows);
        let mut public = Data::new(Form::Flag, rows);
        let mut columns: Vec<Data> = needed
            .iter()
            .map(|(_, form)| Data::new(*form, rows))
            .collect();
        let mut groups: Vec<Vec<String>> =
            vec![Vec::with_capacity(rows); challenge.breakdown.len()];
        let mut scan = data.scan(&indices, 0..data.num_rows())?;
        while scan.advance(BLOCK)?.is_some() {
            let mut take = |data: &mut Data, i: usize, name: &str| {
                let place = format!("{place}: column {name}");
                data.extend(&scan.column(i)?, ANY, &place)
            };
            take(&mut ids, 0, &challenge.id)?;
            take(&mut public, 1, PUBLIC)?;
            for (i, (data, (name, _))) in columns.iter_mut().zip(&needed).enumerate() {
                take(data, i + 2, name)?;
            }
            for (i, (texts, name)) in groups.iter_mut().zip(&challenge.breakdown).enumerate() {
                let mut numbers = Data::new(Form::Id, 0);
                take(&mut numbers, i + 2 + needed.len(), name)?;
                if let Data::Ids(numbers) = numbers {
                    texts.extend(numbers.iter().map(i64::to_string));
                }
            }
        }
        let (Data::Ids(ids), Data::Flags(public)) = (ids, public) else {
            return Err(table(place, "columns changed their types"));
        };
        let ids = Ids::new(ids, &format!("{place}: column {}", challenge.id))?;
        let of = |wanted: bool| -> Vec<u32> {
            let rows = (0..).zip(&public);
            rows.filter(|(_, flag)| **flag == wanted)
                .map(|(row, _)| row)
                .collect()
        };
        Ok(Truth {
            ids,
            public: of(true),
            private: of(false),
            columns: needed.into_iter().zip(columns).collect(),
            groups: challenge.breakdown.iter().cloned().zip(groups).collect(),
        })
    }

    /// Number of rows whose scores are shown before the end.
    #[must_use]
    pub fn public_rows(&self) -> usize {
        self.public.len()
    }

    /// Number of rows that are to be predicted.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.ids.len()
    }
}

/// Rows that are looked at at a time.
pub(crate) const BLOCK: usize = 65_536;
/// No bounds.
pub(crate) const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// Where columns are in a table.
pub(crate) fn indices(data: &dyn Table, names: &[&str], place: &str) -> Result<Vec<usize>, Error> {
    let index = |name: &&str| {
        data.schema().index_of(name).map_err(|_| {
            let fields = data.schema().fields();
            let known: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
            let unreadable = data
                .unreadable()
                .iter()
                .find(|column| column.name == **name);
            let why = unreadable.map_or_else(
                || format!("it has {}", known.join(", ")),
                |column| column.reason.clone(),
            );
            table(place, format!("has no column {name}: {why}"))
        })
    };
    names.iter().map(index).collect()
}

/// Makes the truth of a challenge from a table of labels: takes the columns that are needed,
/// and draws the rows that are public. Equal seeds draw equal rows.
///
/// # Errors
/// When a column is missing or of another type, an id stands twice, or writing fails.
pub fn build(
    challenge: &Challenge,
    labels: &[String],
    seed: u64,
    out: &Path,
) -> Result<Truth, Error> {
    let place = labels.join(", ");
    let data = Dataset::open(labels)?;
    let mut names = BTreeSet::from([challenge.id.clone()]);
    names.extend(needed(challenge)?.into_iter().map(|(name, _)| name));
    names.extend(challenge.breakdown.iter().cloned());
    if names.contains(PUBLIC) {
        let message = format!(
            "a column of the truth cannot be called {PUBLIC}, which says what is scored before the end"
        );
        return Err(table(place, message));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let data = Derived::new(&data, &challenge.definitions()?)?;
    let columns = indices(&data, &names, &place)?;
    let drawn = Drawn::new(&data, seed, challenge.public_fraction);
    let columns: Vec<usize> = columns.into_iter().chain([drawn.public()]).collect();
    photopeak_formats::write_parquet(&drawn, &columns, out, |_| {})?;
    // Read back: an id that stands twice, or a value that is missing, is found now.
    Truth::open(challenge, out)
}
