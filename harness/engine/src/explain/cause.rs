//! Who changes a signed request, and how to mend it.

/// Who does it, and what to do about it, in sentences.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cause {
    /// Who changes the request so.
    pub who: String,
    /// How to mend it.
    pub fix: String,
}

impl Cause {
    pub(super) fn new(who: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { who: who.into(), fix: fix.into() }
    }

    /// Both, each sentence once.
    pub(super) fn and(&self, other: &Self) -> Self {
        let both = |one: &str, other: &str| {
            if one.contains(other) { one.to_owned() } else { format!("{one} {other}") }
        };
        Self { who: both(&self.who, &other.who), fix: both(&self.fix, &other.fix) }
    }

    /// A signed header that arrives with another value.
    pub(super) fn of_header(name: &[u8]) -> Self {
        if let Some(why) = fragile(name) {
            return Self::new(sentence(why), "Leave it out of the signed headers.");
        }
        if name == b"content-type" {
            return Self::new(
                "HTTP libraries complete it with a charset or a boundary (curl#13351), browsers guess \
                 it from the file, gateways normalise it.",
                "Send exactly the value that was signed, with its charset; or do not sign it.",
            );
        }
        Self::new(
            "Proxies, HTTP libraries and retries write their own values, and change white space.",
            "Send each signed header byte for byte as it was signed, and sign no more than host, \
             x-amz-* and content-type.",
        )
    }

    /// A signed header that did not arrive. A presigned URL is sent by others than its signer.
    pub(super) fn of_missing(name: &[u8], is_presigned: bool) -> Self {
        match name {
            b"content-encoding" => Self::new(
                "Proxies and frameworks that decode the body remove it, `aws-chunked` too.",
                "Let them pass body and header on as they are, or do not sign content-encoding.",
            ),
            b"content-length" => Self::new(
                "HTTP clients leave out `Content-Length: 0` and write the header themselves; proxies \
                 drop it when they send the body in chunks.",
                "Do not sign content-length.",
            ),
            b"x-amz-security-token" => Self::new(
                "The session token was dropped: a proxy removes the header, or the client signs with \
                 the token and does not send it.",
                "Send X-Amz-Security-Token with the token that belongs to the key.",
            ),
            b"x-k8s-aws-id" => Self::new(
                "The URL is in the token of an EKS cluster, which sends this header when it opens the URL \
                 (aws-iam-authenticator#168).",
                "Send the name of the cluster in it, the one that the token was made for.",
            ),
            _ => match fragile(name) {
                Some(why) => Self::new(sentence(why), "Leave it out of the signed headers."),
                None if name.contains(&b'_') => Self::new(
                    "nginx drops headers with an underscore in their name unless \
                     `underscores_in_headers on` is set, and so do other servers and gateways.",
                    "Name it with hyphens, or let the proxy keep it.",
                ),
                None if is_presigned => Self::new(
                    "Those who use a presigned URL have to send every header that it names \
                     (aws-sdk-ruby#2411, mjswan#119); HTTP libraries and proxies drop headers with an \
                     empty value, and those that they do not know.",
                    "Send it with the value that was signed, or do not sign it.",
                ),
                None => Self::new(
                    "HTTP libraries and proxies drop headers with an empty value, and those that they do \
                     not know; clients sign headers that they then do not send.",
                    "Send it with the value that was signed, or do not sign it.",
                ),
            },
        }
    }
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut sentence = format!("{clause}.");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// Headers that are rewritten or removed on the way, with who does it. A name that ends in `-` is a
/// prefix.
const FRAGILE: &[(&str, &str)] = &[
    ("accept-encoding", "proxies and CDNs rewrite it (terraform#36412, talos-backup#64)"),
    ("cdn-loop", "CDNs set it"),
    ("cf-", "Cloudflare sets it (s3cmd#1333)"),
    (
        "connection",
        "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1; opensearch-py#1047)",
    ),
    ("expect", "proxies answer it themselves"),
    ("forwarded", "proxies write it"),
    ("keep-alive", "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1)"),
    ("max-forwards", "every proxy counts it down"),
    ("proxy-", "proxies remove it"),
    ("te", "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1)"),
    ("traceparent", "tracing libraries and gateways rewrite it"),
    ("tracestate", "tracing libraries and gateways rewrite it"),
    ("transfer-encoding", "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1)"),
    ("upgrade", "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1)"),
    ("user-agent", "browsers and proxies replace it"),
    ("via", "every proxy appends to it"),
    ("x-amzn-trace-id", "load balancers and gateways set it"),
    ("x-forwarded-", "proxies write it"),
    ("x-real-ip", "proxies write it"),
    ("x-request-id", "gateways set it"),
];

/// Why a signed header of this name (in lower case) may not arrive as it was signed.
pub(super) fn fragile(name: &[u8]) -> Option<&'static str> {
    let is = |known: &&(&str, &str)| {
        let known = known.0.as_bytes();
        if known.ends_with(b"-") { name.starts_with(known) } else { name == known }
    };
    FRAGILE.iter().find(is).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_causes_of_their_own() {
        assert_eq!(Cause::of_header(b"user-agent").who, "Browsers and proxies replace it.");
        assert_eq!(Cause::of_missing(b"via", false).who, Cause::of_header(b"via").who);
        for (name, said) in [
            (&b"content-encoding"[..], "aws-chunked"),
            (b"x-amz-security-token", "session token"),
            (b"content-length", "Content-Length: 0"),
            (b"x-k8s-aws-id", "EKS"),
            (b"x-a", "that they do not know"),
            (b"x_a", "underscores_in_headers"),
        ] {
            let cause = Cause::of_missing(name, false);
            assert!(cause.who.contains(said), "{cause:?}");
        }
        let presigned = Cause::of_missing(b"x-a", true);
        assert!(presigned.who.contains("every header that it names"), "{presigned:?}");
    }
}
