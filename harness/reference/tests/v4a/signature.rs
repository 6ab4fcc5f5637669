//! The text of a signature: what is read, and what is refused and why.

use sigv4_reference::v4a::{EcdsaSignature, SignatureError};

/// The order of P-256 (NIST SP 800-186, section 3.2.1.3).
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

#[test]
fn what_is_not_a_signature_is_refused_with_its_place() {
    let der = |offset, expected| SignatureError::Der { offset, expected };
    let zero_order = format!("3026020101022100{ORDER}");
    let order_one = format!("3026022100{ORDER}020101");
    let above = format!("3027020101022200{ORDER}00");
    let wide = format!("302602010102210100{}", "00".repeat(31));
    let longest = "30".repeat(73);
    for (text, expected) in [
        ("", der(0, "30, a sequence")),
        ("3", SignatureError::Length { digits: 1 }),
        (&longest, SignatureError::Length { digits: 146 }),
        ("3006020101020101*", SignatureError::Length { digits: 17 }),
        ("3006020101020101**", SignatureError::Digit { offset: 16 }),
        ("300602010102010A", SignatureError::Digit { offset: 15 }),
        ("3106020101020101", der(0, "30, a sequence")),
        ("30", der(1, "the length of all that follows")),
        ("3005020101020101", der(1, "the length of all that follows")),
        ("3007020101020101", der(1, "the length of all that follows")),
        ("308106020101020101", der(1, "the length of all that follows")),
        ("3000", der(2, "02, an integer")),
        ("3006030101020101", der(2, "02, an integer")),
        ("3003020101", der(5, "02, an integer")),
        ("30050200020101", der(3, "the length of an integer of 1 to 33 bytes that follow")),
        ("3006020101020201", der(6, "the length of an integer of 1 to 33 bytes that follow")),
        ("3006020101020181", der(7, "an integer that is not negative")),
        ("300702020001020101", der(4, "no needless zero")),
        ("3009020101020101020101", der(8, "the end after two integers")),
        (&above, der(6, "the length of an integer of 1 to 33 bytes that follow")),
        (&wide, der(7, "an integer of at most 32 bytes")),
        ("3006020100020101", SignatureError::Zero { number: "r" }),
        ("3006020101020100", SignatureError::Zero { number: "s" }),
        (&order_one, SignatureError::Order { number: "r" }),
        (&zero_order, SignatureError::Order { number: "s" }),
    ] {
        let error = EcdsaSignature::from_hex(text.as_bytes()).unwrap_err();
        assert_eq!(error, expected, "{text}: {error}");
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn numbers_of_every_length_are_written_as_they_are_read() {
    let largest = ORDER.replace("632551", "632550");
    let largest = format!("3046022100{largest}022100{largest}");
    for (text, length) in [("3006020101020101", 16), ("30070201010202008f", 18), (&largest, 144)] {
        let signature = EcdsaSignature::from_hex(text.as_bytes()).unwrap();
        assert_eq!(signature.to_string(), text);
        let digits = signature.digits();
        assert_eq!(digits.as_bytes(), text.as_bytes());
        assert_eq!(digits.as_bytes().len(), length);

        // A chunk carries it filled up with asterisks.
        let padded = digits.padded();
        assert!(padded.starts_with(text.as_bytes()));
        assert!(padded[length..].iter().all(|&byte| byte == b'*'));
        assert_eq!(EcdsaSignature::from_padded(padded), Ok(signature));
    }
}

#[test]
fn a_padded_signature_has_one_length() {
    let mut padded = *EcdsaSignature::from_hex(b"3006020101020101").unwrap().digits().padded();
    let short = EcdsaSignature::from_padded(&padded[..143]);
    assert_eq!(short, Err(SignatureError::Padding { length: 143 }));
    let long = EcdsaSignature::from_padded(&[&padded[..], b"*"].concat());
    assert_eq!(long, Err(SignatureError::Padding { length: 145 }));
    padded[20] = b'0';
    assert_eq!(EcdsaSignature::from_padded(&padded), Err(SignatureError::Length { digits: 21 }));
    assert_eq!(
        EcdsaSignature::from_padded(&[b'*'; 144]),
        Err(SignatureError::Der { offset: 0, expected: "30, a sequence" })
    );
}
