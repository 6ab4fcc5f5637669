#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{hold, upload_form};

fuzz_target!(|bytes: &[u8]| hold(upload_form, bytes));
