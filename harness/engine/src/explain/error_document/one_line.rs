//! Stages that a log or a web page put on one line, with a space for each line end.

/// The text with its line ends again; `None` if it has them, or is not a stage.
pub(super) fn lines_again(text: &str) -> Option<String> {
    if text.contains('\n') {
        None
    } else if text.starts_with("AWS4-") {
        // No line of a string to sign holds a space.
        Some(text.replace(' ', "\n"))
    } else {
        canonical_request(text)
    }
}

/// The list of signed headers says where each header begins. Neither path nor query holds a space, and of
/// an empty line nothing may be left.
fn canonical_request(text: &str) -> Option<String> {
    let (above, hash) = text.rsplit_once(' ')?;
    let (above, signed) = above.rsplit_once(' ')?;
    let starts = |name: &str| format!(" {name}:");
    let mut names = signed.split(';');
    let (head, _) = above.split_once(&starts(names.next()?))?;
    let mut headers = &above[head.len() + 1..];
    let words: Vec<&str> = head.split(' ').filter(|word| !word.is_empty()).collect();
    let (method, path, query) = match words[..] {
        [method, path] => (method, path, ""),
        [method, path, query] => (method, path, query),
        _ => return None,
    };
    let mut lines = vec![method, path, query];
    for name in names {
        let (header, _) = headers.split_once(&starts(name))?;
        lines.push(header);
        headers = &headers[header.len() + 1..];
    }
    lines.extend([headers.trim_end_matches(' '), "", signed, hash]);
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_on_one_line_has_its_lines_again() {
        for stage in [
            "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/s3/aws4_request\n00ff",
            "GET\n/\n\nhost:h\n\nhost\n00ff",
            "PUT\n/a%20b\nx=1&y=\nempty:\nhost:h\nx-amz-meta-a:two words\n\nempty;host;x-amz-meta-a\n00ff",
        ] {
            let spaced = stage.replace('\n', " ");
            let collapsed = spaced.replace("  ", " ");
            assert_eq!(lines_again(&spaced).as_deref(), Some(stage));
            assert_eq!(lines_again(&collapsed).as_deref(), Some(stage), "{collapsed}");
            assert_eq!(lines_again(stage), None);
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in ["", "GET", "GET / host:h", "GET / x=1 y=2 host:h host 00ff", "a b c d e"] {
            assert_eq!(lines_again(text), None, "{text}");
        }
    }
}
