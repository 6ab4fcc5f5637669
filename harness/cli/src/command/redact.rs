//! Arguments of adapters that look like secrets: they are not copied into logs and messages.

/// What replaces a secret.
const HIDDEN: &str = "***";

/// Names of options and variables whose values are secret contain one of these.
const SECRET_NAMES: &[&str] =
    &["secret", "passw", "token", "credential", "apikey", "api-key", "api_key", "private"];

/// The vendor's documented examples, which are not secret.
const EXAMPLES: &[&str] =
    &["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"];

/// The words of a command line without the values that look like secrets: values of options and
/// variables with such a name, values that look like a secret access key, and passwords in URLs.
pub(super) fn redacted(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut hidden = false;
    words
        .map(|word| {
            let follows = std::mem::take(&mut hidden);
            if follows && !word.starts_with('-') {
                return HIDDEN.to_owned();
            }
            match word.split_once('=') {
                Some((name, _)) if is_secret_name(name) => format!("{name}={HIDDEN}"),
                Some((name, value)) if is_secret_key(value) => format!("{name}={HIDDEN}"),
                Some(_) => without_password(&word),
                None => {
                    hidden = word.starts_with('-') && is_secret_name(&word);
                    if is_secret_key(&word) { HIDDEN.to_owned() } else { without_password(&word) }
                }
            }
        })
        .collect()
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // The name of a file that holds a secret is not secret.
    !name.ends_with("file") && SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// 40 characters of base64, like a secret access key.
fn is_secret_key(word: &str) -> bool {
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"/+".contains(&byte);
    let path = word.starts_with('/') || word.matches('/').count() > 4;
    word.len() == 40 && word.bytes().all(base64) && !path && !EXAMPLES.contains(&word)
}

/// `https://user:password@host` without the password.
fn without_password(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let authority = rest.split('/').next().unwrap_or_default();
    let Some((user, host)) = authority.rsplit_once('@') else { return word.to_owned() };
    let Some((name, _)) = user.split_once(':') else { return word.to_owned() };
    format!("{scheme}://{name}:{HIDDEN}@{host}{}", &rest[authority.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_nothing_else() {
        let key = "a".repeat(20) + &"Z9+".repeat(6) + "xy";
        for (words, shown) in [
            ("./adapter --region us-east-1", "./adapter --region us-east-1"),
            ("./adapter --secret abc --fast", "./adapter --secret *** --fast"),
            ("./adapter --secret-key=abc", "./adapter --secret-key=***"),
            ("env AWS_SESSION_TOKEN=abc ./a", "env AWS_SESSION_TOKEN=*** ./a"),
            ("./adapter --token --fast", "./adapter --token --fast"),
            ("./adapter --secret-file x", "./adapter --secret-file x"),
            ("./adapter https://me:pw@host/x?y", "./adapter https://me:***@host/x?y"),
            (&format!("./adapter {key}")[..], "./adapter ***"),
            (&format!("./adapter {}", EXAMPLES[0]), &format!("./adapter {}", EXAMPLES[0])),
        ] {
            let words = words.split(' ').map(str::to_owned);
            assert_eq!(redacted(words).join(" "), shown);
        }
    }
}
