#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, presigned_query};

fuzz_target!(|bytes: &[u8]| hold(presigned_query, bytes));
