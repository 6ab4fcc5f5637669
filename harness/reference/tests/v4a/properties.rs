//! Properties of signing and verifying with ECDSA, for any bytes.

use proptest::prelude::*;
use sigv4_reference::sign::Signer;
use sigv4_reference::v4a::{EcdsaSignature, ScopedV4aKey};
use sigv4_reference::verify::Verifier;
use sigv4_reference::{Header, Request, Time};

use crate::common::Sent;
use crate::{ACCESS_KEY_ID, example_key, verify};

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn signed_verifies_with_ecdsa_and_one_changed_byte_is_refused(
        target in "/[a-zA-Z0-9/%.~ -]{0,20}",
        value in prop::collection::vec(b'!'..=b'~', 1..20),
        body in prop::collection::vec(any::<u8>(), 1..40),
        expires in prop::option::of(1_u64..604_800),
        place in 0..4,
        at in any::<prop::sample::Index>(),
    ) {
        let key = example_key();
        let scoped = ScopedV4aKey::new(&key, b"us-east-1,eu-west-1", b"s3").unwrap();
        let time = Time::parse(b"20150830T123600Z").unwrap();
        let signer = Signer::new(time, ACCESS_KEY_ID, &scoped);
        let headers = [
            Header { name: b"Host", value: b"example.amazonaws.com" },
            Header { name: b"X-Amz-Meta-A", value: &value },
        ];
        let request =
            Request { method: b"PUT", target: target.as_bytes(), headers: &headers, body: &body };
        let mut sent = match expires {
            None => Sent::with_header(&signer, &request),
            Some(expires) => Sent::with_query(&signer, &request, expires),
        }
        .unwrap();
        let verifier = Verifier {
            window_seconds: 0,
            unstated_payload: sigv4_reference::verify::UnstatedPayload::BodyHash,
            profile: sigv4_reference::Profile::GENERIC,
            ..Verifier::new(time, b"eu-west-1", b"s3")
        };
        prop_assert!(verify(&verifier, &sent, None).is_ok());

        match place {
            0 => sent.method[at.index(3)] ^= 1,
            1 => sent.headers[1].1[at.index(value.len())] ^= 0x80,
            2 => sent.body[at.index(body.len())] ^= 1,
            // A digit of the signature.
            _ => {
                let text = match expires {
                    None => &mut sent.headers.last_mut().unwrap().1,
                    Some(_) => &mut sent.target,
                };
                let digit = text.len() - 1 - at.index(100);
                text[digit] = if text[digit] == b'0' { b'1' } else { b'0' };
            }
        }
        prop_assert!(verify(&verifier, &sent, None).is_err());
    }

    #[test]
    fn a_signature_reads_any_bytes_or_refuses_them(
        text in prop::collection::vec(prop::sample::select(b"0123456789abcdefA*".to_vec()), 0..150),
        r: [u8; 32],
        s: [u8; 32],
        cut in 0_usize..32,
    ) {
        _ = EcdsaSignature::from_hex(&text);
        _ = EcdsaSignature::from_padded(&text);
        _ = EcdsaSignature::from_der(&text);
        let (mut r, s) = (r, s);
        r[..cut].fill(0);
        if let Ok(signature) = EcdsaSignature::from_numbers(&r, &s) {
            let digits = signature.digits();
            prop_assert_eq!(EcdsaSignature::from_hex(digits.as_bytes()), Ok(signature));
            prop_assert_eq!(EcdsaSignature::from_padded(digits.padded()), Ok(signature));
        }
    }
}
