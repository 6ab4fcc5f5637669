//! What a request states about its signature.

use p256::ecdsa::Signature;

use super::arrived::{Arrived, ECDSA, HMAC};
use super::fields::Fields;
use super::parameters::Parameters;
use super::{Checked, instant, refused, shown};
use crate::catalogue::Mistake;
use crate::model::text::unhex;

/// The longest lifetime: seven days.
const LONGEST: u64 = 604_800;

/// What a request states about its signature.
pub(super) struct Claim {
    pub(super) is_v4a: bool,
    /// The lifetime of a presigned URL.
    pub(super) expires: Option<u64>,
    pub(super) credential: Credential,
    /// With a set of regions: the set.
    pub(super) region_set: Option<Vec<u8>>,
    /// The list of signed headers as it was sent, and its names.
    pub(super) list: Vec<u8>,
    pub(super) names: Vec<Vec<u8>>,
    /// Digits.
    pub(super) signature: Vec<u8>,
    /// The signing time, and its seconds since 1970.
    pub(super) time: String,
    pub(super) seconds: i64,
    pub(super) token: Option<Vec<u8>>,
    pub(super) content_sha256: Option<Vec<u8>>,
}

/// "Your access key id, the date, the region, the service, and `aws4_request`, separated by slashes."
pub(super) struct Credential {
    pub(super) access_key_id: Vec<u8>,
    pub(super) date: Vec<u8>,
    /// Empty if the scope has none.
    pub(super) region: Vec<u8>,
    pub(super) service: Vec<u8>,
    pub(super) terminator: Vec<u8>,
}

/// What both placements state.
pub(super) struct Stated<'r> {
    pub(super) credential: &'r [u8],
    pub(super) signed_headers: &'r [u8],
    pub(super) signature: &'r [u8],
    pub(super) time: String,
    pub(super) expires: Option<u64>,
    pub(super) region_set: Option<&'r [u8]>,
    pub(super) token: Option<&'r [u8]>,
    pub(super) content_sha256: Option<&'r [u8]>,
}

impl Claim {
    /// "Only one authentication mechanism is allowed": in the header or in the query.
    pub(super) fn read(arrived: &Arrived<'_>, is_v4a: bool) -> Checked<Self> {
        let headers = arrived.values(b"authorization");
        let query = Parameters::read(arrived, is_v4a);
        let multiple = |detail: &str| refused("multiple-authentications", detail);
        match (&headers[..], query) {
            ([], Err(refusal)) => Err(refusal),
            ([], Ok(None)) => refused("missing-authentication", "no Authorization and no X-Amz-*"),
            ([], Ok(Some(parameters))) => Self::of_query(arrived, is_v4a, &parameters),
            ([first, ..], Ok(Some(_)) | Err(_))
                if arrived.has(Mistake::VerifyTwoPlacesHeaderWins) =>
            {
                Self::of_header(arrived, is_v4a, first)
            }
            ([..], Ok(Some(parameters))) if arrived.has(Mistake::VerifyTwoPlacesQueryWins) => {
                Self::of_query(arrived, is_v4a, &parameters)
            }
            ([..], Ok(Some(_)) | Err(_)) => multiple("both an Authorization header and X-Amz-*"),
            ([one], Ok(None)) => Self::of_header(arrived, is_v4a, one),
            ([first, ..], Ok(None)) if arrived.has(Mistake::VerifyTwoHeadersFirstWins) => {
                Self::of_header(arrived, is_v4a, first)
            }
            ([.., last], Ok(None)) if arrived.has(Mistake::VerifyTwoHeadersLastWins) => {
                Self::of_header(arrived, is_v4a, last)
            }
            ([..], Ok(None)) => multiple("more than one Authorization header"),
        }
    }

    fn of_header(arrived: &Arrived<'_>, is_v4a: bool, value: &[u8]) -> Checked<Self> {
        let fields =
            Fields::read(arrived, value, |algorithm| check_algorithm(arrived, is_v4a, algorithm))?;
        let content_sha256 = arrived.value("x-amz-content-sha256")?;
        let token = arrived.value("x-amz-security-token")?;
        let region_set = if is_v4a { Some(region_set(arrived)?) } else { None };
        let time = time_of_header(arrived)?;
        let missing = |name: &str| {
            refused("malformed-authentication", format!("authentication: missing field {name}"))
        };
        let Some(credential) = fields.credential else { return missing("Credential") };
        let Some(signed_headers) = fields.signed_headers else { return missing("SignedHeaders") };
        let Some(signature) = fields.signature else { return missing("Signature") };
        Self::of(
            arrived,
            is_v4a,
            &Stated {
                credential,
                signed_headers,
                signature,
                time,
                expires: None,
                region_set,
                token,
                content_sha256,
            },
        )
    }

