//! Properties of the reference alone, for any bytes. Those of every signer are in the engine's
//! `properties`; `PROPERTIES.md` lists both.

mod case;
#[path = "../common/mod.rs"]
mod common;
mod strategies;

use proptest::prelude::*;
use sigv4_reference::{Error, PathEncoding, Profile, Time, Workspace};

use common::Sent;
use strategies::{
    AUTHORIZATION_PIECES, QUERY_PIECES, arbitrary_target, bytes, case, pieces, target, time,
};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

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
        // The pieces cannot form 64 digits.
        prop_assert!(case.verify(&sent).is_err());
    }

    /// If the path is not encoded twice, and no escape decodes to a dot segment.
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
