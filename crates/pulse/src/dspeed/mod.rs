//! Processing chains of dspeed, LEGEND's signal processor, as chains of ours.
//!
//! A configuration of dspeed is JSON or YAML: for each variable a processor with arguments, or an
//! expression. [`import`] writes each variable as an expression of a [`Chain`], by the table in
//! `rules`. What has no counterpart is an error that names it.
//!
//! Two habits of dspeed are kept. A plain number may stand for one with a unit. And a waveform whose
//! samples it no longer places in the record (a window, an upsampled one) has moments that are
//! plain numbers of its own samples.

mod document;
mod recipe;
mod rules;
mod translate;

use serde_json::Value;

use crate::chain::{InputWaveform, OutputColumn};
use crate::{Chain, Precision, Result};
use recipe::Recipes;
use translate::{Kind, Translator};

/// How a configuration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// YAML, without anchors.
    Yaml,
}

/// A configuration, and what it depends on.
#[derive(Clone, Copy, Debug)]
pub struct Configuration<'a> {
    /// Its name or file, for messages.
    pub name: &'a str,
    /// The text.
    pub text: &'a str,
    /// How it is written.
    pub format: Format,
    /// What `db.…` stands for, by nested keys; the configuration's own defaults where it has none.
    pub database: &'a Value,
    /// The waveforms of the data: what the configuration calls each, and its column.
    pub waveforms: &'a [(&'a str, &'a str)],
}

/// A chain, and where it differs from the configuration it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The chain.
    pub chain: Chain,
    /// A sentence for each processor that is not quite the same.
    pub notes: Vec<String>,
}

