//! `photopeak bench`.

use super::common::{PERIOD_A, fails, works};

#[test]
fn reads_and_measures() {
    let text = works(&["bench", "read", PERIOD_A]);
    assert!(
        text.starts_with("39 rows, 3492 values, 81 columns\n"),
        "{text}"
    );
    let text = works(&["bench", "read", PERIOD_A, "--columns", "lep_pt,lep_n"]);
    assert!(
        text.starts_with("39 rows, 195 values, 2 columns\n"),
        "{text}"
    );
    fails(
        &["bench", "read", PERIOD_A, "--columns", "zzz"],
        "no column matches \"zzz\" (`photopeak inspect` lists them)",
    );
}
