#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{chunked_body_v4a, hold};

fuzz_target!(|bytes: &[u8]| hold(chunked_body_v4a, bytes));
