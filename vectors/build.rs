//! Has the crate built again when a vector file comes or goes: embedding alone sees only changes in
//! the files that were there.

fn main() {
    println!("cargo::rerun-if-changed=edge");
    println!("cargo::rerun-if-changed=official");
    println!("cargo::rerun-if-changed=published");
}
