//! A signer as it may be found in any project, right except for one seeded mistake.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use sigv4_conformance::gate::{
    Profile, Refusal, SentRequest, SignQuestion, SignedAnswer, Signer, StagesShown,
};

/// It signs in a header, for services other than S3.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TinySigner {
    /// The mistake: the parameters stay in the order in which they are given.
    pub(crate) leaves_query_unsorted: bool,
}

impl Signer for TinySigner {
    fn sign(&mut self, asked: &SignQuestion) -> Result<SignedAnswer, Refusal> {
        let (input, request) = (&asked.input, &asked.input.request);
        if asked.profile != Profile::Generic || !input.normalize || !input.double_encode {
            return Err(Refusal::Unsupported("it normalises and encodes every path".to_owned()));
        }
        let text = |bytes: &[u8]| {
            let refusal = || Refusal::Unrepresentable("it takes text in ASCII".to_owned());
            let text = str::from_utf8(bytes).ok().filter(|text| text.is_ascii());
            text.map(str::to_owned).ok_or_else(refusal)
        };
        let mut headers = Vec::new();
        for (name, value) in &request.headers {
            headers.push((text(name)?.to_lowercase(), text(value)?));
        }
        let has = |name: &str| headers.iter().filter(|(other, _)| other == name).count();
        if has("host") != 1 || headers.iter().any(|(name, _)| has(name) > 1) {
            return Err(Refusal::Unrepresentable("its headers are a map, with a host".to_owned()));
        }
        let time = input.time.to_string();
        headers.retain(|(name, _)| name != "x-amz-date" && name != "authorization");
        headers.push(("x-amz-date".to_owned(), time.clone()));
        headers.sort();
        let names: Vec<&str> = headers.iter().map(|(name, _)| &name[..]).collect();
        let names = names.join(";");
        let line = |(name, value): &(String, String)| {
            let words: Vec<&str> = value.split_ascii_whitespace().collect();
            format!("{name}:{}\n", words.join(" "))
        };
        let lines = headers.iter().map(line).collect::<Vec<_>>().concat();

        let (method, target) = (text(&request.method)?, text(&request.target)?);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut parameters: Vec<(String, String)> = query
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                (encoded(&decoded(name)), encoded(&decoded(value)))
            })
            .collect();
        if !self.leaves_query_unsorted {
            parameters.sort();
        }
        let query: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let canonical = format!(
            "{method}\n{}\n{}\n{lines}\n{names}\n{}",
            normalized(path),
            query.join("&"),
            hex(&Sha256::digest(&request.body))
        );
        let (day, region, service) = (&time[..8], text(&input.region)?, text(&input.service)?);
        let scope = format!("{day}/{region}/{service}/aws4_request");
        let hash = hex(&Sha256::digest(&canonical));
        let string_to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{hash}");
        let mut key = [b"AWS4", &input.credentials.secret_access_key[..]].concat();
        for part in [day, &region, &service, "aws4_request", &string_to_sign] {
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length");
            mac.update(part.as_bytes());
            key = mac.finalize().into_bytes().to_vec();
        }
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={}",
            text(&input.credentials.access_key_id)?,
            hex(&key)
        );
        let replaced = |name: &[u8]| {
            name.eq_ignore_ascii_case(b"x-amz-date") || name.eq_ignore_ascii_case(b"authorization")
        };
        let mut sent = request.headers.clone();
        sent.retain(|(name, _)| !replaced(name));
        sent.push(("X-Amz-Date".into(), time.into()));
        sent.push(("Authorization".into(), authorization.into()));
        let (method, target) = (request.method.clone(), request.target.clone());
        let request = SentRequest { method, target, headers: sent, body: None };
        let stages = StagesShown {
            canonical_request: Some(canonical.into()),
            string_to_sign: Some(string_to_sign.into()),
            ..StagesShown::default()
        };
        Ok(SignedAnswer { request, stages })
    }
}

/// The path without empty and dot segments, each segment encoded once more.
fn normalized(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            other => segments.push(encoded(other.as_bytes())),
        }
    }
    let end = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{end}", segments.join("/"))
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(b'%'));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

fn encoded(bytes: &[u8]) -> String {
    let encode = |byte: &u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(*byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    bytes.iter().map(encode).collect::<Vec<_>>().concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
