//! A signer of a user's project, with a test for each vector; only those of one suite, as each is a line in
//! the output of `cargo test`.

mod signer;

use std::env;
use std::process::ExitCode;

use sigv4_conformance::gate::{Gate, Profile};

use signer::TinySigner;

fn main() -> ExitCode {
    let leaves_query_unsorted = env::var_os("TINY_SIGNER_LEAVES_QUERY_UNSORTED").is_some();
    Gate::new("tiny-signer")
        .profiles(&[Profile::Generic])
        .filter("official/*")
        .main(TinySigner { leaves_query_unsorted })
}
