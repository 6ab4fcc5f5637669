//! Tokens and passwords.

use sigv4_protocol::TokenQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{TokenInput, TokenKind};

use super::draw::Draw;
use super::request;

/// Hosts, and what none is.
const HOSTS: &[&str] =
    &["mydb.example.com", "MyDB.Example.COM", "[::1]", "h", "a.b:1", "https://h", "h/", ""];

/// Regions that become a host.
const REGIONS: &[&str] = &["us-east-1", "cn-north-1", "eu-central-1"];

/// Names, users and user agents.
const NAMES: &[&str] = &["example", "jane doe+x@y", "a/b~c", "é", " a  b ", "", "a\nb"];

/// Paths of repositories.
const PATHS: &[&str] = &[
    "/v1/repos/example",
    "/v1/repos/a b",
    "/v1/repos/a%20b",
    "/v1//repos/../a",
    "/v1/repos/a?b=c&a",
    "",
    "v1",
];

/// Lifetimes, some of them too long or too short.
const LIFETIMES: &[u64] = &[900, 60, 1, 604_800, 901, 0];

/// A token of any kind.
pub(super) fn token(draw: &mut Draw<'_, '_>) -> TokenQuestion {
    let input = request::question(draw).input;
    let kind = draw.pick(TokenKind::ALL);
    let mut text = |words: &[&str], plain: u16| {
        Bytes::from(if draw.odds(plain) { words[0] } else { draw.pick(words) })
    };
    let (host, name, user) = (text(HOSTS, 128), text(NAMES, 128), text(NAMES, 64));
    let (path, agent) = (text(PATHS, 64), text(NAMES, 64));
    let region = if draw.odds(200) { draw.pick(REGIONS).into() } else { input.region };
    let lifetime = if draw.odds(160) { 900 } else { draw.pick(LIFETIMES) };
    let port = if draw.odds(64) { 443 } else { 5432 };
    let mut has = |field| kind.requires(field) || (kind.allows(field) && draw.odds(128));
    let (has_port, has_agent) = (has("port"), has("user_agent"));
    TokenQuestion {
        input: TokenInput {
            kind,
            time: input.time,
            region,
            credentials: input.credentials,
            host: kind.requires("host").then_some(host),
            port: has_port.then_some(port),
            name: kind.requires("name").then_some(name),
            user: kind.requires("user").then_some(user),
            path: kind.requires("path").then_some(path),
            user_agent: has_agent.then_some(agent),
            lifetime: kind.requires("lifetime").then_some(lifetime),
        },
    }
}
