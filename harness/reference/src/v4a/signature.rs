//! An ECDSA signature, and its text: the hexadecimal digits of its DER form.

use std::fmt;

/// The most digits that a signature takes, and how many a padded one has.
pub const LONGEST_SIGNATURE: usize = 2 * LONGEST_DER;

/// A sequence of two integers, each of 32 bytes and a zero before them.
const LONGEST_DER: usize = 2 + 2 * (2 + SCALAR + 1);

const SCALAR: usize = 32;

/// What fills up a signature that is sent where its length must be known before (`chunk-signature`).
const PADDING: u8 = b'*';

/// The order of P-256 (NIST SP 800-186, section 3.2.1.3).
pub(super) const ORDER: [u8; SCALAR] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// An ECDSA signature on P-256: two numbers above zero and below the order of the curve.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EcdsaSignature([u8; 2 * SCALAR]);

/// The text of a signature: at most [`LONGEST_SIGNATURE`] lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SignatureDigits {
    /// Padded.
    text: [u8; LONGEST_SIGNATURE],
    length: usize,
}

/// Why a text is not a signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SignatureError {
    /// The DER form is not that of two integers in their shortest form.
    Der {
        /// Offset of the first byte that is wrong.
        offset: usize,
        /// What was expected there.
        expected: &'static str,
    },
    /// Something other than a lower-case hexadecimal digit.
    Digit {
        /// Its offset.
        offset: usize,
    },
    /// An odd number of digits, or more than [`LONGEST_SIGNATURE`].
    Length {
        /// How many digits there are.
        digits: usize,
    },
    /// A number is not below the order of the curve.
    Order {
        /// `r` or `s`.
        number: &'static str,
    },
    /// A padded signature is not [`LONGEST_SIGNATURE`] bytes long.
    Padding {
        /// How long it is.
        length: usize,
    },
    /// A number is zero.
    Zero {
        /// `r` or `s`.
        number: &'static str,
    },
}

impl EcdsaSignature {
    /// The signature of two numbers, big-endian.
    ///
    /// # Errors
    /// [`SignatureError::Zero`] and [`SignatureError::Order`].
    pub fn from_numbers(r: &[u8; 32], s: &[u8; 32]) -> Result<Self, SignatureError> {
        let mut bytes = [0; 2 * SCALAR];
        let (first, second) = bytes.split_at_mut(SCALAR);
        for (number, scalar, out) in [("r", r, first), ("s", s, second)] {
            if *scalar == [0; SCALAR] {
                return Err(SignatureError::Zero { number });
            }
            if *scalar >= ORDER {
                return Err(SignatureError::Order { number });
            }
            out.copy_from_slice(scalar);
        }
        Ok(Self(bytes))
    }

    /// Reads the DER form (ITU-T X.690, section 10; RFC 3279, section 2.2.3).
    ///
    /// # Errors
    /// [`SignatureError::Der`] for every other form, and those of [`Self::from_numbers`].
    pub fn from_der(der: &[u8]) -> Result<Self, SignatureError> {
        let mut reader = Reader { der, at: 0 };
        reader.byte(SEQUENCE, "30, a sequence")?;
        reader.length(|length, rest| length == rest, "the length of all that follows")?;
        let [r, s] = [reader.integer()?, reader.integer()?];
        if reader.at < der.len() {
            return Err(reader.expected("the end after two integers"));
        }
        Self::from_numbers(&r, &s)
    }

    /// Reads the text in which a request carries its signature.
    ///
    /// # Errors
    /// [`SignatureError`], for what is not the lower-case hexadecimal digits of a signature.
    pub fn from_hex(digits: &[u8]) -> Result<Self, SignatureError> {
        if digits.len() > LONGEST_SIGNATURE || !digits.len().is_multiple_of(2) {
            return Err(SignatureError::Length { digits: digits.len() });
        }
        let mut der = [0; LONGEST_DER];
        for (index, digit) in digits.iter().enumerate() {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return Err(SignatureError::Digit { offset: index }),
            };
            der[index / 2] = der[index / 2] << 4 | value;
        }
        Self::from_der(&der[..digits.len() / 2])
    }

    /// Reads a text that is filled up with `*`.
    ///
    /// # Errors
    /// [`SignatureError::Padding`] for another length, and those of [`Self::from_hex`].
    pub fn from_padded(text: &[u8]) -> Result<Self, SignatureError> {
        if text.len() != LONGEST_SIGNATURE {
            return Err(SignatureError::Padding { length: text.len() });
        }
        let padding = text.iter().rev().take_while(|&&byte| byte == PADDING).count();
        Self::from_hex(&text[..text.len() - padding])
    }

    /// The text in which a request carries the signature.
    #[must_use]
    pub fn digits(&self) -> SignatureDigits {
        let mut der = [0; LONGEST_DER];
        let mut length = 2;
        let (r, s) = self.0.split_at(SCALAR);
        for scalar in [r, s] {
            let start = scalar.iter().position(|&byte| byte != 0).unwrap_or(SCALAR - 1);
            let scalar = &scalar[start..];
            let zero = usize::from(scalar[0] >= NEGATIVE);
            der[length..length + 2].copy_from_slice(&[INTEGER, byte(zero + scalar.len())]);
            length += 2 + zero;
            der[length..length + scalar.len()].copy_from_slice(scalar);
            length += scalar.len();
        }
        der[..2].copy_from_slice(&[SEQUENCE, byte(length - 2)]);
        let mut text = [PADDING; LONGEST_SIGNATURE];
        for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(&der[..length]) {
            *pair = [byte >> 4, byte & 15].map(|value| b"0123456789abcdef"[usize::from(value)]);
        }
        SignatureDigits { text, length: 2 * length }
    }

    /// `r` and `s`, big-endian.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    /// Two numbers that are known to be in range.
    pub(super) fn from_checked(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }
}

