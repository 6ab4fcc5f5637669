//! Words as a program of Windows gets them: the command interpreter reads `^`, `"` and its own
//! signs, and the C library of the program then splits what is left.

use super::super::super::parts::InputError;
use super::{CUT_ADDRESS, Cursor, Line, Word, is_cut_address, shown};

/// The words of the first command, and where it ends.
pub(super) fn split(text: &[u8]) -> Result<(Line, usize), InputError> {
    let mut cursor = Cursor::new(text);
    let passed = interpret(&mut cursor)?;
    Ok((Line { words: words(&passed), remarks: Vec::new() }, cursor.position()))
}

/// A command line as the interpreter passes it on.
#[derive(Default)]
struct Passed {
    text: Vec<u8>,
    /// Variables, by the place in the text where the interpreter writes their value.
    variables: Vec<(usize, String)>,
}

fn interpret(cursor: &mut Cursor<'_>) -> Result<Passed, InputError> {
    let mut passed = Passed::default();
    let mut quoted_from: Option<Cursor<'_>> = None;
    while let Some(byte) = cursor.peek() {
        let is_quoted = quoted_from.is_some();
        match byte {
            // A line ends the command, whether a quotation mark is open or not.
            b'\n' => break,
            b'\r' if cursor.line_end(0) > 0 => break,
            b'^' if !is_quoted => {
                cursor.skip(1);
                escaped(cursor, &mut passed.text);
                continue;
            }
            b'"' => {
                quoted_from = if is_quoted { None } else { Some(cursor.clone()) };
                passed.text.push(byte);
            }
            b'&' | b'|' if !is_quoted => {
                if byte == b'&' && is_cut_address(&passed.text, cursor.peek_at(1)) {
                    return Err(cursor.error(CUT_ADDRESS));
                }
                break;
            }
            b'<' | b'>' if !is_quoted => {
                redirection(cursor, &mut passed.text);
                continue;
            }
            b'%' => {
                if let Some(name) = variable(cursor) {
                    passed.variables.push((passed.text.len(), name));
                }
                passed.text.push(byte);
            }
            _ => passed.text.push(byte),
        }
        cursor.skip(1);
    }
    match quoted_from {
        Some(opened) => {
            let problem = "a quotation mark that is opened here is not closed in its line; a line \
                           goes on behind a `^` outside quotation marks";
            Err(opened.error(problem))
        }
        None => Ok(passed),
    }
}

/// Behind `^`: the next sign means itself. A line end vanishes, and the sign after it means itself:
/// browsers write a line end within a value as `^` and two of them.
fn escaped(cursor: &mut Cursor<'_>, text: &mut Vec<u8>) {
    let end = cursor.line_end(0);
    if end > 0 {
        cursor.skip(end);
        let second = cursor.line_end(0);
        if second > 0 {
            cursor.skip(second);
            text.push(b'\n');
            return;
        }
    }
    text.extend(cursor.next());
}

/// `>`, `>>`, `<` with the file behind it, and the number before it.
fn redirection(cursor: &mut Cursor<'_>, text: &mut Vec<u8>) {
    if let [.., b' ' | b'\t', b'0'..=b'9'] = text[..] {
        text.pop();
    }
    cursor.take_while(|byte| matches!(byte, b'<' | b'>' | b'&'));
    cursor.take_while(|byte| matches!(byte, b' ' | b'\t'));
    if cursor.peek() == Some(b'"') {
        cursor.skip(1);
        cursor.take_while(|byte| !matches!(byte, b'"' | b'\n'));
        cursor.skip(usize::from(cursor.peek() == Some(b'"')));
    } else {
        cursor.take_while(|byte| !byte.is_ascii_whitespace() && !b"|&<>".contains(&byte));
    }
}

/// `%NAME%`, where it is one: the escapes of a URL (`%2Fus-east-1%2F`) look much the same, and the
/// interpreter leaves a name that it does not know as it is.
fn variable(cursor: &Cursor<'_>) -> Option<String> {
    let mut ahead = cursor.clone();
    ahead.skip(1);
    let name = ahead.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_escape = name.iter().take(2).all(u8::is_ascii_hexdigit);
    let is_name = name.len() > 2 && !name[0].is_ascii_digit() && !is_escape;
    (is_name && ahead.peek() == Some(b'%')).then(|| format!("%{}%", shown(name)))
}

