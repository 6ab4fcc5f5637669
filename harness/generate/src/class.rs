//! Whether the answer to a question is normative, or a matter on which the vendor's own signers
//! disagree, or most servers disagree with them.
//!
//! The points are those because of which edge vectors became a `may` or a `should`; a test checks
//! this. Any other request is answered in the same way by all official signers that can hold it,
//! or the vendor's own suite gives the answer.

mod possible;

use std::borrow::Cow;
use std::fmt;

use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::{Placement, SigningInput};

/// The class of a question: the points of disagreement that it touches.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Class(u32);

impl Class {
    /// The bits of all points.
    const ALL: u32 = u32::MAX;

    /// Computes the class from the question alone.
    #[must_use]
    pub fn of(question: &SignQuestion) -> Self {
        let scene = Scene::new(question);
        let possible = possible::points(&scene);
        let touched = possible.points().filter(|point| point.is_touched(&scene));
        Self(touched.fold(0, |bits, point| bits | point.bit()))
    }

    /// Whether the class of a question is [core](Self::is_core). Cheaper than computing the class.
    #[must_use]
    pub fn is_core_of(question: &SignQuestion) -> bool {
        let scene = Scene::new(question);
        !possible::points(&scene).points().any(|point| point.is_touched(&scene))
    }

    /// Whether no point is touched: any other answer is wrong.
    #[must_use]
    pub fn is_core(self) -> bool {
        self.0 == 0
    }

    /// The points that are touched.
    pub fn points(self) -> impl Iterator<Item = Point> {
        let mut bits = self.0;
        std::iter::from_fn(move || {
            let point = Point::ALL.get(bits.trailing_zeros() as usize)?;
            bits &= !point.bit();
            Some(*point)
        })
    }

    /// What either class touches: the class of several calls in a row.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_core() {
            return formatter.write_str("normative");
        }
        for (index, point) in self.points().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}{}", point.id())?;
        }
        Ok(())
    }
}

/// Defines [`Point`] from its table of variants, ids and reasons.
macro_rules! points {
    ($($variant:ident = $id:literal, $why:literal;)+) => {
        /// A point on which the vendor's signers disagree, or most servers disagree with them.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Point {
            $(#[doc = $why] $variant,)+
        }

        impl Point {
            /// Every point.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name, in kebab case.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// Who does what, in a sentence.
            #[must_use]
            pub const fn why(self) -> &'static str {
                match self { $(Self::$variant => $why,)+ }
            }
        }
    };
}

points! {
    AbsentHost = "absent-host", "Some signers derive a missing host from the URL, some sign without one.";
    BlankInToken = "blank-in-token", "Some signers send a token with blanks as it is, some trim or collapse it.";
    ContestedHeader = "contested-header", "Some signers leave the header out of the signature, or write it themselves.";
    ControlInHeader = "control-in-header", "Control bytes in a header's value count as blanks for some signers, and are refused by others.";
    EmptyCredential = "empty-credential", "Some signers refuse an empty id, secret or token, some take it for none, some sign it.";
    EmptyPath = "empty-path", "Some signers leave an absent path absent, some write a slash.";
    EscapeNotStrict = "escape-not-strict", "Escapes in the query that are in lower case, or not needed, are kept by some signers and rewritten by others.";
    FinalDotSegment = "final-dot-segment", "A path that ends in a dot segment keeps its slash with some signers and loses it with others.";
    LowerCaseMethod = "lower-case-method", "Some signers put the method into upper case.";
    NonUtf8 = "non-utf8", "Most signers take text, and cannot hold bytes that are not UTF-8.";
    NonUtf8Escape = "non-utf8-escape", "Escapes in the query that make no UTF-8 become U+FFFD with some signers.";
    ObsoleteFold = "obs-fold", "A line break in a header that is not a fold is a blank for some signers, and refused by the rest.";
    OddHost = "odd-host", "Some signers drop the default port; few take blanks, user names or zones for a host.";
    OddPath = "odd-path", "Raw TAB, `#`, `;` and what looks like a URL are cut or escaped by the parsers of URLs.";
    OddTime = "odd-time", "Some clocks write the years before 1000 with three digits, or refuse them.";
    OwnAuthentication = "own-authentication", "What signing itself adds is replaced, kept or refused where the caller gave it.";
    PathForm = "path-form", "All signers sign a path of S3 as it is sent; most servers decode and encode it first.";
    PathSwitches = "path-switches", "Few signers can normalise a path without encoding it twice, or the other way round.";
    QueryNotStrict = "query-not-strict", "Raw bytes in the query that would have to be escaped are kept by some signers and escaped by others.";
    QueryParts = "query-parts", "Names without `=`, values with one and empty pairs are dropped, kept or rewritten.";
    QuotedBlanks = "quoted-blanks", "Some signers keep the blanks between quotation marks.";
    RepeatedParameter = "repeated-parameter", "Some signers keep one of the parameters of a name when they presign.";
    RepeatedSingleton = "repeated-singleton", "A header that may stand once stands twice.";
    UnicodeBlank = "unicode-blank", "Blanks beyond ASCII at the ends of a header, or within, are blanks to some signers.";
}

