//! Tokens and passwords for services that take no signed request. Most are presigned requests in
//! another form, so that what is wrong with a presigned request is wrong with them too.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use sigv4_protocol::{Digits, SignQuestion, StagesShown, TokenAnswer, TokenQuestion};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{
    Payload, Placement, Profile, Request, SigningInput, TokenInput, TokenKind,
};

use super::check::{ModelError, check_line, check_request, check_scope};
use super::headers::{self, Field};
use super::memory::Memory;
use super::scope_and_key::{Scope, hmac};
use super::text::{Encoder, base64, hex, replaced};
use super::{output, path, signature, signer};
use crate::catalogue::{Mistake, MistakeSet};

/// The longest lifetimes of tokens, in seconds.
const QUARTER_HOUR: u64 = 900;
const WEEK: u64 = 604_800;

/// Makes a token.
pub(super) fn make(
    question: &TokenQuestion,
    mistakes: MistakeSet,
    memory: &mut Memory,
) -> Result<TokenAnswer, ModelError> {
    let token = Token { input: &question.input, mistakes };
    match question.input.kind {
        TokenKind::SesSmtp => token.smtp_password(),
        TokenKind::Codecommit => token.git_password(memory),
        _ => token.presigned(memory),
    }
}

struct Token<'q> {
    input: &'q TokenInput,
    mistakes: MistakeSet,
}

