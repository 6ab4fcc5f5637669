//! Sets made of others: two together, or a part of one as the start of another.

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use crate::document::Document;
use crate::load::{Documents, SCHEMA_PATH, Vectors, is_vector_file};
use crate::model::{Case, File, Question, suite_of};
use crate::problem::{LoadError, Problem, ProblemKind};

impl Vectors {
    /// This set and another one together.
    ///
    /// # Errors
    ///
    /// [`LoadError::Unsound`] with each file of the other set whose suite is also in this one: a
    /// reader could not tell whose case an id names.
    pub fn with(&self, other: &Self) -> Result<Self, LoadError> {
        let taken = self.suites();
        let problem = |path: &String| Problem {
            file: path.clone(),
            line: 1,
            column: 1,
            case: None,
            kind: ProblemKind::SuiteTaken { suite: suite_of(path).to_owned() },
        };
        let clashing = other.topics.keys().filter(|path| taken.contains(suite_of(path)));
        let problems: Vec<Problem> = clashing.map(problem).collect();
        if !problems.is_empty() {
            return Err(LoadError::Unsound(problems));
        }
        // Of two schemas the one of this set is kept.
        let mut documents = other.documents.clone();
        documents.extend(self.documents.clone());
        let mut topics = self.topics.clone();
        topics.extend(other.topics.clone());
        let errata = [self.errata(), other.errata()].concat();
        Ok(Self { documents, topics, errata: errata.into(), digest: OnceLock::new() })
    }

    /// Some cases of this set as cases of another suite, with the schema and the notices of the files
    /// that they come from.
    ///
    /// # Errors
    ///
    /// [`LoadError::Unsound`] if no suite can have that name, or if two of the cases have one name in
    /// one topic of one family; [`LoadError::Nothing`] without any case.
    pub fn part(&self, ids: &HashSet<&str>, suite: &str) -> Result<Self, LoadError> {
        let mut files: BTreeMap<String, File> = BTreeMap::new();
        let mut documents = Documents::new();
        for topic in self.topics() {
            let cases = topic.file.cases.iter().filter(|case| ids.contains(&case.id[..]));
            let cases: Vec<Case> = cases.map(|case| moved(case, ids, suite)).collect();
            if cases.is_empty() {
                continue;
            }
            if topic.file.notice.is_some() {
                self.copy_notices(topic.suite(), suite, &mut documents);
            }
            let used: HashSet<&String> = cases.iter().flat_map(|case| &case.flags).collect();
            let mut flags = topic.file.flags.clone();
            flags.retain(|flag, _| used.contains(flag));
            let empty = || File { flags: BTreeMap::new(), cases: Vec::new(), ..topic.file.clone() };
            let file = files.entry(in_suite(&topic.path, suite)).or_insert_with(empty);
            file.flags.extend(flags);
            file.cases.extend(cases);
        }
        if let Some(schema) = self.documents.get(SCHEMA_PATH) {
            documents.insert(SCHEMA_PATH.to_owned(), schema.clone());
        }
        for (path, file) in files {
            // A file of cases consists of JSON values.
            let mut text = serde_json::to_vec_pretty(&file).unwrap_or_default();
            text.push(b'\n');
            documents.insert(path, Document::Plain(text.into()));
        }
        Self::parse(documents)
    }

    /// Copies what is beside the vector files of a suite.
    fn copy_notices(&self, from: &str, to: &str, documents: &mut Documents) {
        let of_suite = |path: &&String| suite_of(path) == from && !is_vector_file(path);
        for path in self.documents.keys().filter(of_suite) {
            let Some(notice) = self.documents.get(path) else { continue };
            let place = in_suite(path, to);
            let joined = match documents.get(&place) {
                Some(other) if other != notice => {
                    Document::Plain([&other.text()[..], b"\n", &notice.text()].concat().into())
                }
                _ => notice.clone(),
            };
            documents.insert(place, joined);
        }
    }
}

/// The path, or the id, in another suite.
fn in_suite(path: &str, suite: &str) -> String {
    let (_, behind) = path.split_once('/').unwrap_or_default();
    format!("{suite}/{behind}")
}

/// The case in another suite, and its twin if that moves too.
fn moved(case: &Case, moving: &HashSet<&str>, suite: &str) -> Case {
    let mut case = Case { id: in_suite(&case.id, suite), ..case.clone() };
    if let Question::Verify(verification) = &mut case.question {
        let twin = verification.expect.twin.as_mut().filter(|twin| moving.contains(&twin[..]));
        if let Some(twin) = twin {
            *twin = in_suite(twin, suite);
        }
    }
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    const VANILLA: &str = "official/sigv4/header/get-vanilla";

    fn own(suite: &str) -> Result<Vectors, LoadError> {
        Vectors::embedded().part(&HashSet::from([VANILLA]), suite)
    }

    #[test]
    fn a_part_becomes_a_suite_beside_the_built_in_ones() {
        let (embedded, own) = (Vectors::embedded(), own("acme").unwrap());
        let both = embedded.with(&own).unwrap();
        assert_eq!(both.cases().count(), embedded.cases().count() + 1);
        let [of_ours, of_theirs] = [VANILLA, "acme/sigv4/header/get-vanilla"]
            .map(|id| both.case(id).map(|case| (&case.title, &case.question)));
        assert!(of_ours.is_some());
        assert_eq!(of_ours, of_theirs);
        assert_eq!(both.errata(), embedded.errata());
        let digests = [embedded, &own, &both].map(Vectors::digest);
        assert_eq!(digests.iter().collect::<HashSet<_>>().len(), 3);
    }

    #[test]
    fn a_part_is_written_as_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let own = own("acme").unwrap();
        own.export(folder.path()).unwrap();
        assert!(folder.path().join("acme/NOTICE").is_file());
        assert!(folder.path().join(SCHEMA_PATH).is_file());
        let read = Vectors::load_dir(folder.path()).unwrap();
        assert_eq!(read.topics(), own.topics());
        assert_eq!(read.digest(), own.digest());
    }

    #[test]
    fn a_twin_moves_along_or_stays() {
        let embedded = Vectors::embedded();
        let case = embedded.cases().find(|case| case.twin().is_some()).unwrap();
        let twin = case.twin().unwrap();
        for (ids, suite) in [(vec![&case.id[..]], "verifier"), (vec![&case.id, twin], "acme")] {
            let part = embedded.part(&ids.into_iter().collect(), "acme").unwrap();
            let moved = part.case(&in_suite(&case.id, "acme")).unwrap();
            assert_eq!(moved.twin(), Some(&in_suite(twin, suite)[..]));
        }
    }

    #[test]
    fn names_that_cannot_be() {
        let message = |vectors: Result<Vectors, LoadError>| vectors.unwrap_err().to_string();
        insta::assert_snapshot!("suite_name", message(own("Acme")));
        let twice = own("edge").and_then(|own| Vectors::embedded().with(&own));
        insta::assert_snapshot!("suite_taken", message(twice));
        let none = Vectors::embedded().part(&HashSet::new(), "acme");
        assert!(matches!(none, Err(LoadError::Nothing)));
    }
}
