//! Signing keys that were derived once and are used again on the same day.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use zeroize::Zeroizing;

use super::SigningKey;
use crate::time::Time;

/// Keys of one set. A look-up compares at most this many hashes.
const WAYS: usize = 8;

/// A secret and the id that it goes by.
#[derive(Clone, Copy)]
pub struct Secret<'a> {
    /// The id.
    pub access_key_id: &'a [u8],
    /// The secret that the keys are derived from.
    pub secret_access_key: &'a [u8],
}

/// A bounded cache of signing keys, shared between threads.
///
/// A key answers only for the very secret, id, day, region and service that it was derived from:
/// all five are kept and compared, byte for byte and in full, so that nothing rests on a hash. A
/// secret that is replaced under its id needs no call: the old key is not found again, and makes
/// room like any that is no longer used.
///
/// Days follow the times that are asked for. The first time of a new day drops the keys of all days
/// but the last `older_days` before it; a time further back is answered and not kept. So give only
/// times that were held against a clock, as [`crate::verify::Verifier`] does before it asks.
///
/// Keys and secrets are overwritten with zeros when they leave the cache.
///
/// # Examples
/// ```
/// use sigv4_reference::Time;
/// use sigv4_reference::key::{KeyCache, Secret};
///
/// let cache = KeyCache::new(1_000, 0);
/// let secret = Secret { access_key_id: b"AKIDEXAMPLE", secret_access_key: b"wJalrXUtnFEMI" };
/// let time = Time::parse(b"20150830T123600Z")?;
/// let key = cache.signing_key(secret, &time, b"us-east-1", b"service");
/// assert_eq!(cache.len(), 1);
/// # Ok::<(), sigv4_reference::Error>(())
/// ```
pub struct KeyCache {
    /// Each identity has its place in one set, so that threads with different keys seldom wait for
    /// one another, and a full set gives up its own least recently used key.
    sets: Box<[RwLock<Set>]>,
    older_days: i64,
    /// The newest day that was asked for, in days since 1970.
    newest_day: AtomicI64,
    hashing: RandomState,
}

struct Set {
    /// Of a fixed number: an entry never moves while it lives, so that no copy of it is left behind,
    /// and is overwritten where it lies.
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
}

/// The same, borrowed: a look-up copies nothing.
struct Question<'a> {
    secret: Secret<'a>,
    day: i64,
    region: &'a [u8],
    service: &'a [u8],
}

impl KeyCache {
    /// A cache of at most `capacity` keys, for the newest day and the `older_days` before it: 0 for
    /// a signer, 1 for a verifier whose clock window reaches over midnight, 7 for one that takes
    /// presigned URLs.
    #[must_use]
    pub fn new(capacity: usize, older_days: u32) -> Self {
        // Whole sets where there is room for more than one; what is left over is not used.
        let sets = (capacity / WAYS).max(1);
        let places = || (0..capacity.min(WAYS)).map(|_| None).collect();
        let set = || RwLock::new(Set { places: places(), uses: AtomicU64::new(0) });
        Self {
            sets: (0..sets).map(|_| set()).collect(),
            older_days: i64::from(older_days),
            newest_day: AtomicI64::new(i64::MIN),
            hashing: RandomState::new(),
        }
    }

    /// The key for `secret` on the day of `time`: kept, or derived and then kept.
    pub fn signing_key(
        &self,
        secret: Secret<'_>,
        time: &Time,
        region: &[u8],
        service: &[u8],
    ) -> SigningKey {
        let question = Question { secret, day: day_of(time), region, service };
        self.turn_to(question.day);
        let hash = self.hash_of(&question);
        let set = self.set_of(hash);
        {
            let set = read(set);
            if let Some(entry) = set.entries().find(|entry| entry.answers(hash, &question)) {
                entry.last_use.store(set.count_use(), Ordering::Relaxed);
                return entry.key.clone();
            }
        }
        // Derived without the lock: two threads may do the same work, and neither waits.
        let key = SigningKey::derive(secret.secret_access_key, time, region, service);
        self.keep(set, hash, &question, &key);
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

    /// Drops every key, for instance after a secret leaked.
    pub fn clear(&self) {
        self.drop_where(|_| true);
    }

    /// Drops what is out of date once a new day begins.
    fn turn_to(&self, day: i64) {
        // Nearly always the day is known: then nothing is written, and no cache line moves.
        if day > self.newest_day.load(Ordering::Acquire)
            && day > self.newest_day.fetch_max(day, Ordering::AcqRel)
        {
            self.drop_where(|entry| self.is_past(entry.identity.day));
        }
    }

    fn drop_where(&self, unwanted: impl Fn(&Entry) -> bool) {
        for set in &self.sets {
            for place in &mut write(set).places {
                if place.as_ref().is_some_and(&unwanted) {
                    *place = None;
                }
            }
        }
    }

    fn is_past(&self, day: i64) -> bool {
        day < self.newest_day.load(Ordering::Acquire).saturating_sub(self.older_days)
    }

    fn keep(&self, set: &RwLock<Set>, hash: u64, question: &Question<'_>, key: &SigningKey) {
        let mut set = write(set);
        // Asked under the lock: who turns to a new day sweeps this set afterwards.
        if self.is_past(question.day) || set.entries().any(|entry| entry.answers(hash, question)) {
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
        let index = hash % self.sets.len() as u64;
        &self.sets[usize::try_from(index).unwrap_or_default()]
    }

    /// Leads to the set, and tells most entries apart. The secret has no part in it: it is compared
    /// in constant time, and only where the rest agrees.
    fn hash_of(&self, question: &Question<'_>) -> u64 {
        let mut hasher = self.hashing.build_hasher();
        hasher.write_i64(question.day);
        hasher.write(question.secret.access_key_id);
        hasher.write(question.region);
        hasher.write(question.service);
        hasher.finish()
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

    fn count_use(&self) -> u64 {
        self.uses.fetch_add(1, Ordering::Relaxed)
    }
}

impl Entry {
    fn answers(&self, hash: u64, question: &Question<'_>) -> bool {
        let own = &self.identity;
        self.hash == hash
            && own.day == question.day
            && *own.access_key_id == *question.secret.access_key_id
            && *own.region == *question.region
            && *own.service == *question.service
            && super::equal(&own.secret_access_key, question.secret.secret_access_key)
    }
}

impl Question<'_> {
    fn to_identity(&self) -> Identity {
        Identity {
            day: self.day,
            access_key_id: self.secret.access_key_id.into(),
            secret_access_key: Zeroizing::new(self.secret.secret_access_key.into()),
            region: self.region.into(),
            service: self.service.into(),
        }
    }
}

fn day_of(time: &Time) -> i64 {
    const SECONDS: i64 = 86_400;
    time.unix_seconds().div_euclid(SECONDS)
}

/// A thread that panicked leaves whole entries behind, so its set is still good.
fn read(set: &RwLock<Set>) -> RwLockReadGuard<'_, Set> {
    set.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(set: &RwLock<Set>) -> RwLockWriteGuard<'_, Set> {
    set.write().unwrap_or_else(PoisonError::into_inner)
}
