//! `sign` and `presign`: the reference from the shell.

use std::io::Write as _;

use sigv4_conformance::explain::{PayloadRule, ServiceRules, ServiceTable, TokenRule, split_url};
use sigv4_reference::canonical::Stages;
use sigv4_reference::sign::{
    ContentSha256, HeaderSignature, Key, Payload, QuerySignature, SessionToken, Signer,
    TokenCoverage,
};
use sigv4_reference::v4a::{ScopedV4aKey, V4aKey};
use sigv4_reference::{
    Dialect, Header, PathEncoding, Profile, Request, Scope, ScopedKey, Time, Workspace,
};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{self, Credentials};

use super::input::{Limit, header, service_table};
use crate::args::{
    AlgorithmArgument, PathEncodingArgument, PresignArguments, RequestArguments, SignArguments,
};
use crate::exit_code;
use crate::failure::Failure;
use crate::render::{HEADING, KNOWN};

pub(crate) fn sign(arguments: &SignArguments) -> Result<u8, Failure> {
    let input = Input::read(&arguments.request)?;
    let pair = input.key_pair()?;
    let key = input.key(pair.as_ref()).map_err(|error| refused(&input, &error))?;
    let headers = input.headers();
    let mut workspace = Workspace::default();
    let rules = input.rules();
    let payload = arguments.payload.as_deref().unwrap_or(match rules.payload {
        PayloadRule::Unsigned => "unsigned",
        PayloadRule::Optional | PayloadRule::Required => "signed",
    });
    let mut signer = input.signer(key.borrowed(), payload, TokenRule::Signed);
    if arguments.content_sha256_header.unwrap_or(rules.payload != PayloadRule::Optional) {
        signer.content_sha256 = ContentSha256::Header;
    }
    let result = signer
        .header(&mut workspace, &input.request(&headers))
        .map_err(|error| refused(&input, &error))?;
    print(&arguments.request, &input, &Signed::Header(result))
}

pub(crate) fn presign(arguments: &PresignArguments) -> Result<u8, Failure> {
    let input = Input::read(&arguments.request)?;
    let pair = input.key_pair()?;
    let key = input.key(pair.as_ref()).map_err(|error| refused(&input, &error))?;
    let headers = input.headers();
    let mut workspace = Workspace::default();
    let rules = input.rules();
    let default = match rules.payload {
        PayloadRule::Optional => "signed",
        PayloadRule::Required | PayloadRule::Unsigned => "unsigned",
    };
    let payload = arguments.payload.as_deref().unwrap_or(default);
    let signer = input.signer(key.borrowed(), payload, rules.token);
    let request = input.request(&headers);
    let result = signer
        .query(&mut workspace, &request, arguments.expires)
        .map_err(|error| refused(&input, &error))?;
    if arguments.expires > rules.longest_expires {
        anstream::eprintln!(
            "{KNOWN}warning:{KNOWN:#} {} accepts URLs that are valid for at most {} s and refuses this one: \
             --expires {} is longer",
            input.service,
            rules.longest_expires,
            arguments.expires
        );
    }
    if arguments.url_only {
        let mut out = anstream::stdout().lock();
        out.write_all(input.origin.as_bytes())?;
        out.write_all(result.target())?;
        writeln!(out)?;
        return Ok(exit_code::AS_EXPECTED);
    }
    print(&arguments.request, &input, &Signed::Query(result))
}

