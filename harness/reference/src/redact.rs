//! Texts as `Debug` shows them: without the session tokens in them.

use std::fmt;

use crate::primitive::percent;
use crate::target;

/// How the name of a header or parameter that holds a session token begins and ends: in between is
/// the word of a dialect, as in `x-amz-security-token`.
const TOKEN: [&[u8]; 2] = [b"x-", b"-security-token"];

/// What stands for a secret.
pub(crate) const REDACTED: &str = "(redacted)";

/// A request target or a canonical request. The value of each header and parameter that is a session
/// token is left out.
pub(crate) struct Shown<'t>(pub(crate) &'t [u8]);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.split(|&byte| byte == b'\n').map(shown_line).collect();
        fmt::Debug::fmt(&lines.join("\n"), formatter)
    }
}

/// Whether a header or parameter of this name, which may be percent-encoded, is a session token.
pub(crate) fn is_token(name: &[u8]) -> bool {
    let [start, end] = TOKEN;
    let decoded = percent::decode(name).map(|byte| byte.unwrap_or(b'%').to_ascii_lowercase());
    let decoded: Vec<u8> = decoded.collect();
    decoded.len() > start.len() + end.len() && decoded.starts_with(start) && decoded.ends_with(end)
}

/// A header, or the parameters of a query with or without a path before them.
fn shown_line(line: &[u8]) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let colon = line.iter().position(|&byte| byte == b':');
    if let Some(name) = colon.map(|colon| &line[..colon])
        && is_token(name)
    {
        return format!("{}:{REDACTED}", text(name));
    }
    let (start, parameters) = match target::split(line) {
        (path, Some(parameters)) => (text(path) + "?", parameters),
        (parameters, None) => (String::new(), parameters),
    };
    let parameters = parameters.split(|&byte| byte == b'&').map(|parameter| {
        let (name, _) = target::name_and_value(parameter);
        if is_token(name) { format!("{}={REDACTED}", text(name)) } else { text(parameter) }
    });
    start + &parameters.collect::<Vec<String>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_token_is_left_out_wherever_it_stands() {
        for (text, expected) in [
            ("/a?b=c", "/a?b=c"),
            ("/?X-Amz-Security-Token=a%2Fb?c&d=e", "/?X-Amz-Security-Token=(redacted)&d=e"),
            ("/?d&x%2Damz-Security-Token=ab", "/?d&x%2Damz-Security-Token=(redacted)"),
            ("X-Amz-Security-Token=ab&d=e", "X-Amz-Security-Token=(redacted)&d=e"),
            ("/?X-Osc-Security-Token=a&d=e", "/?X-Osc-Security-Token=(redacted)&d=e"),
            ("GET\nx-amz-security-token:a=b&c\nhost", "GET\nx-amz-security-token:(redacted)\nhost"),
            ("x-amz-security-tokens:a", "x-amz-security-tokens:a"),
            ("a;x-amz-security-token", "a;x-amz-security-token"),
        ] {
            assert_eq!(format!("{:?}", Shown(text.as_bytes())), format!("{expected:?}"));
        }
    }
}
