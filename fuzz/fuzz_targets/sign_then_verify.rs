#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, sign_then_verify};

fuzz_target!(|bytes: &[u8]| hold(sign_then_verify, bytes));