/// Everything that was given, owned.
struct Input {
    time: Time,
    credentials: Credentials,
    append_session_token: Option<bool>,
    services: ServiceTable,
    algorithm: AlgorithmArgument,
    dialect: Dialect,
    region: String,
    service: String,
    profile: Profile,
    method: String,
    /// `https://host`; empty if only a target was given.
    origin: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

enum Signed<'w> {
    Header(HeaderSignature<'w>),
    Query(QuerySignature<'w>),
}

impl Input {
    fn read(arguments: &RequestArguments) -> Result<Self, Failure> {
        let headers: Result<Vec<_>, Failure> =
            arguments.header.iter().map(|text| header("--header", text)).collect();
        let mut headers = headers?;
        let (origin, target) = split_url(&arguments.url);
        if origin.is_empty() && !target.starts_with('/') {
            let problem = "expected a URL with its scheme, or a target that starts with /";
            return Err(Failure::Argument(format!("`{target}`: {problem}")));
        }
        if !origin.is_empty() && target.contains('#') {
            let problem = "the URL has a fragment (#...), which no client sends: leave it out";
            return Err(Failure::Argument(problem.to_owned()));
        }
        let is_aws = arguments.provider == *Dialect::AWS;
        if arguments.algorithm == AlgorithmArgument::Sigv4a && !is_aws {
            let problem = "--provider: SigV4A is signed in the words of AWS only";
            return Err(Failure::Argument(problem.to_owned()));
        }
        let has_host = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"));
        if let (Some((_, host)), false) = (origin.split_once("://"), has_host) {
            headers.insert(0, ("Host".to_owned(), host.to_owned()));
        }
        let body = match (&arguments.body, &arguments.body_file) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(path)) => Limit::BODY.read("--body-file", path)?,
            (None, None) => Vec::new(),
        };
        let services = service_table(arguments.service_rules.as_deref())?;
        Ok(Self {
            time: arguments.scope.place.time()?,
            credentials: arguments.scope.credentials.load()?,
            append_session_token: arguments.append_session_token,
            algorithm: arguments.algorithm,
            dialect: arguments.provider.clone(),
            region: arguments.scope.place.region.clone(),
            service: arguments.scope.service.clone(),
            profile: profile(arguments, &services),
            services,
            method: arguments.method.clone(),
            origin: origin.to_owned(),
            target: target.to_owned(),
            headers,
            body,
        })
    }

    /// What the service wants.
    fn rules(&self) -> ServiceRules<'_> {
        rules(&self.services, &self.dialect, &self.service)
    }

    /// The key pair, if it is one that signs.
    fn key_pair(&self) -> Result<Option<V4aKey>, Failure> {
        let Credentials { access_key_id, secret_access_key, .. } = &self.credentials;
        let is_pair = self.algorithm == AlgorithmArgument::Sigv4a;
        is_pair
            .then(|| V4aKey::derive(access_key_id, secret_access_key))
            .transpose()
            .map_err(|error| Failure::Argument(error.to_string()))
    }

    /// The key that signs: the key pair, or else the one of the scope.
    fn key<'i>(&'i self, pair: Option<&'i V4aKey>) -> Result<Scoped<'i>, sigv4_reference::Error> {
        let (region, service) = (self.region.as_bytes(), self.service.as_bytes());
        if let Some(pair) = pair {
            return ScopedV4aKey::new(pair, region, service).map(Scoped::Ecdsa);
        }
        let scope = Scope::new(&self.time, region, service)?.in_dialect(&self.dialect);
        Ok(Scoped::Hmac(ScopedKey::derive(&self.credentials.secret_access_key, scope)))
    }

    fn headers(&self) -> Vec<Header<'_>> {
        self.headers
            .iter()
            .map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() })
            .collect()
    }

    fn request<'i>(&'i self, headers: &'i [Header<'i>]) -> Request<'i> {
        Request {
            method: self.method.as_bytes(),
            target: self.target.as_bytes(),
            headers,
            body: &self.body,
        }
    }

    fn signer<'i>(&'i self, key: Key<'i>, payload: &'i str, token: TokenRule) -> Signer<'i> {
        let mut signer = Signer::new(self.time, &self.credentials.access_key_id, key);
        signer.profile = self.profile;
        signer.payload = match payload {
            "signed" => Payload::Signed,
            "unsigned" => Payload::Unsigned,
            given => Payload::Given(given.as_bytes()),
        };
        let is_appended = self.append_session_token.unwrap_or(token == TokenRule::Appended);
        let coverage = if is_appended { TokenCoverage::Appended } else { TokenCoverage::Signed };
        let token = self.credentials.session_token.as_deref();
        signer.session_token = token.map(|value| SessionToken { value, coverage });
        signer
    }
}

