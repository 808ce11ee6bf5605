//! Chains of waveform processors: ours in TOML, dspeed's in JSON and YAML. The first byte chooses.
//! What parses is compiled and run over two records of 64 samples.
#![no_main]

use std::sync::Arc;

use arrow_array::{ArrayRef, FixedSizeListArray, Float64Array, RecordBatch, UInt16Array};
use arrow_schema::{DataType, Field, Schema};
use photopeak_pulse::Chain;
use photopeak_pulse::dspeed::{Configuration, Format, import};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((kind, text)) = bytes.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let chain = match kind {
        b'0' => Chain::parse("fuzz.toml", text).ok(),
        b'1' => imported(text, Format::Json),
        b'2' => imported(text, Format::Yaml),
        _ => None,
    };
    if let Some(chain) = chain {
        run(&chain);
    }
});

fn imported(text: &str, format: Format) -> Option<Chain> {
    let imported = import(&Configuration {
        name: "fuzz",
        text,
        format,
        database: &serde_json::Value::Null,
        waveforms: &[("waveform", "waveform")],
    });
    imported.ok().map(|imported| imported.chain)
}

fn run(chain: &Chain) {
    const SAMPLES: usize = 64;
    let records = || -> ArrayRef {
        let sample = |i: usize| (100 + i % 3 + if i % SAMPLES > 30 { 500 } else { 0 }) as u16;
        let values: UInt16Array = (0..2 * SAMPLES).map(sample).collect();
        let item = Arc::new(Field::new("item", DataType::UInt16, false));
        Arc::new(FixedSizeListArray::new(item, SAMPLES as i32, Arc::new(values), None))
    };
    let number = || -> ArrayRef { Arc::new(Float64Array::from(vec![112.0, 1.0])) };
    let columns = [
        ("waveform", records()),
        ("raw_waveform", records()),
        ("baseline", number()),
        ("detector", number()),
    ];
    let field = |(name, column): &(&str, ArrayRef)| {
        let period = [("period".to_owned(), "10*ns".to_owned())];
        Field::new(*name, column.data_type().clone(), true).with_metadata(period)
    };
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let Ok(batch) = RecordBatch::try_new(schema, columns) else {
        return;
    };
    if let Ok(program) = chain.compile(&batch.schema()) {
        let _ = program.process(&batch);
        let _ = chain.look(&batch, 0);
    }
}
