#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, server_answer};

fuzz_target!(|bytes: &[u8]| hold(server_answer, bytes));
