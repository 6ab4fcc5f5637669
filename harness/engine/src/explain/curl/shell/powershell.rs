//! Words as `PowerShell` makes them, and what it then passes to a program.

use super::super::super::parts::InputError;
use super::{Cursor, Line, Word, shown};

/// The words of the first command, and where it ends.
pub(super) fn split(text: &[u8]) -> Result<(Line, usize), InputError> {
    let mut cursor = Cursor::new(text);
    let mut line = Line::default();
    loop {
        match cursor.peek() {
            Some(b' ' | b'\t') => cursor.skip(1),
            Some(b'`') if cursor.line_end(1) > 0 => cursor.skip(1 + cursor.line_end(1)),
            None | Some(b'\n' | b'|' | b';' | b'#') => break,
            Some(b'\r') if cursor.line_end(0) > 0 || cursor.peek_at(1).is_none() => break,
            Some(b'>') => redirection(&mut cursor)?,
            Some(b'0'..=b'9') if cursor.peek_at(1) == Some(b'>') => cursor.skip(1),
            Some(b'@' | b'(' | b'{' | b'&') => return Err(own_sign(&cursor)),
            Some(_) => {
                let word = word(&mut cursor)?;
                line.words.push(word);
            }
        }
    }
    quotation_marks(&mut line);
    Ok((line, cursor.position()))
}

fn own_sign(cursor: &Cursor<'_>) -> InputError {
    cursor.error("a sign that PowerShell takes for its own: put the word in single quotes")
}

fn redirection(cursor: &mut Cursor<'_>) -> Result<(), InputError> {
    cursor.take_while(|byte| matches!(byte, b'>' | b'&' | b' ' | b'\t'));
    if !ends_word(cursor) {
        word(cursor)?;
    }
    Ok(())
}

fn ends_word(cursor: &Cursor<'_>) -> bool {
    match cursor.peek() {
        None | Some(b' ' | b'\t' | b'\n' | b'|' | b';' | b'&' | b'>' | b'(' | b')') => true,
        Some(b'\r') => cursor.line_end(0) > 0 || cursor.peek_at(1).is_none(),
        Some(_) => false,
    }
}

fn word(cursor: &mut Cursor<'_>) -> Result<Word, InputError> {
    let mut word = Word::default();
    while !ends_word(cursor) {
        let opened = cursor.clone();
        let Some(byte) = cursor.next() else { break };
        match byte {
            b'\'' => single_quoted(cursor, &opened, &mut word.text)?,
            b'"' => double_quoted(cursor, &opened, &mut word)?,
            b'`' => word.text.extend(cursor.next()),
            b'$' => expansion(cursor, &mut word),
            _ => word.text.push(byte),
        }
    }
    if matches!(cursor.peek(), Some(b'&' | b'(' | b')')) {
        return Err(own_sign(cursor));
    }
    Ok(word)
}

fn unclosed(opened: &Cursor<'_>) -> InputError {
    opened.error("a quotation mark that is opened here is not closed")
}

/// Two marks are one.
fn single_quoted(
    cursor: &mut Cursor<'_>,
    opened: &Cursor<'_>,
    text: &mut Vec<u8>,
) -> Result<(), InputError> {
    loop {
        text.extend_from_slice(cursor.until(b'\'').ok_or_else(|| unclosed(opened))?);
        if cursor.peek() != Some(b'\'') {
            return Ok(());
        }
        cursor.skip(1);
        text.push(b'\'');
    }
}

fn double_quoted(
    cursor: &mut Cursor<'_>,
    opened: &Cursor<'_>,
    word: &mut Word,
) -> Result<(), InputError> {
    loop {
        match cursor.next().ok_or_else(|| unclosed(opened))? {
            b'"' if cursor.peek() == Some(b'"') => {
                cursor.skip(1);
                word.text.push(b'"');
            }
            b'"' => return Ok(()),
            b'`' => {
                let byte = cursor.next().ok_or_else(|| unclosed(opened))?;
                word.text.push(match byte {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    other => other,
                });
            }
            b'$' => expansion(cursor, word),
            byte => word.text.push(byte),
        }
    }
}

