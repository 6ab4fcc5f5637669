#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, rulings_against_model};

fuzz_target!(|bytes: &[u8]| hold(rulings_against_model, bytes));
