//! Rules of services from a file, which come before the built-in ones.

use serde::Deserialize;
use sigv4_protocol::nearest;
use sigv4_vectors::plain::in_plain_words;
use toml::Spanned;

use super::parts::InputError;
use super::services::{EVERY_OTHER, PathRule, PayloadRule, SERVICES, ServiceRules, TokenRule};
use crate::expectations::line_of;

/// The rules of all services: the user's own, then the built-in ones.
#[derive(Clone, Debug, Default)]
pub struct ServiceTable {
    own: Vec<Own>,
}

/// The built-in rules alone.
pub static BUILT_IN: ServiceTable = ServiceTable { own: Vec::new() };

/// The rules of one service from a file.
#[derive(Clone, Debug)]
struct Own {
    name: String,
    source: String,
    /// The rules, with the name and the source of those that they are like.
    rules: ServiceRules<'static>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    service: Vec<Written>,
}

/// The rules of one service as they are written. What is left out is as in the built-in rules of the
/// service, or in those of the one that it is like.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Spanned<String>,
    #[serde(default)]
    like: Option<Spanned<String>>,
    #[serde(default)]
    path: Option<PathRule>,
    #[serde(default)]
    payload: Option<PayloadRule>,
    #[serde(default)]
    token: Option<TokenRule>,
    #[serde(default)]
    window_seconds: Option<u64>,
    #[serde(default)]
    longest_expires: Option<u64>,
    source: Spanned<String>,
}

impl ServiceTable {
    /// Reads the text of `file`, TOML with one `[[service]]` for each.
    ///
    /// # Errors
    /// Text that is not TOML, an unknown key or word, no service at all, no `name` or `source` or an empty one, a name that
    /// no scope can have or that comes twice, `like` with a name that is neither built in nor above;
    /// each with file and line.
    pub fn parse(file: &str, text: &str) -> Result<Self, InputError> {
        let fail = |at: usize, problem: &str| {
            InputError::new(format!("{file}, line {}", line_of(text, at)), problem)
        };
        let read: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            fail(at, &in_plain_words(error.message(), "a table"))
        })?;
        if read.service.is_empty() {
            let problem = "no service is defined: expected a table `[[service]]` for each";
            return Err(InputError::new(file, problem));
        }
        let mut table = Self::default();
        for written in read.service {
            let own = table.complete(written).map_err(|(at, problem)| fail(at, &problem))?;
            table.own.push(own);
        }
        Ok(table)
    }

    /// One service of the file, with those above it in the table; or the place of what is wrong.
    fn complete(&self, written: Written) -> Result<Own, (usize, String)> {
        let (at, name) = (written.name.span().start, written.name.into_inner());
        let is_in_scopes = |name: &str| !name.contains(|c: char| c == '/' || c.is_whitespace());
        if name.is_empty() || name == EVERY_OTHER || !is_in_scopes(&name) {
            let problem = format!(
                "`name` is {name:?}: expected the name of one service as it is in the scope, such as \
                 `execute-api`"
            );
            return Err((at, problem));
        }
        if self.own.iter().any(|other| other.name == name) {
            return Err((at, format!("the service `{name}` is already listed")));
        }
        let (at, source) = (written.source.span().start, written.source.into_inner());
        if source.trim().is_empty() {
            let problem = "`source` is empty: expected where these rules are documented";
            return Err((at, problem.to_owned()));
        }
        let base = match written.like {
            None => ServiceRules::of(name.as_bytes()),
            Some(like) => {
                self.base(like.get_ref()).map_err(|problem| (like.span().start, problem))?
            }
        };
        let rules = ServiceRules {
            path: written.path.unwrap_or(base.path),
            payload: written.payload.unwrap_or(base.payload),
            token: written.token.unwrap_or(base.token),
            window_seconds: written.window_seconds.unwrap_or(base.window_seconds),
            longest_expires: written.longest_expires.unwrap_or(base.longest_expires),
            ..base
        };
        Ok(Own { name, source, rules })
    }

    /// The rules that others are like.
    fn base(&self, like: &str) -> Result<ServiceRules<'static>, String> {
        let own = self.own.iter().find(|own| own.name == like).map(|own| own.rules);
        let built_in = || SERVICES.iter().find(|rules| rules.service == like).copied();
        own.or_else(built_in).ok_or_else(|| {
            let hint = match self.nearest(like) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "`services list` shows those that are built in".to_owned(),
            };
            format!(
                "`like` is {like:?}: expected a service with rules of its own, built in or defined above \
                 in this file; {hint}"
            )
        })
    }

    /// The rules of a service; those of all others, where it has none of its own.
    #[must_use]
    pub fn of(&self, service: &[u8]) -> ServiceRules<'_> {
        let own = self.own.iter().find(|own| own.name.as_bytes() == service);
        own.map_or_else(|| ServiceRules::of(service), Own::rules)
    }

    /// The rules of all services that have rules of their own, the user's own first.
    pub fn all(&self) -> impl Iterator<Item = ServiceRules<'_>> {
        let is_own = |name: &str| self.own.iter().any(|own| own.name == name);
        let built_in = SERVICES.iter().filter(move |rules| !is_own(rules.service)).copied();
        self.own.iter().map(Own::rules).chain(built_in)
    }

    /// The service with rules of its own whose name is the most like this one, if any is.
    #[must_use]
    pub fn nearest(&self, service: &str) -> Option<&str> {
        nearest(service, self.all().map(|rules| rules.service))
    }
}

