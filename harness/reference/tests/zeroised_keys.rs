//! Keys and secrets leave no trace on the heap once the cache lets go of them.
//!
//! Reads this process's own memory, which Linux shows as a file; one test, so that no other fills
//! the heap meanwhile.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use sigv4_reference::key::{KeyCache, Secret};
use sigv4_reference::{Scope, ScopedKey, Time};

#[test]
fn what_leaves_the_cache_is_overwritten() {
    let today = Time::parse(b"20150830T123600Z").unwrap();
    let tomorrow = Time::parse(b"20150831T123600Z").unwrap();
    let cache = KeyCache::new(8, 0);
    let ask = |secret: &[u8], time: &Time| {
        let secret = Secret { access_key_id: b"AKIDEXAMPLE", secret_access_key: secret };
        drop(cache.signing_key(secret, scope(time)));
    };
    // Neither is in the program's data: what is searched for is made on the stack.
    let [old, new] = [1_u8, 101].map(|start| {
        let mut next = start;
        [(); 40].map(|()| {
            next += 1;
            next
        })
    });
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
