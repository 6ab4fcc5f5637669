#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, streams_against_model};

fuzz_target!(|bytes: &[u8]| hold(streams_against_model, bytes));
