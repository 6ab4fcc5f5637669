//! `$'…'`, the quotation of bash and zsh in which a browser writes what is not plain text.

use super::super::super::parts::InputError;
use super::Cursor;

/// Reads up to the closing mark, which is passed.
pub(super) fn ansi_c(cursor: &mut Cursor<'_>, text: &mut Vec<u8>) -> Result<(), InputError> {
    let opened = cursor.clone();
    let unclosed = || opened.error("a quotation mark that is opened here is not closed");
    loop {
        match cursor.next().ok_or_else(unclosed)? {
            b'\'' => return Ok(()),
            b'\\' => escape(cursor, text)?,
            byte => text.push(byte),
        }
    }
}

fn escape(cursor: &mut Cursor<'_>, text: &mut Vec<u8>) -> Result<(), InputError> {
    let Some(letter) = cursor.next() else { return Ok(()) };
    let byte = match letter {
        b'a' => 0x07,
        b'b' => 0x08,
        b'e' | b'E' => 0x1b,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'\\' | b'\'' | b'"' | b'?' => letter,
        b'c' => cursor.next().unwrap_or_default() & 0x1f,
        b'0'..=b'7' => {
            let number = digits(cursor, 8, 2, u32::from(letter - b'0'));
            number.to_le_bytes()[0]
        }
        b'x' if next_is_hexadecimal(cursor) => digits(cursor, 16, 2, 0).to_le_bytes()[0],
        b'u' if next_is_hexadecimal(cursor) => {
            return code_point(digits(cursor, 16, 4, 0), cursor, text);
        }
        b'U' if next_is_hexadecimal(cursor) => {
            return code_point(digits(cursor, 16, 8, 0), cursor, text);
        }
        other => {
            text.extend([b'\\', other]);
            return Ok(());
        }
    };
    push(byte, cursor, text)
}

/// A word of a command line cannot hold the byte zero; bash drops what follows it.
fn push(byte: u8, cursor: &Cursor<'_>, text: &mut Vec<u8>) -> Result<(), InputError> {
    if byte == 0 {
        let problem = "a zero byte, which no word of a command line can hold: give the body as \
                       --body-file";
        return Err(cursor.error(problem));
    }
    text.push(byte);
    Ok(())
}

fn next_is_hexadecimal(cursor: &Cursor<'_>) -> bool {
    cursor.peek().is_some_and(|byte| byte.is_ascii_hexdigit())
}

fn digits(cursor: &mut Cursor<'_>, radix: u32, at_most: usize, start: u32) -> u32 {
    let mut number = start;
    for _ in 0..at_most {
        let Some(digit) = cursor.peek().and_then(|byte| char::from(byte).to_digit(radix)) else {
            break;
        };
        number = number.wrapping_mul(radix).wrapping_add(digit);
        cursor.skip(1);
    }
    number
}

/// UTF-8, also of what is no character: half a surrogate pair becomes three bytes, as in bash.
fn code_point(number: u32, cursor: &Cursor<'_>, text: &mut Vec<u8>) -> Result<(), InputError> {
    let low = |shift: u32| 0x80 | (number >> shift & 0x3f).to_le_bytes()[0];
    let lead = |mark: u8, shift: u32| mark | (number >> shift).to_le_bytes()[0];
    match number {
        0..0x80 => push(lead(0, 0), cursor, text)?,
        0x80..0x800 => text.extend([lead(0xc0, 6), low(0)]),
        0x800..0x1_0000 => text.extend([lead(0xe0, 12), low(6), low(0)]),
        0x1_0000..0x11_0000 => text.extend([lead(0xf0, 18), low(12), low(6), low(0)]),
        _ => return Err(cursor.error("a number behind `\\U` that is beyond all characters")),
    }
    Ok(())
}
