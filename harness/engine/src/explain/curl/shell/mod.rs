//! A command line as a shell splits it into words. Which shell it was written for shows in its
//! prompt, its quotation marks and the sign at the end of a line that goes on.

mod ansi_c;
mod cmd;
mod cursor;
mod posix;
mod powershell;
mod prompt;

use super::super::parts::InputError;
use ansi_c::ansi_c;
use cursor::{Cursor, error_at};

pub(super) use prompt::command;

/// One word of a command line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Word {
    /// The word, without the quotation marks.
    pub(super) text: Vec<u8>,
    /// What the shell writes into this word when it runs the line, such as `$TOKEN`.
    pub(super) unknown: Option<String>,
}

/// The words of one command.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Line {
    /// The words, the name of the program first.
    pub(super) words: Vec<Word>,
    /// What has two readings, and which was taken.
    pub(super) remarks: Vec<String>,
}

/// The shell that a line is written for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shell {
    /// bash, zsh and their like.
    Posix,
    /// The command interpreter of Windows.
    Cmd,
    /// `PowerShell`, of Windows or not.
    Power,
}

/// No shell takes a longer line: Linux allows 128 KiB in one word and 2 MiB in all, Windows 32 KiB.
/// What is longer is another kind of file, or a quotation mark that is not closed.
const LONGEST: usize = 2 << 20;

/// Splits the first command of `text`, which begins with the name of the program.
pub(super) fn split(text: &[u8], shell: Option<Shell>) -> Result<Line, InputError> {
    let cut = &text[..text.len().min(LONGEST)];
    let result = match shell.unwrap_or_else(|| written_for(cut)) {
        Shell::Posix => posix::split(cut),
        Shell::Cmd => cmd::split(cut),
        Shell::Power => powershell::split(cut),
    };
    if cut.len() < text.len() && result.as_ref().map_or(true, |(_, end)| *end == cut.len()) {
        let problem = "longer than any shell takes it, or a quotation mark is not closed: give the \
                       body as --body-file";
        return Err(InputError::new("curl", problem));
    }
    let (line, end) = result?;
    goes_on(cut, end)?;
    Ok(line)
}

/// A line that lost its sign of continuation ran without its options: another request than meant.
fn goes_on(text: &[u8], end: usize) -> Result<(), InputError> {
    let rest = &text[end..];
    let Some(next) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) else {
        return Ok(());
    };
    let is_option = match rest[next..] {
        [b'-', b'-', letter, ..] | [b'-', letter, ..] => letter.is_ascii_alphabetic(),
        _ => false,
    };
    let is_own_line = rest[..next].contains(&b'\n');
    if is_option && is_own_line {
        let problem = "this line begins with an option, but the line before does not end in the \
                       sign that it goes on (`\\`, in cmd `^`, in PowerShell a backtick): a shell \
                       runs curl without it";
        return Err(error_at(text, end + next, problem));
    }
    Ok(())
}

/// Which shell a line is written for, by the first sign that tells.
fn written_for(text: &[u8]) -> Shell {
    let mut cursor = Cursor::new(text);
    while let Some(byte) = cursor.next() {
        match byte {
            b'^' if cursor.peek() == Some(b'"') || ends_line(&cursor) => return Shell::Cmd,
            b'`' if ends_line(&cursor) => return Shell::Power,
            b'\\' if ends_line(&cursor) => return Shell::Posix,
            b'$' if cursor.peek() == Some(b'\'') => return Shell::Posix,
            b'\\' => cursor.skip(1),
            b'\'' => {
                let Some(_) = cursor.until(b'\'') else { break };
            }
            b'"' => loop {
                match cursor.next() {
                    None => return Shell::Posix,
                    Some(b'"') => break,
                    Some(b'\\') => cursor.skip(1),
                    Some(_) => {}
                }
            },
            b'\n' => break,
            _ => {}
        }
    }
    Shell::Posix
}

fn ends_line(cursor: &Cursor<'_>) -> bool {
    cursor.line_end(0) > 0
}

/// `&` outside quotation marks ends the command in every shell, and an address pasted without them
/// is the usual reason.
fn is_cut_address(word: &[u8], next: Option<u8>) -> bool {
    let follows = next.is_some_and(|byte| byte.is_ascii_alphanumeric());
    follows && memchr::memmem::find(word, b"://").is_some()
}

const CUT_ADDRESS: &str = "`&` outside quotation marks ends the command: the server gets the URL \
                           up to there only. Put the URL in quotation marks";

/// The shell's text in a message: never long, never more than one line.
fn shown(text: &[u8]) -> String {
    text.iter().take(40).copied().flat_map(std::ascii::escape_default).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_shows_in_what_is_written() {
        for (text, shell) in [
            (&b"curl 'https://h' -H 'a: ^\"'"[..], Shell::Posix),
            (b"curl 'https://h' \\\n -v", Shell::Posix),
            (b"curl --data-raw $'a' -H 'b`'", Shell::Posix),
            (b"curl ^\"https://h^\"", Shell::Cmd),
            (b"curl \"https://h\" ^\r\n  -v", Shell::Cmd),
            (b"curl 'https://h' `\r\n  -v", Shell::Power),
            (b"curl \"https://h\" -d \"{\\\"a\\\":1}\"", Shell::Posix),
        ] {
            assert_eq!(written_for(text), shell, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_line_that_lost_its_continuation_is_refused() {
        for text in [&b"curl https://h\n  -H 'a: 1'"[..], b"curl https://h\n\n--data x"] {
            let error = split(text, None).unwrap_err();
            assert!(error.problem.contains("does not end in the sign"), "{error}");
        }
        assert!(split(b"curl https://h\n* Trying\n- a list", None).is_ok());
    }

    #[test]
    fn a_line_without_end_is_refused_at_once() {
        let mut text = b"curl 'https://h".to_vec();
        text.resize(100 << 20, b'a');
        let error = split(&text, None).unwrap_err();
        assert!(error.problem.starts_with("longer than any shell takes it"), "{error}");
    }
}
