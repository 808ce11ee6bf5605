//! Lists the trees of a file with the type of every branch: `cargo run --example list FILE`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: list FILE")?;
    let file = photopeak_rootfile::RootFile::open(path)?;
    for entry in file.entries()? {
        println!("{} {};{}", entry.key.class, entry.path, entry.key.cycle);
    }
    for name in photopeak_rootfile::Tree::list(&file)? {
        let tree = photopeak_rootfile::Tree::open(&file, &name)?;
        println!("{name}: {} entries", tree.entries());
        for branch in tree.branches() {
            match branch.data_type(&tree) {
                Ok(data_type) => println!("  {} {}", branch.path, data_type),
                Err(e) => println!("  {} {e}", branch.path),
            }
        }
    }
    Ok(())
}
