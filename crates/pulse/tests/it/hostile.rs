//! Chains and configurations that are damaged or ask for too much: an error, or numbers; never a
//! panic, nor memory or time that a text of some kilobytes should not cost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::{ArrayRef, FixedSizeListArray, UInt16Array};
use arrow_schema::{DataType, Field};
use photopeak_pulse::Chain;
use photopeak_pulse::dspeed::{Configuration, Format, import};
use serde_json::Value;

use crate::data::{plain, pulses, table};

/// The longest that one text may take, in a test build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a chain's numbers may become.
const NUMBERS: [&str; 8] = [
    "0",
    "-1",
    "1e300",
    "0.5",
    "16777216",
    "1e-300",
    "99999999999999999999",
    "nan",
];

/// A small generator of pseudo-random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

/// Three records of 2,000 samples, as long as those that the chains are made for.
fn records() -> ArrayRef {
    const SAMPLES: usize = 2000;
    let height = |i: usize| if i % SAMPLES < 920 { 0 } else { 900 };
    let values: UInt16Array = (0..3 * SAMPLES)
        .map(|i| 1000 + (i % 7) as u16 + height(i))
        .collect();
    let item = Arc::new(Field::new("item", DataType::UInt16, false));
    Arc::new(FixedSizeListArray::new(
        item,
        SAMPLES as i32,
        Arc::new(values),
        None,
    ))
}

/// Compiles and runs a chain over three records, as far as that goes. Whether it went to the end.
fn attempt(chain: &Chain) -> bool {
    let batch = table(vec![
        ("waveform", "ADC", records()),
        ("raw_waveform", "ADC", records()),
        ("baseline", "", plain(vec![1000.0; 3])),
        ("timestamp", "s", plain(vec![1.0; 3])),
        ("detector", "", plain(vec![112.0, 113.0, f64::NAN])),
        ("id", "", plain(vec![0.0; 3])),
    ]);
    let Ok(program) = chain.compile(&batch.schema()) else {
        return false;
    };
    let done = program.process(&batch);
    let _ = chain.look(&batch, 1);
    done.is_ok()
}

fn of_toml(period: &str, text: &str) -> bool {
    Chain::parse("hostile.toml", text).is_ok_and(|mut chain| {
        for waveform in &mut chain.waveforms {
            waveform.period = Some(period.to_owned());
        }
        attempt(&chain)
    })
}

fn of_dspeed(text: &str, format: Format) -> bool {
    let imported = import(&Configuration {
        name: "hostile",
        text,
        format,
        database: &Value::Null,
        waveforms: &[("waveform", "waveform")],
    });
    imported.is_ok_and(|mut imported| {
        for waveform in &mut imported.chain.waveforms {
            waveform.period = Some("10*ns".to_owned());
        }
        attempt(&imported.chain)
    })
}

/// The text with one thing wrong.
fn mutant(text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = random.below(chars.len());
    let until = (at + 1 + random.below(40)).min(chars.len());
    match random.below(5) {
        0 => {
            chars.drain(at..until);
        }
        1 => {
            let part: Vec<char> = chars[at..until].to_vec();
            let other = random.below(chars.len());
            chars.splice(other..other, part);
        }
        2 => chars[at] = ['(', ')', '[', ':', '*', '\'', '"', '=', 'µ', '\n'][random.below(10)],
        _ => {
            // Another number in place of the next one.
            let digit = |c: &char| c.is_ascii_digit();
            let Some(start) = chars[at..].iter().position(digit).map(|i| at + i) else {
                return chars.into_iter().collect();
            };
            let number = |c: &char| c.is_ascii_digit() || *c == '.';
            let length = chars[start..].iter().take_while(|c| number(c)).count();
            let new = NUMBERS[random.below(NUMBERS.len())].chars();
            chars.splice(start..start + length, new);
        }
    }
    chars.into_iter().collect()
}

/// Tries a text and its mutants; how many of them ran to the end.
fn all(text: &str, mutants: usize, attempt: impl Fn(&str) -> bool) -> usize {
    let mut random = Random(text.len() as u64);
    let mut ran = 0;
    for _ in 0..mutants {
        let text = mutant(text, &mut random);
        let start = Instant::now();
        ran += usize::from(attempt(&text));
        assert!(start.elapsed() < PATIENCE, "took too long:\n{text}");
    }
    ran
}

fn file(path: &str) -> String {
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn damaged_chains() {
    let all =
        |path: &str, period: &str, mutants| all(&file(path), mutants, |text| of_toml(period, text));
    assert!(all("docs/examples/pulses.toml", "10*ns", 300) > 10);
    assert!(all("catalog/chains/flashcam-th228.toml", "16*ns", 300) > 10);
    all("catalog/chains/legend-l200.toml", "16*ns", 50);
    all("catalog/chains/majorana.toml", "10*ns", 20);
}

#[test]
fn damaged_configurations_of_dspeed() {
    let text = file("bench/pulse/chain.json");
    all(&text, 150, |text| of_dspeed(text, Format::Json));
    // JSON is YAML.
    all(&text, 150, |text| of_dspeed(text, Format::Yaml));
    let text = file("testdata/pulses/dspeed.json");
    all(&text, 10, |text| of_dspeed(text, Format::Json));
}

#[test]
fn too_much_is_refused_before_memory_is_taken() {
    let head = "title = 'test'\n[waveform.x]\ncolumn = 'waveform'\nperiod = '10*ns'\n";
    let define: String = (0..200)
        .map(|i| format!("w{i} = 'upsample(x + {i}*ADC, factor=20000)'\n"))
        .collect();
    let columns: String = (0..200).map(|i| format!("y{i} = 'mean(w{i})'\n")).collect();
    let text = format!("{head}[define]\n{define}[columns]\n{columns}");
    let batch = table(vec![("waveform", "ADC", pulses(1))]);
    let chain = Chain::parse("large.toml", &text).unwrap();
    let error = chain.compile(&batch.schema()).map(|_| ()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the waveforms of the chain have more than 16777216 samples together"),
        "{error}"
    );
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!of_dspeed(&nested, Format::Json));
    assert!(!of_dspeed(&nested, Format::Yaml));
    assert!(!of_toml("10*ns", &format!("title = {nested}")));
    assert!(!of_toml(
        "10*ns",
        &format!(
            "{head}[columns]\ny = '{}x{}'",
            "mean(".repeat(5000),
            ")".repeat(5000)
        )
    ));
}
