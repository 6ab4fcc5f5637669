//! Properties of the older signatures, for any bytes.

use proptest::prelude::*;
use sigv4_reference::key::Secret;
use sigv4_reference::legacy::aws3::{Aws3Signer, Aws3Verifier};
use sigv4_reference::legacy::query_v2::{QueryV2Signer, QueryV2Verifier};
use sigv4_reference::legacy::s3_v2::{S3V2Signer, S3V2Verifier};
use sigv4_reference::legacy::{LegacyWorkspace, Mac};

use crate::common::Sent;
use crate::{clock, request, stored};

const NOW: &str = "20051117T184958Z";
const DATE: (&str, &str) = ("Date", "Thu, 17 Nov 2005 18:49:58 GMT");

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn signed_verifies_with_the_older_signatures_and_one_changed_byte_is_refused(
        id in "[A-Z:/+ ]{1,10}",
        secret in prop::collection::vec(any::<u8>(), 0..80),
        path in "/[a-z%25/+ ]{0,10}",
        query in "[a-z+&=]{0,12}",
        value in "[!-~]{1,12}",
        sha1: bool,
        how in 0..4,
        place in 0..3,
        at in any::<prop::sample::Index>(),
    ) {
        let path = path.replace('%', "%41");
        // Spaces at the ends of the id of a header would not arrive.
        let id = if how == 1 || how == 2 { id } else { id.replace(' ', "-") };
        let secret = Secret { access_key_id: id.as_bytes(), secret_access_key: &secret };
        let mac = if sha1 { Mac::HmacSha1 } else { Mac::HmacSha256 };
        let host = ("Host", "example.amazonaws.com");
        let target = format!("{path}?{query}");
        let mut sent = request("GET", &target, &[host, DATE, ("X-Amz-Meta-A", &value)], "");
        let mut workspace = LegacyWorkspace::default();
        let time = clock(NOW, 0);
        let output = sent.borrowed(|request| {
            let s3 = S3V2Signer { secret, bucket: None };
            let query_v2 = QueryV2Signer { secret, session_token: None, mac, time: time.now };
            let expires_at = u64::try_from(time.now.unix_seconds()).unwrap();
            let result = match how {
                0 => s3.header(&mut workspace, request),
                1 => s3.query(&mut workspace, request, expires_at),
                2 => query_v2.sign(&mut workspace, request),
                _ => Aws3Signer { secret, mac }.header(&mut workspace, request),
            };
            result.unwrap().output().to_vec()
        });
        match how {
            0 => sent.headers.push((b"Authorization".to_vec(), output)),
            1 | 2 => sent.target = output,
            _ => sent.headers.push((b"X-Amzn-Authorization".to_vec(), output)),
        }
        let keys = [stored(secret, None)];
        let mut verify = |sent: &Sent| {
            sent.borrowed(|request| match how {
                0 | 1 => S3V2Verifier { clock: time, bucket: None }
                    .verify(&mut workspace, request, &keys),
                2 => QueryV2Verifier { clock: time }.verify(&mut workspace, request, &keys),
                _ => Aws3Verifier { clock: time }.verify(&mut workspace, request, &keys),
            })
        };
        prop_assert_eq!(verify(&sent), Ok(id.as_bytes().to_vec()));

        // A digit of the signature; if more than the date is signed, also the path or the method.
        match place {
            1 if how != 3 => sent.target.insert(1, b'b'),
            2 if how != 3 => sent.method = b"PUT".to_vec(),
            _ => {
                let (text, after) = match how {
                    1 | 2 => (&mut sent.target, "%3D%3D".len()),
                    _ => (&mut sent.headers.last_mut().unwrap().1, "==".len()),
                };
                let digit = text.len() - after - 1 - at.index(10);
                text[digit] = if text[digit] == b'A' { b'B' } else { b'A' };
            }
        }
        prop_assert!(verify(&sent).is_err());
    }

    #[test]
    fn the_older_verifiers_answer_whatever_comes(
        target in "/[A-Za-z=&%?+/ ]{0,40}",
        parameters in prop::collection::vec(
            prop::sample::select(&["Signature", "Expires", "AWSAccessKeyId", "SignatureVersion=2",
                "SignatureMethod=HmacSHA256", "Timestamp=2005-11-17T18:49:58Z", "=", "%", "1"][..]),
            0..8,
        ),
        value in "[A-Za-z0-9=:, ]{0,40}",
    ) {
        let target = format!("{target}?{}", parameters.join("&"));
        let value = format!("AWS {value}");
        let headers = [DATE, ("Authorization", &value), ("X-Amzn-Authorization", &value)];
        let time = clock(NOW, 0);
        let keys = [stored(Secret { access_key_id: b"1", secret_access_key: b"a" }, None)];
        for headers in [&headers[..1], &headers] {
            let sent = request("GET", &target, headers, "");
            sent.borrowed(|request| {
                let mut workspace = LegacyWorkspace::default();
                let s3 = S3V2Verifier { clock: time, bucket: None };
                assert!(s3.verify(&mut workspace, request, &keys).is_err());
                let query_v2 = QueryV2Verifier { clock: time };
                assert!(query_v2.verify(&mut workspace, request, &keys).is_err());
                assert!(Aws3Verifier { clock: time }.verify(&mut workspace, request, &keys).is_err());
            });
        }
    }
}
