//! Headers of the crate `http`.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{Headers, Refusal, unrepresentable};

/// The headers as a map.
pub fn header_map(headers: &Headers) -> Result<HeaderMap, Refusal> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name).map_err(unrepresentable)?;
        map.append(name, HeaderValue::from_bytes(value).map_err(unrepresentable)?);
    }
    Ok(map)
}

/// The headers of a map, as they are sent.
pub fn sent_headers(map: &HeaderMap) -> Headers {
    let sent = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().as_bytes().to_vec(), value.as_bytes().to_vec())
    };
    map.iter().map(sent).collect()
}
