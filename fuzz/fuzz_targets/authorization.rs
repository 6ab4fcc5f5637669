#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{authorization, hold};

fuzz_target!(|bytes: &[u8]| hold(authorization, bytes));
