#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{explained_input, hold};

fuzz_target!(|bytes: &[u8]| hold(explained_input, bytes));
