//! What must hold of every request, whatever its bytes.

mod case;
#[path = "../common/mod.rs"]
mod common;
mod part;
mod strategies;

use proptest::prelude::*;
use sigv4_reference::{Error, PathEncoding, Profile, Time, Workspace};

use case::Case;
use common::Sent;
use part::{Part, canonical_parts};
use strategies::{
    AUTHORIZATION_PIECES, QUERY_PIECES, arbitrary_target, bytes, case, parameters, pieces,
    tampering_case, target, time,
};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies(case in case(target())) {
        let accepted = case.verify(&case.sent().unwrap()).unwrap();
        prop_assert_eq!(accepted.access_key_id, case.access_key_id);
        prop_assert_eq!(accepted.time, case.time);
    }

    #[test]
    fn any_bytes_are_signed_or_refused_with_an_error(case in case(arbitrary_target())) {
        match case.sent() {
            Ok(sent) => prop_assert!(case.verify(&sent).is_ok()),
            Err(error) => {
                prop_assert!(
                    matches!(error, Error::Target { .. } | Error::PercentEscape { .. }),
                    "{}", error
                );
            }
        }
    }

    #[test]
    fn the_verifier_answers_whatever_comes(
        case in case(target()),
        authorization in pieces(AUTHORIZATION_PIECES, 0..12),
        query in pieces(QUERY_PIECES, 0..16),
        in_header in any::<bool>(),
    ) {
        let mut sent = Sent {
            method: case.method.clone().into_bytes(),
            target: case.target.clone(),
            headers: case.headers.clone(),
            body: case.body.clone(),
        };
        if in_header {
            sent.headers.push((b"X-Amz-Date".to_vec(), case.time.text().to_vec()));
            sent.headers.push((b"Authorization".to_vec(), authorization));
        } else {
            sent.target = [b"/?", &query[..]].concat();
        }
        // No 64 digits can be put together from the pieces.
        prop_assert!(case.verify(&sent).is_err());
    }

    #[test]
    fn order_and_case_of_headers_do_not_matter(case in case(target()), mask in any::<u8>()) {
        let signature = case.signature();
        let mut other = case;
        // The order of the values of one name does matter, so the sort has to be a stable one.
        other.headers.sort_by_key(|(name, _)| masked(&name.to_ascii_lowercase(), mask));
        for (index, (name, _)) in other.headers.iter_mut().enumerate() {
            for (bit, byte) in name.iter_mut().enumerate() {
                if mask.rotate_left(u32::try_from(index).unwrap()) >> (bit % 8) & 1 == 1 {
                    *byte = byte.to_ascii_uppercase();
                }
            }
        }
        prop_assert_eq!(other.signature(), signature);
    }

    #[test]
    fn order_of_parameters_does_not_matter(
        case in case(target()),
        (parameters, shuffled) in parameters().prop_flat_map(|parameters| {
            (Just(parameters.clone()), Just(parameters).prop_shuffle())
        }),
    ) {
        let signature = |parameters: &[Vec<u8>]| {
            let target = [b"/?", &parameters.join(&b'&')[..]].concat();
            Case { target, ..case.clone() }.signature()
        };
        prop_assert_eq!(signature(&parameters), signature(&shuffled));
    }

    #[test]
    fn a_changed_byte_is_refused(
        case in tampering_case(),
        position in any::<prop::sample::Index>(),
        mask in 1_u8..,
    ) {
        let sent = case.sent().unwrap();
        prop_assert!(case.verify(&sent).is_ok(), "the positive twin");
        for part in Part::ALL {
            let mut tampered = sent.clone();
            let (text, range) = part.locate(&mut tampered, case.access_key_id.len());
            prop_assert!(!range.is_empty(), "{:?}", part);
            text[range.start + position.index(range.len())] ^= mask;
            if canonical_parts(&tampered, case.profile) == canonical_parts(&sent, case.profile) {
                continue;
            }
            prop_assert!(case.verify(&tampered).is_err(), "{:?}: {:?}", part, tampered);
        }
    }

    #[test]
    fn an_unsigned_header_changes_nothing(
        case in case(target()),
        name in "[a-z]{1,8}-other",
        value in bytes(0..20),
        position in any::<prop::sample::Index>(),
    ) {
        let mut sent = case.sent().unwrap();
        let position = position.index(sent.headers.len() + 1);
        sent.headers.insert(position, (name.into_bytes(), value));
        prop_assert!(case.verify(&sent).is_ok());
    }

    #[test]
    fn the_canonical_query_is_a_fixed_point(target in target()) {
        let mut workspace = Workspace::default();
        let once = [b"/?", workspace.canonical_query(&target, |_| true).unwrap()].concat();
        let twice = workspace.canonical_query(&once, |_| true).unwrap();
        prop_assert_eq!(&once[2..], twice);
    }

    /// Where the path is not encoded twice, and no dot segment comes out of an escape.
    #[test]
    fn the_canonical_path_is_a_fixed_point(target in target(), normalize in any::<bool>()) {
        for profile in [
            Profile { normalize, path_encoding: PathEncoding::AsSent },
            Profile { normalize: false, path_encoding: PathEncoding::Decoded },
        ] {
            let mut workspace = Workspace::default();
            let once = workspace.canonical_path(&target, profile).to_vec();
            prop_assert_eq!(&once[..], workspace.canonical_path(&once, profile));
        }
    }

    #[test]
    fn the_canonical_header_value_is_a_fixed_point(value in bytes(0..40)) {
        let mut workspace = Workspace::default();
        let once = workspace.canonical_header_value(&value).to_vec();
        prop_assert_eq!(&once[..], workspace.canonical_header_value(&once));
    }

    #[test]
    fn time_reads_what_it_prints(time in time()) {
        prop_assert_eq!(Time::parse(time.to_string().as_bytes()), Ok(time));
        prop_assert_eq!(Time::parse(time.text()), Ok(time));
    }

    #[test]
    fn time_reads_any_bytes_or_refuses_them(text in bytes(0..32)) {
        if let Ok(time) = Time::parse(&text) {
            prop_assert_eq!(&time.text()[..], &text);
        }
        _ = Time::parse_date_header(&text);
    }
}

fn masked(text: &[u8], mask: u8) -> Vec<u8> {
    text.iter().map(|byte| byte ^ mask).collect()
}
