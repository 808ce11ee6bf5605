//! The expression language, from text to values.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use photopeak_analysis::expr::functions;

mod expr_common;
use expr_common::{all, json};

#[test]
fn every_example_of_the_catalogue_gives_what_it_says() {
    let batch = functions::sample().unwrap();
    let mut wrong = String::new();
    for function in functions::all() {
        assert!(
            !function.examples.is_empty(),
            "{} has no example",
            function.name
        );
        for example in function.examples {
            let found = match json(&batch, example.text) {
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
    }
    assert!(wrong.is_empty(), "{wrong}");
}