impl SignatureDigits {
    /// The digits.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text[..self.length]
    }

    /// The digits, filled up with `*`.
    #[must_use]
    pub fn padded(&self) -> &[u8; 144] {
        &self.text
    }
}

/// As a request carries it.
impl fmt::Display for EcdsaSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&String::from_utf8_lossy(self.digits().as_bytes()))
    }
}

impl SignatureError {
    /// Where in the text it shows.
    pub(crate) fn offset(&self) -> usize {
        match self {
            Self::Der { offset, .. } => 2 * offset,
            Self::Digit { offset } => *offset,
            Self::Length { .. } | Self::Order { .. } | Self::Padding { .. } | Self::Zero { .. } => {
                0
            }
        }
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Der { offset, expected } => {
                write!(formatter, "DER: byte {offset}: expected {expected}")
            }
            Self::Digit { offset } => {
                write!(formatter, "byte {offset}: expected a lower-case hexadecimal digit")
            }
            Self::Length { digits } => write!(
                formatter,
                "expected an even number of at most {LONGEST_SIGNATURE} digits, got {digits}"
            ),
            Self::Order { number } => {
                write!(formatter, "{number}: expected a number below the order of P-256")
            }
            Self::Padding { length } => write!(
                formatter,
                "expected {LONGEST_SIGNATURE} bytes, filled up with *, got {length}"
            ),
            Self::Zero { number } => write!(formatter, "{number}: expected a number above zero"),
        }
    }
}

impl std::error::Error for SignatureError {}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// An integer whose first byte is at least this one is negative.
const NEGATIVE: u8 = 0x80;

/// The length of something that is shorter than 128 bytes.
fn byte(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

struct Reader<'d> {
    der: &'d [u8],
    at: usize,
}

impl Reader<'_> {
    fn expected(&self, expected: &'static str) -> SignatureError {
        SignatureError::Der { offset: self.at, expected }
    }

    fn byte(&mut self, wanted: u8, expected: &'static str) -> Result<(), SignatureError> {
        if self.der.get(self.at) != Some(&wanted) {
            return Err(self.expected(expected));
        }
        self.at += 1;
        Ok(())
    }

    /// A length of one byte. `fits` is called with it and with how many bytes follow.
    fn length(
        &mut self,
        fits: impl FnOnce(usize, usize) -> bool,
        expected: &'static str,
    ) -> Result<usize, SignatureError> {
        let length = self.der.get(self.at).map(|&length| usize::from(length));
        let rest = self.der.len().saturating_sub(self.at + 1);
        let length = length.filter(|&length| fits(length, rest));
        let length = length.ok_or_else(|| self.expected(expected))?;
        self.at += 1;
        Ok(length)
    }

    /// A positive integer of at most 32 bytes in its shortest form.
    fn integer(&mut self) -> Result<[u8; SCALAR], SignatureError> {
        self.byte(INTEGER, "02, an integer")?;
        let length = self.length(
            |length, rest| (1..=SCALAR + 1).contains(&length) && length <= rest,
            "the length of an integer of 1 to 33 bytes that follow",
        )?;
        let bytes = &self.der[self.at..self.at + length];
        let digits = match bytes {
            [0, next, ..] if *next < NEGATIVE => return Err(self.expected("no needless zero")),
            [0, digits @ ..] if !digits.is_empty() => digits,
            [first, ..] if *first >= NEGATIVE => {
                return Err(self.expected("an integer that is not negative"));
            }
            digits => digits,
        };
        let Some(start) = SCALAR.checked_sub(digits.len()) else {
            return Err(self.expected("an integer of at most 32 bytes"));
        };
        let mut scalar = [0; SCALAR];
        scalar[start..].copy_from_slice(digits);
        self.at += length;
        Ok(scalar)
    }
}
