//! What may be the cause where nothing known gives the signature: the parts of this very request that
//! are changed most often, the likeliest first.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Payload, Placement};

use super::Scene;
use super::cause::{self, Cause};
use super::cloudfront;
use super::parts::header;
use super::question;
use super::stages::Stated;

/// A part of the request that may not be what was signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Suspect {
    /// Which part, and what it is here.
    pub what: String,
    /// How it comes to differ, and what to try.
    pub cause: Cause,
    /// In a hundred; used to compare with others only.
    likelihood: u8,
}

impl Suspect {
    fn new(
        likelihood: u8,
        what: impl Into<String>,
        who: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { what: what.into(), cause: Cause::new(who, fix), likelihood }
    }

    /// With the words of the catalogue.
    fn changed(likelihood: u8, what: impl Into<String>, id: &str) -> Option<Self> {
        Some(Self { what: what.into(), cause: Cause::of_change(id)?, likelihood })
    }
}

/// On whose side the cause is sought.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Whose {
    /// The request that was signed is not the one here.
    Signers,
    /// The request here is right, and the server's may be another.
    Servers,
}

/// How many are worth reading.
const MOST: usize = 5;

/// The suspects of a request, the likeliest first. The secret is always among them.
pub(super) fn of(scene: &Scene<'_>, whose: Whose) -> Vec<Suspect> {
    let mut suspects: Vec<Suspect> = [
        host(scene),
        token(scene),
        content_type(scene),
        other_headers(scene),
        body(scene),
        path(scene),
        query(scene),
        method(scene),
    ]
    .into_iter()
    .flatten()
    .chain(fragile(scene))
    .collect();
    suspects.sort_by_key(|suspect| std::cmp::Reverse(suspect.likelihood));
    suspects.truncate(MOST - 1);
    let secret = secret(whose);
    let at = suspects.partition_point(|suspect| suspect.likelihood >= secret.likelihood);
    suspects.insert(at, secret);
    suspects
}

/// Why signed headers that did not arrive may be missing, and which others are not likely to have
/// arrived as they were signed.
pub(super) fn missing(scene: &Scene<'_>) -> Vec<Suspect> {
    let names = scene.received.missing();
    let missing = names.take(MOST).map(|name| {
        let what = format!("`{}`, which is signed", shown(name));
        let cause = match respelt(scene, name) {
            Some(other) => Cause::new(
                format!(
                    "Servers and gateways that write names as variables (CGI, WSGI): `{}` arrived.",
                    shown(other)
                ),
                "Write the names back with hyphens before the signature is checked, or do not sign the \
                 header.",
            ),
            None => Cause::of_missing(name, is_presigned(scene)),
        };
        Suspect { what, cause, likelihood: 100 }
    });
    let guessed = is_presigned(scene).then(|| content_type(scene)).flatten();
    missing.chain(guessed).chain(fragile(scene)).collect()
}

/// The name of a header that arrived with underscores in place of hyphens, or the other way round.
fn respelt<'s>(scene: &'s Scene<'_>, name: &[u8]) -> Option<&'s [u8]> {
    let plain = |name: &[u8]| -> Vec<u8> {
        name.iter()
            .map(|byte| if *byte == b'_' { b'-' } else { byte.to_ascii_lowercase() })
            .collect()
    };
    let mut names = scene.sent.request.headers.iter().map(|(other, _)| &other[..]);
    names.find(|other| plain(other) == plain(name))
}

fn is_presigned(scene: &Scene<'_>) -> bool {
    scene.asked.placement == Placement::Query
}

/// The signed headers that arrived, without those that every signer writes itself.
fn signed<'s>(scene: &'s Scene<'_>) -> impl Iterator<Item = (&'s [u8], &'s Bytes)> {
    const OWN: &[&[u8]] =
        &[b"host", b"x-amz-content-sha256", b"x-amz-date", b"x-amz-security-token"];
    let names = scene.received.signed.iter().filter(|name| !OWN.contains(&&name[..]));
    names.filter_map(|name| {
        let mut headers = scene.sent.request.headers.iter();
        let (_, value) = headers.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some((&name[..], value))
    })
}

fn shown(bytes: &[u8]) -> String {
    const LONGEST: usize = 60;
    let text: String = bytes.escape_ascii().to_string();
    if text.len() > LONGEST { format!("{}…", &text[..LONGEST]) } else { text }
}

/// What to do about a proxy that writes its own Host.
const PASS_ON: &str = "Sign for the host name that the server sees, or let the proxy pass it on: in \
    nginx `proxy_set_header Host $http_host;` (`$host` drops the port), in Apache \
    `ProxyPreserveHost On`.";

