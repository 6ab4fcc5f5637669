//! The keys that the endpoint knows.

use serde::Deserialize;
use sigv4_reference::KeyMaterial;
use sigv4_reference::verify::{KeyStore, StoredKey};
use sigv4_vectors::Secret;
use sigv4_vectors::plain::in_plain_words;

/// A key that clients may sign with.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: Secret,
    /// The token, of temporary credentials.
    pub session_token: Option<Secret>,
}

/// All keys that the endpoint knows; at least one.
#[derive(Clone, Debug)]
pub struct Keys {
    first: Key,
    others: Vec<Key>,
}

/// A text that does not hold keys.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeysError {
    /// Another text than keys in TOML. What it holds is not shown: it may be a secret.
    #[error(
        "line {line}: {problem}; expected [[key]] tables as `sigv4-conformance capture --help` shows"
    )]
    Text {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// No key in it.
    #[error("expected at least one [[key]]")]
    Empty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    key: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

impl Keys {
    /// The vendor's documented examples: `AKIDEXAMPLE`, and `AKIAIOSFODNN7EXAMPLE`.
    #[must_use]
    pub fn examples() -> Self {
        let key = |id: &str, secret: &str| Key {
            access_key_id: id.to_owned(),
            secret_access_key: secret.as_bytes().into(),
            session_token: None,
        };
        Self {
            first: key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            others: vec![key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")],
        }
    }

    /// Reads `[[key]]` tables with `access_key_id`, `secret_access_key` and, for temporary
    /// credentials, `session_token`.
    ///
    /// # Errors
    /// Text that is something else, or holds no key.
    pub fn parse(text: &str) -> Result<Self, KeysError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            // The first line alone: the rest may quote the file.
            let problem = error.message().lines().next().unwrap_or_default().to_owned();
            KeysError::Text { line, problem: in_plain_words(&problem, "a table") }
        })?;
        let mut keys = file.key.into_iter().map(|entry| Key {
            access_key_id: entry.access_key_id,
            secret_access_key: entry.secret_access_key.as_bytes().into(),
            session_token: entry.session_token.map(|token| token.as_bytes().into()),
        });
        let first = keys.next().ok_or(KeysError::Empty)?;
        Ok(Self { first, others: keys.collect() })
    }

    /// The key that clients are told to use.
    #[must_use]
    pub fn first(&self) -> &Key {
        &self.first
    }

    /// The key with this id.
    pub(super) fn get(&self, access_key_id: &[u8]) -> Option<&Key> {
        let mut all = std::iter::once(&self.first).chain(&self.others);
        all.find(|key| key.access_key_id.as_bytes() == access_key_id)
    }
}

impl KeyStore for Keys {
    fn key(&self, access_key_id: &[u8]) -> Option<StoredKey<'_>> {
        self.get(access_key_id).map(|key| StoredKey {
            access_key_id: key.access_key_id.as_bytes(),
            material: KeyMaterial::Secret(&key.secret_access_key),
            session_token: key.session_token.as_deref(),
            active: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_by_their_id() {
        let text = "[[key]]\naccess_key_id = \"A\"\nsecret_access_key = \"s\"\n\
                    [[key]]\naccess_key_id = \"B\"\nsecret_access_key = \"t\"\nsession_token = \"u\"";
        let keys = Keys::parse(text).expect("keys");
        assert_eq!(keys.first().access_key_id, "A");
        let second = keys.key(b"B").expect("a key");
        assert_eq!(second.session_token, Some(&b"u"[..]));
        assert!(keys.key(b"a").is_none());
    }

    #[test]
    fn wrong_files_name_the_line_and_show_no_secret() {
        let said = |text: &str| Keys::parse(text).expect_err("an error").to_string();
        let secret = "do-not-show";
        let problems = [
            said(""),
            said(&format!("[[key]]\naccess_key_id = \"A\"\nsecret = \"{secret}\"")),
            said(&format!("[[key]]\naccess_key_id = \"A\"\nsecret_access_key = {secret}")),
            said("[[key]]\naccess_key_id = \"A\""),
        ];
        let problems = problems.join("\n");
        assert!(!problems.contains(secret), "{problems}");
        insta::assert_snapshot!("keys", problems);
    }
}
