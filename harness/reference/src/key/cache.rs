//! Signing keys that were derived once and are used again on the same day.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use zeroize::Zeroizing;

use super::chain::SigningKey;
use super::scoped::ScopedKey;
use crate::dialect::KeyWords;
use crate::primitive::bytes;
use crate::primitive::constant_time::equal;
use crate::scope::Scope;

/// Keys of one set. A lookup compares at most this many hashes.
const WAYS: usize = 8;

/// How many lookups in a row may ask for days before the window until the window moves back.
const STRAYS: u32 = 8;

/// A secret and its id.
#[derive(Clone, Copy)]
pub struct Secret<'a> {
    /// The id.
    pub access_key_id: &'a [u8],
    /// The secret that the keys are derived from.
    pub secret_access_key: &'a [u8],
}

/// The secret is not shown.
impl fmt::Debug for Secret<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Secret")
            .field("access_key_id", &String::from_utf8_lossy(self.access_key_id))
            .finish_non_exhaustive()
    }
}

/// A bounded cache of signing keys, shared between threads.
///
/// A lookup finds a key only under the secret, id, day, region, service and dialect that it was derived
/// from: all six are kept and compared in full, so that nothing depends on a hash. After a secret was
/// replaced under its id nothing needs to be called: the old key is not found again, and makes room
/// like any key that is no longer used.
///
/// The cache keeps the keys of a window of days: the newest day that was asked for and the
/// `older_days` before it. A newer day moves the window forward and drops the keys of days that have
/// left it. A key of a day before the window is derived and not kept. When eight lookups in a row
/// are before the window, the newest day was wrong, for instance because a clock had jumped, and the
/// window moves back.
///
/// Keys and secrets are overwritten with zeros when they leave the cache.
///
/// # Examples
/// ```
/// use sigv4_reference::key::{KeyCache, Secret};
/// use sigv4_reference::{Scope, Time};
///
/// let cache = KeyCache::new(1_000, 0);
/// let secret = Secret { access_key_id: b"AKIDEXAMPLE", secret_access_key: b"wJalrXUtnFEMI" };
/// let time = Time::parse(b"20150830T123600Z")?;
/// let key = cache.signing_key(secret, Scope::new(&time, b"us-east-1", b"service")?);
/// assert_eq!(cache.len(), 1);
/// # Ok::<(), sigv4_reference::Error>(())
/// ```
pub struct KeyCache {
    /// The identity of a key chooses its set, so that threads with different keys seldom wait for
    /// one another. A full set drops its own least recently used key.
    sets: Box<[RwLock<Set>]>,
    older_days: i64,
    /// The newest day of the window, in days since 1970; [`NO_DAY`] before the first lookup.
    newest_day: AtomicI64,
    /// How many lookups in a row were before the window.
    strays: AtomicU32,
    /// Different for each cache, so that nobody knows which keys share a set.
    seed: u64,
}

const NO_DAY: i64 = i64::MIN;

struct Set {
    /// A fixed number: an entry never moves, so that no copy of it is left behind, and is
    /// overwritten in place.
    places: Box<[Option<Entry>]>,
    /// Counts the uses, to tell which key was used last.
    uses: AtomicU64,
}

struct Entry {
    hash: u64,
    identity: Identity,
    key: SigningKey,
    last_use: AtomicU64,
}

/// What a key was derived from.
struct Identity {
    day: i64,
    access_key_id: Box<[u8]>,
    secret_access_key: Zeroizing<Box<[u8]>>,
    region: Box<[u8]>,
    service: Box<[u8]>,
    words: KeyWords,
}

/// The same, borrowed: a lookup copies nothing.
struct Question<'a> {
    secret: &'a Secret<'a>,
    scope: &'a Scope<'a>,
}

impl KeyCache {
    /// A cache of at most `capacity` keys, for the newest day and the `older_days` before it: 0 for
    /// a signer, 1 for a verifier whose clock window reaches over midnight, 7 for one that accepts
    /// presigned URLs.
    #[must_use]
    pub fn new(capacity: usize, older_days: u32) -> Self {
        // Whole sets if there is room for more than one; the remainder is not used.
        let sets = (capacity / WAYS).max(1);
        let places = || (0..capacity.min(WAYS)).map(|_| None).collect();
        let set = || RwLock::new(Set { places: places(), uses: AtomicU64::new(0) });
        Self {
            sets: (0..sets).map(|_| set()).collect(),
            older_days: i64::from(older_days),
            newest_day: AtomicI64::new(NO_DAY),
            strays: AtomicU32::new(0),
            seed: RandomState::new().build_hasher().finish(),
        }
    }

    /// The key of `secret` for `scope`: a kept one, or derived and then kept.
    pub fn signing_key<'s>(&self, secret: Secret<'_>, scope: Scope<'s>) -> ScopedKey<'s> {
        let question = Question { secret: &secret, scope: &scope };
        self.turn_to(scope.day());
        let hash = self.hash_of(&question);
        let set = self.set_of(hash);
        {
            let set = read(set);
            if let Some(entry) = set.entries().find(|entry| entry.answers(hash, &question)) {
                entry.last_use.store(set.count_use(), Ordering::Relaxed);
                return ScopedKey::new(entry.key.clone(), scope);
            }
        }
        // Derived without the lock: two threads may do the same work, and neither waits.
        let key = ScopedKey::derive(secret.secret_access_key, scope);
        self.keep(set, hash, &question, key.key());
        key
    }

