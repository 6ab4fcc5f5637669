//! The key cache: for any lookups, in any order and from any number of threads, it returns what the
//! derivation returns, keeps its bound, and drops the keys of past days.

use std::collections::HashSet;

use proptest::prelude::*;
use sigv4_reference::key::{DateKey, KeyCache, Secret};
use sigv4_reference::verify::{CachedKeys, Reason, StoredKey, Verifier};
use sigv4_reference::{Header, KeyMaterial, Request, Scope, ScopedKey, Time, Workspace, sign};

/// A lookup. There are few parts, and some are prefixes of others, so that a cache that joins parts
/// without separators confuses them.
#[derive(Clone, Debug)]
struct Question {
    access_key_id: Vec<u8>,
    secret: Vec<u8>,
    region: Vec<u8>,
    service: Vec<u8>,
    day: u32,
}

impl Question {
    fn time(&self) -> Time {
        Time::parse(format!("201508{:02}T123600Z", self.day).as_bytes()).unwrap()
    }

    fn ask(&self, cache: &KeyCache) -> ScopedKey<'_> {
        self.ask_at(cache, &self.time())
    }

    fn ask_at(&self, cache: &KeyCache, time: &Time) -> ScopedKey<'_> {
        let secret = Secret { access_key_id: &self.access_key_id, secret_access_key: &self.secret };
        cache.signing_key(secret, Scope::new(time, &self.region, &self.service).unwrap())
    }

    /// Whether `key` is the one that the chain derives, states and scope included.
    fn is_answered_by(&self, key: &ScopedKey<'_>) -> bool {
        let time = self.time();
        let chain = DateKey::derive(&self.secret, &time).region(&self.region);
        let expected = chain.service(&self.service).signing();
        key.key().as_bytes() == expected.as_bytes()
            && key.key().sign(b"text") == expected.sign(b"text")
            && *key.scope() == Scope::new(&time, &self.region, &self.service).unwrap()
    }
}

fn part() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(vec!["", "a", "aa", "ab", "b", "a/b", "/", "a ", " a"])
        .prop_map(|text| text.as_bytes().to_vec())
}

fn question(days: std::ops::RangeInclusive<u32>) -> impl Strategy<Value = Question> {
    (part(), part(), part(), part(), days).prop_map(
        |(access_key_id, secret, region, service, day)| Question {
            access_key_id,
            secret,
            region,
            service,
            day,
        },
    )
}

fn questions() -> impl Strategy<Value = Vec<Question>> {
    prop::collection::vec(question(1..=5), 1..120)
}

proptest! {
    /// Each answer is that of the derivation, at every size and after any other lookups.
    #[test]
    fn every_answer_is_that_of_the_derivation(
        questions in questions(),
        capacity in 0_usize..40,
        older_days in 0_u32..4,
    ) {
        let cache = KeyCache::new(capacity, older_days);
        for question in &questions {
            prop_assert!(question.is_answered_by(&question.ask(&cache)), "{question:?}");
            prop_assert!(question.is_answered_by(&question.ask(&cache)), "again {question:?}");
        }
    }

    /// Two questions that differ in one part alone.
    #[test]
    fn one_differing_part_makes_another_key(
        question in question(1..=1),
        other in part(),
        which in 0..4,
    ) {
        let cache = KeyCache::new(64, 0);
        let mut changed = question.clone();
        *match which {
            0 => &mut changed.secret,
            1 => &mut changed.region,
            2 => &mut changed.service,
            _ => &mut changed.access_key_id,
        } = other;
        prop_assert!(question.is_answered_by(&question.ask(&cache)));
        prop_assert!(changed.is_answered_by(&changed.ask(&cache)));
        prop_assert!(question.is_answered_by(&question.ask(&cache)));
    }

    #[test]
    fn the_bound_holds(questions in questions(), capacity in 0_usize..40) {
        let cache = KeyCache::new(capacity, 9);
        for question in &questions {
            question.ask(&cache);
            prop_assert!(cache.len() <= capacity, "{} of {capacity}", cache.len());
        }
    }

    /// As many keys as fit into one set are all kept, each once; the next one replaces the least
    /// recently used one.
    #[test]
    fn what_fits_is_kept(questions in questions()) {
        let cache = KeyCache::new(8, 9);
        let mut distinct = HashSet::new();
        for question in &questions {
            let Question { access_key_id, secret, region, service, day } = question.clone();
            distinct.insert((access_key_id, secret, region, service, day));
            question.ask(&cache);
            prop_assert_eq!(cache.len(), distinct.len().min(8));
        }
    }

    #[test]
    fn keys_of_past_days_are_dropped(
        questions in questions(),
        newest in question(6..=6),
        late in question(1..=5),
        older_days in 0_u32..7,
    ) {
        let cache = KeyCache::new(1_000, older_days);
        for question in &questions {
            question.ask(&cache);
        }
        newest.ask(&cache);
        let distinct = |question: &Question| format!("{question:?}");
        let kept: HashSet<String> = questions
            .iter()
            .chain([&newest])
            .filter(|question| question.day + older_days >= 6)
            .map(distinct)
            .collect();
        // A set may be full, so that fewer keys are kept.
        prop_assert!(cache.len() <= kept.len());
        prop_assert!(older_days > 0 || cache.len() == 1);
        let before = cache.len();
        prop_assert!(late.is_answered_by(&late.ask(&cache)));
        prop_assert!(late.day + older_days >= 6 || cache.len() == before, "kept a past day's key");
    }

    /// A secret is replaced while threads sign with it: each thread gets the key of the secret that it
    /// asked for.
    #[test]
    fn a_rotation_during_use_takes_effect_at_once(
        before in question(1..=1),
        secret in part(),
        rotation in 0_usize..20,
    ) {
        let cache = KeyCache::new(16, 0);
        let after = Question { secret, ..before.clone() };
        let right = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(|| {
                        (0..20).all(|round| {
                            let question = if round < rotation { &before } else { &after };
                            question.is_answered_by(&question.ask(&cache))
                        })
                    })
                })
                .collect();
            threads.into_iter().all(|thread| thread.join().unwrap())
        });
        prop_assert!(right);
        prop_assert!(cache.len() <= 2, "one secret, at most two generations of it");
    }
}