impl Point {
    fn bit(self) -> u32 {
        1 << (self as u32)
    }

    #[expect(clippy::too_many_lines, reason = "one arm a point")]
    fn is_touched(self, scene: &Scene<'_>) -> bool {
        let input = scene.input;
        let request = &input.request;
        let credentials = &input.credentials;
        let token = credentials.session_token.as_deref();
        let values = || request.headers.iter().map(|(_, value)| &value[..]);
        let has = |name: &[u8]| request.headers.iter().any(|(other, _)| is(other, name));
        let (path, query) = (scene.path, scene.query);
        match self {
            Self::AbsentHost => !has(b"host"),
            Self::BlankInToken => token.is_some_and(|token| {
                let control = token.iter().any(|byte| *byte <= b' ' || *byte == 0x7F);
                control || holds_unicode_blank(token)
            }),
            Self::ContestedHeader => {
                request.headers.iter().any(|(name, _)| CONTESTED.iter().any(|one| is(name, one)))
            }
            Self::ControlInHeader => values().any(|value| {
                value.iter().any(|byte| byte.is_ascii_control() && !b"\r\n".contains(byte))
            }),
            Self::EmptyCredential => {
                let keys = [&credentials.access_key_id, credentials.secret_access_key.expose()];
                keys.iter().any(|key| key.is_empty()) || token.is_some_and(<[u8]>::is_empty)
            }
            Self::EmptyPath => path.is_empty() && !input.normalize,
            Self::EscapeNotStrict => escapes(query).any(|(digits, byte)| {
                digits.iter().any(u8::is_ascii_lowercase) || is_unreserved(byte)
            }),
            Self::FinalDotSegment => {
                input.normalize && [&b"/."[..], b"/.."].iter().any(|end| path.ends_with(end))
            }
            Self::LowerCaseMethod => request.method.iter().any(u8::is_ascii_lowercase),
            Self::NonUtf8 => {
                let scope = [&request.target, &input.region, &input.service];
                let keys = [&credentials.access_key_id, credentials.secret_access_key.expose()];
                let texts = scope.into_iter().chain(keys).map(|text| &text[..]);
                texts.chain(values()).chain(token).any(|text| std::str::from_utf8(text).is_err())
            }
            Self::NonUtf8Escape => {
                query.contains(&b'%') && {
                    let bytes = decoded(query);
                    bytes.split(|byte| b"&=".contains(byte)).any(|text| !is_utf8(text))
                }
            }
            Self::ObsoleteFold => values().any(|value| !is_folded_with_spaces(value)),
            Self::OddHost => {
                let hosts = request.headers.iter().filter(|(name, _)| is(name, b"host"));
                hosts.map(|(_, host)| host).any(|host| {
                    host.is_empty()
                        || host.ends_with(b":443")
                        || host.iter().any(|byte| !byte.is_ascii_graphic() || b"@%".contains(byte))
                })
            }
            Self::OddPath => {
                path.iter().any(|byte| b"\t#;".contains(byte))
                    || path.windows(3).any(|window| window == b"://")
            }
            Self::OddTime => *input.time < *"10000101T000000Z",
            Self::OwnAuthentication => {
                let contested = |name: &[u8]| is_contested_parameter(scene, name);
                has(b"x-amz-content-sha256")
                    || scene.presigned && (has(b"authorization") || has(b"x-amz-date"))
                    || has(b"x-amz-security-token")
                    || !query.is_empty()
                        && names(query).any(|name| contested(name) || contested(&decoded(name)))
            }
            Self::PathForm => !input.normalize && !input.double_encode && !is_usual_path(path),
            Self::PathSwitches => match (input.normalize, input.double_encode) {
                (true, false) => true,
                (false, true) => !path.is_ascii() || !is_wholly_escaped(path),
                _ => false,
            },
            Self::QueryNotStrict => query.iter().any(|byte| is_contested_in_query(*byte)),
            Self::QueryParts => {
                let is_odd = |pair: &[u8]| {
                    let count = pair.iter().filter(|byte| **byte == b'=').count();
                    count != 1 && !(scene.presigned && pair.is_empty())
                };
                !query.is_empty() && query.split(|byte| *byte == b'&').any(is_odd)
            }
            Self::QuotedBlanks => {
                values().any(is_quoted_with_blanks)
                    || token.is_some_and(|token| {
                        token.contains(&b'"') && token.windows(2).any(|pair| pair == b"  ")
                            || token.starts_with(b"\" ")
                    })
            }
            Self::RepeatedParameter => {
                scene.presigned && {
                    let mut seen: Vec<Cow<'_, [u8]>> = names(query).map(decoded).collect();
                    let count = seen.len();
                    seen.sort_unstable();
                    seen.dedup();
                    seen.len() < count
                }
            }
            Self::RepeatedSingleton => {
                let count = |name: &[u8]| {
                    request.headers.iter().filter(|(other, _)| is(other, name)).count()
                };
                SINGLETONS.iter().any(|name| count(name) > 1)
            }
            Self::UnicodeBlank => values().any(holds_unicode_blank),
        }
    }
}