    /// How many keys are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sets.iter().map(|set| read(set).entries().count()).sum()
    }

    /// Whether no key is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Drops every key, for instance after a secret leaked, and forgets which day was the newest.
    pub fn clear(&self) {
        self.move_to(NO_DAY);
    }

    /// Moves the window of days if `day` is newer, or if the newest day turns out to be wrong.
    fn turn_to(&self, day: i64) {
        let newest = self.newest_day.load(Ordering::Acquire);
        if day > newest {
            // Of several threads on a new day one drops the old keys.
            if day > self.newest_day.fetch_max(day, Ordering::AcqRel) {
                self.move_to(day);
            }
        } else if self.is_kept_day(day) {
            // Nearly always zero: then nothing is written, and no cache line moves.
            if self.strays.load(Ordering::Relaxed) != 0 {
                self.strays.store(0, Ordering::Relaxed);
            }
        } else if self.strays.fetch_add(1, Ordering::Relaxed) + 1 >= STRAYS {
            self.move_to(day);
        }
    }

    /// Makes `day` the newest and drops the keys of all days outside of its window.
    fn move_to(&self, day: i64) {
        self.newest_day.store(day, Ordering::Release);
        self.strays.store(0, Ordering::Relaxed);
        for set in &self.sets {
            for place in &mut write(set).places {
                let is_kept = |entry: &Entry| self.is_kept_day(entry.identity.day);
                if !place.as_ref().is_none_or(is_kept) {
                    *place = None;
                }
            }
        }
    }

    /// Whether the day lies in the window.
    fn is_kept_day(&self, day: i64) -> bool {
        let newest = self.newest_day.load(Ordering::Acquire);
        (newest.saturating_sub(self.older_days)..=newest).contains(&day)
    }

    fn keep(&self, set: &RwLock<Set>, hash: u64, question: &Question<'_>, key: &SigningKey) {
        let mut set = write(set);
        // Checked under the lock: a thread that moves the window visits this set afterwards.
        if !self.is_kept_day(question.scope.day())
            || set.entries().any(|entry| entry.answers(hash, question))
        {
            return;
        }
        // An empty place counts as never used.
        let last_use = |place: &Option<Entry>| {
            place.as_ref().map(|entry| entry.last_use.load(Ordering::Relaxed))
        };
        let now = set.count_use();
        if let Some(place) = set.places.iter_mut().min_by_key(|place| last_use(place)) {
            *place = Some(Entry {
                hash,
                identity: question.to_identity(),
                key: key.clone(),
                last_use: AtomicU64::new(now),
            });
        }
    }

    fn set_of(&self, hash: u64) -> &RwLock<Set> {
        // The hash as a fraction of all hashes, which takes no division.
        let index = (u128::from(hash) * self.sets.len() as u128) >> 64;
        &self.sets[usize::try_from(index).unwrap_or_default()]
    }

    /// Chooses the set, and tells most entries apart. The secret is left out: it is compared in
    /// constant time, and only if the rest agrees.
    fn hash_of(&self, question: &Question<'_>) -> u64 {
        let texts =
            [question.secret.access_key_id, question.scope.region(), question.scope.service()];
        let day = fold(self.seed, question.scope.day().cast_unsigned());
        texts.into_iter().fold(day, |hash, text| {
            // The end overlaps the word before it.
            let (words, rest) = text.as_chunks::<8>();
            let end = text.last_chunk().unwrap_or(&[0; 8]);
            let short = if words.is_empty() { bytes::prefix(rest) } else { 0 };
            let hash = fold(hash, short ^ text.len() as u64);
            let hash = words.iter().fold(hash, |hash, word| fold(hash, u64::from_ne_bytes(*word)));
            fold(hash, u64::from_ne_bytes(*end))
        })
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeyCache").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl Set {
    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.places.iter().flatten()
    }

    /// Two threads may get the same number: then neither of the keys was used after the other.
    fn count_use(&self) -> u64 {
        let uses = self.uses.load(Ordering::Relaxed);
        self.uses.store(uses + 1, Ordering::Relaxed);
        uses
    }
}

impl Entry {
    fn answers(&self, hash: u64, question: &Question<'_>) -> bool {
        let own = &self.identity;
        self.hash == hash
            && own.day == question.scope.day()
            && *own.access_key_id == *question.secret.access_key_id
            && *own.region == *question.scope.region()
            && *own.service == *question.scope.service()
            && own.words == question.scope.dialect().key
            && equal(&own.secret_access_key, question.secret.secret_access_key)
    }
}

impl Question<'_> {
    fn to_identity(&self) -> Identity {
        Identity {
            day: self.scope.day(),
            access_key_id: self.secret.access_key_id.into(),
            secret_access_key: Zeroizing::new(self.secret.secret_access_key.into()),
            region: self.scope.region().into(),
            service: self.scope.service().into(),
            words: self.scope.dialect().key.clone(),
        }
    }
}

/// Mixes a word into a hash: both halves of a product, in which each bit depends on all of the word.
fn fold(hash: u64, word: u64) -> u64 {
    // The fraction of the golden ratio: odd, and without a pattern.
    let product = u128::from(hash ^ word) * u128::from(0x9e37_79b9_7f4a_7c15_u64);
    let halves = (product ^ product >> 64) & u128::from(u64::MAX);
    u64::try_from(halves).unwrap_or_default()
}

/// A thread that panicked leaves only complete entries, so its set can still be used.
fn read(set: &RwLock<Set>) -> RwLockReadGuard<'_, Set> {
    set.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(set: &RwLock<Set>) -> RwLockWriteGuard<'_, Set> {
    set.write().unwrap_or_else(PoisonError::into_inner)
}
