//! The lines of a text.

/// The lines of a text, without their ends, with their numbers.
pub(super) struct Lines<'t> {
    pub(super) rest: &'t [u8],
    /// That of the last line that was taken.
    pub(super) number: usize,
}

impl<'t> Lines<'t> {
    /// The next line, which stays there.
    pub(super) fn peek(&self) -> &'t [u8] {
        let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        &self.rest[..end]
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest);
        let line = &self.rest[..end.unwrap_or(self.rest.len())];
        self.rest = &self.rest[end.map_or(self.rest.len(), |at| at + 1)..];
        self.number += 1;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}