fn host(scene: &Scene<'_>) -> Option<Suspect> {
    let request = &scene.sent.request;
    let host = String::from_utf8_lossy(header(request, "host")?).to_ascii_lowercase();
    let only_host = signed(scene).next().is_none();
    let mut what = format!("the host, which is `{host}` here");
    if only_host && is_presigned(scene) {
        what += "; it is the only header that is signed";
    }
    let proxied = ["x-forwarded-host", "x-forwarded-for", "via", "forwarded"];
    let forwarded = header(request, "x-forwarded-host").map(|value| shown(value));
    let has_proxy = proxied.iter().any(|name| header(request, name).is_some());
    let name = host.rsplit_once(':').map_or(&host[..], |(name, _)| name);
    let (likelihood, who, fix) = if let Some(forwarded) = forwarded {
        let who = format!(
            "A proxy that sets Host to the server behind it: X-Forwarded-Host says `{forwarded}`."
        );
        (95, who, PASS_ON)
    } else if cloudfront::is_through(request) {
        let who = "CloudFront: what is signed for the bucket, the function or the API has another \
                   host there.";
        let fix = "Do not let the origin request policy forward the viewer's Host and signature: let \
                   CloudFront sign for the origin (origin access control), or sign for the host that \
                   the origin sees.";
        (93, who.to_owned(), fix)
    } else if is_tunnel(name) {
        let who = "A tunnel: the request was signed for the local name and sent to the public one, or \
                   the other way round.";
        let fix = "Sign for the name that arrives as Host, or let the tunnel rewrite it (`ngrok http \
                   --host-header=...`).";
        (91, who.to_owned(), fix)
    } else if is_internal(name) {
        let who = "Made for one name of the server and sent to another: the name within the container \
                   network (`minio:9000`), `localhost`, the public name; or a proxy that sets Host to \
                   the server behind it.";
        let fix = "Sign with the endpoint that the client opens; for presigned URLs, with a second \
                   client for the public endpoint. Behind a proxy, let it pass Host on unchanged \
                   (nginx: `proxy_set_header Host $http_host;`).";
        (90, who.to_owned(), fix)
    } else if scene.asked.input.service == "execute-api".into() && !host.contains(".execute-api.") {
        let who = "A domain name of one's own in front of API Gateway: behind CloudFront or another proxy \
                   the API has its execute-api host, with the stage as the first segment of the path.";
        let fix = "Sign for the host and the path that API Gateway sees: those of its custom domain name, \
                   if it has one, or those of execute-api.";
        (84, who.to_owned(), fix)
    } else if has_proxy {
        let who = "The request came through a proxy (Via, Forwarded or X-Forwarded-...), which may \
                   have written another Host.";
        (85, who.to_owned(), PASS_ON)
    } else if host.contains(':') {
        let who = "A port that was signed or sent by one side only: clients leave out :80 and :443, \
                   proxies drop the others.";
        (75, who.to_owned(), PASS_ON)
    } else {
        let who = "Another name of the same server: a CNAME, a VPC endpoint, S3's regional, \
                   dual-stack and accelerated names, or a proxy in front of it.";
        let fix = "Sign for the very name that the request is sent to.";
        (if only_host && is_presigned(scene) { 62 } else { 35 }, who.to_owned(), fix)
    };
    Some(Suspect::new(likelihood, what, who, fix))
}

