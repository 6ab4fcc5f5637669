//! The options of curl: which exist, which take a value, and what each does to what is signed.
//!
//! The names are those of curl 7.88 (`curl --help all`) and of curl 8.17; an option that left curl
//! is kept, because the lines that have it do not go away.

/// What an option does to the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Effect {
    /// Nothing that is signed.
    Nothing,
    /// It is read here.
    Read(Read),
    /// Something that the line does not tell, which is said.
    Said(&'static str),
    /// Something that makes another request of it, so that the line is refused.
    Refused(&'static str),
}

/// The options that make the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Read {
    Compressed,
    ContinueAt,
    Cookie,
    Data,
    DataRaw,
    DataUrlencode,
    Form,
    Get,
    GlobOff,
    Head,
    Header,
    Json,
    OauthBearer,
    PathAsIs,
    ProtoDefault,
    Range,
    Referer,
    Request,
    RequestTarget,
    Sigv4,
    UploadFile,
    Url,
    UrlQuery,
    User,
    UserAgent,
}

/// One option.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Known {
    /// The long name, without the two dashes.
    pub(super) name: &'static str,
    /// Whether a value follows.
    pub(super) takes_value: bool,
    /// What it does.
    pub(super) effect: Effect,
}

/// Without a value, and nothing that is signed depends on them.
const FLAGS: &str = "\
     alpn append basic buffer ca-native cert-status clobber compressed-ssh create-dirs \
     disable disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure \
     eprt epsv fail fail-early fail-with-body false-start follow form-escape ftp-create-dirs \
     ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl ftp-ssl-ccc ftp-ssl-control ftp-ssl-reqd \
     haproxy-protocol http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only \
     ignore-content-length include insecure ipv4 ipv6 junk-session-cookies keepalive \
     list-only location location-trusted mail-rcpt-allowfails metalink mptcp npn out-null \
     parallel parallel-immediate post301 post302 post303 progress-bar progress-meter \
     proxy-anyauth proxy-basic proxy-ca-native proxy-digest proxy-http2 proxy-insecure \
     proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tlsv1 \
     proxytunnel raw remote-header-name remote-name remote-name-all remote-time \
     remove-on-error retry-all-errors retry-connrefused sasl-ir sessionid show-error \
     show-headers silent skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec ssl \
     ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 \
     sslv3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options \
     tls-earlydata tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 trace-ids trace-time use-ascii \
     verbose xattr";

/// With a value, and nothing that is signed depends on them.
const VALUES: &str = "\
     abstract-unix-socket alt-svc cacert capath cert cert-type ciphers connect-timeout \
     connect-to cookie-jar create-file-mode crlfile curves delegation dns-interface \
     dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine \
     etag-save expect100-timeout ftp-account ftp-alternative-to-user ftp-method ftp-port \
     ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip hostpubmd5 hostpubsha256 \
     hsts interface ip-tos ipfs-gateway keepalive-cnt keepalive-time key key-type knownhosts \
     krb krb4 libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt \
     max-filesize max-redirs max-time noproxy output output-dir parallel-max \
     parallel-max-host pass pinnedpubkey preproxy proto proto-redir proxy proxy-cacert \
     proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header \
     proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name \
     proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user \
     proxy1.0 pubkey quote random-file rate resolve retry retry-delay retry-max-time \
     sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service \
     socks5-hostname speed-limit speed-time ssl-sessions stderr telnet-option tftp-blksize \
     tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config \
     unix-socket upload-flags vlan-priority write-out";

const AUTHENTICATION: Effect = Effect::Said(
    "it makes curl negotiate the `Authorization` header with the server, where no `-H` gives one: \
     the first request may carry none.",
);
const NETRC: Effect = Effect::Said(
    "where the file names this host, curl takes user and password from it: an `Authorization` \
     header where no `-H` gives one, the key of `--aws-sigv4` where there is one.",
);
const OTHER_OUTPUT: Effect = Effect::Refused("it prints a text, and no request is sent");

