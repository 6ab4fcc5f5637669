//! The framing of streamed uploads inside the body: `aws-chunked`.
//!
//! S3 API Reference, "Transferring Payload in Multiple Chunks" and "Trailing headers". The
//! signatures of chunks and trailers are passed over.

/// A body without its framing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Decoded {
    pub(super) body: Vec<u8>,
    /// Names in lower case, and values.
    pub(super) trailers: Vec<(String, Vec<u8>)>,
}

/// Takes the framing off.
///
/// # Errors
/// A sentence that says where the framing is broken.
pub(super) fn decode(mut framed: &[u8]) -> Result<Decoded, String> {
    let whole = framed.len();
    let mut decoded = Decoded::default();
    loop {
        let at = whole - framed.len();
        let wrong = |expected: &str| format!("aws-chunked: byte {at}: expected {expected}");
        let line = line(&mut framed).ok_or_else(|| wrong("a line with the size of a chunk"))?;
        let digits = line.split(|&byte| byte == b';').next().unwrap_or_default();
        let size = std::str::from_utf8(digits).ok();
        let size = size.and_then(|digits| usize::from_str_radix(digits, 16).ok());
        let size = size.ok_or_else(|| wrong("the size of a chunk in hexadecimal"))?;
        if size == 0 {
            break;
        }
        let end = wrong("a chunk that is as long as its size, and a line break");
        let (chunk, rest) = framed.split_at_checked(size).ok_or_else(|| end.clone())?;
        decoded.body.extend_from_slice(chunk);
        framed = rest.strip_prefix(b"\r\n").ok_or(end)?;
    }
    // One library ends its trailer with LF CR LF.
    while let Some(line) = line(&mut framed) {
        let Some(colon) = line.iter().position(|&byte| byte == b':') else { continue };
        let name = String::from_utf8_lossy(&line[..colon]).trim().to_ascii_lowercase();
        decoded.trailers.push((name, line[colon + 1..].trim_ascii().to_vec()));
    }
    Ok(decoded)
}

/// The next line, without its end.
fn line<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    let line = &bytes[..end];
    *bytes = &bytes[end + 1..];
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn chunks_of_any_size_are_put_together(
            chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut framed = Vec::new();
            for chunk in &chunks {
                framed.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                framed.extend_from_slice(chunk);
                framed.extend_from_slice(b"\r\n");
            }
            framed.extend_from_slice(b"0\r\n\r\n");
            prop_assert_eq!(decode(&framed).map(|decoded| decoded.body), Ok(chunks.concat()));
            // A body that was cut is an error, or misses nothing but the line at its end.
            let part = &framed[..cut.index(framed.len())];
            if let Ok(decoded) = decode(part) {
                prop_assert_eq!(decoded.body, chunks.concat());
            }
        }
    }

    #[test]
    fn every_form_that_clients_send_is_decoded() {
        let signature = "a".repeat(64);
        let signed =
            format!("5;chunk-signature={signature}\r\nhello\r\n0;chunk-signature={signature}\r\n");
        let checksum = "x-amz-checksum-crc32:NhCmhg==";
        let trailer = format!("x-amz-trailer-signature:{signature}\r\n\r\n");
        for (framed, trailers) in [
            (format!("5\r\nhello\r\n0\r\n{checksum}\r\n\r\n"), 1),
            (format!("{signed}\r\n"), 0),
            (format!("{signed}{checksum}\r\n{trailer}"), 2),
            (format!("{signed}{checksum}\n\r\n{trailer}"), 2),
            ("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n".to_owned(), 0),
        ] {
            let decoded = decode(framed.as_bytes()).expect("a body");
            assert_eq!(decoded.body, b"hello", "{framed}");
            assert_eq!(decoded.trailers.len(), trailers, "{framed}");
            if trailers > 0 {
                let expected = ("x-amz-checksum-crc32".to_owned(), b"NhCmhg==".to_vec());
                assert_eq!(decoded.trailers[0], expected);
            }
        }
    }

    #[test]
    fn broken_framing_says_where() {
        let said = |framed: &[u8]| decode(framed).expect_err("broken");
        assert_eq!(said(b"hello"), "aws-chunked: byte 0: expected a line with the size of a chunk");
        assert_eq!(
            said(b"1\r\na\r\nx\r\n"),
            "aws-chunked: byte 6: expected the size of a chunk in hexadecimal"
        );
        let short = "a chunk that is as long as its size, and a line break";
        assert_eq!(said(b"5\r\nhell"), format!("aws-chunked: byte 0: expected {short}"));
        assert_eq!(said(b"2\r\nhell\r\n"), format!("aws-chunked: byte 0: expected {short}"));
        let huge = said(b"ffffffffffffffff\r\n");
        assert_eq!(huge, format!("aws-chunked: byte 0: expected {short}"));
    }
}