/// A question with its target split.
struct Scene<'q> {
    input: &'q SigningInput,
    presigned: bool,
    path: &'q [u8],
    query: &'q [u8],
}

impl<'q> Scene<'q> {
    fn new(question: &'q SignQuestion) -> Self {
        let (path, query) = split_target(&question.input.request.target);
        let presigned = question.placement == Placement::Query;
        Self { input: &question.input, presigned, path, query: query.unwrap_or_default() }
    }
}

/// The path, and the query after the first `?` if there is one.
pub(super) fn split_target(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    match target.iter().position(|byte| *byte == b'?') {
        Some(mark) => (&target[..mark], Some(&target[mark + 1..])),
        None => (target, None),
    }
}

/// Headers that some signers leave out or write themselves, whatever the caller says.
const CONTESTED: &[&[u8]] =
    &[b"content-length", b"date", b"trailer", b"transfer-encoding", b"x-amz-user-agent"];

/// Whether every line break in a value begins a line with a space: that is one line, folded (RFC 9110,
/// section 5.5).
fn is_folded_with_spaces(value: &[u8]) -> bool {
    let is_break = |at: usize| match &value[at..] {
        [b'\n', b' ', ..] | [b'\r', b'\n', b' ', ..] => true,
        [b'\r' | b'\n', ..] => false,
        _ => true,
    };
    (0..value.len()).all(is_break)
}

/// Whether a value is a text in quotation marks with runs of blanks, or blanks beside the marks.
fn is_quoted_with_blanks(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    value.len() > 1
        && value.starts_with(b"\"")
        && value.ends_with(b"\"")
        && (value.windows(2).any(|pair| pair == b"  ") || value.starts_with(b"\" "))
}

