//! The three pipes of an adapter. None of them ever blocks: what cannot be read or written now is
//! read or written when the pipe is ready.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::ops::Range;

use sigv4_protocol::text;

/// How long an answer may be, in bytes, including the line feed.
pub(super) const LINE_LIMIT: usize = 16 << 20;
/// How much is read at a time, in bytes.
const READ_AT_ONCE: usize = 64 << 10;
/// How many lines of standard error are kept for a message, first and last, and how many characters
/// of each.
const STDERR_FIRST: usize = 5;
const STDERR_LAST: usize = 10;
const STDERR_COLUMNS: usize = 300;
/// How many times the rest of standard error is read at most: a descendant that is still running
/// might write forever.
const LAST_READINGS: usize = 16;

/// The adapter's standard input: what is still to be written.
#[derive(Debug)]
pub(super) struct Input<P> {
    /// `None` once it is closed.
    pipe: Option<P>,
    text: Vec<u8>,
    written: usize,
    /// Whether the pipe was full at the last try.
    full: bool,
    /// Whether nothing more is to come.
    ended: bool,
}

impl<P: Write> Input<P> {
    pub(super) fn new(pipe: P) -> Self {
        Self { pipe: Some(pipe), text: Vec::new(), written: 0, full: false, ended: false }
    }

    /// Where the next lines are appended.
    pub(super) fn text(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    /// Closes the pipe once all is written.
    pub(super) fn end(&mut self) {
        self.ended = true;
        self.write_unless_full();
    }

    /// The pipe, if it was full and is worth waiting for.
    pub(super) fn full(&self) -> Option<&P> {
        self.pipe.as_ref().filter(|_| self.full)
    }

    /// Writes as much as the pipe takes, unless it is known to be full.
    pub(super) fn write_unless_full(&mut self) {
        if !self.full {
            self.write();
        }
    }

    /// Writes as much as the pipe takes.
    pub(super) fn write(&mut self) {
        self.full = false;
        let Some(pipe) = &mut self.pipe else { return self.text.clear() };
        while self.written < self.text.len() {
            match pipe.write(&self.text[self.written..]) {
                Ok(count) if count > 0 => self.written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.full = true;
                    return;
                }
                // A process that does not read may still write; its output shows how it ends.
                _ => {
                    self.ended = true;
                    break;
                }
            }
        }
        self.text.clear();
        self.written = 0;
        if self.ended {
            self.pipe = None;
        }
    }
}

/// The adapter's standard output: what was read and not taken yet.
#[derive(Debug)]
pub(super) struct Lines<P> {
    /// `None` once it is closed.
    pipe: Option<P>,
    text: Vec<u8>,
    /// The part of the text that is not taken yet.
    rest: Range<usize>,
    /// How far the text was searched for a line feed.
    searched: usize,
}

/// What the text of an adapter begins with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Next {
    /// A line, including its line feed if it has one; [`Lines::at`] returns its bytes.
    Line(Range<usize>),
    /// An incomplete line, or nothing; the pipe may have more.
    Unfinished,
    /// A line longer than the limit; nothing after it can be read.
    TooLong,
    /// Nothing, and nothing more will come.
    End,
}

impl<P: Read> Lines<P> {
    pub(super) fn new(pipe: P) -> Self {
        Self { pipe: Some(pipe), text: Vec::new(), rest: 0..0, searched: 0 }
    }

    /// The pipe, unless it is closed.
    pub(super) fn pipe(&self) -> Option<&P> {
        self.pipe.as_ref()
    }

    /// Takes the next line of what was read.
    pub(super) fn next(&mut self) -> Next {
        let feed = memchr::memchr(b'\n', &self.text[self.searched..self.rest.end]);
        let end = match feed {
            Some(at) => self.searched + at + 1,
            None => self.rest.end,
        };
        self.searched = end;
        let line = self.rest.start..end;
        match feed {
            _ if line.len() > LINE_LIMIT => Next::TooLong,
            None if self.pipe.is_some() => Next::Unfinished,
            None if line.is_empty() => Next::End,
            _ => {
                self.rest.start = end;
                Next::Line(line)
            }
        }
    }

    /// The bytes of a line, which are valid until the next read.
    pub(super) fn at(&self, line: Range<usize>) -> &[u8] {
        &self.text[line]
    }

