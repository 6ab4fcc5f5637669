//! Keys, secrets and session tokens leave no trace on the heap once they are dropped.
//!
//! Reads this process's own memory, which Linux shows as a file; one test, so that no other fills
//! the heap at the same time.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use sigv4_reference::key::{KeyCache, KeyMaterial, Secret};
use sigv4_reference::sign::{SessionToken, Signer, TokenCoverage};
use sigv4_reference::token::ses_smtp::SmtpPassword;
use sigv4_reference::v4a::V4aKey;
use sigv4_reference::verify::{Claim, Reason, StoredKey, Verifier};
use sigv4_reference::{Header, Request, Scope, ScopedKey, Time, Workspace};

#[test]
fn what_is_dropped_is_overwritten() {
    what_leaves_the_cache();
    what_was_signed_and_verified();
    what_key_pairs_and_passwords_were();
}

fn what_leaves_the_cache() {
    let today = Time::parse(b"20150830T123600Z").unwrap();
    let tomorrow = Time::parse(b"20150831T123600Z").unwrap();
    let cache = KeyCache::new(8, 0);
    let ask = |secret: &[u8], time: &Time| {
        let secret = Secret { access_key_id: b"AKIDEXAMPLE", secret_access_key: secret };
        drop(cache.signing_key(secret, scope(time)));
    };
    let [old, new] = [1, 101].map(bytes_from);
    let traces = |secret: &[u8; 40], time: &Time| {
        let key = ScopedKey::derive(secret, scope(time));
        [in_heap(secret), in_heap(key.key().as_bytes())]
    };

    ask(&old, &today);
    assert_eq!(traces(&old, &today), [true, true], "the search finds what is there");
    ask(&new, &tomorrow);
    assert_eq!(traces(&old, &today), [false, false], "a past day");
    assert_eq!(traces(&new, &tomorrow), [true, true], "the new day");
    for id in 0..8_u8 {
        let secret = Secret { access_key_id: &[id], secret_access_key: b"another" };
        drop(cache.signing_key(secret, scope(&tomorrow)));
    }
    assert_eq!(traces(&new, &tomorrow), [false, false], "eviction");
    ask(&old, &tomorrow);
    assert_eq!(traces(&old, &tomorrow), [true, true], "it is back");
    drop(cache);
    assert_eq!(traces(&old, &tomorrow), [false, false], "the end of the cache");
}

/// A number is kept in words of the processor, the lowest first.
fn what_key_pairs_and_passwords_were() {
    let key = Box::new(V4aKey::derive(b"AKIDEXAMPLE", b"secret").unwrap());
    let mut number = *key.to_bytes();
    if cfg!(target_endian = "little") {
        number.reverse();
    }
    assert!(in_heap(&number), "the search finds what is there");
    drop(key);
    assert!(!in_heap(&number), "a key pair");

    let password = SmtpPassword::new(b"secret", b"us-east-1").unwrap();
    let text: [u8; 44] = password.as_bytes().try_into().unwrap();
    assert!(in_heap(&text), "the search finds what is there");
    drop(password);
    assert!(!in_heap(&text), "a password");
}

/// The token of a request goes through the buffers of signer and verifier, which grow meanwhile.
fn what_was_signed_and_verified() {
    let time = Time::parse(b"20150830T123600Z").unwrap();
    let key = ScopedKey::derive(b"secret", scope(&time));
    let token: [u8; 40] = bytes_from(0).map(|at| b'a' + at * 5 % 26);
    let coverage = TokenCoverage::Signed;
    let signer = Signer {
        session_token: Some(SessionToken { value: &token, coverage }),
        ..Signer::new(time, b"AKIDEXAMPLE", &key)
    };
    let host = Header { name: b"Host", value: b"example.amazonaws.com" };
    let long = Header { name: b"X-Long", value: &[b'a'; 2000] };
    let short = Request { method: b"GET", target: b"/", headers: &[host], body: b"" };
    let mut workspace = Workspace::default();
    signer.query(&mut workspace, &short, 60).unwrap();
    assert!(in_heap(&token), "the search finds what is there");
    signer.query(&mut workspace, &Request { headers: &[host, long], ..short }, 60).unwrap();
    drop(workspace);
    assert!(!in_heap(&token), "the buffers of a signer");

    // Read out of a header, and decoded out of a query, where the last byte is escaped.
    let mut workspace = Workspace::default();
    let mut target =
        *b"/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60\
        &X-Amz-Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request\
        &X-Amz-SignedHeaders=host\
        &X-Amz-Signature=0000000000000000000000000000000000000000000000000000000000000000\
        &X-Amz-Security-Token=                                       %6E&x-Amz-Date=1";
    let repeated = target.len() - "x-Amz-Date=1".len();
    let place = repeated - "%6E&".len() - (token.len() - 1);
    target[place..place + token.len() - 1].copy_from_slice(&token[..token.len() - 1]);
    let keys = [StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        material: KeyMaterial::Secret(b"secret"),
        session_token: Some(&token),
        active: true,
    }];
    let verifier = Verifier::new(time, b"us-east-1", b"service");
    let request = Request { target: &target, ..short };
    let rejection = verifier.verify(&mut workspace, &request, &keys).unwrap_err();
    assert_eq!(rejection.reason, Reason::SignatureMismatch, "the token is right");
    let claim = Claim::parse(&request).unwrap();
    assert_eq!(claim.session_token.as_ref().map(|sent| &sent[..]), Some(&token[..]));
    assert!(in_heap(&token), "the claim holds it");
    drop((workspace, claim));
    assert!(!in_heap(&token), "the buffers of a verifier, and what it read");

    // Decoded, and then the request is refused.
    target[repeated] = b'X';
    let rejection = Claim::parse(&Request { target: &target, ..short }).unwrap_err();
    assert!(rejection.detail.contains("repeated parameter"), "{rejection}");
    assert!(!in_heap(&token), "what a refused request held");
}

/// What is searched for: made on the stack, so that it is not in the program's data.
fn bytes_from(start: u8) -> [u8; 40] {
    std::array::from_fn(|at| start + u8::try_from(at).unwrap())
}

fn scope(time: &Time) -> Scope<'static> {
    Scope::new(time, b"us-east-1", b"service").unwrap()
}

/// Whether the bytes behind the first sixteen of `secret` are anywhere in writable memory other than
/// the stacks. The allocator writes its own notes over the first sixteen of a freed block.
fn in_heap(secret: &[u8]) -> bool {
    let needle = &secret[16..];
    let here = std::ptr::from_ref(&needle).addr() as u64;
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().filter(|line| line.contains("rw-p") && !line.contains("[stack]")).any(|line| {
        let (range, _) = line.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|hex| u64::from_str_radix(hex, 16).unwrap());
        // The stack of the test's thread holds the needle itself.
        !(start..end).contains(&here) && contains(&memory, start, end, needle)
    })
}

fn contains(memory: &File, start: u64, end: u64, needle: &[u8]) -> bool {
    let mut found = false;
    let mut page = vec![0; 1 << 16];
    let mut at = start;
    while at < end {
        let length = page.len().min(usize::try_from(end - at).unwrap());
        // Pages that were never touched, and guards, cannot be read.
        if memory.read_exact_at(&mut page[..length], at).is_ok() {
            found |= page[..length].windows(needle.len()).any(|window| window == needle);
        }
        at += length as u64;
    }
    // Read pages are heap too.
    page.fill(0);
    found
}