/// Makes a chain of a configuration. The period of the waveforms is left to the data.
///
/// # Errors
/// When the text is not JSON or YAML or not a configuration, or when it uses a processor or an
/// expression that has no counterpart; all such processors are named at once.
pub fn import(configuration: &Configuration<'_>) -> Result<Imported> {
    let document = document::parse(configuration)?;
    let recipes = Recipes::of(configuration, &document)?;
    recipes.check_functions()?;
    let mut translator = Translator::new(configuration, &recipes);
    let (mut columns, mut keep) = (Vec::new(), Vec::new());
    for output in &recipes.outputs {
        let Some(recipe) = recipes.of_variable(output) else {
            keep.push(output.clone());
            continue;
        };
        let kind = translator.variable(output)?;
        if matches!(kind, Kind::Waveform { .. } | Kind::Filter) {
            let reason = format!("{output} comes out, but is not a number for each waveform");
            return Err(recipes.wrong(recipe, reason));
        }
        columns.push(OutputColumn {
            name: output.clone(),
            value: output.clone(),
            unit: Some(recipe.unit(output, kind)),
            description: recipe.description.clone(),
        });
    }
    let column = |name: &str| {
        let mut all = configuration.waveforms.iter();
        all.find(|(own, _)| *own == name)
            .map_or(name, |(_, column)| column)
            .to_owned()
    };
    let waveforms = translator.inputs.into_iter().map(|name| InputWaveform {
        column: column(&name),
        name,
        period: None,
        period_column: None,
        unit: "ADC".to_owned(),
        length: None,
    });
    let chain = Chain {
        name: configuration.name.to_owned(),
        title: format!("{}, a configuration of dspeed", configuration.name),
        description: String::new(),
        references: Vec::new(),
        precision: Precision::Single,
        waveforms: waveforms.collect(),
        constants: Vec::new(),
        detectors: None,
        define: translator.define,
        columns,
        keep,
        lenient: true,
    };
    Ok(Imported {
        chain,
        notes: translator.notes,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn imported(text: &str, database: &Value) -> Result<Imported> {
        import(&Configuration {
            name: "dsp.yaml",
            text,
            format: Format::Yaml,
            database,
            waveforms: &[("waveform", "waveform.values")],
        })
    }

    /// What a variable becomes.
    #[track_caller]
    fn check(processors: &str, variable: &str, expected: &str) {
        let text = format!("outputs: [{variable}]\nprocessors:\n{processors}");
        let found = imported(&text, &Value::Null).unwrap_or_else(|error| panic!("{error}"));
        let mut define = found.chain.define.into_iter();
        let found = define.find(|(name, _)| name == variable);
        assert_eq!(found.map(|(_, text)| text).as_deref(), Some(expected));
    }

    #[track_caller]
    fn wrong(processors: &str, expected: &str) {
        let text = format!("outputs: [y]\nprocessors:\n{processors}");
        let found = imported(&text, &Value::Null).unwrap_err().to_string();
        assert!(found.contains(expected), "{found}");
    }

    const POLE_ZERO: &str = "  pz: {function: pole_zero, module: dspeed.processors, \
        args: [waveform, db.pz.tau, pz], defaults: {db.pz.tau: 72*us}}\n";

    #[test]
    fn expressions_keep_their_meaning() {
        check(
            "  y: waveform[-3] - waveform[0]\n",
            "y",
            "(waveform[round(length(waveform)/period(waveform) + (-3.0))] - waveform[round(0.0)])",
        );
        check(
            "  y: len(waveform)*2 + 4*us/waveform.period\n",
            "y",
            "(((length(waveform)/period(waveform)) * 2.0) + ((4.0 * us) / period(waveform)))",
        );
        check(
            "  y: where(baseline > 3, trunc(baseline/2), np.pi)\n",
            "y",
            "where((baseline > 3.0), where((baseline / 2.0) < 0, ceil((baseline / 2.0)), floor((baseline / 2.0))), 3.141592653589793)",
        );
    }

    #[test]
    fn processors_in_all_their_forms() {
        check(&format!("{POLE_ZERO}  y: pz[3]\n"), "y", "pz[round(3.0)]");
        let called = "  y: 'dspeed.processors.pole_zero(waveform, 100, y(unit=ADC))'\n";
        check(&format!("{called}  z: y[3]\n"), "z", "y[round(3.0)]");
        let dotted = "  y: {function: numpy.amax, args: [waveform, 1, y]}\n";
        check(dotted, "y", "maximum(waveform)");
    }

    #[test]
    fn the_database_comes_before_defaults() {
        let text = format!("outputs: [y]\nprocessors:\n{POLE_ZERO}  y: pz[3]\n");
        let database = serde_json::json!({"pz": {"tau": 7000.5}});
        let chain = imported(&text, &database).unwrap().chain;
        assert_eq!(chain.define[0].1, "pole_zero(waveform, 7000.5)");
        assert_eq!(chain.waveforms[0].column, "waveform.values");
    }

    #[test]
    fn moments_of_a_window_are_its_own_samples() {
        let window = "  start: {function: min_max, module: dspeed.processors, args: [waveform, a, start, b, c], unit: ns}\n";
        let window = window.replace("  start:", "  \"a, start, b, c\":");
        let cut = format!(
            "{window}  cut: {{function: windower, module: dspeed.processors, args: [waveform, start, \"cut(30, 'f')\"]}}\n"
        );
        let at = format!(
            "{cut}  \"d, y, e, f\": {{function: min_max, module: dspeed.processors, args: [cut, d, y, e, f], unit: ns}}\n"
        );
        check(&at, "y", "(extrema(cut).max_at - start(cut))/period(cut)");
        // And a moment of the record is none of it.
        let read = "  y: {function: fixed_time_pickoff, module: dspeed.processors, args: [cut, start, \"'l'\", y]}\n";
        wrong(
            &format!("{cut}{read}"),
            "the waveform's place in it is not known",
        );
    }

    #[test]
    fn what_has_no_counterpart_is_named() {
        wrong(
            "  y: {function: psd, module: dspeed.processors, args: [waveform, y]}\n",
            "dsp.yaml: y: there is no counterpart of dspeed.processors.psd; ",
        );
        wrong(
            "  y: {function: fixed_time_pickoff, module: dspeed.processors, args: [waveform, 3, \"'s'\", y]}\n",
            "there is no counterpart of fixed_time_pickoff with 's'",
        );
        wrong("  y: loadlh5('a', 'b')\n", "no counterpart of loadlh5(...)");
        wrong("  y: 3 if baseline else 4\n", "is not understood");
        wrong("  y: y + 1\n", "y needs itself");
        wrong(
            POLE_ZERO
                .replace("defaults: {db.pz.tau: 72*us}", "unit: ADC")
                .replace("pz:", "y:")
                .replace(", pz]", ", y]")
                .as_str(),
            "db.pz.tau is not in the database, and has no default",
        );
        wrong(
            "  y: {function: pole_zero, module: dspeed.processors, args: [baseline, 3, y]}\n",
            "baseline is not a waveform",
        );
        wrong(
            "  y: {function: pole_zero, module: dspeed.processors, args: [waveform, 3]}\n",
            "pole_zero has 2 arguments; 3 are understood",
        );
        let found = imported("processors: {}\n", &Value::Null)
            .unwrap_err()
            .to_string();
        assert_eq!(
            found,
            "dsp.yaml: outputs: a list of the variables that come out"
        );
    }

    #[test]
    fn chains_of_variables_have_an_end() {
        let mut processors = "  v0: waveform[0]\n".to_owned();
        for i in 1..2000 {
            processors += &format!("  v{i}: v{} + 1\n", i - 1);
        }
        let found = imported(
            &format!("outputs: [v1999]\nprocessors:\n{processors}"),
            &Value::Null,
        );
        assert!(
            found
                .unwrap_err()
                .to_string()
                .contains("expressions within each other")
        );
    }
}
