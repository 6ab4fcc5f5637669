#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{chunked_body, hold};

fuzz_target!(|bytes: &[u8]| hold(chunked_body, bytes));
