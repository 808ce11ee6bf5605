//! TH1, TH2, TH3 and TProfile: axes, contents and errors as plain numbers.

use crate::error::{Error, Result};
use crate::file::RootFile;
use crate::object::{Object, ObjectReader, Value};

/// A histogram of a file, with flow bins, in ROOT's bin order (x fastest).
#[derive(Debug, Clone, PartialEq)]
pub struct RootHistogram {
    /// Class, such as `TH1F`.
    pub class: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// One to three axes.
    pub axes: Vec<RootAxis>,
    /// Contents of all bins including under- and overflow: `Π (nbins + 2)` values. For a
    /// profile the sum of w·y.
    pub contents: Vec<f64>,
    /// Sum of squared weights per bin, where it was kept. For a profile the sum of w·y².
    pub sum_w2: Option<Vec<f64>>,
    /// Entries per bin (sum of weights) of a profile.
    pub profile_entries: Option<Vec<f64>>,
    /// Sum of squared weights per bin of a profile that was filled with weights.
    pub profile_sum_w2: Option<Vec<f64>>,
    /// Number of calls of `Fill`.
    pub entries: f64,
}

/// An axis of a histogram.
#[derive(Debug, Clone, PartialEq)]
pub struct RootAxis {
    /// Title as written, often with the unit in brackets.
    pub title: String,
    /// `nbins + 1` ascending edges.
    pub edges: Vec<f64>,
    /// Whether the bins are of one width.
    pub uniform: bool,
    /// Labels of the bins of a category axis, empty for a numeric one.
    pub labels: Vec<String>,
}

impl RootHistogram {
    /// Whether a class of this name can be read.
    #[must_use]
    pub fn is_histogram(class: &str) -> bool {
        let suffix = |prefix: &str| {
            class
                .strip_prefix(prefix)
                .is_some_and(|s| matches!(s, "C" | "S" | "I" | "F" | "D" | "L"))
        };
        suffix("TH1") || suffix("TH2") || suffix("TH3") || class == "TProfile"
    }

    /// Reads the histogram at `path`.
    ///
    /// # Errors
    /// When it is not there, not a histogram, or its numbers do not fit together.
    pub fn open(file: &RootFile, path: &str) -> Result<Self> {
        let entry = file.find(path)?;
        let class = entry.key.class.as_str();
        let named = |e: Error| e.in_object(entry.path.clone()).in_file(file.label());
        if !Self::is_histogram(class) {
            return Err(named(Error::unsupported(format!(
                "a {class} is not a histogram that is read"
            ))));
        }
        let bytes = file.object_bytes(&entry.key)?;
        let streamers = file.streamers();
        let object = ObjectReader::new(&bytes, entry.key.key_bytes, &streamers)
            .read_class(class)
            .map_err(named)?;
        Self::from_object(&object).map_err(named)
    }

    fn from_object(object: &Object) -> Result<Self> {
        let class = object.class.to_string();
        let dims = match class.as_bytes() {
            [b'T', b'H', n @ b'1'..=b'3', ..] => usize::from(n - b'0'),
            _ => 1,
        };
        // The contents are a TArray base class, whose values stand under its own name.
        let contents: Vec<f64> = [
            "TArrayC",
            "TArrayS",
            "TArrayI",
            "TArrayL64",
            "TArrayL",
            "TArrayF",
            "TArrayD",
        ]
        .iter()
        .find_map(|name| match object.get(name) {
            Value::Floats(values) => Some(values.clone()),
            Value::Ints(values) => Some(values.iter().map(|v| *v as f64).collect()),
            _ => None,
        })
        .ok_or_else(|| Error::corrupt("no bin contents"))?;
        let mut axes = Vec::with_capacity(dims);
        for name in ["fXaxis", "fYaxis", "fZaxis"].iter().take(dims) {
            let axis = object
                .object(name)
                .ok_or_else(|| Error::corrupt(format!("no {name}")))?;
            axes.push(RootAxis::from_object(axis, contents.len())?);
        }
        let cells = axes
            .iter()
            .try_fold(1usize, |n, axis| n.checked_mul(axis.edges.len() + 1));
        if cells != Some(contents.len()) {
            return Err(Error::corrupt(format!(
                "{} bin contents for axes with {cells:?} bins",
                contents.len()
            )));
        }
        let per_bin = |name: &str| match object.floats(name) {
            [] => Ok(None),
            values if values.len() == contents.len() => Ok(Some(values.to_vec())),
            values => Err(Error::corrupt(format!(
                "{} values of {name} for {} bins",
                values.len(),
                contents.len()
            ))),
        };
        let profile = class == "TProfile";
        let profile_entries = if profile {
            per_bin("fBinEntries")?
        } else {
            None
        };
        if profile && profile_entries.is_none() {
            return Err(Error::corrupt("a profile without entries per bin"));
        }
        Ok(Self {
            name: object.text("fName").to_owned(),
            title: object.text("fTitle").to_owned(),
            sum_w2: per_bin("fSumw2")?,
            profile_sum_w2: if profile { per_bin("fBinSumw2")? } else { None },
            profile_entries,
            entries: object.float("fEntries").unwrap_or(0.0),
            class,
            axes,
            contents,
        })
    }
}

impl RootAxis {
    fn from_object(axis: &Object, cells: usize) -> Result<Self> {
        let n = axis
            .int("fNbins")
            .and_then(|n| usize::try_from(n).ok())
            .filter(|n| (1..cells).contains(n))
            .ok_or_else(|| {
                Error::corrupt("an axis without bins, or with more than the contents")
            })?;
        let edges = axis.floats("fXbins");
        let uniform = edges.is_empty();
        let edges = if uniform {
            let (lo, hi) = (
                axis.float("fXmin").unwrap_or(0.0),
                axis.float("fXmax").unwrap_or(1.0),
            );
            (0..=n)
                .map(|i| lo + (hi - lo) * (i as f64 / n as f64))
                .collect()
        } else {
            edges.to_vec()
        };
        if edges.len() != n + 1 {
            return Err(Error::corrupt(format!(
                "{} edges for {n} bins",
                edges.len()
            )));
        }
        let labels = axis
            .items("fLabels")
            .iter()
            .filter_map(|v| match v {
                Value::Object(o) => Some(o.text("fString").to_owned()),
                _ => None,
            })
            .collect();
        Ok(Self {
            title: axis.text("fTitle").to_owned(),
            edges,
            uniform,
            labels,
        })
    }
}
