//! What the user named: analyses, the samples of files, a luminosity.

use std::collections::BTreeMap;
use std::str::FromStr;

use anyhow::{Result, bail};
use photopeak_analysis::{Analysis, FileOrigin, catalogue};
use photopeak_formats::Dataset;

/// The analyses of these names and patterns, each once, with schema and tree of their release.
/// Where a name or pattern means analyses of several releases, those that `fit` the data are
/// taken.
pub(super) fn chosen(
    names: &[String],
    fits: impl Fn(&Analysis) -> Result<bool>,
) -> Result<Vec<Analysis>> {
    let mut analyses: Vec<Analysis> = Vec::new();
    for name in names {
        for analysis in meant(name, &fits)? {
            if analyses.iter().any(|a| a.name == analysis.name) {
                continue;
            }
            if let Some(other) = (analyses.iter()).find(|a| short_name(a) == short_name(&analysis))
            {
                bail!(
                    "{} and {} would both write to a folder {}; run them apart",
                    other.name,
                    analysis.name,
                    short_name(&analysis)
                );
            }
            analyses.push(analysis);
        }
    }
    Ok(analyses)
}

/// What one name or pattern stands for.
fn meant(name: &str, fits: impl Fn(&Analysis) -> Result<bool>) -> Result<Vec<Analysis>> {
    let called = catalogue::analyses_called(name);
    let candidates: Vec<Analysis> = match called.as_slice() {
        [] | [_] => Analysis::matching(name)?,
        several => (several.iter())
            .map(|whole| catalogue::analysis(whole))
            .collect::<Result<_, _>>()?,
    };
    let mut by_columns: BTreeMap<_, Vec<Analysis>> = BTreeMap::new();
    for analysis in candidates {
        let analysis = completed(analysis)?;
        let columns = (analysis.schema.clone(), analysis.tree.clone());
        by_columns.entry(columns).or_default().push(analysis);
    }
    if by_columns.len() == 1 {
        return Ok(by_columns.into_values().flatten().collect());
    }
    let (mut fitting, mut others, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for analyses in by_columns.into_values() {
        let Some(first) = analyses.first() else {
            continue;
        };
        match fits(first) {
            Ok(true) => fitting.extend(analyses),
            answer => {
                errors.push(answer.err().map(|error| format!("{error:#}")));
                others.extend(analyses.into_iter().map(|analysis| analysis.name));
            }
        }
    }
    if !fitting.is_empty() {
        return Ok(fitting);
    }
    // Data that cannot be opened for any of them are wrong themselves.
    errors.dedup();
    match errors.as_slice() {
        [Some(error)] => bail!("{error}"),
        _ => bail!(
            "{name} may be {}, and the data have the columns of none; name one to see why",
            others.join(", ")
        ),
    }
}

/// An analysis with schema and tree of its release.
fn completed(mut analysis: Analysis) -> Result<Analysis> {
    if let Some(release) = &analysis.release {
        let release = catalogue::release(release)?;
        analysis.schema.get_or_insert(release.schema);
        analysis.tree.get_or_insert(release.tree);
    }
    Ok(analysis)
}

/// The name without folders, and of a file without its ending.
pub(super) fn short_name(analysis: &Analysis) -> &str {
    let name = analysis.name.as_str();
    let name = name.strip_suffix(".toml").unwrap_or(name);
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// What all analyses that say anything agree on.
pub(super) fn common(
    what: &str,
    analyses: &[Analysis],
    of: impl Fn(&Analysis) -> Option<&str>,
) -> Result<Option<String>> {
    let mut found: Option<(&str, &str)> = None;
    for analysis in analyses {
        match (of(analysis), found) {
            (Some(value), Some((other, name))) if value != other => bail!(
                "{name} is written for the {what} {other}, {} for {value}; run them apart",
                analysis.name
            ),
            (Some(value), _) => found = Some((value, &analysis.name)),
            (None, _) => {}
        }
    }
    Ok(found.map(|(value, _)| value.to_owned()))
}

/// The files that are meant by `FILE=SAMPLE`: FILE is a path as it was given, or the name of the
/// file alone.
pub(super) fn origins(said: &[String], data: &Dataset) -> Result<Vec<FileOrigin>> {
    let mut origins: Vec<FileOrigin> = Vec::new();
    for text in said {
        let Some((file, origin)) = text.rsplit_once('=') else {
            bail!("--sample {text}: write FILE=SAMPLE, as in a.root=361106, or FILE=data");
        };
        let paths = data.parts().iter().map(|part| &part.path);
        let meant: Vec<FileOrigin> = paths
            .filter(|path| path.to_str() == Some(file) || path.file_name() == Some(file.as_ref()))
            .map(|path| FileOrigin {
                path: path.clone(),
                origin: origin.to_owned(),
            })
            .collect();
        if meant.is_empty() {
            bail!("--sample {text}: no file of the data is called {file}");
        }
        for new in meant {
            if origins.iter().any(|old| old.path == new.path) {
                bail!("--sample {text}: {file} is there twice");
            }
            origins.push(new);
        }
    }
    Ok(origins)
}

/// An integrated luminosity, as in `36.1/fb`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Luminosity {
    pub(super) inverse_pb: f64,
}

impl FromStr for Luminosity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let usage = || "write a number and its unit, as in 36.1/fb or 10064/pb".to_owned();
        let units = [
            ("/fb", 1000.0),
            ("fb-1", 1000.0),
            ("fb^-1", 1000.0),
            ("/pb", 1.0),
            ("pb-1", 1.0),
            ("pb^-1", 1.0),
        ];
        let mut found = units
            .iter()
            .filter_map(|(unit, factor)| Some((text.trim().strip_suffix(unit)?, factor)));
        let (number, factor) = found.next().ok_or_else(usage)?;
        let number: f64 = number.trim().parse().map_err(|_| usage())?;
        if !(number > 0.0 && number.is_finite()) {
            return Err("a luminosity is a positive number".to_owned());
        }
        Ok(Self {
            inverse_pb: number * factor,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luminosities() {
        let read = |text: &str| text.parse::<Luminosity>().map(|l| l.inverse_pb);
        assert_eq!(read("36.1/fb"), Ok(36_100.0));
        assert_eq!(read("10 fb-1"), Ok(10_000.0));
        assert_eq!(read("10064/pb"), Ok(10_064.0));
        assert_eq!(read("1000 pb^-1"), Ok(1000.0));
        for wrong in [
            "36.1", "/fb", "-1/fb", "nan/pb", "inf/fb", "1/ab", "1e400/fb",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