impl Token<'_> {
    fn has(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(mistake)
    }

    fn presigned(&self, memory: &mut Memory) -> Result<TokenAnswer, ModelError> {
        let host = self.host();
        check_host(&host)?;
        let lifetime = self.input.lifetime.unwrap_or_default();
        let longest = match self.input.kind {
            TokenKind::Dsql | TokenKind::DsqlAdmin | TokenKind::Iot => WEEK,
            _ => QUARTER_HOUR,
        };
        if lifetime > longest {
            return Err(ModelError::TokenLifetime { longest });
        }
        let name = self.input.name.clone().unwrap_or_default();
        if self.input.kind == TokenKind::Eks {
            check_line("cluster", &name)?;
        }
        let question = self.question(self.target(), self.signed_host(&host), &name, lifetime);
        let signed = signer::sign(&question, self.mistakes, memory)?;
        let mut target = signed.request.target.to_vec();
        if self.has(Mistake::AuthTokenSessionTokenRaw)
            && let Some(token) = question.input.credentials.session_token.as_deref()
        {
            target = replaced(&target, &Encoder::new().encode(token), token);
        }
        if self.has(Mistake::AuthTokenUserRaw)
            && let Some(user) = self.input.user.as_ref().filter(|user| !user.is_empty())
        {
            target = replaced(&target, &Encoder::new().encode(user), user);
        }
        let stages = StagesShown { signing_key: None, ..signed.stages };
        Ok(TokenAnswer { token: self.text(&host, &target).into(), stages })
    }

    /// "The host, with the port for RDS", or what the region says.
    fn host(&self) -> Vec<u8> {
        let input = self.input;
        let given = |bytes: &Option<Bytes>| bytes.clone().unwrap_or_default().to_vec();
        match input.kind {
            TokenKind::Rds => {
                let port = input.port.unwrap_or_default().to_string();
                [&given(&input.host)[..], b":", port.as_bytes()].concat()
            }
            TokenKind::Eks => {
                let is_china =
                    input.region.starts_with(b"cn-") && !self.has(Mistake::AuthTokenChinaForgotten);
                let domain: &[u8] = if is_china { b".amazonaws.com.cn" } else { b".amazonaws.com" };
                if self.has(Mistake::AuthTokenStsGlobal) {
                    [b"sts", domain].concat()
                } else {
                    [b"sts.", &input.region[..], domain].concat()
                }
            }
            TokenKind::Msk => [b"kafka.", &input.region[..], b".amazonaws.com"].concat(),
            TokenKind::Dsql | TokenKind::DsqlAdmin | TokenKind::Iot => given(&input.host),
            _ => given(&input.name),
        }
    }

    /// The host as it is signed, which is the same.
    fn signed_host(&self, host: &[u8]) -> Vec<u8> {
        let mut signed = host.to_vec();
        if self.has(Mistake::AuthTokenHostLowerCased) {
            signed.make_ascii_lowercase();
        }
        if self.input.kind == TokenKind::Rds {
            let port = self.input.port.unwrap_or_default();
            let leaves_out = self.has(Mistake::AuthTokenPortNotSigned)
                || (self.has(Mistake::AuthTokenHttpsPortNotSigned) && port == 443);
            if leaves_out {
                let end = format!(":{port}").len();
                signed.truncate(signed.len() - end);
            }
        }
        if self.input.kind == TokenKind::Iot
            && self.has(Mistake::AuthTokenIotPortSigned)
            && let Some(port) = self.input.port
        {
            signed.extend(format!(":{port}").into_bytes());
        }
        signed
    }

    fn target(&self) -> Vec<u8> {
        let encoded = |user: &[u8]| {
            let encoder = Encoder::new();
            if self.has(Mistake::AuthTokenUserEncodedTwice) {
                encoder.encode(&encoder.encode(user))
            } else if self.has(Mistake::AuthTokenUserAsForm) {
                encoder.encode(&Encoder::new().with_plus_for_space().encode(user))
            } else {
                encoder.encode(user)
            }
        };
        let user = encoded(self.input.user.as_deref().unwrap_or_default());
        let text: Vec<u8> = match self.input.kind {
            TokenKind::Rds => {
                let names =
                    if self.has(Mistake::AuthTokenUserMisnamed) { "User" } else { "DBUser" };
                [b"/?Action=connect&", names.as_bytes(), b"=", &user].concat()
            }
            TokenKind::DsqlAdmin if !self.has(Mistake::AuthTokenAdminForgotten) => {
                b"/?Action=DbConnectAdmin".to_vec()
            }
            TokenKind::Dsql | TokenKind::DsqlAdmin => b"/?Action=DbConnect".to_vec(),
            TokenKind::Eks => b"/?Action=GetCallerIdentity&Version=2011-06-15".to_vec(),
            TokenKind::Msk => b"/?Action=kafka-cluster%3AConnect".to_vec(),
            TokenKind::Iot => b"/mqtt".to_vec(),
            _ => {
                let names =
                    if self.has(Mistake::AuthTokenUserMisnamed) { "DBUser" } else { "User" };
                let mut text = [b"/?Action=connect&", names.as_bytes(), b"=", &user].concat();
                let is_serverless = matches!(
                    self.input.kind,
                    TokenKind::ElasticacheServerless | TokenKind::MemorydbServerless
                );
                if is_serverless && !self.has(Mistake::AuthTokenServerlessForgotten) {
                    text.extend(b"&ResourceType=ServerlessCache");
                }
                text
            }
        };
        if self.has(Mistake::AuthTokenAgentSigned)
            && let Some(agent) = &self.input.user_agent
        {
            return [&text[..], b"&User-Agent=", &Encoder::new().encode(agent)].concat();
        }
        text
    }

    /// The request that is presigned.
    fn question(
        &self,
        target: Vec<u8>,
        host: Vec<u8>,
        name: &Bytes,
        lifetime: u64,
    ) -> SignQuestion {
        let mut headers: Vec<(Bytes, Bytes)> = vec![("host".into(), host.into())];
        if self.input.kind == TokenKind::Eks && !self.has(Mistake::AuthTokenClusterNotSigned) {
            headers.push(("x-k8s-aws-id".into(), name.clone()));
        }
        let (method, target, body) = ("GET".into(), target.into(), Bytes::default());
        let request = Request { method, target, headers, body };
        let fixed = self.has(Mistake::AuthTokenLifetimeFixed) && lifetime > 0;
        let is_iot = self.input.kind == TokenKind::Iot;
        SignQuestion {
            placement: Placement::Query,
            profile: Profile::Generic,
            input: SigningInput {
                session_token_signed: if is_iot {
                    self.has(Mistake::AuthTokenIotSessionTokenSigned)
                } else {
                    !self.has(Mistake::AuthTokenSessionTokenAppended)
                },
                payload: if self.has(Mistake::AuthTokenPayloadUnsigned) {
                    Payload::Unsigned
                } else {
                    Payload::Signed
                },
                expires: Some(if fixed { QUARTER_HOUR } else { lifetime }),
                ..self.signing(request)
            },
        }
    }

    /// A request with the scope and the credentials of the token.
    fn signing(&self, request: Request) -> SigningInput {
        let input = self.input;
        let mut credentials = input.credentials.clone();
        if self.has(Mistake::AuthTokenSessionTokenMissing) {
            credentials.session_token = None;
        }
        let region = if self.has(Mistake::AuthTokenRegionFixed) {
            "us-east-1".into()
        } else {
            input.region.clone()
        };
        SigningInput {
            time: input.time.clone(),
            region,
            service: self.service().into(),
            credentials,
            session_token_signed: true,
            normalize: false,
            double_encode: false,
            payload: Payload::Signed,
            content_sha256_header: false,
            expires: None,
            request,
        }
    }

    fn service(&self) -> &'static str {
        let is_short = self.has(Mistake::AuthTokenServiceShort);
        match self.input.kind {
            TokenKind::Rds if is_short => "rds",
            TokenKind::Rds => "rds-db",
            TokenKind::Dsql | TokenKind::DsqlAdmin => "dsql",
            TokenKind::Memorydb | TokenKind::MemorydbServerless
                if !self.has(Mistake::AuthTokenMemorydbAsElasticache) =>
            {
                "memorydb"
            }
            TokenKind::Eks if self.has(Mistake::AuthTokenServiceEks) => "eks",
            TokenKind::Eks => "sts",
            TokenKind::Msk if is_short => "kafka",
            TokenKind::Msk => "kafka-cluster",
            TokenKind::Iot if self.has(Mistake::AuthTokenServiceIotData) => "iotdata",
            TokenKind::Iot => "iotdevicegateway",
            TokenKind::SesSmtp if self.has(Mistake::AuthTokenServiceShort) => "email",
            TokenKind::SesSmtp => "ses",
            TokenKind::Codecommit => "codecommit",
            _ => "elasticache",
        }
    }

    /// The presigned target as the service takes it.
    fn text(&self, host: &[u8], target: &[u8]) -> Vec<u8> {
        match self.input.kind {
            TokenKind::Eks => {
                let url = [b"https://", host, target].concat();
                let prefix: &[u8] =
                    if self.has(Mistake::AuthTokenPrefixMissing) { b"" } else { b"k8s-aws-v1." };
                [prefix, &self.encoded(&url)].concat()
            }
            TokenKind::Msk => {
                let mut url = [b"https://", host, target].concat();
                if let Some(agent) = self
                    .input
                    .user_agent
                    .as_ref()
                    .filter(|_| !self.has(Mistake::AuthTokenAgentSigned))
                {
                    url.extend([b"&User-Agent=", &Encoder::new().encode(agent)[..]].concat());
                }
                self.encoded(&url)
            }
            TokenKind::Iot => {
                let port = self.input.port.map(|port| format!(":{port}")).unwrap_or_default();
                let scheme: &[u8] =
                    if self.has(Mistake::AuthTokenIotHttps) { b"https://" } else { b"wss://" };
                [scheme, host, port.as_bytes(), target].concat()
            }
            _ if self.has(Mistake::AuthTokenSchemeKept) => [b"https://", host, target].concat(),
            _ => [host, target].concat(),
        }
    }

    /// "base64url, without padding."
    fn encoded(&self, url: &[u8]) -> Vec<u8> {
        let text = if self.has(Mistake::AuthTokenPaddingKept) {
            URL_SAFE.encode(url)
        } else if self.has(Mistake::AuthTokenBase64Standard) {
            STANDARD_NO_PAD.encode(url)
        } else {
            URL_SAFE_NO_PAD.encode(url)
        };
        text.into_bytes()
    }

    /// "The version, and the HMAC of a fixed message with a key of a fixed day."
    fn smtp_password(&self) -> Result<TokenAnswer, ModelError> {
        let input = self.signing(Request::default());
        check_line("region", &input.region)?;
        let message: &[u8] =
            if self.has(Mistake::AuthTokenSmtpMessage) { b"SendEmail" } else { b"SendRawEmail" };
        let mac = if self.has(Mistake::AuthTokenSmtpVersion2) {
            hmac(&input.credentials.secret_access_key, message)
        } else {
            let day: &[u8] = if self.has(Mistake::AuthTokenSmtpDay) {
                input.time.as_bytes().get(..8).unwrap_or_default()
            } else {
                b"11111111"
            };
            let start = [b"AWS4", &input.credentials.secret_access_key[..]].concat();
            let parts = [day, &input.region, &input.service, b"aws4_request"];
            let key = parts.iter().fold(start, |key, part| hmac(&key, part));
            hmac(&key, message)
        };
        let version: &[u8] = if self.has(Mistake::AuthTokenSmtpVersionMissing) {
            b""
        } else if self.has(Mistake::AuthTokenSmtpVersion2) {
            &[2]
        } else {
            &[4]
        };
        let token = base64(&[version, &mac].concat());
        Ok(TokenAnswer { token: token.into(), stages: StagesShown::default() })
    }

    /// "The time, and the signature of a request that is never sent."
    fn git_password(&self, memory: &mut Memory) -> Result<TokenAnswer, ModelError> {
        let input = self.input;
        let given = |bytes: &Option<Bytes>| bytes.clone().unwrap_or_default();
        let (host, target) = (given(&input.host), given(&input.path));
        if target.contains(&b'?') {
            return Err(ModelError::Target);
        }
        let method = if self.has(Mistake::AuthTokenGitMethodGet) { "GET" } else { "GIT" };
        let request = Request {
            method: method.into(),
            target,
            headers: vec![("host".into(), host.clone())],
            body: Bytes::default(),
        };
        let signing = self.signing(request);
        let moment = check_scope(&signing)?;
        check_request(&signing.request)?;
        check_line("host", &host)?;
        let fields = [Field { name: b"host", value: &host }];
        let lines = headers::canonical(&fields, &[], self.mistakes);
        let path = path::canonical(&signing, &host, self.mistakes);
        let payload = if self.has(Mistake::AuthTokenGitPayloadHashed) {
            hex(&Sha256::digest(b""))
        } else {
            Vec::new()
        };
        let canonical_request =
            [method.as_bytes(), &path, b"", &lines.lines, &lines.list, &payload].join(&b'\n');
        let scope = Scope::new(&signing, moment, self.mistakes);
        let time = moment.text(self.mistakes);
        let without_zone = |time: &[u8]| time.strip_suffix(b"Z").unwrap_or(time).to_vec();
        let signed_time = if self.has(Mistake::AuthTokenGitZoneSigned) {
            time.clone()
        } else {
            without_zone(&time)
        };
        let scope_text = output::scope_text(&scope, moment, self.mistakes);
        let hash = signature::hash(&canonical_request, self.mistakes);
        let string_to_sign =
            [output::ALGORITHM.to_vec(), signed_time, scope_text, hash].join(&b'\n');
        let key = memory.key(&signing, &scope, moment, self.mistakes);
        let signature =
            signature::signature(&key, &canonical_request, &string_to_sign, self.mistakes);
        let sent_time =
            if self.has(Mistake::AuthTokenGitZoneMissing) { without_zone(&time) } else { time };
        Ok(TokenAnswer {
            token: [sent_time, signature.clone()].concat().into(),
            stages: StagesShown {
                canonical_request: Some(canonical_request.into()),
                string_to_sign: Some(string_to_sign.into()),
                signing_key: None,
                signature: std::str::from_utf8(&signature).ok().map(Digits::from),
            },
        })
    }
}

/// "A host, without a scheme or a path."
fn check_host(host: &[u8]) -> Result<(), ModelError> {
    let invalid = |&byte: &u8| !byte.is_ascii_alphanumeric() && !b"-._:[]".contains(&byte);
    match host.iter().position(invalid) {
        Some(offset) => Err(ModelError::Host { offset }),
        None if host.is_empty() => Err(ModelError::Host { offset: 0 }),
        None => Ok(()),
    }
}
