//! Pairs of tuples that differ in a way that a careless derivation does not notice.

use std::fmt;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::parts::{Parts, hmac_block, prefixed};

/// Two distinct tuples, and how the second was made from the first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pair {
    /// The first tuple.
    pub first: Parts,
    /// The tuple that is similar to it.
    pub second: Parts,
    /// In which way it is similar.
    pub twist: Twist,
}

/// How the second tuple is made from the first.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Twist {
    /// One bit of one part differs.
    BitFlipped,
    /// A part in another case.
    CaseChanged,
    /// The secret is the hash that HMAC makes of the first secret, whole or without `AWS4`.
    Hashed,
    /// A byte that is not valid text, in place of another one.
    InvalidByte,
    /// Bytes moved across the boundary between two parts: `("to", "day")` and `("tod", "ay")`.
    Moved,
    /// A zero byte at the end of a part.
    NulAppended,
    /// A slash inside a part and one that separates parts swap roles.
    SlashMoved,
    /// A space at the end of a part.
    SpaceAppended,
    /// Two parts swapped.
    Swapped,
    /// A character in its composed and its decomposed form.
    UnicodeForm,
    /// An unrelated tuple.
    Unrelated,
}

impl Twist {
    /// All twists.
    pub const ALL: &[Self] = &[
        Self::BitFlipped,
        Self::CaseChanged,
        Self::Hashed,
        Self::InvalidByte,
        Self::Moved,
        Self::NulAppended,
        Self::SlashMoved,
        Self::SpaceAppended,
        Self::Swapped,
        Self::UnicodeForm,
        Self::Unrelated,
    ];
}

impl fmt::Display for Twist {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::BitFlipped => "bit flipped",
            Self::CaseChanged => "case changed",
            Self::Hashed => "secret hashed",
            Self::InvalidByte => "invalid byte",
            Self::Moved => "boundary moved",
            Self::NulAppended => "NUL appended",
            Self::SlashMoved => "slash moved",
            Self::SpaceAppended => "space appended",
            Self::Swapped => "parts swapped",
            Self::UnicodeForm => "Unicode form",
            Self::Unrelated => "unrelated",
        })
    }
}

impl<'a> Arbitrary<'a> for Pair {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let twist = *bytes.choose(Twist::ALL)?;
        let mut first = parts(bytes)?;
        let mut second = first.clone();
        match twist {
            Twist::BitFlipped => {
                let part = field(&mut second, bytes.choose_index(4)?);
                if !part.is_empty() {
                    let byte = bytes.choose_index(part.len())?;
                    part[byte] ^= 1 << bytes.int_in_range(0..=7)?;
                }
            }
            Twist::CaseChanged => end_apart(&mut first, &mut second, CASES, bytes)?,
            Twist::Hashed => {
                let length = bytes.int_in_range(61..=80)?;
                first.secret.resize(length, b'k');
                let hash = hmac_block(&prefixed(&first.secret));
                second.secret = hash[bytes.int_in_range(0..=1)? * 4..32].to_vec();
            }
            Twist::InvalidByte => end_apart(&mut first, &mut second, INVALID, bytes)?,
            Twist::Moved => {
                let left = bytes.choose_index(3)?;
                let start = std::mem::take(field(&mut second, left));
                let whole = [&start[..], field(&mut second, left + 1)].concat();
                // Either end of the text, which leaves a part empty, as often as all other places.
                let at = match bytes.int_in_range(0..=3)? {
                    0 => 0,
                    1 => whole.len(),
                    _ => bytes.int_in_range(0..=whole.len())?,
                };
                *field(&mut second, left) = whole[..at].to_vec();
                *field(&mut second, left + 1) = whole[at..].to_vec();
            }
            Twist::NulAppended => end_apart(&mut first, &mut second, &[(b"", b"\0")], bytes)?,
            Twist::SlashMoved => {
                let left = bytes.int_in_range(1..=2)?;
                let middle = text(bytes)?;
                let part = field(&mut first, left);
                *part = [&part[..], b"/", &middle].concat();
                let part = field(&mut second, left + 1);
                *part = [&middle[..], b"/", part].concat();
            }
            Twist::SpaceAppended => end_apart(&mut first, &mut second, &[(b"", b" ")], bytes)?,
            Twist::Swapped => {
                let left = bytes.choose_index(4)?;
                let right = bytes.choose_index(4)?;
                let part = std::mem::take(field(&mut second, left));
                let other = std::mem::replace(field(&mut second, right), part);
                *field(&mut second, left) = other;
            }
            Twist::UnicodeForm => end_apart(&mut first, &mut second, FORMS, bytes)?,
            Twist::Unrelated => second = parts(bytes)?,
        }
        if first == second {
            // There was nothing to change, but the tuples of a pair must differ.
            second.service.push(b'.');
        }
        Ok(Self { first, second, twist })
    }
}