fn find(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

fn is_tunnel(name: &str) -> bool {
    const TUNNELS: &[&str] = &[
        ".ngrok.io",
        ".ngrok.app",
        ".ngrok-free.app",
        ".ngrok.dev",
        ".trycloudflare.com",
        ".loca.lt",
    ];
    TUNNELS.iter().any(|end| name.ends_with(end))
}

/// A name or address that only has a meaning on one machine or in one network.
fn is_internal(name: &str) -> bool {
    const ENDS: &[&str] =
        &[".docker.internal", ".internal", ".local", ".localhost", ".svc", ".lan"];
    let bare = name.trim_matches(|char| "[]".contains(char));
    if let Ok(address) = bare.parse::<std::net::IpAddr>() {
        return match address {
            std::net::IpAddr::V4(address) => {
                address.is_loopback() || address.is_private() || address.is_unspecified()
            }
            std::net::IpAddr::V6(address) => address.is_loopback() || address.is_unspecified(),
        };
    }
    !name.contains('.') || name.contains("localstack") || ENDS.iter().any(|end| name.ends_with(end))
}

/// The characters of a token, which is base64, and the session that it is of.
fn token(scene: &Scene<'_>) -> Option<Suspect> {
    let token = scene.asked.input.credentials.session_token.as_ref()?;
    Some(if token.contains(&b' ') {
        Suspect::new(
            97,
            "the session token, which holds a blank: tokens are base64, so that it was a `+`",
            "Decoders of forms and queries, which read `+` as a blank.",
            "Pass the token on unchanged; in a URL, write %2B for each `+`.",
        )
    } else {
        Suspect::new(
            57,
            "the session token: it may be that of another session than the one that signed",
            "Programs that renew one part of temporary credentials and keep the others, and \
             environment variables left over from an earlier session.",
            "Take key id, secret and token from the same answer of STS, or unset all three.",
        )
    })
}

/// Signed headers that are known to be rewritten on the way.
fn fragile<'s>(scene: &'s Scene<'_>) -> impl Iterator<Item = Suspect> + 's {
    signed(scene).filter(|(name, _)| cause::fragile(name).is_some()).map(|(name, value)| {
        let what =
            format!("the signed header `{}`, which arrived as `{}`", shown(name), shown(value));
        Suspect { what, cause: Cause::of_header(name), likelihood: 88 }
    })
}

fn content_type(scene: &Scene<'_>) -> Option<Suspect> {
    let (name, value) = signed(scene).find(|(name, _)| *name == b"content-type")?;
    let what = format!("the signed header `content-type`, which arrived as `{}`", shown(value));
    let likelihood = if is_presigned(scene) { 86 } else { 58 };
    Some(Suspect { what, cause: Cause::of_header(name), likelihood })
}

fn other_headers(scene: &Scene<'_>) -> Option<Suspect> {
    let is_other = |name: &[u8]| cause::fragile(name).is_none() && name != b"content-type";
    let others: Vec<_> = signed(scene).filter(|(name, _)| is_other(name)).collect();
    let (name, _) = *others.first()?;
    let listed = others.iter().take(MOST);
    let list: Vec<String> =
        listed.map(|(name, value)| format!("`{}: {}`", shown(name), shown(value))).collect();
    let what = match (&list[..], others.len() - list.len()) {
        ([only], 0) => format!("the signed header {only}"),
        (_, 0) => format!("one of the signed headers {}", list.join(", ")),
        (_, more) => format!("one of the signed headers {} and {more} more", list.join(", ")),
    };
    let likelihood = if is_presigned(scene) { 64 } else { 40 };
    Some(Suspect { what, cause: Cause::of_header(name), likelihood })
}

/// The body, if its hash is computed from what is here.
fn body(scene: &Scene<'_>) -> Option<Suspect> {
    if scene.asked.input.payload == Payload::Unsigned {
        return None;
    }
    let stated = header(&scene.sent.request, "x-amz-content-sha256");
    if scene.is_body_hidden() && stated.is_none() {
        let fix = "Give it as --body-file.";
        let who = "Its hash is part of what is signed.";
        return Some(Suspect::new(99, "the body, which this input does not show", who, fix));
    }
    if let Some(Stated::Stream(_)) = scene.stated {
        return None;
    }
    let body = &scene.sent.request.body;
    // A hash that is stated is signed as it stands: the body then has to be that of the hash only.
    if stated.is_some() || body.is_empty() {
        return None;
    }
    let what = format!("the body, of which {} bytes are here", body.len());
    Suspect::changed(66, what, "body-changed")
}

fn path(scene: &Scene<'_>) -> Option<Suspect> {
    let target = &scene.sent.request.target;
    let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let what = format!("the path, which is `{}` here", shown(path));
    let is_plain = path.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte));
    if !is_plain {
        return Suspect::changed(68, what, "path-escapes-changed");
    }
    if find(path, b"//") {
        return Suspect::changed(68, what, "path-slashes-changed");
    }
    let is_gateway =
        header(&scene.sent.request, "host").is_some_and(|host| find(host, b".execute-api."));
    if is_gateway {
        return Some(Suspect::new(
            56,
            what,
            "API Gateway: the stage is the first segment of the path and signed with it; behind a \
             custom domain name there is a base path in its place.",
            "Sign the whole path as it is sent to the host.",
        ));
    }
    let likelihood = match (path, is_presigned(scene)) {
        (b"/", _) => 5,
        (_, true) => 54,
        (_, false) => 32,
    };
    Suspect::changed(likelihood, what, "path-prefix-added")
}

