#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{form_policy, hold};

fuzz_target!(|bytes: &[u8]| hold(form_policy, bytes));