impl Pair {
    /// Pair number `case` of a search; the same pair each time.
    #[must_use]
    pub fn numbered(seed: u64, case: u32) -> Self {
        let base = fastrand::Rng::with_seed(seed).u64(..);
        let mut bytes = [0; 256];
        fastrand::Rng::with_seed(base ^ u64::from(case)).fill(&mut bytes);
        Self::of_bytes(&bytes)
    }

    /// The pair that the bytes decide on, continued with zeros.
    ///
    /// # Panics
    /// Never: any bytes make a pair.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::arbitrary(&mut Unstructured::new(bytes)).expect("any bytes make a pair")
    }

    /// Both tuples.
    #[must_use]
    pub fn tuples(&self) -> [&Parts; 2] {
        [&self.first, &self.second]
    }
}

/// The part at `index`, in the order of the tuple.
fn field(parts: &mut Parts, index: usize) -> &mut Vec<u8> {
    match index {
        0 => &mut parts.secret,
        1 => &mut parts.date,
        2 => &mut parts.region,
        _ => &mut parts.service,
    }
}

/// Two endings that a careless derivation treats as one.
type Endings = &'static [(&'static [u8], &'static [u8])];

/// Gives one part of both tuples endings that look alike.
fn end_apart(
    first: &mut Parts,
    second: &mut Parts,
    endings: Endings,
    bytes: &mut Unstructured<'_>,
) -> Result<()> {
    let part = bytes.choose_index(4)?;
    let (one, other) = bytes.choose(endings)?;
    field(first, part).extend_from_slice(one);
    field(second, part).extend_from_slice(other);
    Ok(())
}

fn parts(bytes: &mut Unstructured<'_>) -> Result<Parts> {
    Ok(Parts {
        secret: secret(bytes)?,
        date: date(bytes)?,
        region: text(bytes)?,
        service: text(bytes)?,
    })
}

/// Mostly short; sometimes around the size of HMAC's block, which `AWS4` and 60 bytes fill.
fn secret(bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut secret = text(bytes)?;
    if bytes.ratio(1, 4)? {
        secret.resize(bytes.int_in_range(57..=63)?, b'k');
    }
    Ok(secret)
}

/// Mostly a day that exists, because the reference accepts no other.
fn date(bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    if bytes.ratio(1, 4)? {
        return text(bytes);
    }
    let (year, month, day) = (
        bytes.int_in_range(1970..=2069)?,
        bytes.int_in_range(1..=12)?,
        bytes.int_in_range(1..=28)?,
    );
    Ok(format!("{year:04}{month:02}{day:02}").into())
}

/// Up to three pieces, so that parts are empty, equal and prefixes of each other.
fn text(bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for _ in 0..bytes.int_in_range(0..=3)? {
        text.extend_from_slice(bytes.choose(PIECES)?);
    }
    if bytes.ratio(1, 8)? {
        text.push(bytes.arbitrary()?);
    }
    Ok(text)
}

const PIECES: &[&[u8]] = &[
    b"us-east-1",
    b"eu-west-1",
    b"s3",
    b"iam",
    b"to",
    b"day",
    b"a",
    b"A",
    b"/",
    b"\0",
    b" ",
    b"0",
    b"20150830",
    b"20150831",
    b"AWS4",
    b"aws4_request",
    "\u{e9}".as_bytes(),
    b"\xFF",
];

const CASES: Endings = &[(b"Ab", b"aB"), (b"k", "\u{212a}".as_bytes()), (b"z", b"Z")];

const FORMS: Endings = &[
    ("\u{e9}".as_bytes(), "e\u{301}".as_bytes()),
    ("\u{c5}".as_bytes(), "\u{212b}".as_bytes()),
    ("\u{ac00}".as_bytes(), "\u{1100}\u{1161}".as_bytes()),
];

const INVALID: Endings = &[(b"\xFF", b"\xFE"), (b"\xC3", b"\xEF\xBF\xBD")];
