//! Checks on the tables themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

#[test]
fn names_are_unique_and_kebab_case() {
    let mut names = BTreeSet::new();
    let mut topics: BTreeMap<&str, *const Topic> = BTreeMap::new();
    for corner in corners() {
        let topic = corner.topic;
        for name in [topic.name, &corner.name] {
            let fits = |part: &str| {
                !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            };
            assert!(name.split('-').all(fits), "{name}");
        }
        assert!(names.insert((topic.name, corner.name.clone())), "{}/{}", topic.name, corner.name);
        let first = topics.entry(topic.name).or_insert(topic);
        assert!(std::ptr::eq(*first, topic), "two topics named {}", topic.name);
    }
    assert!(names.len() >= 1500, "{} corners", names.len());
}

#[test]
fn every_flag_is_explained_once_and_carried() {
    let known: BTreeSet<&str> = FLAGS.iter().map(|(flag, _, _)| *flag).collect();
    assert_eq!(known.len(), FLAGS.len());
    let topics = corners().into_iter().map(|corner| corner.topic);
    let topics = topics.chain(family_corners().into_iter().map(|corner| corner.topic));
    let carried: BTreeSet<&str> = topics.flat_map(|topic| topic.flags.iter().copied()).collect();
    assert_eq!(known, carried);
}
