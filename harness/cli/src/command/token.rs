//! `token`: tokens and passwords that are made with the key chain.

use std::io::Write as _;

use serde_json::json;
use sigv4_reference::canonical::Stages;
use sigv4_reference::key::Secret;
use sigv4_reference::token::codecommit::GitPassword;
use sigv4_reference::token::ses_smtp::SmtpPassword;
use sigv4_reference::token::{AuthToken, Cache, CacheKind, Role, TokenSigner};
use sigv4_reference::{Error, Scope, ScopedKey, Workspace};
use sigv4_vectors::Bytes;

use crate::args::{
    CacheArguments, DsqlArguments, GitArguments, SmtpArguments, TokenArguments, TokenCommand,
    TokenSigning,
};
use crate::exit_code;
use crate::failure::Failure;

/// Name, service of the scope, longest lifetime, and where it is described.
const TOKENS: [(&str, &str, &str, &str); 10] = [
    (
        "rds",
        "rds-db",
        "900 s",
        "Amazon RDS User Guide, \"Connecting to your DB instance using IAM authentication\"",
    ),
    ("dsql", "dsql", "604800 s", "Aurora DSQL User Guide, \"Generating authentication tokens\""),
    ("dsql-admin", "dsql", "604800 s", "the same"),
    ("elasticache", "elasticache", "900 s", "ElastiCache User Guide, \"Authenticating with IAM\""),
    ("memorydb", "memorydb", "900 s", "MemoryDB Developer Guide, \"Authenticating with IAM\""),
    ("eks", "sts", "900 s", "AWS CLI, `eks get-token`"),
    ("msk", "kafka-cluster", "900 s", "aws-msk-iam-sasl-signer for Python, JavaScript and Go"),
    (
        "iot",
        "iotdevicegateway",
        "604800 s",
        "AWS IoT Core Developer Guide, \"Device communication protocols\"",
    ),
    (
        "ses-smtp",
        "ses",
        "as the secret",
        "SES Developer Guide, \"Obtaining Amazon SES SMTP credentials\"",
    ),
    ("codecommit", "codecommit", "900 s", "git-remote-codecommit"),
];

pub(crate) fn run(arguments: &TokenArguments) -> Result<u8, Failure> {
    match &arguments.command {
        TokenCommand::List { json } => list(*json),
        TokenCommand::Rds(given) => sign(&given.signing, |signer, workspace| {
            let (host, user) = (given.host.as_bytes(), given.user.as_bytes());
            signer.rds(workspace, host, given.port, user, given.life.expires)
        }),
        TokenCommand::Dsql(given) => dsql(given, Role::Custom),
        TokenCommand::DsqlAdmin(given) => dsql(given, Role::Admin),
        TokenCommand::Elasticache(given) => cache(given, CacheKind::ElastiCache),
        TokenCommand::Memorydb(given) => cache(given, CacheKind::MemoryDb),
        TokenCommand::Eks(given) => sign(&given.signing, |signer, workspace| {
            signer.eks(workspace, given.cluster.as_bytes(), given.expires)
        }),
        TokenCommand::Msk(given) => sign(&given.signing, |signer, workspace| {
            signer.msk(workspace, Some(given.user_agent.as_bytes()), given.life.expires)
        }),
        TokenCommand::Iot(given) => sign(&given.signing, |signer, workspace| {
            signer.iot(workspace, given.host.as_bytes(), given.port, given.expires)
        }),
        TokenCommand::SesSmtp(given) => smtp(given),
        TokenCommand::Codecommit(given) => git(given),
    }
}

fn list(as_json: bool) -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    if as_json {
        let all = TOKENS.iter().map(|(name, service, longest, source)| {
            json!({"name": name, "service": service, "longest": longest, "source": source})
        });
        writeln!(out, "{:#}", serde_json::Value::from(all.collect::<Vec<_>>()))?;
        return Ok(exit_code::AS_EXPECTED);
    }
    for (name, service, longest, source) in TOKENS {
        writeln!(out, "{name:12} {service:17} {longest:14} {source}")?;
    }
    Ok(exit_code::AS_EXPECTED)
}

fn dsql(given: &DsqlArguments, role: Role) -> Result<u8, Failure> {
    sign(&given.signing, |signer, workspace| {
        signer.dsql(workspace, given.host.as_bytes(), role, given.expires)
    })
}

fn cache(given: &CacheArguments, kind: CacheKind) -> Result<u8, Failure> {
    let cache = Cache { name: given.name.as_bytes(), kind, serverless: given.serverless };
    sign(&given.signing, |signer, workspace| {
        signer.cache(workspace, cache, given.user.as_bytes(), given.life.expires)
    })
}

/// Makes a token that is a presigned URL.
fn sign(
    signing: &TokenSigning,
    make: impl for<'w> FnOnce(&TokenSigner<'_>, &'w mut Workspace) -> Result<AuthToken<'w>, Error>,
) -> Result<u8, Failure> {
    let credentials = signing.credentials.load()?;
    let signer = TokenSigner {
        secret: Secret {
            access_key_id: &credentials.access_key_id,
            secret_access_key: &credentials.secret_access_key,
        },
        session_token: credentials.session_token.as_deref(),
        time: signing.place.time()?,
        region: signing.place.region.as_bytes(),
    };
    let mut workspace = Workspace::default();
    let token = make(&signer, &mut workspace).map_err(refused)?;
    print(token.as_bytes(), Some(token.stages()).filter(|_| signing.json))
}

fn smtp(given: &SmtpArguments) -> Result<u8, Failure> {
    let secret = given.secret.secret()?;
    let password =
        SmtpPassword::new(secret.as_bytes(), given.region.as_bytes()).map_err(refused)?;
    print(password.as_bytes(), None)
}

fn git(given: &GitArguments) -> Result<u8, Failure> {
    let signing = &given.signing;
    let (time, credentials) = (signing.place.time()?, signing.credentials.load()?);
    let scope =
        Scope::new(&time, signing.place.region.as_bytes(), b"codecommit").map_err(refused)?;
    let key = ScopedKey::derive(&credentials.secret_access_key, scope);
    let mut workspace = Workspace::default();
    let (host, path) = (given.host.as_bytes(), given.path.as_bytes());
    let password = GitPassword::new(&mut workspace, &time, &key, host, path).map_err(refused)?;
    print(password.as_bytes(), Some(password.stages()).filter(|_| signing.json))
}

/// Prints the token alone on its line, or with the stages as JSON.
fn print(token: &[u8], stages: Option<Stages<'_>>) -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    match stages {
        None => {
            out.write_all(token)?;
            writeln!(out)?;
        }
        Some(stages) => {
            let text = |bytes: &[u8]| json!(Bytes::from(bytes));
            let answer = json!({
                "token": text(token),
                "stages": {
                    "canonical_request": text(stages.canonical_request),
                    "string_to_sign": text(stages.string_to_sign),
                    "signature": stages.signature,
                },
            });
            writeln!(out, "{answer}")?;
        }
    }
    Ok(exit_code::AS_EXPECTED)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` calls it")]
fn refused(error: Error) -> Failure {
    Failure::Argument(format!("the token cannot be made: {error}"))
}