/// A key with what it is good for.
enum Scoped<'i> {
    Hmac(ScopedKey<'i>),
    Ecdsa(ScopedV4aKey<'i>),
}

impl Scoped<'_> {
    fn borrowed(&self) -> Key<'_> {
        match self {
            Self::Hmac(key) => key.into(),
            Self::Ecdsa(key) => key.into(),
        }
    }
}

impl Signed<'_> {
    fn stages(&self) -> Stages<'_> {
        match self {
            Self::Header(signed) => signed.stages(),
            Self::Query(signed) => signed.stages(),
        }
    }
}

/// What a service wants. Cloud Storage follows the rules of S3.
fn rules<'t>(services: &'t ServiceTable, dialect: &Dialect, service: &str) -> ServiceRules<'t> {
    let is_storage = dialect == Dialect::GOOGLE && service == "storage";
    services.of(if is_storage { b"s3" } else { service.as_bytes() })
}

fn profile(arguments: &RequestArguments, services: &ServiceTable) -> Profile {
    let s3 = match arguments.profile {
        Some(profile) => profile == model::Profile::S3,
        None => rules(services, &arguments.provider, &arguments.scope.service).is_s3(),
    };
    let default = if s3 { PathEncodingArgument::Decoded } else { PathEncodingArgument::Double };
    Profile {
        normalize: arguments.normalize.unwrap_or(!s3),
        path_encoding: match arguments.path_encoding.unwrap_or(default) {
            PathEncodingArgument::AsSent => PathEncoding::AsSent,
            PathEncodingArgument::Decoded => PathEncoding::Decoded,
            PathEncodingArgument::Double => PathEncoding::Double,
        },
    }
}

fn refused(input: &Input, error: &sigv4_reference::Error) -> Failure {
    let name = match error {
        sigv4_reference::Error::HeaderName { index, .. } => input.headers.get(*index),
        _ => None,
    };
    let name = name.map(|(name, _)| format!(", in `{name}`")).unwrap_or_default();
    Failure::Argument(format!("the request cannot be signed: {error}{name}"))
}

fn print(arguments: &RequestArguments, input: &Input, signed: &Signed<'_>) -> Result<u8, Failure> {
    let stages = signed.stages();
    let mut out = anstream::stdout().lock();
    if arguments.json {
        let text = |bytes: &[u8]| serde_json::json!(Bytes::from(bytes));
        let (target, headers) = match signed {
            Signed::Header(signed) => {
                let headers = signed.headers().map(|(name, value)| (name, text(value)));
                (text(input.target.as_bytes()), headers.collect())
            }
            Signed::Query(signed) => (text(signed.target()), Vec::new()),
        };
        let answer = serde_json::json!({
            "target": target,
            "add_headers": headers,
            "stages": {
                "canonical_request": text(stages.canonical_request),
                "string_to_sign": text(stages.string_to_sign),
                "signature": stages.signature,
            },
        });
        writeln!(out, "{answer}")?;
        return Ok(exit_code::AS_EXPECTED);
    }
    for (name, text) in [
        ("canonical request", stages.canonical_request),
        ("string to sign", stages.string_to_sign),
        ("signature", stages.signature.as_bytes()),
    ] {
        writeln!(out, "{HEADING}{name}{HEADING:#}")?;
        out.write_all(text)?;
        writeln!(out, "\n")?;
    }
    match signed {
        Signed::Header(signed) => {
            writeln!(out, "{HEADING}headers to add{HEADING:#}")?;
            for (name, value) in signed.headers() {
                write!(out, "{name}: ")?;
                out.write_all(value)?;
                writeln!(out)?;
            }
        }
        Signed::Query(signed) => {
            writeln!(out, "{HEADING}URL{HEADING:#}")?;
            write!(out, "{}", input.origin)?;
            out.write_all(signed.target())?;
            writeln!(out)?;
        }
    }
    Ok(exit_code::AS_EXPECTED)
}
