#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{canonical_query, hold};

fuzz_target!(|bytes: &[u8]| hold(canonical_query, bytes));
