//! What the events of a file say about themselves, where the file's name does not.

use std::collections::BTreeSet;

use photopeak_formats::Table;

use super::Release;
use crate::Error;
use crate::expr::{ExprError, Program, ScanColumns};

/// Rows that are looked at together.
const BLOCK: usize = 65_536;
/// Identifiers that an error lists.
const LISTED: usize = 4;

/// What the events say.
pub(super) enum ContentSays {
    Data,
    Dsid(u32),
    /// Why they do not tell.
    Unclear(String),
}

impl Release {
    /// Reads the columns that tell recorded from simulated events, of all rows.
    pub(super) fn content_says(&self, table: &dyn Table) -> Result<ContentSays, Error> {
        let Some(dsid) = &self.origin.dsid else {
            return Ok(ContentSays::Unclear(
                "the release knows no column that tells".to_owned(),
            ));
        };
        let mut program = Program::new(table.schema());
        let unclear = |error: ExprError| Ok(ContentSays::Unclear(first_line(&error.to_string())));
        let dsid = match program.add(dsid) {
            Ok(id) => id,
            Err(error) => return unclear(error),
        };
        let data_when = match self
            .origin
            .data_when
            .as_deref()
            .map(|t| program.add_selection(t))
        {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(error)) => return unclear(error),
        };
        let columns = program.columns();
        let mut evaluator = program.evaluator();
        let mut scan = table.scan(&columns, 0..table.num_rows())?;
        let mut recorded = 0;
        let mut simulated = BTreeSet::new();
        while let Some(block) = scan.advance(BLOCK)? {
            let rows = usize::try_from(block.end - block.start).unwrap_or(usize::MAX);
            let mut source = ScanColumns::new(scan.as_mut(), &columns);
            evaluator.begin_block(rows, block.start);
            let of_data = match data_when {
                Some(condition) => evaluator.select(condition, &mut source)?,
                None => 0,
            };
            recorded += of_data;
            if of_data == rows {
                continue;
            }
            evaluator.begin_block(rows, block.start);
            let values = evaluator.eval(dsid, &mut source)?;
            let flat = values.array().and_then(|array| array.flat());
            for flat in flat.iter() {
                if flat.valid().is_some_and(|valid| valid.contains(&0)) {
                    return Ok(ContentSays::Unclear(
                        "of some events it is missing".to_owned(),
                    ));
                }
                for value in flat.values() {
                    if simulated.len() <= LISTED {
                        simulated.insert(value.to_bits());
                    }
                }
            }
        }
        let mut numbers: Vec<f64> = simulated.into_iter().map(f64::from_bits).collect();
        numbers.sort_by(f64::total_cmp);
        Ok(match (recorded, numbers.as_slice()) {
            (0, []) => ContentSays::Unclear("it has no events".to_owned()),
            (_, []) => ContentSays::Data,
            (0, [one]) => match whole(*one) {
                Some(dsid) => ContentSays::Dsid(dsid),
                None => ContentSays::Unclear(format!("{one} is no data set identifier")),
            },
            (0, many) => {
                let list: Vec<String> = many.iter().take(LISTED).map(f64::to_string).collect();
                let more = if many.len() > LISTED { " and more" } else { "" };
                ContentSays::Unclear(format!(
                    "it holds events of several samples ({}{more}), each with a normalisation of its own; a file \
                     must be of one",
                    list.join(", ")
                ))
            }
            _ => ContentSays::Unclear("it holds recorded and simulated events".to_owned()),
        })
    }
}

/// A number as an identifier.
fn whole(number: f64) -> Option<u32> {
    // In range and whole, so the conversion is exact.
    (number.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(&number))
        .then_some(number as u32)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
