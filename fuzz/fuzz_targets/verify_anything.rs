#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, verify_anything};

fuzz_target!(|bytes: &[u8]| hold(verify_anything, bytes));
