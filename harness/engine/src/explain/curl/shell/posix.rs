//! Words as bash and zsh make them. What bash 5.2 does with each form was observed.

use super::super::super::parts::InputError;
use super::{CUT_ADDRESS, Cursor, Line, Word, ansi_c, is_cut_address, shown};

/// The words of the first command, and where it ends.
pub(super) fn split(text: &[u8]) -> Result<(Line, usize), InputError> {
    let mut cursor = Cursor::new(text);
    let mut line = Line::default();
    loop {
        let continued = cursor.peek() == Some(b'\\') && cursor.line_end(1) > 0;
        if continued {
            cursor.skip(1 + cursor.line_end(1));
            continue;
        }
        match cursor.peek() {
            Some(b' ' | b'\t') => cursor.skip(1),
            None | Some(b'\n' | b'|' | b';' | b'#') => break,
            Some(b'\r') if cursor.line_end(0) > 0 || cursor.peek_at(1).is_none() => break,
            Some(b'&') if cursor.peek_at(1) != Some(b'>') => break,
            Some(b'<' | b'>' | b'&') => redirection(&mut cursor)?,
            Some(b'(' | b')') => return Err(parenthesis(&cursor)),
            Some(_) => {
                let (word, is_plain) = word(&mut cursor)?;
                // Digits directly before a redirection name what is redirected.
                let is_redirected = matches!(cursor.peek(), Some(b'<' | b'>'))
                    && is_plain
                    && word.text.iter().all(u8::is_ascii_digit);
                if !is_redirected {
                    line.words.push(word);
                }
            }
        }
    }
    Ok((line, cursor.position()))
}

fn parenthesis(cursor: &Cursor<'_>) -> InputError {
    cursor.error("a parenthesis outside quotation marks is the shell's own: put it in quotes")
}

/// `>`, `>>`, `>|`, `>&1`, `<`, `<<<` and their like, with the word behind it.
fn redirection(cursor: &mut Cursor<'_>) -> Result<(), InputError> {
    cursor.take_while(|byte| matches!(byte, b'<' | b'>' | b'&' | b'|' | b'-'));
    cursor.take_while(|byte| matches!(byte, b' ' | b'\t'));
    if matches!(cursor.peek(), Some(b'(')) {
        return Err(parenthesis(cursor));
    }
    if !ends_word(cursor) {
        word(cursor)?;
    }
    Ok(())
}

fn ends_word(cursor: &Cursor<'_>) -> bool {
    match cursor.peek() {
        None | Some(b' ' | b'\t' | b'\n' | b'|' | b';' | b'&' | b'<' | b'>' | b'(' | b')') => true,
        Some(b'\r') => cursor.line_end(0) > 0 || cursor.peek_at(1).is_none(),
        Some(_) => false,
    }
}

/// One word, and whether it is written without any quotation.
fn word(cursor: &mut Cursor<'_>) -> Result<(Word, bool), InputError> {
    let mut word = Word::default();
    let mut is_plain = true;
    // Where an unquoted brace opened, and whether what makes alternatives of it followed.
    let mut brace = None;
    while !ends_word(cursor) {
        let Some(byte) = cursor.next() else { break };
        match byte {
            b'\\' => {
                is_plain = false;
                escaped(cursor, &mut word)?;
            }
            b'\'' => {
                is_plain = false;
                word.text.extend_from_slice(cursor.until(b'\'').ok_or_else(|| unclosed(cursor))?);
            }
            b'"' => {
                is_plain = false;
                double_quoted(cursor, &mut word)?;
            }
            b'$' => match cursor.peek() {
                Some(b'\'') => {
                    is_plain = false;
                    cursor.skip(1);
                    ansi_c(cursor, &mut word.text)?;
                }
                // A text to be translated: without a translation it is itself.
                Some(b'"') => {}
                _ => expansion(cursor, &mut word)?,
            },
            b'`' => substitution(cursor, &mut word)?,
            b'{' => {
                brace = Some(false);
                word.text.push(byte);
            }
            b',' => {
                brace = brace.map(|_| true);
                word.text.push(byte);
            }
            b'}' if brace == Some(true) => {
                let text = "braces outside quotation marks make several words";
                word.unknown.get_or_insert_with(|| text.to_owned());
                word.text.push(byte);
            }
            _ => word.text.push(byte),
        }
    }
    if matches!(cursor.peek(), Some(b'&' | b';')) && is_cut_address(&word.text, cursor.peek_at(1)) {
        return Err(cursor.error(CUT_ADDRESS));
    }
    if cursor.peek() == Some(b'(') {
        return Err(parenthesis(cursor));
    }
    Ok((word, is_plain))
}