/// A clock that was wrong once, before or after the cache was in use.
#[test]
fn one_time_in_the_far_future_does_not_disable_the_cache() {
    for future in ["20150903T123600Z", "20991231T123600Z", "99991231T235959Z"] {
        for asked_before in [false, true] {
            let cache = KeyCache::new(8, 0);
            let question = plain_question("1");
            if asked_before {
                question.ask(&cache);
            }
            question.ask_at(&cache, &Time::parse(future.as_bytes()).unwrap());
            for _ in 0..10 {
                assert!(question.is_answered_by(&question.ask(&cache)));
            }
            assert_eq!(cache.len(), 1, "{future}, asked before: {asked_before}");
            plain_question("2").ask(&cache);
            assert_eq!(cache.len(), 2, "{future}, asked before: {asked_before}");
        }
    }
}

/// Late requests between others do not move the window back.
#[test]
fn late_lookups_between_others_do_not_drop_the_newest_day() {
    let cache = KeyCache::new(8, 0);
    let (today, late) = (Question { day: 2, ..plain_question("1") }, plain_question("1"));
    today.ask(&cache);
    for _ in 0..10 {
        for _ in 0..7 {
            assert!(late.is_answered_by(&late.ask(&cache)));
        }
        assert_eq!(cache.len(), 1);
        assert!(is_kept(&cache, &today), "today's key, not the late one");
    }
}

#[test]
fn the_least_recently_used_key_is_dropped() {
    let cache = KeyCache::new(2, 0);
    let [first, second, third] = ["1", "2", "3"].map(plain_question);
    for question in [&first, &second, &first, &third] {
        question.ask(&cache);
    }
    assert!(is_kept(&cache, &first), "first was used after second");
    assert!(is_kept(&cache, &third), "third came last");
    assert!(!is_kept(&cache, &second), "second was dropped");
}

#[test]
fn clearing_leaves_nothing() {
    let cache = KeyCache::new(8, 0);
    let question = plain_question("AKIDEXAMPLE");
    question.ask(&cache);
    assert!(!cache.is_empty());
    cache.clear();
    assert!(cache.is_empty());
}

/// Whatever day was asked for before.
#[test]
fn a_cleared_cache_is_like_a_new_one() {
    let cache = KeyCache::new(8, 0);
    let question = plain_question("AKIDEXAMPLE");
    question.ask_at(&cache, &Time::parse(b"99991231T235959Z").unwrap());
    cache.clear();
    question.ask(&cache);
    assert_eq!(cache.len(), 1);
}

fn plain_question(access_key_id: &str) -> Question {
    Question {
        access_key_id: access_key_id.as_bytes().to_vec(),
        secret: b"secret".to_vec(),
        region: b"us-east-1".to_vec(),
        service: b"service".to_vec(),
        day: 1,
    }
}

/// Whether the cache has the key of a question, whose day it keeps: another one would be copied into
/// the cache, which allocates.
fn is_kept(cache: &KeyCache, question: &Question) -> bool {
    let time = question.time();
    allocation_counter::measure(|| drop(question.ask_at(cache, &time))).count_total == 0
}

/// A verifier with a cache refuses the old secret from the moment of its replacement.
#[test]
fn a_verifier_with_a_cache_follows_its_key_store() {
    let time = Time::parse(b"20150830T123600Z").unwrap();
    let host = Header { name: b"Host", value: b"example.amazonaws.com" };
    let verifier = Verifier::new(time, b"us-east-1", b"service");
    let cache = KeyCache::new(8, 0);
    let verify = |stored: &[u8], used: &[u8]| {
        let scope = Scope::new(&time, b"us-east-1", b"service").unwrap();
        let key = ScopedKey::derive(used, scope);
        let signer = sign::Signer::new(time, b"AKIDEXAMPLE", &key);
        let mut workspace = Workspace::default();
        let request = Request { method: b"GET", target: b"/", headers: &[host], body: b"" };
        let signature = signer.header(&mut workspace, &request).unwrap();
        let added = signature.headers().map(|(name, value)| (name.to_owned(), value.to_vec()));
        let added: Vec<(String, Vec<u8>)> = added.collect();
        let mut headers = vec![host];
        headers.extend(added.iter().map(|(name, value)| Header { name: name.as_bytes(), value }));
        let keys = [StoredKey {
            access_key_id: b"AKIDEXAMPLE",
            material: KeyMaterial::Secret(stored),
            session_token: None,
            active: true,
        }];
        let keys = CachedKeys { keys, cache: &cache };
        let request = Request { headers: &headers, ..request };
        let verdict = verifier.verify(&mut workspace, &request, &keys);
        verdict.map(drop).map_err(|rejection| rejection.reason)
    };
    assert!(verify(b"old", b"old").is_ok());
    assert!(verify(b"old", b"old").is_ok());
    assert_eq!(cache.len(), 1);
    assert_eq!(verify(b"new", b"old"), Err(Reason::SignatureMismatch));
    assert!(verify(b"new", b"new").is_ok());
}