    /// Reads some of what is available. Returns whether there was anything, or the end.
    pub(super) fn read(&mut self) -> bool {
        let Some(pipe) = &mut self.pipe else { return false };
        if self.rest.start > 0 {
            self.text.copy_within(self.rest.clone(), 0);
            self.searched -= self.rest.start;
            self.rest = 0..self.rest.len();
        }
        if self.text.len() < self.rest.end + READ_AT_ONCE {
            self.text.resize(self.rest.end + self.rest.len().max(READ_AT_ONCE), 0);
        }
        match read(pipe, &mut self.text[self.rest.end..]) {
            Reading::Some(count) => self.rest.end += count,
            Reading::NothingYet => return false,
            Reading::End => self.pipe = None,
        }
        true
    }
}

/// The adapter's standard error: the beginnings of the first lines and of the last ones.
#[derive(Debug)]
pub(super) struct Stderr<P> {
    /// `None` once it is closed.
    pipe: Option<P>,
    first: Vec<String>,
    last: VecDeque<String>,
    left_out: usize,
    /// The beginning of the line that is still incomplete.
    line: Vec<u8>,
}

impl<P: Read> Stderr<P> {
    pub(super) fn new(pipe: P) -> Self {
        Self {
            pipe: Some(pipe),
            first: Vec::new(),
            last: VecDeque::new(),
            left_out: 0,
            line: Vec::new(),
        }
    }

    /// The pipe, unless it is closed.
    pub(super) fn pipe(&self) -> Option<&P> {
        self.pipe.as_ref()
    }

    /// Reads some of what is available, so that the process need not wait for a reader. Returns
    /// whether there was anything.
    pub(super) fn read(&mut self) -> bool {
        let Some(pipe) = &mut self.pipe else { return false };
        let mut text = [0; 4096];
        match read(pipe, &mut text) {
            Reading::Some(count) => {
                self.take(&text[..count]);
                return true;
            }
            Reading::NothingYet => {}
            Reading::End => self.pipe = None,
        }
        false
    }

    /// The lines that were kept from a process that has ended.
    pub(super) fn kept_lines(&mut self) -> Vec<String> {
        for _ in 0..LAST_READINGS {
            if !self.read() {
                break;
            }
        }
        if !self.line.is_empty() {
            let line = std::mem::take(&mut self.line);
            self.keep(&line);
        }
        let mut lines = self.first.clone();
        if self.left_out > 0 {
            lines.push(format!("... {} lines left out ...", self.left_out));
        }
        lines.extend(self.last.iter().cloned());
        lines
    }

    fn take(&mut self, text: &[u8]) {
        for (index, piece) in text.split(|&byte| byte == b'\n').enumerate() {
            if index > 0 {
                let line = std::mem::take(&mut self.line);
                self.keep(&line);
            }
            // No character is longer than four bytes.
            let room = (4 * STDERR_COLUMNS).saturating_sub(self.line.len());
            self.line.extend_from_slice(&piece[..piece.len().min(room)]);
        }
    }

    fn keep(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line.trim_ascii_end());
        let text = text::line(&text.chars().take(STDERR_COLUMNS).collect::<String>());
        if self.first.len() < STDERR_FIRST {
            self.first.push(text);
            return;
        }
        if self.last.len() == STDERR_LAST {
            self.last.pop_front();
            self.left_out += 1;
        }
        self.last.push_back(text);
    }
}

enum Reading {
    Some(usize),
    NothingYet,
    End,
}

