//! Writing files.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::failure::Failure;

/// Writes a file whole or not at all: a new one beside it takes its place. Something else that is there, such as
/// a pipe, is written to as it is.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    Prepared::new(path, content)?.put()
}

/// The same, with the folders above it.
pub(crate) fn write_below(path: &Path, content: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    }
    write(path, content)
}

/// Writes several files: none of them before all could be written.
pub(crate) fn write_all<'f>(
    files: impl IntoIterator<Item = (&'f Path, &'f [u8])>,
) -> Result<(), Failure> {
    let prepared = files.into_iter().map(|(path, content)| Prepared::new(path, content));
    let prepared: Vec<Prepared<'_>> = prepared.collect::<Result<_, _>>()?;
    prepared.into_iter().try_for_each(Prepared::put)
}

/// A file that only has to be put in its place.
struct Prepared<'f> {
    path: &'f Path,
    kind: Kind<'f>,
}

enum Kind<'f> {
    /// Beside its place.
    Beside { file: NamedTempFile, target: PathBuf },
    /// What is written to something else than a file.
    Stream(&'f [u8]),
}

impl<'f> Prepared<'f> {
    fn new(path: &'f Path, content: &'f [u8]) -> Result<Self, Failure> {
        if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return Ok(Self { path, kind: Kind::Stream(content) });
        }
        // A link keeps pointing at the file.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        // As for any new file, and not for this user alone.
        let permissions = Permissions::from_mode(0o666);
        let folder = folder.unwrap_or(Path::new("."));
        let made = Builder::new().permissions(permissions).tempfile_in(folder);
        // The name of the file beside it says nothing to the user.
        let mut file = made.map_err(|error| {
            let of_folder = fs::metadata(folder).err();
            Failure::file(path)(of_folder.unwrap_or_else(|| error.kind().into()))
        })?;
        file.write_all(content).map_err(Failure::file(path))?;
        Ok(Self { path, kind: Kind::Beside { file, target } })
    }

    fn put(self) -> Result<(), Failure> {
        let put = match self.kind {
            Kind::Stream(content) => fs::write(self.path, content),
            Kind::Beside { file, target } => {
                file.persist(target).map(drop).map_err(|error| error.error)
            }
        };
        put.map_err(Failure::file(self.path))
    }
}

/// Whether both paths name one file, by whatever way.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => {
            one.is_file() && (one.dev(), one.ino()) == (other.dev(), other.ino())
        }
        // What is not there yet is known by its folder.
        (Err(_), Err(_)) => {
            let place = |path: &Path| {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
                Some(folder.join(path.file_name()?))
            };
            place(one).is_some_and(|one| Some(one) == place(other))
        }
        _ => false,
    }
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

    #[test]
    fn of_several_files_all_are_written_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let (one, two, three) = (path("one"), path("two"), path("missing/three"));
        let write =
            |files: &[&PathBuf]| write_all(files.iter().map(|path| (path.as_path(), &b"text"[..])));
        let error = write(&[&one, &two, &three]).expect_err("its folder is missing");
        assert!(
            error.to_string().ends_with("missing/three: No such file or directory (os error 2)")
        );
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
        write(&[&one, &two]).expect("written");
        assert_eq!(fs::read(two).expect("a file"), b"text");
    }

    #[test]
    fn a_file_is_known_by_whatever_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        assert!(is_same(&path("new"), &path("./new")));
        assert!(!is_same(&path("new"), &path("other")));
        fs::write(path("file"), "").expect("a file");
        symlink(path("file"), path("link")).expect("a link");
        fs::hard_link(path("file"), path("hard")).expect("a link");
        assert!(is_same(&path("file"), &path("link")) && is_same(&path("file"), &path("hard")));
        assert!(!is_same(&path("file"), &path("new")));
        let device = Path::new("/dev/null");
        assert!(!is_same(device, device), "what is written to a device is not lost to the other");
    }
}