fn unclosed(cursor: &Cursor<'_>) -> InputError {
    cursor.error("a quotation mark that is opened here is not closed")
}

/// What a backslash outside quotation marks protects.
fn escaped(cursor: &mut Cursor<'_>, word: &mut Word) -> Result<(), InputError> {
    if cursor.line_end(0) > 0 {
        cursor.skip(cursor.line_end(0));
        return Ok(());
    }
    let blanks = cursor.clone().take_while(|byte| matches!(byte, b' ' | b'\t')).len();
    if blanks > 0 && cursor.line_end(blanks) > 0 {
        return Err(cursor.error(
            "a blank behind the `\\`: the shell ends the command with this line. Remove the blank",
        ));
    }
    // At the end of the text there is nothing to protect.
    word.text.push(cursor.next().unwrap_or(b'\\'));
    Ok(())
}

fn double_quoted(cursor: &mut Cursor<'_>, word: &mut Word) -> Result<(), InputError> {
    let opened = cursor.clone();
    loop {
        match cursor.next().ok_or_else(|| unclosed(&opened))? {
            b'"' => return Ok(()),
            b'$' => expansion(cursor, word)?,
            b'`' => substitution(cursor, word)?,
            b'\\' => match cursor.peek() {
                Some(byte @ (b'$' | b'`' | b'"' | b'\\')) => {
                    cursor.skip(1);
                    word.text.push(byte);
                }
                _ if cursor.line_end(0) > 0 => cursor.skip(cursor.line_end(0)),
                _ => word.text.push(b'\\'),
            },
            byte => word.text.push(byte),
        }
    }
}

/// Behind a `$`: the value of a variable or of a command, which the line does not hold.
fn expansion(cursor: &mut Cursor<'_>, word: &mut Word) -> Result<(), InputError> {
    let before = cursor.clone();
    match cursor.peek() {
        Some(b'{') => {
            cursor.until(b'}').ok_or_else(|| before.error("`${` that is not closed"))?;
        }
        Some(b'(') => {
            let mut depth = 0_usize;
            loop {
                match cursor.next().ok_or_else(|| before.error("`$(` that is not closed"))? {
                    b'(' => depth += 1,
                    b')' if depth == 1 => break,
                    b')' => depth -= 1,
                    _ => {}
                }
            }
        }
        Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
            cursor.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        }
        Some(byte) if byte.is_ascii_digit() || b"?$!#@*-".contains(&byte) => cursor.skip(1),
        // The shell joins the lines first, and then there may be a name.
        Some(b'\\') if cursor.line_end(1) > 0 => {
            return Err(before.error("a `$` before a line that goes on: write it within the line"));
        }
        // Nothing that the shell knows: the sign itself.
        _ => {
            word.text.push(b'$');
            return Ok(());
        }
    }
    let name = &before.rest()[..cursor.position() - before.position()];
    word.unknown.get_or_insert_with(|| format!("${}", shown(name)));
    word.text.push(b'$');
    word.text.extend_from_slice(name);
    Ok(())
}

