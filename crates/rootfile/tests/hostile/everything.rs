//! Everything a file offers, read: what a hostile one must survive. The fuzz target includes it.

use std::sync::Arc;

use photopeak_rootfile::{
    BranchReader, Reader, Result, RootFile, RootHistogram, Tree, chain_elements,
};

/// Entries of a block, and blocks of a branch that are read at most.
const BLOCK: u64 = 1000;
const BLOCKS: u64 = 20;

/// What was read, to show that mutants get past the first check.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    /// Files that open and list their objects.
    pub(crate) files: usize,
    /// Trees that open.
    pub(crate) trees: usize,
    /// Blocks of entries that decode.
    pub(crate) blocks: usize,
    /// Histograms and chains that open.
    pub(crate) others: usize,
}

/// Opens `bytes` as a file and reads all of it. Errors are fine; panics are not.
pub(crate) fn read_everything(bytes: Vec<u8>) -> Tally {
    let mut tally = Tally::default();
    let _ = walk(bytes, &mut tally);
    tally
}

fn walk(bytes: Vec<u8>, tally: &mut Tally) -> Result<()> {
    let file = RootFile::from_source(Box::new(bytes), "mutant")?;
    let entries = file.entries()?;
    tally.files += 1;
    for entry in entries.iter().take(50) {
        let path = format!("{};{}", entry.path, entry.key.cycle);
        if RootHistogram::is_histogram(&entry.key.class) {
            tally.others += usize::from(RootHistogram::open(&file, &path).is_ok());
        }
        tally.others += usize::from(matches!(chain_elements(&file, &path), Ok(Some(_))));
        if let Ok(tree) = Tree::open(&file, &path) {
            tally.trees += 1;
            read_tree(&tree, tally);
        }
    }
    Tree::list(&file).map(drop)
}

fn read_tree(tree: &Tree, tally: &mut Tally) {
    let _ = tree.boundaries();
    for branch in tree.branches().iter().take(500) {
        let _ = branch.data_type(tree);
        let Ok(mut reader) = BranchReader::new(tree, Arc::clone(branch)) else {
            continue;
        };
        // A block that fails ends the branch, as it would for a user.
        for block in 0..BLOCKS.min(branch.entries.div_ceil(BLOCK)) {
            let range = block * BLOCK..branch.entries.min((block + 1) * BLOCK);
            if reader.read(range).is_err() {
                break;
            }
            tally.blocks += 1;
        }
        let _ = reader.read(0..branch.entries);
    }
    let readable: Vec<_> = tree
        .branches()
        .iter()
        .filter(|b| b.data_type(tree).is_ok())
        .take(4)
        .cloned()
        .collect();
    if let Ok(mut reader) = Reader::new(tree, &readable) {
        let _ = reader.batch(0..tree.entries().min(BLOCK));
    }
}
