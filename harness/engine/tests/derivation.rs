//! No two tuples derive one key, and the search that says so finds the derivations in which they
//! do.

use std::fmt::Write as _;

use proptest::test_runner::{Config, TestRunner};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_conformance::properties::Outcome;
use sigv4_conformance::properties::derivation::{
    Derivation, Level, Pair, Parts, Search, SecretUse, Twist, hmac_block, keys_are_injective,
    prefixed,
};

/// Where every search begins, so that it finds the same each time.
const SEED: u64 = 0;

/// How many pairs a sound derivation is tried with, unless the environment says otherwise.
const CASES: u32 = 10_000;

/// Within how many pairs each weak derivation must be found out.
const WEAK_CASES: u32 = 1000;

/// The page that shows the figures.
const PAGE: &str = include_str!("../../reference/KEY_DERIVATION.md");

#[test]
fn weak_derivations_collide() {
    let mut text = String::new();
    for &derivation in Derivation::WEAK {
        let search = Search::run(derivation, SEED, WEAK_CASES);
        let name = derivation.as_str();
        assert!(search.first_collision().is_some(), "{name}: none in {WEAK_CASES} cases");
        assert_eq!(search.apart, None, "{name}");
        let _ = writeln!(text, "{name}");
        for (level, collision) in Level::ALL.into_iter().zip(&search.collisions) {
            let _ = match collision {
                Some(collision) => writeln!(text, "{collision}"),
                None => writeln!(text, "{}: none in {WEAK_CASES} cases", level.as_str()),
            };
        }
        text.push('\n');
        let first = search.first_collision().map(|collision| collision.second.case);
        let row = |line: &&str| line.starts_with(&format!("| {name} |"));
        let row = PAGE.lines().find(row).unwrap_or_else(|| panic!("no row on the page for {name}"));
        assert!(row.ends_with(&format!("| {} |", first.unwrap_or_default())), "{first:?}: {row}");
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("weak-derivations", text);
    });
}

#[test]
fn sound_derivations_do_not_collide() {
    let cases = std::env::var("SIGV4_CONFORMANCE_CASES").ok();
    let cases = cases.map_or(CASES, |text| text.parse().expect("SIGV4_CONFORMANCE_CASES"));
    Derivation::SOUND.par_iter().for_each(|&derivation| {
        let name = derivation.as_str();
        let start = std::time::Instant::now();
        let search = Search::run(derivation, SEED, cases);
        println!(
            "{name}: {} cases in {:.1?}, {} more not taken, {} one by rule",
            search.cases,
            start.elapsed(),
            search.untaken,
            search.one_by_rule
        );
        if let Some(collision) = search.first_collision() {
            panic!("{name}: {collision}");
        }
        assert_eq!(search.apart, None, "{name}");
        assert_eq!(search.cases, cases, "{name}");
        let keyed = derivation.secret_use() == SecretUse::HmacKey;
        assert_eq!(search.one_by_rule > 0, keyed, "{name}: {}", search.one_by_rule);
    });
}

