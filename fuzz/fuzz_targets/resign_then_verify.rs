#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, resign_then_verify};

fuzz_target!(|bytes: &[u8]| hold(resign_then_verify, bytes));
