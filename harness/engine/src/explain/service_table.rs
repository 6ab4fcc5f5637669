//! Rules of services from a file, which come before the built-in ones.

use serde::Deserialize;
use toml::Spanned;

use super::parts::InputError;
use super::services::{PathRule, PayloadRule, ServiceRules, TokenRule};
use crate::expectations::line_of;

/// The rules of all services: the user's own, then the built-in ones.
#[derive(Clone, Debug, Default)]
pub struct ServiceTable {
    own: Vec<Own>,
}

/// The built-in rules alone.
pub static BUILT_IN: ServiceTable = ServiceTable { own: Vec::new() };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    service: Vec<Spanned<Own>>,
}

/// The rules of one service. What is left out is as in the built-in rules of the service, or of the
/// one that it is like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    name: String,
    #[serde(default)]
    like: Option<String>,
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
    source: String,
}

impl ServiceTable {
    /// Reads the text of `file`, TOML with one `[[service]]` for each.
    ///
    /// # Errors
    /// Text that is not TOML, an unknown key or word, no `name` or `source`, a name that comes twice;
    /// each with file and line.
    pub fn parse(file: &str, text: &str) -> Result<Self, InputError> {
        let fail = |at: usize, problem: &str| {
            InputError::new(format!("{file}, line {}", line_of(text, at)), problem)
        };
        let read: File = toml::from_str(text)
            .map_err(|error| fail(error.span().map_or(0, |span| span.start), error.message()))?;
        let mut own: Vec<Own> = Vec::new();
        for service in read.service {
            let at = service.span().start;
            let service = service.into_inner();
            if service.name.is_empty() {
                return Err(fail(at, "`name` is empty: expected the name in the scope"));
            }
            if own.iter().any(|other| other.name == service.name) {
                return Err(fail(at, &format!("the service `{}` is already listed", service.name)));
            }
            own.push(service);
        }
        Ok(Self { own })
    }

    /// The rules of a service.
    #[must_use]
    pub fn of(&self, service: &[u8]) -> ServiceRules<'_> {
        let Some(own) = self.own.iter().find(|own| own.name.as_bytes() == service) else {
            return ServiceRules::of(service);
        };
        let base = ServiceRules::of(own.like.as_ref().unwrap_or(&own.name).as_bytes());
        ServiceRules {
            service: &own.name,
            path: own.path.unwrap_or(base.path),
            payload: own.payload.unwrap_or(base.payload),
            token: own.token.unwrap_or(base.token),
            window_seconds: own.window_seconds.unwrap_or(base.window_seconds),
            longest_expires: own.longest_expires.unwrap_or(base.longest_expires),
            source: &own.source,
        }
    }

    /// The rules that are the user's own.
    pub fn own(&self) -> impl Iterator<Item = ServiceRules<'_>> {
        self.own.iter().map(|own| self.of(own.name.as_bytes()))
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
        assert_eq!(table.own().count(), 1);
        assert!(!ServiceTable::default().of(b"store").is_s3());
    }

    #[test]
    fn a_wrong_file_says_where() {
        for (text, expected) in [
            (RULES.replace("like", "liek"), "rules.toml, line 4: unknown field `liek`"),
            (RULES.replace("store", ""), "rules.toml, line 2: `name` is empty"),
            (RULES.repeat(2), "rules.toml, line 8: the service `store` is already listed"),
            (format!("{RULES}path = \"raw\""), "rules.toml, line 7: unknown variant `raw`"),
            ("[[service]]".to_owned(), "rules.toml, line 1: missing field `name`"),
            ("=".to_owned(), "rules.toml, line 1: "),
        ] {
            let error = ServiceTable::parse("rules.toml", &text).expect_err(&text).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