/// The same of pairs that shrink, as a fuzz target makes them.
#[test]
fn sound_keys_are_injective() {
    let config = Config { cases: 2000, failure_persistence: None, ..Config::default() };
    let strategy = proptest::collection::vec(proptest::arbitrary::any::<u8>(), 0..200);
    let held = std::cell::Cell::new(0);
    let result = TestRunner::new(config).run(&strategy, |bytes| {
        let pair = Pair::of_bytes(&bytes);
        for &derivation in Derivation::SOUND {
            let outcome = keys_are_injective(derivation, &pair).map_err(|violation| {
                proptest::test_runner::TestCaseError::fail(violation.to_string())
            })?;
            held.set(held.get() + u32::from(outcome == Outcome::Held));
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(held.get() > 6000, "{} of 8000 held", held.get());
}

/// A twist that no weak derivation falls for would be one that the search does not make.
#[test]
fn every_twist_that_can_deceive_deceives_a_weak_derivation() {
    let deceived = |twist: Twist| -> Vec<Derivation> {
        let pairs: Vec<Pair> = (1..=5000).map(|case| Pair::numbered(SEED, case)).collect();
        let violates = |derivation: Derivation| {
            let mut pairs = pairs.iter().filter(|pair| pair.twist == twist);
            pairs.any(|pair| keys_are_injective(derivation, pair).is_err())
        };
        Derivation::WEAK.iter().copied().filter(|derivation| violates(*derivation)).collect()
    };
    let expected = |twist: Twist| match twist {
        Twist::CaseChanged => Some(Derivation::CaseFolded),
        Twist::InvalidByte => Some(Derivation::LossyText),
        Twist::Moved => Some(Derivation::Concatenated),
        Twist::SlashMoved => Some(Derivation::Separated),
        Twist::Swapped => Some(Derivation::Sorted),
        Twist::UnicodeForm => Some(Derivation::NfcNormalized),
        // What no derivation of these overlooks.
        Twist::BitFlipped
        | Twist::Hashed
        | Twist::NulAppended
        | Twist::SpaceAppended
        | Twist::Unrelated => None,
    };
    for &twist in Twist::ALL {
        if let Some(derivation) = expected(twist) {
            let deceived = deceived(twist);
            assert!(deceived.contains(&derivation), "{twist}: {deceived:?}");
        }
    }
}

#[test]
fn pairs_are_two_and_the_same_every_time() {
    let mut twists = std::collections::HashSet::new();
    for case in 1..=1000 {
        let pair = Pair::numbered(SEED, case);
        assert_ne!(pair.first, pair.second, "{case}");
        assert_eq!(pair, Pair::numbered(SEED, case));
        assert_ne!(pair, Pair::numbered(SEED + 1, case));
        twists.insert(pair.twist);
    }
    assert_eq!(twists.len(), Twist::ALL.len());
}

/// Two implementations of the chain, where both have an answer.
#[test]
fn the_reference_s_chain_is_the_plain_one() {
    let keys =
        |parts: &Parts| (Derivation::Chain.keys(parts), Derivation::ChainOfAnyDate.keys(parts));
    let mut compared = 0;
    for case in 1..=1000 {
        let pair = Pair::numbered(SEED, case);
        for parts in pair.tuples() {
            let (Some(reference), plain) = keys(parts) else { continue };
            assert_eq!(Some(reference), plain, "{parts}");
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared} compared");
}

/// HMAC fills a short key up with zeros: up to 60 bytes, which fill its block behind `AWS4`, a
/// secret and the same with zeros behind it are one.
#[test]
fn zeros_at_the_end_of_a_short_secret_are_lost() {
    for (secret, zeros, one) in [
        (&b""[..], 1, true),
        (b"k", 1, true),
        (b"k", 59, true),
        (b"k", 60, false),
        (&[b'k'; 59], 1, true),
        (&[b'k'; 60], 1, false),
        (&[b'k'; 70], 1, false),
    ] {
        let longer = [secret, &vec![0; zeros]].concat();
        assert_secrets(secret, &longer, one);
    }
    assert_secrets(b"k", b"\0k", false);
}

/// HMAC hashes a key that is longer than its block. To HMAC, such a key and its hash are one; a
/// secret stands behind `AWS4`, so that the hash of a long one is no other secret's key, unless it
/// happens to begin with `AWS4`. One in 2^32 does, and 4.2 thousand million tries found it.
#[test]
fn a_long_secret_and_a_hash_are_one_key_where_the_hash_begins_with_aws4() {
    let ordinary = [b'k'; 61];
    let hash = &hmac_block(&prefixed(&ordinary))[..32];
    assert_eq!(hmac_block(hash), hmac_block(&prefixed(&ordinary)), "at the level of HMAC");
    assert_secrets(&ordinary, hash, false);
    assert_secrets(&ordinary, &hash[4..], false);

    let found = b"a secret longer than a block whose hash begins with AWS4 .. 5246944438";
    let hash = &hmac_block(&prefixed(found))[..32];
    assert_eq!(&hash[..4], b"AWS4");
    assert_secrets(found, &hash[4..], true);
}

/// Whether the chain, and whatever else keys an HMAC with the secret, takes two secrets for one.
/// HKDF hashes the secret as a message, and never does.
fn assert_secrets(first: &[u8], second: &[u8], one: bool) {
    let scope = Parts { date: "20150830".into(), region: "r".into(), ..Parts::default() };
    let keys = |derivation: Derivation, secret: &[u8]| {
        derivation.keys(&Parts { secret: secret.into(), ..scope.clone() }).expect("a day")
    };
    for &derivation in Derivation::SOUND {
        let one = one && derivation.secret_use() == SecretUse::HmacKey;
        let pairs = keys(derivation, first).into_iter().zip(keys(derivation, second));
        for (first, second) in pairs {
            assert_eq!(first == second, one, "{}", derivation.as_str());
        }
    }
}
