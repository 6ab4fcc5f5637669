#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4_conformance::properties::fuzzing::{event_messages, hold};

fuzz_target!(|bytes: &[u8]| hold(event_messages, bytes));
