//! `photopeak waveform`.

use super::common::{PERIOD_A, fails, misused, names, works};

const PULSES: &str = "pulses/pulses.parquet";
const CHAIN: &str = "../docs/examples/pulses.toml";

#[test]
fn in_the_terminal() {
    let text = works(&["waveform", PULSES, "--row", "2"]);
    assert!(text.starts_with("row 2\nwaveform [ADC]\n"), "{text}");
    // The baseline in braille, and the axis.
    assert!(
        text.contains("⣀⣀⣀⣀") && text.contains("Time [µs]"),
        "{text}"
    );
    let text = works(&[
        "waveform", PULSES, "--chain", CHAIN, "--show", "pz", "--range", "8,11,us",
    ]);
    for part in ["raw [ADC]", "pz [ADC]", "┊start", "┤ current"] {
        assert!(
            text.contains(part) || part == "┤ current" && text.contains("current ├"),
            "{part}\n{text}"
        );
    }
    assert!(!text.contains("before"), "outside of the range:\n{text}");
}

#[test]
fn as_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let svg = place("a.svg");
    let text = works(&[
        "waveform", PULSES, "--chain", CHAIN, "--show", "pz,fast", "-o", &svg,
    ]);
    assert_eq!(text, format!("{svg}\n"));
    let svg = std::fs::read_to_string(&svg).unwrap();
    for part in [
        ">raw [ADC]<",
        ">pz [ADC]<",
        ">fast [ADC]<",
        ">start<",
        ">before<",
        ">current<",
    ] {
        assert!(svg.contains(part), "{part}");
    }
    works(&["waveform", PULSES, "-o", &place("a.png")]);
    let png = std::fs::read(place("a.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    assert_eq!(names(folder.path()), ["a.png", "a.svg"]);
}

#[test]
fn mistakes() {
    fails(
        &["waveform", PULSES, "--row", "32"],
        "there is no row 32; the data have 32, the first is 0",
    );
    fails(
        &["waveform", PERIOD_A],
        "column lep_truthMatched does not say how long a sample is; give --period 10*ns or such",
    );
    fails(
        &["waveform", PULSES, "--chain", CHAIN, "--show", "fst"],
        "the chain has no waveform fst; did you mean fast? it has raw, pz, fast",
    );
    fails(
        &["waveform", PULSES, "-o", "a.gif"],
        "a.gif: the output must end in .svg or .png",
    );
    misused(
        &["waveform", PULSES, "--range", "8,11"],
        "invalid value '8,11' for '--range <FROM,TO,UNIT>': from, to and unit, such as 8,12,us",
    );
}
