//! Writing files.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::Builder;

use crate::failure::Failure;

/// Writes a file whole or not at all: a new one beside it takes its place. What is there and no file, such as
/// a pipe, is written to as it is.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return fs::write(path, content).map_err(Failure::file(path));
    }
    // A link keeps pointing at the file.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    // As for any new file, and not for this user alone.
    let permissions = Permissions::from_mode(0o666);
    let temporary =
        Builder::new().permissions(permissions).tempfile_in(folder.unwrap_or(Path::new(".")));
    let written = temporary.and_then(|mut temporary| {
        temporary.write_all(content)?;
        temporary.persist(&target).map_err(|error| error.error)?;
        Ok(())
    });
    written.map_err(Failure::file(path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let names = || fs::read_dir(folder.path()).expect("a folder").count();
        symlink(path("file"), path("link")).expect("a link");
        for content in ["one", "two"] {
            write(&path("file"), content.as_bytes()).expect("written");
            assert_eq!(fs::read_to_string(path("file")).expect("a file"), content);
        }
        write(&path("link"), b"three").expect("written");
        assert_eq!(fs::read(path("file")).expect("a file"), b"three");
        assert_eq!(names(), 2);
        assert!(write(folder.path(), b"four").is_err(), "a folder cannot be replaced");
        assert!(write(&path("missing/file"), b"five").is_err());
        assert_eq!(names(), 2);
    }
}