/// Splits as the C library of Windows does: backslashes mean something before a quotation mark
/// only, and two marks within quotation are one.
fn words(passed: &Passed) -> Vec<Word> {
    let mut words = Vec::new();
    let mut cursor = Cursor::new(&passed.text);
    let mut variables = passed.variables.iter().peekable();
    loop {
        cursor.take_while(|byte| matches!(byte, b' ' | b'\t'));
        if cursor.peek().is_none() {
            return words;
        }
        let mut word = Word { text: one(&mut cursor), unknown: None };
        while let Some((_, name)) = variables.next_if(|(at, _)| *at < cursor.position()) {
            word.unknown.get_or_insert_with(|| name.clone());
        }
        words.push(word);
    }
}

fn one(cursor: &mut Cursor<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    let mut is_quoted = false;
    while let Some(byte) = cursor.peek() {
        match byte {
            b' ' | b'\t' if !is_quoted => break,
            b'\\' => {
                let count = cursor.take_while(|byte| byte == b'\\').len();
                let before_mark = cursor.peek() == Some(b'"');
                text.resize(text.len() + if before_mark { count / 2 } else { count }, b'\\');
                if before_mark && count % 2 == 1 {
                    cursor.skip(1);
                    text.push(b'"');
                }
            }
            b'"' if is_quoted && cursor.peek_at(1) == Some(b'"') => {
                cursor.skip(2);
                text.push(b'"');
            }
            b'"' => {
                cursor.skip(1);
                is_quoted = !is_quoted;
            }
            _ => {
                cursor.skip(1);
                text.push(byte);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &[u8]) -> Vec<Vec<u8>> {
        let (line, _) = split(text).unwrap();
        line.words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_those_of_the_interpreter_and_the_c_library() {
        for (text, expected) in [
            (&br#"a "b c" d"#[..], &[&b"a"[..], b"b c", b"d"][..]),
            (br#"a "{\"q\":\"\\x\\\"}""#, &[b"a", br#"{"q":"\\x\"}"#]),
            (br#"a "{""q"":1}""#, &[b"a", br#"{"q":1}"#]),
            (br#"a ^"{^\^"q^\^":^{^}^}^""#, &[b"a", br#"{"q":{}}"#]),
            (b"a ^\r\n  b^\nc", &[b"a", b"bc"]),
            (b"a ^\"x^\n\ny^\"", &[b"a", b"x\ny"]),
            (b"a \"x\"^\r\n\r\n\"y\"", &[b"a", b"x\ny"]),
            (b"a 'b c'", &[b"a", b"'b", b"c'"]),
            (b"a \"b^c\" d^^e ^%^20", &[b"a", b"b^c", b"d^e", b"%20"]),
            (b"a b\\c \"d\\\\\"", &[b"a", b"b\\c", b"d\\"]),
            (b"a \"x&y|z>\" > out.txt 2>nul b & c", &[b"a", b"x&y|z>", b"b"]),
            (b"a \"\" b\r\nc", &[b"a", b"", b"b"]),
        ] {
            assert_eq!(texts(text), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_variable_is_known_as_unknown_and_an_escape_is_none() {
        let text = b"a \"x %TOKEN%\" \"https://h/?c=A%2Fus-east-1%2Fs3%2F&%E4%BD\"";
        let (line, _) = split(text).unwrap();
        let unknown: Vec<_> = line.words.iter().map(|word| word.unknown.as_deref()).collect();
        assert_eq!(unknown, [None, Some("%TOKEN%"), None]);
    }

    #[test]
    fn what_the_interpreter_would_cut_is_refused() {
        let error = split(b"a \"b\nc\"").unwrap_err();
        assert!(error.problem.contains("not closed in its line"), "{error}");
        let error = split(b"a https://h/?b=c&d=e").unwrap_err();
        assert!(error.problem.contains("outside quotation marks"), "{error}");
    }
}