/// Behind a `$`: a value that the line does not hold, where a name follows.
fn expansion(cursor: &mut Cursor<'_>, word: &mut Word) {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    // The begin of the name is enough to know that there is one, and to show it.
    let begin = &cursor.rest()[..cursor.rest().len().min(64)];
    let name = match cursor.peek() {
        Some(b'{' | b'(') => {
            begin.split(|byte| matches!(byte, b'}' | b')' | b'\n')).next().unwrap_or_default()
        }
        _ => Cursor::new(begin).take_while(is_name),
    };
    if !name.is_empty() {
        word.unknown.get_or_insert_with(|| format!("${}", shown(name)));
    }
    word.text.push(b'$');
}

/// Windows `PowerShell` 5 and `PowerShell` up to 7.2 pass a quotation mark unprotected, so that the
/// program loses it; who knows that writes `\"`. Later ones pass the word as it is.
fn quotation_marks(line: &mut Line) {
    let (mut escaped, mut bare) = (false, false);
    for word in &mut line.words {
        let marks = memchr::memchr_iter(b'"', &word.text);
        let protected = marks.clone().filter(|&at| at > 0 && word.text[at - 1] == b'\\').count();
        match marks.count() {
            0 => {}
            count if count == protected => {
                escaped = true;
                let mut text = Vec::with_capacity(word.text.len());
                for (at, &byte) in word.text.iter().enumerate() {
                    if !(byte == b'\\' && word.text.get(at + 1) == Some(&b'"')) {
                        text.push(byte);
                    }
                }
                word.text = text;
            }
            _ => bare = true,
        }
    }
    if escaped {
        line.remarks.push(
            "`\\\"` was read as a quotation mark, as it arrives from Windows PowerShell 5; \
             PowerShell from 7.3 on sends the backslash too."
                .to_owned(),
        );
    }
    if bare {
        line.remarks.push(
            "Quotation marks within a value were kept, as PowerShell from 7.3 on sends them; \
             Windows PowerShell 5 loses them, and the body is another one."
                .to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &[u8]) -> Vec<Vec<u8>> {
        let (line, _) = split(text).unwrap();
        line.words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn quotation_is_that_of_powershell() {
        for (text, expected) in [
            (&b"a 'b c' \"d e\""[..], &[&b"a"[..], b"b c", b"d e"][..]),
            (b"a `\r\n  'it''s' `\n b", &[b"a", b"it's", b"b"]),
            (b"a \"x`ny`\"`$z\" c\\d", &[b"a", b"x\ny\"$z", b"c\\d"]),
            (b"a 'b' > out.txt 2>&1 | more", &[b"a", b"b"]),
            (b"a b; c", &[b"a", b"b"]),
            (b"a '\xff'\r\nb", &[b"a", b"\xff"]),
        ] {
            assert_eq!(texts(text), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn both_readings_of_a_quotation_mark_are_said() {
        let (line, _) = split(br#"a '{\"q\":1}'"#).unwrap();
        assert_eq!(line.words[1].text, br#"{"q":1}"#);
        assert!(line.remarks[0].contains("Windows PowerShell 5"));
        let (line, _) = split(br#"a '{"q":1}'"#).unwrap();
        assert_eq!(line.words[1].text, br#"{"q":1}"#);
        assert!(line.remarks[0].contains("loses them"));
    }

    #[test]
    fn what_is_filled_in_or_not_closed_is_said() {
        let (line, _) = split(b"a \"$env:TOKEN\" $(x 'y").unwrap_or_default();
        assert_eq!(line, Line::default());
        let (line, _) = split(b"a \"$env:TOKEN\"").unwrap();
        assert_eq!(line.words[1].unknown.as_deref(), Some("$env:TOKEN"));
        for text in [&b"a 'b"[..], b"a \"b", b"a https://h/?b&c", b"a @'", b"a b(c)"] {
            assert!(split(text).is_err(), "{}", text.escape_ascii());
        }
    }
}
