//! Tokens that sign in to a service: what is wrong with them besides the signature.

use sigv4_reference::key::Secret;
use sigv4_reference::token::{Cache, CacheKind, Role, TokenSigner};
use sigv4_reference::{Time, Workspace};

use super::{SUITE_SECRET, explained, problems};

fn token(region: &str, make: impl FnOnce(&TokenSigner<'_>, &mut Workspace) -> Vec<u8>) -> String {
    let signer = TokenSigner {
        secret: Secret {
            access_key_id: b"AKIDEXAMPLE",
            secret_access_key: SUITE_SECRET.as_bytes(),
        },
        session_token: None,
        time: Time::parse(b"20150830T123600Z").unwrap(),
        region: region.as_bytes(),
    };
    String::from_utf8(make(&signer, &mut Workspace::default())).unwrap()
}

fn rds(region: &str, host: &str, user: &str) -> String {
    token(region, |signer, workspace| {
        let token = signer.rds(workspace, host.as_bytes(), 5432, user.as_bytes(), 900);
        token.unwrap().as_bytes().to_vec()
    })
}

fn cache(name: &str, user: &str) -> String {
    let cache = Cache { name: name.as_bytes(), kind: CacheKind::ElastiCache, serverless: true };
    token("eu-west-1", |signer, workspace| {
        signer.cache(workspace, cache, user.as_bytes(), 900).unwrap().as_bytes().to_vec()
    })
}

fn dsql(host: &str) -> String {
    token("eu-west-1", |signer, workspace| {
        let token = signer.dsql(workspace, host.as_bytes(), Role::Admin, 900);
        token.unwrap().as_bytes().to_vec()
    })
}

const DATABASE: &str = "db.abc.eu-west-1.rds.amazonaws.com";

#[test]
fn tokens_that_are_right_have_no_problem() {
    let msk = token("eu-west-1", |signer, workspace| {
        signer.msk(workspace, Some(b"a client"), 900).unwrap().as_bytes().to_vec()
    });
    let host = "abc.dsql.eu-west-1.on.aws";
    for token in [rds("eu-west-1", DATABASE, "app"), cache("sessions", "app"), dsql(host), msk] {
        let report = explained(&token, None);
        assert!(report.is_clean(), "{token}: {report:?}");
    }
}

#[test]
fn what_a_service_refuses_in_a_token_is_said() {
    let right = rds("eu-west-1", DATABASE, "app");
    for (token, problem) in [
        (format!("https://{right}"), "The text begins with its scheme"),
        (rds("us-east-1", DATABASE, "app"), "The database is in `eu-west-1`"),
        (rds("eu-west-1", DATABASE, ""), "`DBUser` is empty"),
        (right.replace(":5432/", "/"), "has no port"),
        (right.replace("rds-db", "rds"), "is signed for the service `rds-db`"),
        (cache("sessions.abc.euw1.cache.amazonaws.com", "app"), "is an address"),
        (cache("Sessions", "app"), "has capitals"),
        (cache("sessions", ""), "`User` is empty"),
        (dsql("abc.dsql.eu-west-1.on.aws:5432"), "has a port"),
        (dsql("abc.dsql.us-east-1.on.aws"), "belongs to the region `us-east-1`"),
        (cache("sessions", "app").replace("Expires=900", "Expires=901"), "X-Amz-Expires is 901"),
    ] {
        let report = explained(&token, None);
        let problems = problems(&report);
        assert!(problems.iter().any(|said| said.contains(problem)), "{problem}: {problems:?}");
    }
}