/// The others: name, whether a value follows, and what they do.
const OTHERS: &[(&str, bool, Effect)] = &[
    ("anyauth", false, AUTHENTICATION),
    ("aws-sigv4", true, Effect::Read(Read::Sigv4)),
    ("compressed", false, Effect::Read(Read::Compressed)),
    ("config", true, Effect::Refused("it reads more options from a file: write them out")),
    ("continue-at", true, Effect::Read(Read::ContinueAt)),
    ("cookie", true, Effect::Read(Read::Cookie)),
    ("crlf", false, Effect::Said("it changes the line ends of an uploaded file from LF to CRLF.")),
    ("data", true, Effect::Read(Read::Data)),
    ("data-ascii", true, Effect::Read(Read::Data)),
    ("data-binary", true, Effect::Read(Read::Data)),
    ("data-raw", true, Effect::Read(Read::DataRaw)),
    ("data-urlencode", true, Effect::Read(Read::DataUrlencode)),
    ("digest", false, AUTHENTICATION),
    ("dump-ca-embed", false, OTHER_OUTPUT),
    (
        "etag-compare",
        true,
        Effect::Said("it adds a header `If-None-Match` with a value out of a file."),
    ),
    ("form", true, Effect::Read(Read::Form)),
    ("form-string", true, Effect::Read(Read::Form)),
    ("get", false, Effect::Read(Read::Get)),
    ("globoff", false, Effect::Read(Read::GlobOff)),
    ("head", false, Effect::Read(Read::Head)),
    ("header", true, Effect::Read(Read::Header)),
    ("help", false, OTHER_OUTPUT),
    ("json", true, Effect::Read(Read::Json)),
    ("manual", false, OTHER_OUTPUT),
    ("negotiate", false, AUTHENTICATION),
    ("netrc", false, NETRC),
    ("netrc-file", true, NETRC),
    ("netrc-optional", false, NETRC),
    ("next", false, Effect::Refused("it begins another request: give the line of one request")),
    ("ntlm", false, AUTHENTICATION),
    ("ntlm-wb", false, AUTHENTICATION),
    ("oauth2-bearer", true, Effect::Read(Read::OauthBearer)),
    ("path-as-is", false, Effect::Read(Read::PathAsIs)),
    ("proto-default", true, Effect::Read(Read::ProtoDefault)),
    ("range", true, Effect::Read(Read::Range)),
    ("referer", true, Effect::Read(Read::Referer)),
    ("request", true, Effect::Read(Read::Request)),
    ("request-target", true, Effect::Read(Read::RequestTarget)),
    (
        "time-cond",
        true,
        Effect::Said("it adds a header `If-Modified-Since` or `If-Unmodified-Since`."),
    ),
    ("tr-encoding", false, Effect::Said("it adds the headers `TE: gzip` and `Connection: TE`.")),
    ("upload-file", true, Effect::Read(Read::UploadFile)),
    ("url", true, Effect::Read(Read::Url)),
    ("url-query", true, Effect::Read(Read::UrlQuery)),
    ("user", true, Effect::Read(Read::User)),
    ("user-agent", true, Effect::Read(Read::UserAgent)),
    (
        "variable",
        true,
        Effect::Refused("it defines what other options are filled with: write the values out"),
    ),
    ("version", false, OTHER_OUTPUT),
];

/// The letters, and the long names that they stand for.
const LETTERS: &[(u8, &str)] = &[
    (b'0', "http1.0"),
    (b'1', "tlsv1"),
    (b'2', "sslv2"),
    (b'3', "sslv3"),
    (b'4', "ipv4"),
    (b'6', "ipv6"),
    (b'#', "progress-bar"),
    (b':', "next"),
    (b'a', "append"),
    (b'A', "user-agent"),
    (b'b', "cookie"),
    (b'B', "use-ascii"),
    (b'c', "cookie-jar"),
    (b'C', "continue-at"),
    (b'd', "data"),
    (b'D', "dump-header"),
    (b'e', "referer"),
    (b'E', "cert"),
    (b'f', "fail"),
    (b'F', "form"),
    (b'g', "globoff"),
    (b'G', "get"),
    (b'h', "help"),
    (b'H', "header"),
    (b'i', "include"),
    (b'I', "head"),
    (b'j', "junk-session-cookies"),
    (b'J', "remote-header-name"),
    (b'k', "insecure"),
    (b'K', "config"),
    (b'l', "list-only"),
    (b'L', "location"),
    (b'm', "max-time"),
    (b'M', "manual"),
    (b'n', "netrc"),
    (b'N', "buffer"),
    (b'o', "output"),
    (b'O', "remote-name"),
    (b'p', "proxytunnel"),
    (b'P', "ftp-port"),
    (b'q', "disable"),
    (b'Q', "quote"),
    (b'r', "range"),
    (b'R', "remote-time"),
    (b's', "silent"),
    (b'S', "show-error"),
    (b't', "telnet-option"),
    (b'T', "upload-file"),
    (b'u', "user"),
    (b'U', "proxy-user"),
    (b'v', "verbose"),
    (b'V', "version"),
    (b'w', "write-out"),
    (b'x', "proxy"),
    (b'X', "request"),
    (b'y', "speed-time"),
    (b'Y', "speed-limit"),
    (b'z', "time-cond"),
    (b'Z', "parallel"),
];

