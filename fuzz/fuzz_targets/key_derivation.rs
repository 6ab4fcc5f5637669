#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, key_derivation};

fuzz_target!(|bytes: &[u8]| hold(key_derivation, bytes));
