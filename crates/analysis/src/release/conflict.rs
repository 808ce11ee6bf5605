//! Conflicts: where official numbers disagree or look wrong. All values are kept with their
//! source, one is chosen, and the reason is written down.

use serde::{Deserialize, Serialize};

use super::sample::Sample;
use super::table::{self, TableText};
use crate::Error;

/// Official values of one quantity that disagree, or one that is doubtful.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// Short name of what is in question; those that have the same reason share it.
    pub topic: String,
    /// What is in question, in one line.
    pub title: String,
    /// The sample, if it is about one.
    pub dsid: Option<u32>,
    /// The collection, if it is about one.
    pub collection: Option<String>,
    /// Which number of the release it is, if it is one.
    pub quantity: Option<Quantity>,
    /// Everything that was said, the chosen value first.
    pub claims: Vec<Claim>,
    /// Why that was chosen.
    pub reason: String,
}

impl Conflict {
    fn is_about(&self, other: &Self) -> bool {
        self.topic == other.topic && self.dsid == other.dsid && self.collection == other.collection
    }
}

/// A number of a release that sources can disagree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// [`Release::luminosity`](super::Release::luminosity), with its unit.
    Luminosity,
    /// [`Sample::dsid`].
    Dsid,
    /// [`Sample::events`].
    Events,
    /// [`Sample::cross_section_pb`].
    CrossSectionPb,
    /// [`Sample::reduction_efficiency`].
    ReductionEfficiency,
    /// [`Sample::sum_of_weights`].
    SumOfWeights,
}

/// What a source says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The value, as it is written there.
    pub value: String,
    /// Who says so.
    pub source: String,
    /// Whether the release takes it.
    pub chosen: bool,
}

/// What a group of conflicts is about: `[[conflict]]` of `release.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    topic: String,
    title: String,
    #[serde(default)]
    quantity: Option<Quantity>,
    reason: String,
}

/// A row of `conflicts.csv`: one claim.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    topic: String,
    #[serde(default)]
    dsid: Option<u32>,
    #[serde(default)]
    collection: Option<String>,
    value: String,
    #[serde(default)]
    chosen: Option<Chosen>,
    source: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Chosen {
    Yes,
    No,
}

/// Reads the claims and groups them: those of one topic, sample and collection.
pub(super) fn read(
    release: &str,
    texts: &[TableText],
    topics: Vec<Topic>,
    samples: &[Sample],
) -> Result<Vec<Conflict>, Error> {
    let mut conflicts: Vec<Conflict> = Vec::new();
    for text in texts {
        let earlier = std::mem::take(&mut conflicts);
        for (line, row) in table::rows::<Row>(release, text)? {
            let invalid = |message| text.invalid(release, Some(line), message);
            let topic = topics
                .iter()
                .find(|t| t.topic == row.topic)
                .ok_or_else(|| {
                    invalid(format!(
                        "there is no [[conflict]] {:?} in release.toml",
                        row.topic
                    ))
                })?;
            if let Some(dsid) = row.dsid
                && !samples.iter().any(|s| s.dsid == dsid)
            {
                return Err(invalid(format!("sample {dsid} is not in samples.csv")));
            }
            let claim = Claim {
                value: row.value,
                source: row.source,
                chosen: matches!(row.chosen, Some(Chosen::Yes)),
            };
            let one = Conflict {
                topic: row.topic,
                title: topic.title.clone(),
                dsid: row.dsid,
                collection: row.collection,
                quantity: topic.quantity,
                claims: vec![claim],
                reason: topic.reason.clone(),
            };
            match conflicts.iter_mut().find(|c| c.is_about(&one)) {
                Some(conflict) => conflict.claims.extend(one.claims),
                None => conflicts.push(one),
            }
        }
        // What a later table says of a conflict takes the place of all that an earlier one says.
        let anew = |old: &Conflict| !conflicts.iter().any(|new| new.is_about(old));
        let kept: Vec<Conflict> = earlier.into_iter().filter(anew).collect();
        conflicts.splice(0..0, kept);
    }
    for conflict in &mut conflicts {
        if conflict.claims.iter().filter(|c| c.chosen).count() != 1 {
            return Err(Error::Description {
                place: format!("release {release}, conflicts.csv"),
                message: format!(
                    "of the values for {:?}{} exactly one must be chosen",
                    conflict.topic,
                    conflict
                        .dsid
                        .map_or_else(String::new, |d| format!(", sample {d},")),
                ),
            });
        }
        conflict.claims.sort_by_key(|claim| !claim.chosen);
    }
    for topic in &topics {
        if !conflicts.iter().any(|c| c.topic == topic.topic) {
            return Err(Error::Description {
                place: format!("release {release}, release.toml"),
                message: format!(
                    "[[conflict]] {:?} has no rows in conflicts.csv",
                    topic.topic
                ),
            });
        }
    }
    Ok(conflicts)
}
