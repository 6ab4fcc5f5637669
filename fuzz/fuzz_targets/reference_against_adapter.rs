#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, reference_against_adapter};

fuzz_target!(|bytes: &[u8]| hold(reference_against_adapter, bytes));
