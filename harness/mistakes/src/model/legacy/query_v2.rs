//! Signature Version 2 of the query services.

use std::cmp::Ordering;

use sigv4_protocol::LegacyAnswer;
use sigv4_vectors::model::LegacyAlgorithm;

use super::{Signing, pieces};
use crate::catalogue::Mistake;
use crate::model::text::{Encoder, decode, replaced, split_once, until};

impl Signing<'_> {
    /// The parameters of a `GET`, or of a form that is posted.
    pub(super) fn query_v2(self) -> LegacyAnswer {
        let request = &self.input.request;
        let (path, query) = self.path_and_query();
        let form = if self.is_form { &request.body } else { query };
        let own = self.own(form);
        let name = |piece: &[u8]| decode(split_once(piece, b'=').0);
        let is_replaced = |piece: &&[u8]| {
            let name = name(piece);
            name == b"Signature"
                || own.iter().any(|(own, _)| *own != "Timestamp" && name == own.as_bytes())
        };
        let mut sent: Vec<Vec<u8>> =
            pieces(form).filter(|piece| !is_replaced(piece)).map(<[u8]>::to_vec).collect();
        let written = |(name, value): &(&str, Vec<u8>)| {
            [name.as_bytes(), b"=", &Encoder::new().encode(value)].concat()
        };
        sent.extend(own.iter().map(written));

        let is_signed = |piece: &&Vec<u8>| !self.leaves_unsigned(&name(piece));
        let signed: Vec<&[u8]> = if self.has(Mistake::LegacyFormNotSigned) && self.is_form {
            pieces(query).collect()
        } else {
            sent.iter().filter(is_signed).map(|piece| &piece[..]).collect()
        };
        let string_to_sign = self.lines(path, &self.canonical(&signed));
        let weaker = self.has(Mistake::LegacySha1ForSha256);
        let algorithm = if weaker { LegacyAlgorithm::HmacSha1 } else { self.input.algorithm };
        let signature = self.signature(&string_to_sign, algorithm);
        sent.push([b"Signature=", &self.written(&signature)[..]].concat());
        let text = sent.join(&b'&');
        let (target, body) = if self.is_form {
            (request.target.clone(), Some(text.into()))
        } else {
            ([path, b"?", &text].concat().into(), None)
        };
        self.answer(target, self.headers.clone(), body, string_to_sign, signature)
    }

    /// The parameters that the signer adds.
    fn own(&self, form: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
        let mut own = vec![("AWSAccessKeyId", self.input.credentials.access_key_id.to_vec())];
        own.extend(self.token.map(|token| ("SecurityToken", token.to_vec())));
        own.push(("SignatureMethod", self.input.algorithm.as_str().as_bytes().to_vec()));
        own.push(("SignatureVersion", b"2".to_vec()));
        let is_timed = pieces(form).any(|piece| {
            let name = decode(split_once(piece, b'=').0);
            name == b"Timestamp" || name == b"Expires"
        });
        if !is_timed {
            own.push(("Timestamp", self.timestamp()));
        }
        own
    }

    /// Whether a mistaken signer sends this parameter without signing it.
    fn leaves_unsigned(&self, name: &[u8]) -> bool {
        match name {
            b"SecurityToken" => self.has(Mistake::LegacyTokenNotSigned),
            b"SignatureMethod" | b"SignatureVersion" => self.has(Mistake::LegacyMethodNotSigned),
            _ => false,
        }
    }

    /// The time in the extended form of ISO 8601.
    fn timestamp(&self) -> Vec<u8> {
        let text = self.moment.text(self.mistakes);
        if self.has(Mistake::LegacyTimestampCompact) {
            return text;
        }
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        [
            part(0, 4),
            b"-",
            part(4, 6),
            b"-",
            part(6, 11),
            b":",
            part(11, 13),
            b":",
            part(13, text.len()),
        ]
        .concat()
    }

    /// "Method, host in lower case, path, and the parameters, a line each."
    fn lines(&self, path: &[u8], parameters: &[u8]) -> Vec<u8> {
        let mut method = self.input.request.method.to_vec();
        if self.has(Mistake::LegacyMethodLowerCased) {
            method.make_ascii_lowercase();
        }
        let mut host = self.header("host").unwrap_or_default().to_vec();
        if !self.has(Mistake::LegacyHostCaseKept) {
            host.make_ascii_lowercase();
        }
        if self.has(Mistake::LegacyHostPortCut) {
            host = until(&host, b":").to_vec();
        }
        let path = if self.has(Mistake::LegacyPathFixed) { b"/" } else { path };
        [&method[..], &host, path, parameters].join(&b'\n')
    }

    /// "Sort by byte, encode, join by `=` and `&`."
    fn canonical(&self, parameters: &[&[u8]]) -> Vec<u8> {
        let mut encoder = Encoder::new();
        if self.has(Mistake::LegacySpaceIsPlus) {
            encoder = encoder.with_plus_for_space();
        }
        if self.has(Mistake::LegacyTildeEscaped) {
            encoder = encoder.escaping(b"~");
        }
        if self.has(Mistake::LegacyStarRaw) {
            encoder = encoder.leaving(b"*");
        }
        if self.has(Mistake::LegacyEscapesLowerCase) {
            encoder = encoder.in_lower_case();
        }
        let written = |text: &[u8]| {
            if self.has(Mistake::LegacyParametersEncodedAgain) {
                encoder.encode(text)
            } else {
                encoder.encode(&decode(&replaced(text, b"+", b" ")))
            }
        };
        let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = parameters
            .iter()
            .map(|piece| split_once(piece, b'='))
            .map(|(name, value)| (written(name), written(value.unwrap_or_default())))
            .collect();
        if !self.has(Mistake::LegacyParametersUnsorted) {
            pairs.sort_by(|one, other| self.order(one, other));
        }
        let joined = pairs.iter().map(|(name, value)| [&name[..], b"=", value].concat());
        joined.collect::<Vec<_>>().join(&b'&')
    }

    fn order(&self, one: &(Vec<u8>, Vec<u8>), other: &(Vec<u8>, Vec<u8>)) -> Ordering {
        if self.has(Mistake::LegacySortedWithoutCase) {
            let lower = |pair: &(Vec<u8>, Vec<u8>)| pair.0.to_ascii_lowercase();
            return lower(one).cmp(&lower(other));
        }
        if self.has(Mistake::LegacySortedAsPairs) {
            let joined = |(name, value): &(Vec<u8>, Vec<u8>)| [&name[..], b"=", value].concat();
            return joined(one).cmp(&joined(other));
        }
        one.cmp(other)
    }
}