fn read(pipe: &mut impl Read, text: &mut [u8]) -> Reading {
    loop {
        match pipe.read(text) {
            Ok(0) => return Reading::End,
            Ok(count) => return Reading::Some(count),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Reading::NothingYet,
            Err(_) => return Reading::End,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a pipe returns, read by read: text, or nothing yet for `None`; the end after the last.
    struct Script<'s>(VecDeque<Option<&'s [u8]>>);

    impl<'s> Script<'s> {
        fn new(readings: impl IntoIterator<Item = Option<&'s [u8]>>) -> Self {
            Self(readings.into_iter().collect())
        }
    }

    impl Read for Script<'_> {
        fn read(&mut self, text: &mut [u8]) -> std::io::Result<usize> {
            match self.0.pop_front() {
                Some(Some(mut reading)) => {
                    let count = reading.read(text)?;
                    if !reading.is_empty() {
                        self.0.push_front(Some(reading));
                    }
                    Ok(count)
                }
                Some(None) => Err(ErrorKind::WouldBlock.into()),
                None => Ok(0),
            }
        }
    }

    /// A pipe that accepts the given number of bytes at each write; its reader closes it after the
    /// last.
    struct Narrow {
        room: VecDeque<usize>,
        taken: Vec<u8>,
    }

    impl Write for &mut Narrow {
        fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
            let room = self.room.pop_front().ok_or(ErrorKind::BrokenPipe)?;
            if room == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            let count = room.min(text.len());
            self.taken.extend_from_slice(&text[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// The next line or end, reading as much as necessary.
    fn awaited(lines: &mut Lines<Script<'_>>) -> Next {
        loop {
            match lines.next() {
                Next::Unfinished => _ = lines.read(),
                next => return next,
            }
        }
    }

    #[test]
    fn lines_come_whole_however_they_are_cut() {
        let readings = [&b"one\ntw"[..], b"o\n", b"\n", b"the last"].map(Some);
        let mut lines = Lines::new(Script::new(readings));
        let mut read = Vec::new();
        while let Next::Line(line) = awaited(&mut lines) {
            read.push(lines.at(line).to_vec());
        }
        assert_eq!(lines.next(), Next::End);
        assert_eq!(read, [&b"one\n"[..], b"two\n", b"\n", b"the last"]);
    }

    #[test]
    fn a_line_that_is_not_finished_is_waited_for() {
        let mut lines = Lines::new(Script::new([Some(&b"on"[..]), None, Some(b"e\n")]));
        assert_eq!(lines.next(), Next::Unfinished);
        assert!(lines.read());
        assert_eq!(lines.next(), Next::Unfinished);
        assert!(!lines.read());
        assert_eq!(lines.next(), Next::Unfinished);
        assert!(lines.read());
        assert_eq!(lines.next(), Next::Line(0..4));
        assert_eq!(lines.at(0..4), b"one\n");
        assert_eq!(lines.next(), Next::Unfinished);
        assert!(lines.read());
        assert_eq!(lines.next(), Next::End);
    }

    #[test]
    fn a_line_may_be_as_long_as_the_limit_and_no_longer() {
        for (length, next) in
            [(LINE_LIMIT - 1, Next::Line(0..LINE_LIMIT)), (LINE_LIMIT, Next::TooLong)]
        {
            let text = [vec![b'x'; length], vec![b'\n']].concat();
            let mut lines = Lines::new(Script::new([Some(&*text)]));
            assert_eq!(awaited(&mut lines), next, "{length}");
        }
    }

    #[test]
    fn all_is_written_in_order_however_little_the_pipe_takes() {
        let room = [3, 0, 1, 0, 100, 100].into();
        let mut pipe = Narrow { room, taken: Vec::new() };
        let mut input = Input::new(&mut pipe);
        input.text().extend(b"one\n");
        input.write_unless_full();
        assert!(input.full().is_some());
        input.text().extend(b"two\n");
        input.write_unless_full();
        input.end();
        assert!(input.full().is_some(), "a full pipe is not tried again before it is ready");
        input.write();
        assert!(input.full().is_some());
        input.write();
        assert!(input.pipe.is_none(), "all is written, so it is closed");
        assert_eq!(pipe.taken, b"one\ntwo\n");
    }

    #[test]
    fn a_reader_that_is_gone_is_written_to_no_more() {
        let mut pipe = Narrow { room: VecDeque::new(), taken: Vec::new() };
        let mut input = Input::new(&mut pipe);
        for _ in 0..2 {
            input.text().extend(b"one\n");
            input.write_unless_full();
            assert!(input.text.is_empty() && input.pipe.is_none());
        }
    }

    #[test]
    fn the_first_and_the_last_lines_of_standard_error_are_kept() {
        let long = "\u{e4}".repeat(STDERR_COLUMNS + 1);
        let lines: Vec<String> = (0..30).map(|number| number.to_string()).collect();
        let text = lines.join("\r\n") + "\r\n";
        let text = format!("{text}\u{1b}[31m{long}\nunfin");
        let mut stderr = Stderr::new(Script::new([Some(text.as_bytes()), None, Some(b"ished")]));
        while stderr.read() {}
        let mut expected: Vec<String> = (0..5).map(|number| number.to_string()).collect();
        expected.push("... 17 lines left out ...".to_owned());
        expected.extend((22..30).map(|number| number.to_string()));
        let cut = "\u{e4}".repeat(STDERR_COLUMNS - 5);
        expected.extend([format!("\\u{{1b}}[31m{cut}"), "unfinished".to_owned()]);
        assert_eq!(stderr.kept_lines(), expected);
    }
}