/// The option of a letter.
pub(super) fn short(letter: u8) -> Option<Known> {
    let &(_, name) = LETTERS.iter().find(|(known, _)| *known == letter)?;
    exact(name)
}

/// Why a long name is none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum NotOne {
    Unknown,
    /// An abbreviation of each of these.
    Several(Vec<&'static str>),
}

/// The option of a long name, and whether `no-` before it switches it off. Until curl 8.7 the begin
/// of a name was enough where it is the begin of one only.
pub(super) fn long(name: &str) -> Result<(Known, bool), NotOne> {
    if let Some(known) = exact(name) {
        return Ok((known, false));
    }
    if let Some(known) = name.strip_prefix("no-").and_then(exact)
        && !known.takes_value
    {
        return Ok((known, true));
    }
    let mut begins: Vec<_> = all().filter(|known| known.name.starts_with(name)).collect();
    match (begins.pop(), begins.is_empty()) {
        (Some(only), true) if !name.is_empty() => Ok((only, false)),
        (Some(last), false) if begins.len() < 8 => {
            begins.push(last);
            Err(NotOne::Several(begins.into_iter().map(|known| known.name).collect()))
        }
        _ => Err(NotOne::Unknown),
    }
}

fn exact(name: &str) -> Option<Known> {
    all().find(|known| known.name == name)
}

fn all() -> impl Iterator<Item = Known> {
    let row = |takes_value| move |name| Known { name, takes_value, effect: Effect::Nothing };
    let others = OTHERS.iter();
    let others = others.map(|&(name, takes_value, effect)| Known { name, takes_value, effect });
    let flags = FLAGS.split_ascii_whitespace().map(row(false));
    others.chain(flags).chain(VALUES.split_ascii_whitespace().map(row(true)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_is_in_the_table_once_and_each_letter_has_its_option() {
        let names: Vec<_> = all().map(|known| known.name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        let letters: BTreeSet<_> = LETTERS.iter().map(|(letter, _)| letter).collect();
        assert_eq!(letters.len(), LETTERS.len());
        for &(letter, name) in LETTERS {
            assert_eq!(short(letter).map(|known| known.name), Some(name));
        }
    }

    #[test]
    fn names_are_found_whole_negated_and_shortened() {
        let name = |text| long(text).map(|(known, is_off)| (known.name, is_off));
        assert_eq!(name("data"), Ok(("data", false)));
        assert_eq!(name("no-keepalive"), Ok(("keepalive", true)));
        assert_eq!(name("data-u"), Ok(("data-urlencode", false)));
        assert_eq!(name("upload"), Err(NotOne::Several(vec!["upload-file", "upload-flags"])));
        assert_eq!(name("no-output"), Err(NotOne::Unknown));
        assert_eq!(name("frobnicate"), Err(NotOne::Unknown));
        assert_eq!(name(""), Err(NotOne::Unknown));
    }

    #[test]
    fn values_follow_where_curl_takes_one() {
        for (letter, takes_value) in
            [(b'X', true), (b'I', false), (b'z', true), (b'L', false), (b'T', true), (b'h', false)]
        {
            assert_eq!(short(letter).map(|known| known.takes_value), Some(takes_value));
        }
    }
}
