//! A whole HDF5 file from memory: open it and read everything it offers. Checksums of metadata
//! are passed over, which the fuzzer could not guess.
#![no_main]

// One definition of "everything" for the fuzzer and the test suite.
#[path = "../../crates/hdf5file/tests/hostile/everything.rs"]
mod everything;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    everything::read_everything(bytes.to_vec(), false);
});
