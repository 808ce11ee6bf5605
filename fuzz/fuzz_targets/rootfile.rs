//! A whole ROOT file from memory: open it and read everything it offers.
#![no_main]

// One definition of "everything" for the fuzzer and the test suite.
#[path = "../../crates/rootfile/tests/hostile/everything.rs"]
mod everything;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    everything::read_everything(bytes.to_vec());
});