/// Behind a backtick: the output of a command.
fn substitution(cursor: &mut Cursor<'_>, word: &mut Word) -> Result<(), InputError> {
    let before = cursor.clone();
    let problem = "a backtick that is not closed: the shell runs what follows it";
    let command = cursor.until(b'`').ok_or_else(|| before.error(problem))?;
    word.unknown.get_or_insert_with(|| format!("`{}`", shown(command)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &[u8]) -> Vec<Vec<u8>> {
        let (line, _) = split(text).unwrap();
        line.words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn quotation_is_that_of_the_shell() {
        for (text, expected) in [
            (&b"a  b\tc"[..], &[&b"a"[..], b"b", b"c"][..]),
            (b"'a b'\"c d\"e\\ f", &[b"a bc de f"]),
            (b"'a\\n' \"b\\n\\\"\\$\\\\\"", &[b"a\\n", b"b\\n\"$\\"]),
            (b"a \\\n  b\\\nc", &[b"a", b"bc"]),
            (b"a \\\r\n  b\r\nc", &[b"a", b"b"]),
            (b"'it'\\''s' ''", &[b"it's", b""]),
            (b"\"a\\\nb\" 'a\nb'", &[b"ab", b"a\nb"]),
            (b"'\xe9' \"\xff\"", &[b"\xe9", b"\xff"]),
            (b"\"$\" \"a$ b\" c$", &[b"$", b"a$ b", b"c$"]),
            (b"{\"a\":1} x^y a?b*", &[b"{a:1}", b"x^y", b"a?b*"]),
        ] {
            assert_eq!(words(text), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn ansi_c_quotation_is_that_of_bash() {
        for (text, expected) in [
            (&br"$'a\n\t\r\\\'\a\b\e\E\f\v'"[..], &b"a\n\t\r\\'\x07\x08\x1b\x1b\x0c\x0b"[..]),
            (br#"$'\"\?\q\x41\x4g\xe9\101\0411'"#, b"\"?\\qA\x04g\xe9A!1"),
            (br"$'\u20ac\u41\U0001f600\cA'", "\u{20ac}A\u{1f600}\u{1}".as_bytes()),
            // Two halves of one sign, as older browsers write it: bash makes three bytes of each.
            (br"$'\ud83d\ude00'", b"\xed\xa0\xbd\xed\xb8\x80"),
            (br#"$'{"a":1}'"#, br#"{"a":1}"#),
        ] {
            assert_eq!(words(text), [expected], "{}", text.escape_ascii());
        }
    }

    #[test]
    fn the_command_ends_where_the_shell_ends_it() {
        for text in [
            &b"a b | jq ."[..],
            b"a b; c",
            b"a b && c",
            b"a b & ",
            b"a b > out.json",
            b"a > out.json b 2>/dev/null",
            b"a b >out 2>&1",
            b"a 2>&1 b &> all",
            b"a b # why",
            b"a b <<< c",
            b"a b\nc d",
        ] {
            assert_eq!(words(text), [b"a", b"b"], "{}", text.escape_ascii());
        }
    }

    #[test]
    fn what_the_shell_fills_in_is_known_as_unknown() {
        for (text, name) in [
            (&b"\"a $TOKEN b\""[..], "$TOKEN"),
            (b"${KEY:-x}", "${KEY:-x}"),
            (b"\"$(date -u +(%s))\"", "$(date -u +(%s))"),
            (b"`date`", "`date`"),
            (b"{a,b}", "braces outside quotation marks make several words"),
        ] {
            let (line, _) = split(text).unwrap();
            assert_eq!(line.words[0].unknown.as_deref(), Some(name));
        }
        assert_eq!(split(b"'$TOKEN' \\$A").unwrap().0.words[0].unknown, None);
    }

    #[test]
    fn what_no_shell_would_run_names_its_line() {
        for (text, line, problem) in [
            (&b"a \\\n 'b"[..], 2, "not closed"),
            (b"a \"b", 1, "not closed"),
            (b"a $'b\\'", 1, "not closed"),
            (b"a b(c)", 1, "parenthesis"),
            (b"a \\ \n -H x", 1, "blank behind"),
            (b"a https://h/?b=c&d=e", 1, "quotation marks"),
            (b"a $(b", 1, "not closed"),
            (b"a `b", 1, "not closed"),
            (b"a b$\\\nc", 1, "goes on"),
        ] {
            let error = split(text).unwrap_err();
            assert_eq!(error.place, format!("curl, line {line}"));
            assert!(error.problem.contains(problem), "{error}");
        }
    }
}
