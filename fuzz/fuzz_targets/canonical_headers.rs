#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{canonical_headers, hold};

fuzz_target!(|bytes: &[u8]| hold(canonical_headers, bytes));
