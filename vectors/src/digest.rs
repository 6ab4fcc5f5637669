//! The digest that names a set of vectors.
//!
//! It is the SHA-256 of all vector files, sorted by the bytes of their paths, and for each file:
//! the path relative to the root with `/` between its parts, a line feed, the length of the file in
//! decimal, a line feed, the bytes of the file. The schema, the errata and the notices are not part
//! of it. In a shell, at the root of an exported set:
//!
//! ```sh
//! ls */*/*.json | LC_ALL=C sort | while read -r file; do
//!   printf '%s\n%d\n' "$file" "$(wc -c < "$file")" && cat "$file"
//! done | sha256sum
//! ```

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256, shown as `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `files`, each a path and its bytes, in the order of the paths.
    pub(crate) fn of<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut hasher = Sha256::new();
        for (path, bytes) in files {
            hasher.update(format!("{path}\n{}\n", bytes.len()));
            hasher.update(bytes);
        }
        Self(hasher.finalize().into())
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl From<Digest> for [u8; 32] {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_form_is_hashed() {
        // printf 'a/b/c.json\n2\n{}a/b/d.json\n0\n' | sha256sum
        let files = [("a/b/c.json", &b"{}"[..]), ("a/b/d.json", b"")];
        assert_eq!(
            Digest::of(files.into_iter()).to_string(),
            "sha256:dce6d712d385c07033d833a356bc1a00633733c54bb5968249515478085a34fa"
        );
    }
}
