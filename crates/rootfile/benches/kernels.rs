//! The hot kernels on real data, each beside a copy of the same bytes: decompression by codec
//! and the decoding of scalars, vectors and counted arrays into Arrow buffers.
//!
//! Run: `cargo bench -p photopeak-rootfile`. Data: the ATLAS files in `testdata`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow_array::Array;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use photopeak_rootfile::{BranchReader, RootFile, Tree};

// The decompressor is not public; its source is a part of this binary as well.
#[path = "../src/compress.rs"]
#[allow(dead_code, unused_imports)]
mod compress;
#[path = "../src/error.rs"]
#[allow(dead_code, unreachable_pub)]
mod error;

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata")
        .join(name)
}

/// The decompressed baskets of a file: in these small ones they lie in the tree's own record.
fn baskets(name: &str) -> Vec<u8> {
    let file = std::fs::read(testdata(name)).unwrap();
    let word = |at: usize| i32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    let mut at = word(8) as usize;
    let (mut all, mut one) = (Vec::new(), Vec::new());
    while at + 60 < file.len() {
        // A negative size marks a gap.
        let bytes = word(at).unsigned_abs() as usize;
        let object = word(at + 6) as usize;
        let key = usize::from(file[at + 14]) << 8 | usize::from(file[at + 15]);
        let is_tree = word(at) > 0 && &file[at + 27..at + 32] == b"TTree";
        if is_tree && object > bytes - key {
            compress::decompress(&file[at + key..at + bytes], object, &mut one).unwrap();
            all.extend_from_slice(&one[..object]);
        }
        at += bytes.max(1);
    }
    assert!(
        all.len() > 100_000,
        "{name}: {} bytes of baskets",
        all.len()
    );
    all
}

fn block(codec: &[u8; 2], payload: &[u8], size: usize) -> Vec<u8> {
    let mut block = codec.to_vec();
    block.push(8);
    block.extend_from_slice(&(payload.len() as u32).to_le_bytes()[..3]);
    block.extend_from_slice(&(size as u32).to_le_bytes()[..3]);
    block.extend_from_slice(payload);
    block
}

/// `data` as ROOT's block of each codec, at the levels that ROOT's defaults have.
fn blocks(data: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let level = libdeflater::CompressionLvl::new(1).unwrap();
    let mut zlib = vec![0; 2 * data.len()];
    let n = libdeflater::Compressor::new(level)
        .zlib_compress(data, &mut zlib)
        .unwrap();
    let packed = lz4_flex::block::compress(data);
    let mut lz4 = twox_hash::XxHash64::oneshot(0, &packed)
        .to_be_bytes()
        .to_vec();
    lz4.extend_from_slice(&packed);
    let mut zstd = vec![0; 2 * data.len()];
    let n_zstd = zstd_safe::compress(zstd.as_mut_slice(), data, 5).unwrap();
    let options = lzma_rust2::XzOptions::with_preset(7);
    let mut lzma = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    lzma.write_all(data).unwrap();
    let lzma = lzma.finish().unwrap();
    vec![
        ("zlib", block(b"ZL", &zlib[..n], data.len())),
        ("lz4", block(b"L4", &lz4, data.len())),
        ("zstd", block(b"ZS", &zstd[..n_zstd], data.len())),
        ("lzma", block(b"XZ", &lzma, data.len())),
    ]
}

fn decompression(c: &mut Criterion) {
    let data = baskets("atlas-13tev-4lep/data_D.4lep.root");
    let mut group = c.benchmark_group("decompress");
    group.throughput(Throughput::Bytes(data.len() as u64));
    let mut out = vec![0; data.len()];
    group.bench_function("memcpy", |b| {
        b.iter(|| black_box(&mut out).copy_from_slice(black_box(&data)));
    });
    for (codec, frames) in blocks(&data) {
        group.bench_function(codec, |b| {
            b.iter(|| compress::decompress(black_box(&frames), data.len(), &mut out).unwrap());
        });
        assert_eq!(out, data);
    }
}

/// A reader keeps its basket: from the second time on, only decoding is measured.
fn decoding(c: &mut Criterion) {
    let mut group = c.benchmark_group("decode");
    for (name, file, branch) in [
        (
            "scalar float",
            "atlas-13tev-4lep/data_D.4lep.root",
            "met_et",
        ),
        (
            "vector<float>",
            "atlas-13tev-4lep/data_D.4lep.root",
            "lep_pt",
        ),
        (
            "vector<bool>",
            "atlas-13tev-4lep/data_D.4lep.root",
            "lep_isTightID",
        ),
        (
            "scalar float, 8 TeV",
            "atlas-8tev-4lep/skim.mc_105986.ZZ.root",
            "met_et",
        ),
        (
            "counted float[n]",
            "atlas-8tev-4lep/skim.mc_105986.ZZ.root",
            "lep_pt",
        ),
    ] {
        let file = RootFile::open(testdata(file)).unwrap();
        let tree = Tree::open(&file, "mini").unwrap();
        let branch = tree.branch(branch).unwrap().clone();
        let mut reader = BranchReader::new(&tree, branch).unwrap();
        let bytes = reader
            .read(0..tree.entries())
            .unwrap()
            .get_buffer_memory_size();
        let source = vec![1u8; bytes];
        let mut target = vec![0u8; bytes];
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |b| b.iter(|| reader.read(0..tree.entries()).unwrap()));
        group.bench_function(format!("{name}, as memcpy"), |b| {
            b.iter(|| black_box(&mut target).copy_from_slice(black_box(&source)));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = decompression, decoding
}
criterion_main!(benches);
