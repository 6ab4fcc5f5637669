//! One signature, derivation or verification in a function of its own, so that a profiler can count
//! its instructions: `hot_path CASE`, with `sign-header`, `sign-query` or `derive`; `verify-small NAME`
//! or `verify-large NAME`, which print all names if there is none; and `headers-N`, which verifies N
//! of them.
//!
//! `cargo xtask test` runs it under callgrind and compares the counts with the recorded ones, and those
//! of refusals with those of requests that are accepted.

mod verifying;

use std::hint::black_box;
use std::process::ExitCode;

use sigv4_reference::sign::Signer;
use sigv4_reference::{Error, Header, Request, Scope, ScopedKey, Time, Workspace};

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const ACCESS_KEY_ID: &[u8] = b"AKIDEXAMPLE";
const REGION: &[u8] = b"us-east-1";
const SERVICE: &[u8] = b"execute-api";
const TARGET: &[u8] = b"/prod/items%20of%20mine?limit=10&page=2&after=a%2Fb";
const HEADERS: &[Header<'static>] = &[
    Header { name: b"Host", value: b"abcdef1234.execute-api.us-east-1.amazonaws.com" },
    Header { name: b"Accept", value: b"application/json" },
    Header { name: b"Content-Type", value: b"application/json" },
    Header { name: b"X-Amz-Target", value: b"Example_20150830.ListItems" },
];

/// Calls before the counted one: then buffers have grown and the cache has the key.
const WARM_UP: usize = 4;

fn main() -> ExitCode {
    let case = std::env::args().nth(1).unwrap_or_default();
    let name = std::env::args().nth(2);
    match run(&case, name.as_deref()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("unknown case {case:?}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(case: &str, name: Option<&str>) -> Result<bool, Error> {
    let time = Time::parse(b"20150830T123600Z")?;
    let scope = Scope::new(&time, REGION, SERVICE)?;
    let key = ScopedKey::derive(SECRET, scope);
    let signer = Signer::new(time, ACCESS_KEY_ID, &key);
    let request = Request { method: b"GET", target: TARGET, headers: HEADERS, body: b"" };
    let mut workspace = Workspace::default();
    match case {
        "sign-header" => repeat(|| signer.header(&mut workspace, black_box(&request)).is_ok()),
        "sign-query" => repeat(|| signer.query(&mut workspace, black_box(&request), 60).is_ok()),
        "derive" => repeat(|| {
            black_box(ScopedKey::derive(black_box(SECRET), scope));
            true
        }),
        "verify-small" => verifying::run(verifying::Size::Small, time, name)?,
        "verify-large" => verifying::run(verifying::Size::Large, time, name)?,
        _ => match case.strip_prefix("headers-").and_then(|count| count.parse().ok()) {
            Some(count) => verifying::run_headers(count, time)?,
            None => return Ok(false),
        },
    }
    Ok(true)
}

fn repeat(mut act: impl FnMut() -> bool) {
    for _ in 0..WARM_UP {
        assert!(act(), "the case must succeed");
    }
    counted(&mut act);
}

/// What the profiler counts.
#[inline(never)]
fn counted(act: &mut impl FnMut() -> bool) {
    black_box(act());
}
