//! Tokens and passwords, as the reference makes them.

use sigv4_protocol::{Answer, Digits, StagesShown, TokenAnswer, TokenQuestion};
use sigv4_reference::canonical::Stages;
use sigv4_reference::key::Secret;
use sigv4_reference::token::codecommit::GitPassword;
use sigv4_reference::token::ses_smtp::SmtpPassword;
use sigv4_reference::token::{AuthToken, Cache, CacheKind, Role, TokenSigner};
use sigv4_reference::{Error, Scope, ScopedKey, Time, Workspace};
use sigv4_vectors::model::{TokenInput, TokenKind};

use super::streams::Refusal;

/// Makes a token.
pub(crate) fn made(question: &TokenQuestion) -> Result<TokenAnswer, Refusal> {
    let input = &question.input;
    let mut workspace = Workspace::default();
    let answer = match input.kind {
        TokenKind::SesSmtp => smtp_password(input),
        TokenKind::Codecommit => git_password(&mut workspace, input),
        _ => presigned(&mut workspace, input).map(|token| TokenAnswer {
            token: token.as_bytes().into(),
            stages: shown(token.stages()),
        }),
    };
    answer.map_err(|error| Answer::unrepresentable(error.to_string()))
}

fn presigned<'w>(workspace: &'w mut Workspace, input: &TokenInput) -> Result<AuthToken<'w>, Error> {
    let credentials = &input.credentials;
    let token = credentials.session_token.as_deref();
    let signer = TokenSigner {
        secret: Secret {
            access_key_id: &credentials.access_key_id,
            secret_access_key: &credentials.secret_access_key,
        },
        session_token: token.filter(|token| !token.is_empty()),
        time: Time::parse(input.time.as_bytes())?,
        region: &input.region,
    };
    let [host, name, user] =
        [&input.host, &input.name, &input.user].map(|given| given.as_deref().unwrap_or_default());
    let lifetime = input.lifetime.unwrap_or_default();
    let cache = |kind, serverless| Cache { name, kind, serverless };
    match input.kind {
        TokenKind::Rds => {
            signer.rds(workspace, host, input.port.unwrap_or_default(), user, lifetime)
        }
        TokenKind::Dsql => signer.dsql(workspace, host, Role::Custom, lifetime),
        TokenKind::DsqlAdmin => signer.dsql(workspace, host, Role::Admin, lifetime),
        TokenKind::Elasticache => {
            signer.cache(workspace, cache(CacheKind::ElastiCache, false), user, lifetime)
        }
        TokenKind::ElasticacheServerless => {
            signer.cache(workspace, cache(CacheKind::ElastiCache, true), user, lifetime)
        }
        TokenKind::Memorydb => {
            signer.cache(workspace, cache(CacheKind::MemoryDb, false), user, lifetime)
        }
        TokenKind::MemorydbServerless => {
            signer.cache(workspace, cache(CacheKind::MemoryDb, true), user, lifetime)
        }
        TokenKind::Eks => signer.eks(workspace, name, lifetime),
        TokenKind::Msk => signer.msk(workspace, input.user_agent.as_deref(), lifetime),
        // The passwords are not presigned.
        TokenKind::Iot | TokenKind::SesSmtp | TokenKind::Codecommit => {
            signer.iot(workspace, host, input.port, lifetime)
        }
    }
}

fn smtp_password(input: &TokenInput) -> Result<TokenAnswer, Error> {
    let password = SmtpPassword::new(&input.credentials.secret_access_key, &input.region)?;
    Ok(TokenAnswer { token: password.as_bytes().into(), stages: StagesShown::default() })
}

fn git_password(workspace: &mut Workspace, input: &TokenInput) -> Result<TokenAnswer, Error> {
    let time = Time::parse(input.time.as_bytes())?;
    let scope = Scope::new(&time, &input.region, b"codecommit")?;
    let key = ScopedKey::derive(&input.credentials.secret_access_key, scope);
    let [host, path] = [&input.host, &input.path].map(|given| given.as_deref().unwrap_or_default());
    if let Some(offset) = path.iter().position(|&byte| byte == b'?') {
        return Err(Error::Target { offset });
    }
    let password = GitPassword::new(workspace, &time, &key, host, path)?;
    Ok(TokenAnswer { token: password.as_bytes().into(), stages: shown(password.stages()) })
}

fn shown(stages: Stages<'_>) -> StagesShown {
    StagesShown {
        canonical_request: Some(stages.canonical_request.into()),
        string_to_sign: Some(stages.string_to_sign.into()),
        signing_key: None,
        signature: Some(Digits::from(stages.signature)),
    }
}
