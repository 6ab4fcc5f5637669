#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{date_and_scope, hold};

fuzz_target!(|bytes: &[u8]| hold(date_and_scope, bytes));