fn query(scene: &Scene<'_>) -> Option<Suspect> {
    let target = &scene.asked.input.request.target;
    let mark = target.iter().position(|byte| *byte == b'?')?;
    let query = &target[mark + 1..];
    let what = format!("the query, which is `{}` here", shown(query));
    let is_plain =
        query.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~=&".contains(byte));
    let (id, plain) =
        if is_presigned(scene) { ("query-parameter-added", 56) } else { ("query-reencoded", 48) };
    Suspect::changed(if is_plain { plain } else { 67 }, what, id)
}

fn method(scene: &Scene<'_>) -> Option<Suspect> {
    let method = &scene.sent.request.method;
    let what = format!("the method, which is {} here", shown(method));
    let likelihood = match (&method[..], is_presigned(scene)) {
        (b"HEAD" | b"OPTIONS", _) => 70,
        (_, true) => 60,
        (_, false) => return None,
    };
    Suspect::changed(likelihood, what, "method-changed")
}

fn secret(whose: Whose) -> Suspect {
    if whose == Whose::Servers {
        return Suspect::new(
            50,
            "the secret that the server has for this key",
            "The key was replaced, belongs to another account or server, or its secret was stored with \
             a line end or quotation marks.",
            "Look the key up on the server, and give its secret here.",
        );
    }
    Suspect::new(
        50,
        "the secret: the signer had another one than was given here",
        "It belongs to another key or has been replaced; a line end, blank or quotation mark was \
         stored with it; a shell or a URL changed its `/` or `+`.",
        "Compare its length (AWS's secrets have 40 characters), and sign the simplest request of the \
         service with it.",
    )
}

/// What is wrong with a text in the place of the signature that no signer writes; nothing for one
/// that is a signature.
pub(super) fn not_a_signature(signature: &[u8]) -> Option<String> {
    const DIGITS: usize = 64;
    let is_digits = |text: &[u8]| text.iter().all(u8::is_ascii_hexdigit);
    if signature.len() == DIGITS && is_digits(signature) {
        return None;
    }
    let text = shown(signature);
    let is_redacted = signature.is_empty()
        || signature.contains(&b'*')
        || signature.to_ascii_lowercase().windows(6).any(|part| part == b"redact");
    Some(if is_redacted {
        format!(
            "there is `{text}` in its place: a log hides it. Nothing can be compared; take the request \
             from where it is not hidden, such as a proxy or `capture`."
        )
    } else if signature.len() > DIGITS && is_digits(&signature[..DIGITS]) {
        format!(
            "behind its {DIGITS} digits there is `{}`, which belongs to the text around it.",
            shown(&signature[DIGITS..])
        )
    } else if is_digits(signature) {
        format!(
            "it has {} hexadecimal digits of {DIGITS}: the URL or header was cut or joined.",
            signature.len()
        )
    } else {
        format!("expected {DIGITS} hexadecimal digits, got `{text}`.")
    })
}

/// The day of the scope and that of the signing time, if they differ.
pub(super) fn days(scene: &Scene<'_>) -> Option<(String, String)> {
    let scope = question::scope_day(&scene.sent.request)?;
    let day: String = scene.asked.input.time.chars().take(8).collect();
    (scope != day).then_some((scope, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_names_are_told_from_public_ones() {
        for name in [
            "localhost",
            "minio",
            "127.0.0.1",
            "10.0.0.7",
            "[::1]",
            "host.docker.internal",
            "store.default.svc",
            "s3.localhost.localstack.cloud",
        ] {
            assert!(is_internal(name), "{name}");
        }
        for name in ["s3.amazonaws.com", "203.0.113.7", "files.example.com"] {
            assert!(!is_internal(name), "{name}");
        }
        assert!(is_tunnel("abc.ngrok-free.app") && !is_tunnel("ngrok.example.com"));
    }

    #[test]
    fn a_text_that_is_no_signature_says_why() {
        let whole = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        assert_eq!(not_a_signature(whole.as_bytes()), None);
        assert_eq!(not_a_signature(whole.to_ascii_uppercase().as_bytes()), None);
        for (text, said) in [
            ("**REDACTED**".to_owned(), "a log hides it"),
            (String::new(), "a log hides it"),
            (format!("{whole}."), "there is `.`"),
            (whole[..54].to_owned(), "54 hexadecimal digits of 64"),
            ("hello".to_owned(), "got `hello`"),
        ] {
            let problem = not_a_signature(text.as_bytes()).unwrap();
            assert!(problem.contains(said), "{problem}");
        }
    }
}
