//! Sets of vectors: embedded in the crate, or in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, OnceLock};
use std::{fs, io, thread};

use crate::digest::Digest;
use crate::document::{Document, PACKED};
use crate::errata::{self, Erratum};
use crate::model::{Case, Suite, Topic, suite_of};
use crate::parse::Source;
use crate::problem::{LoadError, Problem};

/// Path of the JSON Schema of vector files, relative to the root of a set.
pub const SCHEMA_PATH: &str = "vector.schema.json";

/// A sound set of vectors.
#[derive(Clone, Debug)]
pub struct Vectors {
    pub(crate) documents: Documents,
    /// The vector files by their paths. Those of the embedded set are unpacked and read when they are
    /// asked for: it is seventeen megabytes of JSON, and most commands need a few cases of it.
    pub(crate) topics: BTreeMap<String, OnceLock<Topic>>,
    pub(crate) errata: OnceLock<Vec<Erratum>>,
    /// Known beforehand for the embedded set.
    pub(crate) digest: OnceLock<Digest>,
}

impl Vectors {
    /// The set that is embedded in this crate. What is asked for of it panics if it is not sound,
    /// which a test of this crate rules out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Vectors> = LazyLock::new(|| {
            let documents = embedded_documents();
            let files = documents.keys().filter(|path| is_vector_file(path));
            let topics = files.map(|path| (path.clone(), OnceLock::new())).collect();
            // Written by the build script: to hash the set would take longer than to start.
            let digest = Digest::from(*include_bytes!(concat!(env!("OUT_DIR"), "/digest")));
            Vectors { documents, topics, errata: OnceLock::new(), digest: digest.into() }
        });
        &EMBEDDED
    }

    /// The set in a folder: its vector files at `<suite>/<family>/<topic>.json`, the other files of
    /// its suites, and the schema and the errata if they are there. A suite may have any name. Other
    /// files are ignored, but a JSON file elsewhere is an error.
    ///
    /// # Errors
    ///
    /// [`LoadError::Read`] for the first file that cannot be read, [`LoadError::Link`] for the first
    /// symbolic link, [`LoadError::Special`] for a pipe or a device, else [`LoadError::Unsound`] with
    /// everything that is wrong, sorted by file and line.
    pub fn load_dir(root: &Path) -> Result<Self, LoadError> {
        let mut documents = Documents::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let read = |source| LoadError::Read { path: root.join(&folder), source };
            for entry in fs::read_dir(root.join(&folder)).map_err(read)? {
                let entry = entry.map_err(read)?;
                let path = folder.join(entry.file_name());
                let name = portable(&path);
                let kind = entry.file_type().map_err(read)?;
                if kind.is_symlink() && (belongs(&name) || entry.path().is_dir()) {
                    return Err(LoadError::Link { path: entry.path() });
                }
                if belongs(&name) && name.contains(char::is_control) {
                    return Err(LoadError::Path { path: entry.path() });
                }
                if kind.is_dir() {
                    folders.push(path);
                } else if belongs(&name) && !kind.is_file() {
                    return Err(LoadError::Special { path: entry.path() });
                } else if belongs(&name) {
                    let bytes = fs::read(entry.path())
                        .map_err(|source| LoadError::Read { path: entry.path(), source })?;
                    documents.insert(name, Document::Plain(bytes.into()));
                }
            }
        }
        Self::parse(documents)
    }

    /// The names of the suites, in order.
    #[must_use]
    pub fn suites(&self) -> BTreeSet<&str> {
        self.topics.keys().map(|path| suite_of(path)).collect()
    }

    /// The files, in the order of their paths.
    #[must_use]
    pub fn topics(&self) -> Vec<&Topic> {
        self.topics_where(|_, _| true)
    }

    /// All cases, file by file.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.topics().into_iter().flat_map(|topic| &topic.file.cases)
    }

    /// The cases whose ids are wanted, file by file. Files without any need not be read.
    pub fn cases_where(&self, is_wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = &Case> {
        let holds_any = |path: &str, topic: &OnceLock<Topic>| match topic.get() {
            Some(topic) => topic.file.cases.iter().any(|case| is_wanted(&case.id)),
            None => self.documents.get(path).is_some_and(|file| file.has_any(&is_wanted)),
        };
        let cases = self.topics_where(holds_any).into_iter().flat_map(|topic| &topic.file.cases);
        cases.filter(move |case| is_wanted(&case.id))
    }

    /// The case of this id.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<&Case> {
        let (topic, _) = id.rsplit_once('/')?;
        let path = format!("{topic}.json");
        let topics = self.topics_where(|other, _| other == path);
        topics.into_iter().flat_map(|topic| &topic.file.cases).find(|case| case.id == id)
    }

    /// What is wrong in the publications that the set is taken from.
    #[must_use]
    pub fn errata(&self) -> &[Erratum] {
        self.errata.get_or_init(|| {
            let Some(document) = self.documents.get(errata::PATH) else { return Vec::new() };
            let text = document.text();
            embedded(|problems| {
                let source = Source::new(errata::PATH, &text)?;
                Ok(source.errata(|id| self.case(id).is_some(), problems))
            })
        })
    }

    /// The files that are wanted, read on all cores where they are not yet.
    fn topics_where(&self, is_wanted: impl Fn(&str, &OnceLock<Topic>) -> bool) -> Vec<&Topic> {
        let files = self.topics.iter().filter(|(path, topic)| is_wanted(path, topic));
        let files: Vec<_> = files.collect();
        let read = |(path, topic): &(&String, &OnceLock<Topic>)| {
            topic.get_or_init(|| {
                embedded(|problems| {
                    let text = self.documents.get(*path).map(Document::text).unwrap_or_default();
                    let source = Source::new(path, &text)?;
                    Ok(source.topic(source.read()?, &mut BTreeMap::new(), problems))
                })
            });
        };
        let unread: Vec<_> =
            files.iter().copied().filter(|(_, topic)| topic.get().is_none()).collect();
        on_all_cores(&unread, read);
        files.into_iter().filter_map(|(_, topic)| topic.get()).collect()
    }

    /// What names this set and no other: see [`crate::digest`].
    #[must_use]
    pub fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| {
            let files = self.documents.iter().filter(|(path, _)| is_vector_file(path));
            let texts: Vec<_> = files.map(|(path, file)| (path.as_str(), file.text())).collect();
            Digest::of(texts.iter().map(|(path, text)| (*path, &text[..])))
        })
    }

    /// Writes all files of the set into a folder, byte for byte, with the schema, the errata and the
    /// notices. Folders are made as needed; a file that exists is an error, never overwritten.
    pub fn export(&self, folder: &Path) -> Result<(), ExportError> {
        for (name, document) in &self.documents {
            let path = folder.join(name);
            path.parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| fs::File::create_new(&path))
                .and_then(|mut file| file.write_all(&document.text()))
                .map_err(|source| ExportError { path, source })?;
        }
        Ok(())
    }

    pub(crate) fn parse(documents: Documents) -> Result<Self, LoadError> {
        let mut problems = Vec::new();
        let mut topics = BTreeMap::new();
        let mut errata = Vec::new();
        let mut ids = BTreeMap::new();
        let texts: Vec<_> = documents.iter().map(|(path, file)| (path, file.text())).collect();
        let files: Vec<_> = texts.iter().filter(|(path, _)| is_vector_file(path)).collect();
        let read = on_all_cores(&files, |(path, bytes)| {
            let source = Source::new(path, bytes)?;
            let file = source.read()?;
            Ok((source, file))
        });
        for file in read {
            match file {
                Ok((source, file)) => {
                    let topic = source.topic(file, &mut ids, &mut problems);
                    source.disagreements(&topic, &mut problems);
                    topics.insert(topic.path.clone(), OnceLock::from(topic));
                }
                Err(problem) => problems.push(problem),
            }
        }
        if topics.is_empty() && problems.is_empty() {
            return Err(LoadError::Nothing);
        }
        // The errata can be held against the cases only when all cases are known.
        let text = texts.iter().find(|(path, _)| *path == errata::PATH);
        if let Some((_, text)) = text.filter(|_| problems.is_empty()) {
            match Source::new(errata::PATH, text) {
                Ok(source) => errata = source.errata(|id| ids.contains_key(id), &mut problems),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() {
            drop(texts);
            return Ok(Self { documents, topics, errata: errata.into(), digest: OnceLock::new() });
        }
        problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        Err(LoadError::Unsound(problems))
    }
}

/// Reads something of the embedded set, which a test has shown to be sound.
fn embedded<T>(read: impl FnOnce(&mut Vec<Problem>) -> Result<T, Problem>) -> T {
    let mut problems = Vec::new();
    let result = read(&mut problems).map_err(|problem| problems.push(problem));
    match result {
        Ok(result) if problems.is_empty() => result,
        _ => panic!("the embedded vectors are unsound:\n{}", LoadError::Unsound(problems)),
    }
}

/// Maps the items on as many threads as there are cores, and keeps their order.
///
/// Nearly all of the time of a start goes into the JSON of the embedded set. A pool of threads that
/// is shared would not do: a thread that waits in it for the set could be given work that needs the set.
fn on_all_cores<T: Sync, R: Send>(items: &[T], map: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let indices = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
        let taken = indices.map_while(|index| Some((index, map(items.get(index)?))));
        taken.collect::<Vec<_>>()
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    let mut mapped = thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        let mut mapped = work();
        for other in others {
            mapped.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        mapped
    });
    mapped.sort_unstable_by_key(|(index, _)| *index);
    mapped.into_iter().map(|(_, item)| item).collect()
}

