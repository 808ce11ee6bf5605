//! The catalogue keeps its promises.

use std::collections::HashSet;

use photopeak_analysis::expr::{Program, functions};

use super::common::{json, sample};

#[test]
fn every_example_gives_what_it_says() {
    let mut wrong = String::new();
    for example in functions::all().flat_map(|function| function.examples) {
        let found = match json(&sample(), example.text) {
            Ok(rows) => format!("[{}]", rows.join(", ")),
            Err(error) => error.to_string(),
        };
        if found != example.result {
            wrong += &format!(
                "{}\n  says {}\n  is   {found}\n",
                example.text, example.result
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_entry_is_complete_and_unique() {
    let mut names = HashSet::new();
    for function in functions::all() {
        assert!(
            names.insert(function.name),
            "{} is there twice",
            function.name
        );
        assert!(
            function.signature.starts_with(function.name),
            "{function:?}"
        );
        assert!(function.what.ends_with('.'), "{function:?}");
        assert!(
            ![function.formula, function.units, function.source].contains(&""),
            "{function:?}"
        );
        assert!(!function.examples.is_empty(), "{function:?}");
        let called = |text: &str| text.contains(&format!("{}(", function.name));
        assert!(
            function.examples.iter().all(|example| called(example.text)),
            "{function:?}"
        );
    }
}

#[test]
fn every_vector_property_exists() {
    let batch = sample();
    let mut program = Program::new(&batch.schema());
    program.define("polar", "p4(pt, eta, phi, e)").unwrap();
    program
        .define("massive", "p4m(pt, eta, phi, 0.1*GeV)")
        .unwrap();
    program.define("cartesian", "polar + polar").unwrap();
    for (property, _) in functions::vector_properties() {
        for vector in ["polar", "massive", "cartesian"] {
            program.add(&format!("{vector}.{property}")).unwrap();
        }
    }
}
