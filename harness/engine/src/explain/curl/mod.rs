//! A curl command line, as browsers and people copy it.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::parts::{InputError, assemble};

/// Options that change nothing of what is signed, and take no value.
const PLAIN: &[&str] = &[
    "-s",
    "--silent",
    "-S",
    "--show-error",
    "-k",
    "--insecure",
    "-v",
    "--verbose",
    "-i",
    "--include",
    "-L",
    "--location",
    "-f",
    "--fail",
    "--compressed",
    "--path-as-is",
    "--globoff",
    "-g",
    "--http1.1",
    "--http2",
    "-sS",
    "-sv",
];
/// Options that change nothing of what is signed, and take a value.
const WITH_VALUE: &[&str] =
    &["-o", "--output", "-m", "--max-time", "--connect-timeout", "-x", "--proxy", "--retry"];

pub(super) fn parse(text: &[u8]) -> Result<Request, InputError> {
    let text = std::str::from_utf8(text)
        .map_err(|error| InputError::new("curl", format!("not UTF-8: {error}")))?;
    let words = shlex::split(text)
        .ok_or_else(|| InputError::new("curl", "a quotation mark that is not closed"))?;
    let mut words = words.into_iter().skip(1);
    let mut method = None;
    let mut url = None;
    let mut headers: Vec<(Bytes, Bytes)> = Vec::new();
    let mut body: Option<String> = None;
    while let Some(word) = words.next() {
        let (option, attached) = match word.split_once('=') {
            Some((option, value)) if word.starts_with("--") => {
                (option.to_owned(), Some(value.to_owned()))
            }
            _ => (word.clone(), None),
        };
        let mut value = || {
            attached.clone().or_else(|| words.next()).ok_or_else(|| {
                InputError::new(format!("curl {option}"), "expected a value behind it")
            })
        };
        match &option[..] {
            "-X" | "--request" => method = Some(value()?),
            "-I" | "--head" => method = Some("HEAD".to_owned()),
            "--url" => url = Some(value()?),
            "-H" | "--header" => headers.push(header(&value()?)?),
            "-A" | "--user-agent" => headers.push(("User-Agent".into(), value()?.into())),
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" => {
                let data = value()?;
                if data.starts_with('@') && option != "--data-raw" {
                    let problem = "the body is in a file: give it as --body-file";
                    return Err(InputError::new(format!("curl {option} {data}"), problem));
                }
                body = Some(match body {
                    Some(before) => format!("{before}&{data}"),
                    None => data,
                });
            }
            plain if PLAIN.contains(&plain) => {}
            other if WITH_VALUE.contains(&other) => drop(value()?),
            other if other.starts_with('-') => {
                let problem = "this option is not understood: leave it away if nothing that is \
                               signed depends on it";
                return Err(InputError::new(format!("curl {other}"), problem));
            }
            other => url = Some(other.to_owned()),
        }
    }
    let url = url.ok_or_else(|| InputError::new("curl", "expected a URL"))?;
    let method = method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
    Ok(assemble(&method, &url, headers, body.unwrap_or_default().into_bytes()))
}

fn header(text: &str) -> Result<(Bytes, Bytes), InputError> {
    let (name, value) = text.split_once(':').ok_or_else(|| {
        InputError::new("curl --header", format!("expected `Name: value`, got {text:?}"))
    })?;
    Ok((name.into(), value.trim().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_read_off_the_options() {
        let line = "curl -sS -X PUT 'https://h/a b' -H 'X-A: 1' --data-raw='x=1' --max-time 3";
        let request = parse(line.as_bytes()).unwrap();
        assert_eq!(request.method, "PUT".into());
        assert_eq!(request.target, "/a b".into());
        assert_eq!(request.headers, [("Host".into(), "h".into()), ("X-A".into(), "1".into())]);
        assert_eq!(request.body, "x=1".into());
        assert_eq!(parse(b"curl https://h -d a -d b").unwrap().body, "a&b".into());
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, place) in [
            ("curl --frobnicate https://h", "curl --frobnicate"),
            ("curl -d @file https://h", "curl -d @file"),
            ("curl 'https://h", "curl"),
            ("curl -H", "curl -H"),
        ] {
            assert_eq!(parse(line.as_bytes()).unwrap_err().place, place, "{line}");
        }
    }
}
