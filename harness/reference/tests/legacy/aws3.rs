use sigv4_reference::Error;
use sigv4_reference::key::Secret;
use sigv4_reference::legacy::aws3::{Aws3Signer, Aws3Verifier};
use sigv4_reference::legacy::{LegacyWorkspace, Mac};
use sigv4_reference::verify::Reason;

use crate::common::Sent;
use crate::{clock, request, stored, text};

const SECRET: Secret<'_> =
    Secret { access_key_id: b"access_key", secret_access_key: b"secret_key" };
const DATE: (&str, &str) = ("Date", "Thu, 17 Nov 2005 18:49:58 GMT");
const SIGNED: &str = "AWS3-HTTPS AWSAccessKeyId=access_key,Algorithm=HmacSHA256,\
                      Signature=M245fo86nVKI8rLpH4HgWs841sBTUKuwciiTpjMDgPs=";

/// botocore, `tests/unit/auth/test_signers.py`, `TestSigV3`.
#[test]
fn the_date_is_signed_as_published() {
    let signer = Aws3Signer { secret: SECRET, mac: Mac::HmacSha256 };
    let mut workspace = LegacyWorkspace::default();
    request("GET", "/", &[DATE], "").borrowed(|request| {
        let result = signer.header(&mut workspace, request).unwrap();
        assert_eq!(text(result.string_to_sign()), DATE.1);
        assert_eq!(text(result.output()), SIGNED);
    });
}

#[test]
fn an_amz_date_takes_precedence() {
    let signer = Aws3Signer { secret: SECRET, mac: Mac::HmacSha256 };
    let other = ("Date", "Thu, 17 Nov 2005 18:00:00 GMT");
    let mut sent = request("GET", "/", &[other, ("X-Amz-Date", DATE.1)], "");
    let mut workspace = LegacyWorkspace::default();
    sent.borrowed(|request| {
        assert_eq!(text(signer.header(&mut workspace, request).unwrap().output()), SIGNED);
    });
    sent.headers.push((b"X-Amzn-Authorization".to_vec(), SIGNED.into()));
    assert_eq!(answer(&sent, None), Ok(()));
}

#[test]
fn a_signer_needs_a_date() {
    let signer = Aws3Signer { secret: SECRET, mac: Mac::HmacSha1 };
    let mut workspace = LegacyWorkspace::default();
    let error = request("GET", "/", &[], "")
        .borrowed(|request| signer.header(&mut workspace, request).unwrap_err());
    assert_eq!(error, Error::MissingDate);
    let secret = Secret { access_key_id: b"\r", ..SECRET };
    let error = request("GET", "/", &[DATE], "").borrowed(|request| {
        Aws3Signer { secret, ..signer }.header(&mut workspace, request).unwrap_err()
    });
    assert_eq!(error, Error::ControlByte { field: "access key id", offset: 0 });
}

#[test]
fn everything_else_may_be_changed() {
    let mut sent = signed();
    assert_eq!(answer(&sent, None), Ok(()));
    sent.method = b"DELETE".to_vec();
    sent.target = b"/another".to_vec();
    sent.body = b"another".to_vec();
    assert_eq!(answer(&sent, None), Ok(()));
}

#[test]
fn what_is_wrong_has_a_reason() {
    type Change = fn(&mut Sent);
    let changes: [(Change, Reason); 8] = [
        (|sent| drop(sent.headers.pop()), Reason::MissingAuthentication),
        (|sent| sent.headers.extend(sent.headers.last().cloned()), Reason::MultipleAuthentications),
        (|sent| drop(sent.headers.remove(0)), Reason::MissingDate),
        (|sent| sent.headers[0].1 = b"yesterday".to_vec(), Reason::MalformedAuthentication),
        (|sent| sent.headers[0].1[24] = b'9', Reason::SignatureMismatch),
        (|sent| sent.headers[0].1[21] = b'2', Reason::RequestTimeTooSkewed),
        (|sent| sent.target = b"a".to_vec(), Reason::MalformedRequest),
        (
            |sent| sent.headers.push((b"X-Amz-Security-Token".to_vec(), b"a".to_vec())),
            Reason::SessionTokenMismatch,
        ),
    ];
    for (change, expected) in changes {
        let mut sent = signed();
        change(&mut sent);
        assert_eq!(answer(&sent, None), Err(expected), "{sent:?}");
    }
    assert_eq!(answer(&signed(), Some(b"token")), Err(Reason::SessionTokenMismatch));
    for (from, to, expected) in [
        ("AWS3-HTTPS", "AWS3", Reason::UnsupportedAlgorithm),
        ("AWS3-HTTPS", "AWS", Reason::UnsupportedAlgorithm),
        ("HmacSHA256", "HmacSHA512", Reason::UnsupportedAlgorithm),
        ("HmacSHA256", "HmacSHA1", Reason::SignatureMismatch),
        ("=access_key", "=another_key", Reason::UnknownAccessKey),
        ("Algorithm=HmacSHA256,", "", Reason::MalformedAuthentication),
        ("Signature=M", "Signature=N", Reason::SignatureMismatch),
        ("Signature=M", "Signature=M,Signature=M", Reason::MalformedAuthentication),
        (",Signature=M245", ";Signature=M245", Reason::UnsupportedAlgorithm),
    ] {
        let mut sent = signed();
        sent.headers[1].1 = SIGNED.replace(from, to).into_bytes();
        assert_eq!(answer(&sent, None), Err(expected), "{to}");
    }
}

fn signed() -> Sent {
    request("GET", "/2010-10-01/hostedzone", &[DATE, ("X-Amzn-Authorization", SIGNED)], "")
}

fn answer(sent: &Sent, session_token: Option<&[u8]>) -> Result<(), Reason> {
    let verifier = Aws3Verifier { clock: clock("20051117T184958Z", 60) };
    let keys = [stored(SECRET, session_token)];
    let answer =
        sent.borrowed(|request| verifier.verify(&mut LegacyWorkspace::default(), request, &keys));
    answer.map(|_| ()).map_err(|rejection| rejection.reason)
}
