//! Where the shell commands get credentials, scope and time.

use std::io::{IsTerminal as _, stdin};
use std::path::Path;

use sigv4_reference::Time;
use sigv4_vectors::model::Credentials;
use zeroize::Zeroizing;

use super::input::Limit;
use crate::args::{CredentialArguments, Example, PlaceArguments, SecretArguments};
use crate::failure::Failure;
use crate::prompt;

/// The variable that holds the secret.
const SECRET_VARIABLE: &str = "SIGV4_CONFORMANCE_SECRET_ACCESS_KEY";
/// The variable that holds the session token.
const TOKEN_VARIABLE: &str = "SIGV4_CONFORMANCE_SESSION_TOKEN";

impl PlaceArguments {
    /// The given time, or the current one.
    pub(super) fn time(&self) -> Result<Time, Failure> {
        time_or_now("--time", self.time.as_deref())
    }
}

/// The time that an option gives, or the current one.
pub(super) fn time_or_now(option: &str, given: Option<&str>) -> Result<Time, Failure> {
    let text = given.map_or_else(
        || jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string(),
        str::to_owned,
    );
    Time::parse(text.as_bytes()).map_err(|error| {
        let problem = error.to_string();
        Failure::Argument(format!("{option}: {}", problem.trim_start_matches("time: ")))
    })
}

impl CredentialArguments {
    /// The key pair and the token.
    pub(super) fn load(&self) -> Result<Credentials, Failure> {
        let (access_key_id, secret_access_key) = match (self.secret.example, &self.access_key_id) {
            (Some(example), _) => {
                let (id, secret) = example.key_pair();
                (id.to_owned(), Zeroizing::new(secret.to_owned()))
            }
            (None, Some(id)) => (id.clone(), self.secret.secret()?),
            (None, None) => {
                let problem = "expected --access-key-id, or --example with documented credentials";
                return Err(Failure::Argument(problem.to_owned()));
            }
        };
        Ok(Credentials {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.as_bytes().into(),
            session_token: self.session_token()?.map(|token| token.as_bytes().into()),
        })
    }
}

impl CredentialArguments {
    fn session_token(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        match &self.session_token_file {
            Some(path) => Ok(Some(only_line("--session-token-file", path)?)),
            None => Ok(std::env::var(TOKEN_VARIABLE).ok().map(Zeroizing::new)),
        }
    }
}

/// The only line of a file, without the line break at its end. Of a file with more lines, nobody knows
/// which is meant, and the signature would be wrong without a word.
fn only_line(option: &str, path: &Path) -> Result<Zeroizing<String>, Failure> {
    let bytes = Zeroizing::new(Limit::SECRET.read(option, path)?);
    let not_text = |_| Failure::Argument(format!("{option} {}: expected text", path.display()));
    let text = std::str::from_utf8(&bytes).map_err(not_text)?;
    let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    let found = match line.split(['\n', '\r']).count() {
        _ if line.trim().is_empty() => "nothing in it".to_owned(),
        1 => return Ok(Zeroizing::new(line.to_owned())),
        lines => format!("{lines} lines"),
    };
    let file = path.display();
    Err(Failure::Argument(format!(
        "{option} {file}: expected one line and nothing else, got {found}"
    )))
}

impl SecretArguments {
    /// The secret alone.
    pub(super) fn secret(&self) -> Result<Zeroizing<String>, Failure> {
        if let Some(example) = self.example {
            return Ok(Zeroizing::new(example.key_pair().1.to_owned()));
        }
        if let Some(path) = &self.secret_file {
            return only_line("--secret-file", path);
        }
        if let Ok(secret) = std::env::var(SECRET_VARIABLE) {
            return Ok(Zeroizing::new(secret));
        }
        if !stdin().is_terminal() {
            return Err(Failure::Argument(format!(
                "expected the secret in {SECRET_VARIABLE}, in --secret-file, or a terminal to ask"
            )));
        }
        prompt::secret("Secret access key: ").map_err(Failure::Prompt)
    }
}

impl Example {
    /// The credentials that the vendor's documentation uses.
    pub(super) fn key_pair(self) -> (&'static str, &'static str) {
        match self {
            Self::S3 => ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            Self::Suite => ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        }
    }
}