impl Own {
    fn rules(&self) -> ServiceRules<'_> {
        ServiceRules { service: &self.name, source: &self.source, ..self.rules }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "
[[service]]
name = \"store\"
like = \"s3\"
window_seconds = 60
source = \"our handbook\"
";

    #[test]
    fn own_rules_come_before_the_built_in_ones() {
        let table = ServiceTable::parse("rules.toml", RULES).expect("rules");
        let rules = table.of(b"store");
        assert!(rules.is_s3());
        assert_eq!((rules.service, rules.window_seconds), ("store", 60));
        assert_eq!(table.of(b"s3"), ServiceRules::of(b"s3"));
        assert_eq!(table.all().count(), SERVICES.len() + 1);
        assert!(!ServiceTable::default().of(b"store").is_s3());
        let redefined = RULES.replace("\"store\"", "\"s3\"");
        let table = ServiceTable::parse("rules.toml", &redefined).expect("rules");
        assert_eq!(table.of(b"s3").window_seconds, 60);
        assert_eq!(table.all().count(), SERVICES.len());
    }

    #[test]
    fn a_service_can_be_like_one_above() {
        let more = "[[service]]\nname = \"store2\"\nlike = \"store\"\nsource = \"same\"\n";
        let table = ServiceTable::parse("rules.toml", &format!("{RULES}{more}")).expect("rules");
        let rules = table.of(b"store2");
        assert!(rules.is_s3());
        assert_eq!((rules.service, rules.window_seconds, rules.source), ("store2", 60, "same"));
        let error =
            ServiceTable::parse("rules.toml", &format!("{more}{RULES}")).expect_err("order");
        assert!(error.problem.contains("defined above"), "{error}");
    }

    #[test]
    fn a_wrong_file_says_where() {
        for (text, expected) in [
            (RULES.replace("like", "liek"), "rules.toml, line 4: unknown field `liek`"),
            (
                RULES.replace("store", ""),
                "rules.toml, line 3: `name` is \"\": expected the name of one",
            ),
            (RULES.replace("store", "*"), "rules.toml, line 3: `name` is \"*\": expected the name"),
            (
                RULES.replace("store", "a/b"),
                "rules.toml, line 3: `name` is \"a/b\": expected the name",
            ),
            (RULES.replace("s3", "S3"), "rules.toml, line 4: `like` is \"S3\": expected a service"),
            (
                RULES.replace("s3", "warehouse"),
                "rules.toml, line 4: `like` is \"warehouse\": expected",
            ),
            (RULES.replace("s3", "store"), "rules.toml, line 4: `like` is \"store\": expected"),
            (
                RULES.replace("our handbook", " "),
                "rules.toml, line 6: `source` is empty: expected where these rules are documented",
            ),
            (RULES.repeat(2), "rules.toml, line 9: the service `store` is already listed"),
            (format!("{RULES}path = \"raw\""), "rules.toml, line 7: unknown word `raw`"),
            ("[[service]]".to_owned(), "rules.toml, line 1: the field `name` is missing"),
            ("=".to_owned(), "rules.toml, line 1: "),
            ("# nothing\n".to_owned(), "rules.toml: no service is defined"),
        ] {
            let error = ServiceTable::parse("rules.toml", &text).expect_err(&text).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        let near = ServiceTable::parse("rules.toml", &RULES.replace("s3", "S3")).expect_err("case");
        assert!(near.problem.ends_with("did you mean `s3`?"), "{near}");
    }
}
