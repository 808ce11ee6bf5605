//! Prints a branch: `cargo run --example dump FILE TREE BRANCH`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, path, tree, branch] = args.as_slice() else {
        return Err("usage: dump FILE TREE BRANCH".into());
    };
    let file = photopeak_rootfile::RootFile::open(path)?;
    let tree = photopeak_rootfile::Tree::open(&file, tree)?;
    let branch = tree.branch(branch)?;
    let mut reader = photopeak_rootfile::BranchReader::new(&tree, branch.clone())?;
    println!("{:#?}", reader.read(0..branch.entries)?);
    Ok(())
}