/// A set of vectors cannot be written out.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", path.display())]
pub struct ExportError {
    /// What was to be written.
    pub path: PathBuf,
    /// Why it could not be.
    pub source: io::Error,
}

/// The files of a set by their paths relative to its root, with `/` between the parts.
pub(crate) type Documents = BTreeMap<String, Document>;

fn embedded_documents() -> Documents {
    let plain = |bytes: &'static [u8]| Document::Plain(bytes.into());
    let mut documents = Documents::from([
        (SCHEMA_PATH.to_owned(), plain(include_bytes!("../vector.schema.json"))),
        (errata::PATH.to_owned(), plain(include_bytes!("../errata.toml"))),
    ]);
    documents.extend(PACKED.iter().map(|file| (file.path.to_owned(), Document::Packed(file))));
    documents
}

/// A relative path with `/` between its parts, on every system.
fn portable(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

fn belongs(path: &str) -> bool {
    let folder = path.split('/').next();
    let in_suite = Suite::ALL.iter().any(|suite| Some(suite.as_str()) == folder);
    in_suite || [SCHEMA_PATH, errata::PATH].contains(&path) || is_vector_file(path)
}

pub(crate) fn is_vector_file(path: &str) -> bool {
    path != SCHEMA_PATH && Path::new(path).extension().is_some_and(|extension| extension == "json")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::errata::Outcome;
    use crate::ids::ids;
    use crate::model::Signing;

    fn on_disk() -> Vectors {
        Vectors::load_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn the_embedded_set_is_what_lies_beside_the_sources() {
        let (embedded, on_disk) = (Vectors::embedded(), on_disk());
        assert!(embedded.documents == on_disk.documents);
        assert_eq!(embedded.digest(), on_disk.digest());
    }

    #[test]
    fn the_embedded_set_is_sound() {
        let vectors =
            Vectors::parse(embedded_documents()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(vectors.topics(), Vectors::embedded().topics());
        assert_eq!(vectors.errata(), Vectors::embedded().errata());
    }

    #[test]
    fn ids_are_found_in_the_text() {
        for topic in on_disk().topics() {
            let read = topic.file.cases.iter().map(|case| &case.id[..]);
            let text = Vectors::embedded().documents[&topic.path].text();
            assert!(ids(&text).eq(read), "{}", topic.path);
            for case in &topic.file.cases {
                assert!(Vectors::embedded().documents[&topic.path].has_any(|id| id == case.id));
            }
        }
    }

    #[test]
    fn a_part_of_the_embedded_set_is_that_part_of_the_whole() {
        for wanted in ["official/", "get-utf8", "/sequences-", "edge/sigv4/query-", "nothing"] {
            let is_wanted = |id: &str| id.contains(wanted);
            let part = Vectors { topics: unread(), ..on_disk() };
            let cases: Vec<&Case> = part.cases_where(is_wanted).collect();
            let whole = on_disk();
            assert!(cases.into_iter().eq(whole.cases_where(is_wanted)), "{wanted}");
            assert!(whole.cases_where(is_wanted).eq(whole.cases().filter(|c| is_wanted(&c.id))));
        }
    }

    fn unread() -> BTreeMap<String, OnceLock<Topic>> {
        let paths = on_disk().topics.into_keys();
        paths.map(|path| (path, OnceLock::new())).collect()
    }

    #[test]
    fn an_exported_set_is_the_same_set() {
        let folder = tempfile::tempdir().unwrap();
        Vectors::embedded().export(folder.path()).unwrap();
        let exported = Vectors::load_dir(folder.path()).unwrap();
        assert!(exported.documents == Vectors::embedded().documents);
        assert_eq!(exported.digest(), Vectors::embedded().digest());
    }

    #[test]
    fn an_export_overwrites_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(errata::PATH);
        fs::write(&file, "mine").unwrap();
        let error = Vectors::embedded().export(folder.path()).unwrap_err();
        assert_eq!(error.path, file);
        assert_eq!(error.source.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }

    #[test]
    fn one_byte_changes_the_digest() {
        let mut changed = on_disk();
        let topic = changed.topics()[0].path.clone();
        let text = [&changed.documents[&topic].text()[..], b" "].concat();
        changed.documents.insert(topic, Document::Plain(text.into()));
        assert_ne!(changed.digest(), on_disk().digest());
    }

    #[test]
    fn errata_and_notices_are_no_part_of_the_digest() {
        let mut changed = on_disk();
        changed.documents.retain(|path, _| is_vector_file(path));
        assert_eq!(changed.digest(), on_disk().digest());
    }

    #[test]
    fn the_official_suite_is_complete() {
        let vectors = Vectors::embedded();
        for topic in vectors.topics().into_iter().filter(|topic| topic.suite() == "official") {
            assert_eq!(topic.file.cases.len(), 38, "{}", topic.path);
        }
        let id = "official/sigv4/query/get-utf8";
        assert_eq!(vectors.case(id).map(|case| case.id.as_str()), Some(id));
        assert!(vectors.case("official/sigv4/query/absent").is_none());
    }

    #[test]
    fn a_notice_that_is_named_is_there() {
        let vectors = Vectors::embedded();
        for topic in vectors.topics().into_iter().filter(|topic| topic.file.notice.is_some()) {
            let notice = format!("{}/NOTICE", topic.suite());
            assert!(vectors.documents.contains_key(&notice), "{}", topic.path);
        }
    }

    #[test]
    fn errata_say_what_became_of_the_cases() {
        let left_out = |suite: Suite| -> Vec<&String> {
            Vectors::embedded()
                .errata()
                .iter()
                .filter(|erratum| erratum.outcome == Outcome::LeftOut)
                .flat_map(|erratum| &erratum.ids)
                .filter(|id| id.split('/').next() == Some(suite.as_str()))
                .collect()
        };
        for (suite, count) in [(Suite::Official, 4), (Suite::Published, 62)] {
            assert_eq!(left_out(suite).len(), count, "{:?}", left_out(suite));
        }
    }

    #[test]
    fn only_the_vendor_s_suite_repeats_itself() {
        let mut inputs = HashMap::new();
        for case in Vectors::embedded().cases() {
            if case.calls().is_empty() {
                continue;
            }
            let asked = |signing: &Signing| (signing.placement, signing.input.clone());
            let input: Vec<_> = case.calls().iter().map(asked).collect();
            let first = *inputs.entry(input).or_insert(&case.id);
            let repeats = first != &case.id && !case.id.starts_with("official/");
            assert!(!repeats, "{} asks what {first} asks", case.id);
        }
    }

    #[test]
    fn every_file_is_formatted_as_it_would_be_written() {
        for topic in Vectors::embedded().topics() {
            let written = serde_json::to_string_pretty(&topic.file).unwrap() + "\n";
            assert!(
                Vectors::embedded().documents[&topic.path].text() == written.as_bytes(),
                "{}: expected two spaces of indentation and the fields in the model's order",
                topic.path
            );
        }
    }
}