    fn of_query(arrived: &Arrived<'_>, is_v4a: bool, parameters: &Parameters) -> Checked<Self> {
        let algorithm = parameters.required("X-Amz-Algorithm")?;
        check_algorithm(arrived, is_v4a, algorithm)?;
        let credential = parameters.required("X-Amz-Credential")?;
        let signed_headers = parameters.required("X-Amz-SignedHeaders")?;
        let signature = parameters.required("X-Amz-Signature")?;
        let region_set = if is_v4a { Some(parameters.required("X-Amz-Region-Set")?) } else { None };
        let time = time(parameters.required("X-Amz-Date")?)?;
        let expires = match parameters.get("X-Amz-Expires") {
            None if arrived.has(Mistake::VerifyPresignExpiresOptional) => LONGEST,
            _ => expires(arrived, parameters.required("X-Amz-Expires")?)?,
        };
        let header = arrived.value("x-amz-content-sha256")?;
        let parameter = parameters.get("X-Amz-Content-Sha256");
        if let (Some(header), Some(parameter)) = (header, parameter)
            && header.trim_ascii() != parameter.trim_ascii()
        {
            let detail = "X-Amz-Content-Sha256: header and parameter differ";
            return refused("malformed-authentication", detail);
        }
        Self::of(
            arrived,
            is_v4a,
            &Stated {
                credential,
                signed_headers,
                signature,
                time,
                expires: Some(expires),
                region_set,
                token: parameters.get("X-Amz-Security-Token"),
                content_sha256: header.or(parameter),
            },
        )
    }

    fn of(arrived: &Arrived<'_>, is_v4a: bool, stated: &Stated<'_>) -> Checked<Self> {
        let credential = Credential::read(arrived, is_v4a, stated.credential)?;
        let names = names(arrived, stated.signed_headers)?;
        let signature = signature(arrived, is_v4a, stated.signature)?;
        Ok(Self {
            is_v4a,
            expires: stated.expires,
            credential,
            region_set: stated.region_set.map(<[u8]>::to_vec),
            list: stated.signed_headers.to_vec(),
            names,
            signature,
            seconds: instant::of(&stated.time).unwrap_or_default(),
            time: stated.time.clone(),
            token: stated.token.map(<[u8]>::to_vec),
            content_sha256: stated.content_sha256.map(|text| text.trim_ascii().to_vec()),
        })
    }

    /// Whether the headers of this name are signed.
    pub(super) fn signs(&self, name: &[u8]) -> bool {
        self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

fn check_algorithm(arrived: &Arrived<'_>, is_v4a: bool, algorithm: &[u8]) -> Checked<()> {
    let expected = if is_v4a { ECDSA } else { HMAC };
    let is_right = algorithm == expected
        || arrived.has(Mistake::VerifyAlgorithmIgnored)
        || (arrived.has(Mistake::VerifyAlgorithmByPrefix) && algorithm.starts_with(b"AWS4-HMAC"))
        || (arrived.has(Mistake::VerifyAlgorithmInAnyCase)
            && algorithm.eq_ignore_ascii_case(expected));
    if is_right {
        return Ok(());
    }
    refused(
        "unsupported-algorithm",
        format!("expected {}, got {}", shown(expected), shown(algorithm)),
    )
}

fn region_set<'q>(arrived: &Arrived<'q>) -> Checked<&'q [u8]> {
    match arrived.value("x-amz-region-set")? {
        Some(set) => Ok(set.trim_ascii()),
        None => refused("malformed-authentication", "headers: missing header X-Amz-Region-Set"),
    }
}

/// "`x-amz-date` overrides `Date`."
fn time_of_header(arrived: &Arrived<'_>) -> Checked<String> {
    if let Some(value) = arrived.value("x-amz-date")? {
        return time(value.trim_ascii());
    }
    match arrived.value("date")? {
        Some(date) => match instant::of_date_header(date.trim_ascii()) {
            Some(date) => Ok(date),
            None => refused("malformed-authentication", format!("Date: {}", shown(date))),
        },
        None if arrived.has(Mistake::VerifyDateMissingIsNow) => Ok(arrived.input.time.to_string()),
        None => refused("missing-date", "neither X-Amz-Date nor Date"),
    }
}

pub(super) fn time(text: &[u8]) -> Checked<String> {
    match std::str::from_utf8(text) {
        Ok(text) if instant::of(text).is_some() => Ok(text.to_owned()),
        _ => refused("malformed-authentication", format!("X-Amz-Date: {}", shown(text))),
    }
}

