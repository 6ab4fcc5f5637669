//! What people copy with a command: the prompt before it, comments above it, `sudo`.

use super::Shell;

/// Signs that end a prompt. Behind those of the first row comes a blank.
const PROMPT_ENDS: &[&[u8]] = &[b"$ ", b"% ", b"# ", b"> ", b">"];

/// Programs that run the rest of their line.
const RUNNERS: &[&[u8]] = &[b"sudo", b"time", b"command", b"exec", b"noglob", b"winpty"];

/// The text from the word `curl` on, if a curl command is what it begins with, and the shell that
/// the prompt is of.
pub(in super::super) fn command(text: &[u8]) -> Option<(&[u8], Option<Shell>)> {
    let mut rest = text;
    loop {
        rest = rest.trim_ascii_start();
        if let Some(found) = in_line(rest) {
            return Some(found);
        }
        // A comment above the command.
        if !rest.starts_with(b"#") {
            return None;
        }
        rest = &rest[memchr::memchr(b'\n', rest)?..];
    }
}

fn in_line(line: &[u8]) -> Option<(&[u8], Option<Shell>)> {
    if let Some(found) = program(line) {
        return Some((found, exe(found)));
    }
    // A prompt is short, and has no quotation in it.
    let first = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len()).min(200)];
    let ends = |end: &&[u8]| {
        memchr::memmem::find_iter(first, *end)
            .map(|at| at + end.len())
            .find(|&at| program(&line[at..]).is_some())
    };
    let at = PROMPT_ENDS.iter().filter_map(ends).min()?;
    let prompt = &line[..at];
    if prompt.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'=')) {
        return None;
    }
    let found = program(&line[at..])?;
    let is_drive = matches!(prompt, [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    let shell = if prompt.starts_with(b"PS ") {
        Some(Shell::Power)
    } else if is_drive {
        Some(Shell::Cmd)
    } else {
        exe(found)
    };
    Some((found, shell))
}

/// The text from the program's name on, if it is curl's, by whatever path it is called.
fn program(text: &[u8]) -> Option<&[u8]> {
    let mut text = text.trim_ascii_start();
    loop {
        // No path to a program is longer.
        let end = text.iter().take(200).position(u8::is_ascii_whitespace)?;
        let word = &text[..end];
        if RUNNERS.contains(&word) {
            text = text[end..].trim_ascii_start();
            continue;
        }
        let name = word.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
        let name = name.strip_suffix(b".exe").unwrap_or(name);
        return name.eq_ignore_ascii_case(b"curl").then_some(text);
    }
}

/// `curl.exe` is how it is called on Windows, where `PowerShell` knows another program as `curl`.
/// Single quotes and backticks are signs of `PowerShell`; a `^`, and a
/// backslash at the end of a line, speak for themselves.
fn exe(found: &[u8]) -> Option<Shell> {
    let name = found.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let has_sign = |sign: &str| memchr::memmem::find(found, sign.as_bytes()).is_some();
    let speaks = ["^", "\\\n", "\\\r\n"].into_iter().any(has_sign);
    if !name.to_ascii_lowercase().ends_with(b".exe") || speaks {
        return None;
    }
    let is_powershell = memchr::memchr2(b'\'', b'`', found).is_some();
    Some(if is_powershell { Shell::Power } else { Shell::Cmd })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_begins_behind_the_prompt() {
        for (text, shell) in [
            (&b"curl x"[..], None),
            (b"  curl x", None),
            (b"$ curl x", None),
            (b"user@host:~/dir$ curl x", None),
            (b"[user@host dir]# curl x", None),
            (b"host % curl x", None),
            (b"> curl x", None),
            (b"# what it does\n\n# curl x", None),
            (b"#!/bin/sh\n/usr/bin/curl x", None),
            (b"$ sudo curl x", None),
            (b"PS C:\\Users\\x> curl.exe x", Some(Shell::Power)),
            (b"C:\\Users\\x>curl x", Some(Shell::Cmd)),
            (b"curl.exe -s \"h\" x", Some(Shell::Cmd)),
            (b"curl.exe -s 'h' x", Some(Shell::Power)),
            (b"curl.exe ^\"h^\" x", None),
            (b"curl.exe -s 'h' \\\n x", None),
            (b"noglob curl x", None),
        ] {
            let (found, of) = command(text).unwrap();
            assert!(found.ends_with(b" x") && found.len() < 25, "{}", found.escape_ascii());
            assert_eq!(of, shell, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_curl_command_is_not_taken_for_one() {
        for text in
            [&b"GET /curl x HTTP/1.1"[..], b"curly x", b"GET / HTTP/1.1\n\n$ curl x", b"", b"#"]
        {
            assert_eq!(command(text), None, "{}", text.escape_ascii());
        }
    }
}