/// Whether some signers keep a raw byte of the query that others escape. Those that URLs never hold, and text
/// beyond ASCII, all of them escape.
fn is_contested_in_query(byte: u8) -> bool {
    match byte {
        b'\t' | b'\r' | b'\n' => true,
        b'<' | b'>' | b'`' | b'%' | b'&' | b'=' => false,
        b'!'..=b'~' => !is_unreserved(byte),
        _ => false,
    }
}

/// Whether a parameter is one that signing writes, or may write, and is kept by some signers and replaced by others.
fn is_contested_parameter(scene: &Scene<'_>, name: &[u8]) -> bool {
    let is_own = OWN_PARAMETERS.iter().any(|own| is(name, own));
    let has_token = scene.input.credentials.session_token.is_some();
    match name {
        _ if !is_own => false,
        _ if is(name, b"x-amz-signature") => true,
        b"X-Amz-Security-Token" => has_token,
        _ if !scene.presigned => false,
        b"x-amz-date" => false,
        _ => true,
    }
}

/// Headers that signing writes.
const OWN_HEADERS: &[&[u8]] =
    &[b"authorization", b"x-amz-date", b"x-amz-security-token", b"x-amz-content-sha256"];

/// Parameters that presigning writes.
const OWN_PARAMETERS: &[&[u8]] = &[
    b"x-amz-algorithm",
    b"x-amz-credential",
    b"x-amz-date",
    b"x-amz-expires",
    b"x-amz-security-token",
    b"x-amz-signature",
    b"x-amz-signedheaders",
];

/// Headers that a request has at most once (RFC 9110, sections 7.2 and 8).
const SINGLETONS: &[&[u8]] =
    &[b"host", b"content-type", b"content-length", b"date", b"user-agent", b"x-amzn-trace-id"];

fn is(name: &[u8], other: &[u8]) -> bool {
    name.eq_ignore_ascii_case(other)
}

fn is_utf8(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Whether a path is UTF-8 with each byte escaped that has to be, once, and no other: decoding and
/// encoding it then makes no difference. All signers escape a raw blank or control byte.
fn is_usual_path(path: &[u8]) -> bool {
    let is_kept = |byte: u8| is_unreserved(byte) || byte == b'/';
    let is_raw = |byte: u8| byte == b' ' || byte.is_ascii_control() && !b"\t\r\n".contains(&byte);
    let is_needless =
        |(digits, byte): (&[u8], u8)| digits.iter().any(u8::is_ascii_lowercase) || is_kept(byte);
    path.iter().all(|byte| is_kept(*byte) || is_raw(*byte) || *byte == b'%')
        && is_wholly_escaped(path)
        && !escapes(path).any(is_needless)
        && is_utf8(&decoded(path))
}

fn holds_unicode_blank(value: &[u8]) -> bool {
    !value.is_ascii()
        && String::from_utf8_lossy(value).chars().any(|c| !c.is_ascii() && c.is_whitespace())
}

fn names(query: &[u8]) -> impl Iterator<Item = &[u8]> {
    let pairs = query.split(|byte| *byte == b'&');
    pairs.map(|pair| pair.split(|byte| *byte == b'=').next().unwrap_or_default())
}

/// The escapes of a text: their digits and the byte that they represent.
fn escapes(text: &[u8]) -> impl Iterator<Item = (&[u8], u8)> {
    let places = (0..text.len()).filter(|index| text[*index] == b'%');
    places.filter_map(|index| {
        let digits = text.get(index + 1..index + 3)?;
        let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16)?).ok();
        Some((digits, digit(digits[0])? << 4 | digit(digits[1])?))
    })
}

/// Whether every percent sign begins an escape.
fn is_wholly_escaped(text: &[u8]) -> bool {
    escapes(text).count() == text.iter().filter(|byte| **byte == b'%').count()
}

fn decoded(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut index = 0;
    while index < text.len() {
        let escape = (text[index] == b'%').then(|| escapes(&text[index..]).next()).flatten();
        let follows = text.get(index + 1..index + 3);
        if let Some((_, byte)) = escape.filter(|(digits, _)| Some(*digits) == follows) {
            out.push(byte);
            index += 3;
        } else {
            out.push(text[index]);
            index += 1;
        }
    }
    Cow::Owned(out)
}