/// "The minimum value is 1, the maximum 604800 (seven days)." Leading zeros are accepted.
fn expires(arrived: &Arrived<'_>, text: &[u8]) -> Checked<u64> {
    let digits = text.strip_prefix(b"-").filter(|_| arrived.has(Mistake::VerifyPresignNegative));
    let is_negative = digits.is_some();
    let digits = digits.unwrap_or(text);
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok());
    let number = number.filter(|_| is_number);
    let least = u64::from(!arrived.has(Mistake::VerifyPresignZero));
    let most = if arrived.has(Mistake::VerifyPresignNoMaximum) { u64::MAX >> 2 } else { LONGEST };
    match number {
        // A negative number that is read as one without a sign is a very large one.
        Some(_) if is_negative => Ok(u64::MAX >> 2),
        Some(number) if (least..=most).contains(&number) => Ok(number),
        _ => {
            refused("expires-out-of-range", format!("expected 1 to {LONGEST}, got {}", shown(text)))
        }
    }
}

/// "Lower-case names, sorted, separated by semicolons."
fn names(arrived: &Arrived<'_>, list: &[u8]) -> Checked<Vec<Vec<u8>>> {
    let mut names: Vec<Vec<u8>> = list.split(|&byte| byte == b';').map(<[u8]>::to_vec).collect();
    if arrived.has(Mistake::VerifyListInAnyCase) {
        for name in &mut names {
            name.make_ascii_lowercase();
        }
    }
    if arrived.has(Mistake::VerifyListEmptyNames) {
        names.retain(|name| !name.is_empty());
    }
    let is_lower = names.iter().flatten().all(|byte| !byte.is_ascii_uppercase());
    let is_sorted =
        names.is_sorted_by(|left, right| left < right) || arrived.has(Mistake::VerifyListUnsorted);
    if is_lower && is_sorted && names.iter().all(|name| !name.is_empty()) {
        return Ok(names);
    }
    refused("malformed-authentication", format!("SignedHeaders: {}", shown(list)))
}

/// "64 lower-case hexadecimal digits"; of ECDSA the digits of its DER form.
pub(super) fn signature(arrived: &Arrived<'_>, is_v4a: bool, text: &[u8]) -> Checked<Vec<u8>> {
    let has = |mistake| arrived.has(mistake);
    let mut digits = text.to_vec();
    if has(Mistake::VerifySignatureInAnyCase) {
        digits.make_ascii_lowercase();
    }
    let are_digits = digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let fits = if is_v4a {
        ecdsa(&digits).is_some()
    } else {
        digits.len() == 64
            || (digits.len() < 64 && !digits.is_empty() && has(Mistake::VerifySignatureByLength))
            || (digits.is_empty() && has(Mistake::VerifySignatureEmpty))
    };
    if are_digits && fits {
        return Ok(digits);
    }
    refused("malformed-authentication", format!("Signature: {}", shown(text)))
}

impl Credential {
    /// The access key id may contain slashes, so that the scope is what is on the right.
    pub(super) fn read(arrived: &Arrived<'_>, is_v4a: bool, text: &[u8]) -> Checked<Self> {
        let has = |mistake| arrived.has(mistake);
        let parts: Vec<&[u8]> = text.split(|&byte| byte == b'/').collect();
        let (id, region) = match &parts[..] {
            [id @ .., _, _, _] if is_v4a => (id, &b""[..]),
            [id @ .., _, region, _, _] if !is_v4a => (id, *region),
            _ => (&[][..], &b""[..]),
        };
        let [.., service, terminator] = parts[..] else {
            return refused("malformed-authentication", format!("Credential: {}", shown(text)));
        };
        if id.is_empty() {
            return refused("malformed-authentication", format!("Credential: {}", shown(text)));
        }
        let expected = b"aws4_request";
        let is_right = terminator == expected
            || has(Mistake::VerifyScopeEndIgnored)
            || has(Mistake::VerifyScopeOwnUsed)
            || (has(Mistake::VerifyScopeEndByPrefix) && terminator.starts_with(b"aws4"))
            || (has(Mistake::VerifyScopeInAnyCase) && terminator.eq_ignore_ascii_case(expected));
        if !is_right {
            let detail = format!("expected aws4_request, got {}", shown(terminator));
            return refused("scope-terminator-mismatch", detail);
        }
        Ok(Self {
            access_key_id: id.join(&b'/'),
            date: parts[id.len()].to_vec(),
            region: region.to_vec(),
            service: service.to_vec(),
            terminator: terminator.to_vec(),
        })
    }
}

/// A signature in DER, as digits.
pub(super) fn ecdsa(digits: &[u8]) -> Option<Signature> {
    Signature::from_der(&unhex(digits)).ok()
}
