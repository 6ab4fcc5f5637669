//! What the head of a request says about an `aws-chunked` body.

use crate::error::Error;
use crate::primitive::bytes;
use crate::request::Header;

/// The names in `x-amz-trailer`: a list with commas, perhaps in more than one header.
pub(super) fn announced_trailers(headers: &[Header<'_>]) -> Vec<Vec<u8>> {
    let lists = headers.iter().filter(|header| header.is(b"x-amz-trailer"));
    let names = lists.flat_map(|header| bytes::split(header.value, b','));
    let names = names.map(|name| name.trim_ascii().to_ascii_lowercase());
    let mut names: Vec<Vec<u8>> = names.filter(|name| !name.is_empty()).collect();
    names.sort();
    names.dedup();
    names
}

/// The value of `x-amz-decoded-content-length`.
pub(super) fn decoded_length(headers: &[Header<'_>]) -> Result<Option<u64>, Error> {
    let values = headers.iter().filter(|header| header.is(b"x-amz-decoded-content-length"));
    let values: Vec<&[u8]> = values.map(|header| header.value.trim_ascii()).collect();
    let number = |text: &[u8]| {
        let text = std::str::from_utf8(text).ok()?;
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    };
    match values[..] {
        [] => Ok(None),
        [value] if let Some(length) = number(value) => Ok(Some(length)),
        _ => Err(Error::DecodedLength {
            text: String::from_utf8_lossy(&values.join(&b',')).into_owned(),
        }),
    }
}
