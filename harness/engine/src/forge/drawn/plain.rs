//! A request that any verifier accepts, drawn at random.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use fastrand::Rng;
use sigv4_vectors::Secret;
use sigv4_vectors::model::{KeyMaterial, StoredKey};

use super::super::base::UNSIGNED;
use super::super::draft::Draft;
use super::super::sent::Sent;
use super::super::setting::{Setting, TOKEN};
use super::super::signing::sha256;

static GENERIC: LazyLock<Setting> = LazyLock::new(Setting::documented);
static S3: LazyLock<Setting> = LazyLock::new(Setting::documented_s3);

const METHODS: [&str; 6] = ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"];
/// Segments of a path, encoded once.
const SEGMENTS: [&str; 10] = [
    "documents",
    "get",
    "a",
    "2026",
    "report.txt",
    "a%20b",
    "caf%C3%A9",
    "100%25",
    "a%2Bb",
    "~jane_doe-1",
];
const NAMES: [&str; 9] =
    ["Action", "Version", "a", "A", "prefix", "marker", "max-keys", "versionId", "uploads"];
const VALUES: [&str; 9] =
    ["1", "", "ListUsers", "2010-05-08", "a%20b", "a%2Bb", "text%2Fplain", "100%25", "%2541"];
const HEADERS: [(&str, &str); 10] = [
    ("X-Amz-Target", "Users"),
    ("Range", "bytes=0-9"),
    ("Content-Type", "application/json; charset=utf-8"),
    ("X-Amz-Meta-Author", "Jane Doe"),
    ("X-Amz-Meta-Author", "jane"),
    ("Cache-Control", "no-cache"),
    ("X-Amz-Acl", "private"),
    ("X-Request-Id", "a,b;c"),
    ("Accept", "text/plain, */*"),
    ("X-Empty", ""),
];

/// What a server that stores objects takes: everything else is refused for reasons that have nothing to do with
/// signatures.
const SERVER_METHODS: [&str; 4] = ["GET", "PUT", "DELETE", "HEAD"];
const SERVER_NAMES: [&str; 5] = ["a", "A", "prefix", "marker", "max-keys"];
/// Folders and objects have different names: where objects are files, none can be both.
const SERVER_FOLDERS: [&str; 3] = ["documents", "2026", "of%20jane"];
const SERVER_OBJECTS: [&str; 6] =
    ["a", "report.txt", "caf%C3%A9", "100%25", "a%2Bb", "~jane_doe-1"];

/// A request that any verifier accepts.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    /// The running server that it is made for, if it is made for one.
    server: Option<Arc<Setting>>,
    is_s3: bool,
    is_presigned: bool,
    has_token: bool,
    method: &'static str,
    segments: Vec<&'static str>,
    query: Vec<(&'static str, &'static str)>,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
    payload: Payload,
}

/// What the last line of the canonical request is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Payload {
    /// What the service reads when a request states nothing.
    Unstated,
    /// The hash of the body, which a header states.
    Stated,
    /// The marker, which a header states.
    Unsigned,
}

impl Plain {
    pub(super) fn draw(random: &mut Rng, server: Option<&Arc<Setting>>) -> Self {
        fn some<T: Copy>(random: &mut Rng, values: &[T], most: usize) -> Vec<T> {
            let count = random.usize(..=most);
            (0..count).map(|_| values[random.usize(..values.len())]).collect()
        }
        let (is_s3, is_presigned) = (random.bool() || server.is_some(), random.u8(..5) < 2);
        let (names, methods) = match server {
            Some(_) => (&SERVER_NAMES[..], &SERVER_METHODS[..]),
            None => (&NAMES[..], &METHODS[..]),
        };
        let mut query = Vec::new();
        for name in some(random, names, 3) {
            query.push((name, VALUES[random.usize(..VALUES.len())]));
        }
        let payload = match (is_s3, is_presigned) {
            // Servers differ in what a stated hash means for a presigned URL.
            (true, true) if server.is_some() => Payload::Unstated,
            (true, false) if random.u8(..4) > 0 => Payload::Stated,
            (true, false) => Payload::Unsigned,
            _ if random.bool() => Payload::Unstated,
            _ => Payload::Stated,
        };
        let length = if random.bool() { 0 } else { random.usize(1..40) };
        let has_token = random.u8(..4) == 0 && server.is_none();
        let method = methods[random.usize(..methods.len())];
        let segments = match server {
            Some(_) => {
                let mut segments = some(random, &SERVER_FOLDERS, 2);
                segments.push(SERVER_OBJECTS[random.usize(..SERVER_OBJECTS.len())]);
                segments
            }
            None => some(random, &SEGMENTS, 3),
        };
        // Servers ignore a body where none is expected.
        let length = if server.is_some() && method != "PUT" { 0 } else { length };
        Self {
            server: server.cloned(),
            is_s3,
            is_presigned,
            has_token,
            method,
            segments,
            query,
            headers: some(random, &HEADERS, 3),
            body: (0..length).map(|_| random.u8(b' '..=b'~')).collect(),
            payload,
        }
    }

    /// The plainest request of the same service and placement.
    pub(super) fn plainest(&self) -> Self {
        let payload =
            if self.is_s3 && !self.is_presigned { Payload::Stated } else { Payload::Unstated };
        Self {
            has_token: false,
            method: METHODS[0],
            segments: self.fewest_segments(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
            payload,
            ..self.clone()
        }
    }

    /// Where and when it is signed: at the time of day for a server that runs.
    pub(super) fn setting(&self) -> Cow<'_, Setting> {
        match &self.server {
            Some(server) => Cow::Owned(server.now_on()),
            None if self.is_s3 => Cow::Borrowed(&S3),
            None => Cow::Borrowed(&GENERIC),
        }
    }

    /// Whether a verifier can be told these keys and looks at this body. A server of the user's may obey a
    /// request that it should refuse: nothing is written or removed outside of the folder.
    pub(super) fn can_be_asked(&self, keys: &[StoredKey], setting: &Setting, sent: &Sent) -> bool {
        let is_read = sent.method == "GET" || sent.method == "HEAD";
        self.server.is_none()
            || (keys == [self.key(setting)]
                && (sent.method == "PUT" || sent.body.is_empty())
                && (is_read || is_within(&sent.path, &setting.folder)))
    }

    fn fewest_segments(&self) -> Vec<&'static str> {
        // The object of a server has a name.
        self.server.iter().map(|_| SERVER_OBJECTS[0]).collect()
    }

    /// How many of the segments can be left out or replaced: the last one names the object of a server.
    fn free_segments(&self) -> usize {
        self.segments.len() - usize::from(self.server.is_some())
    }

    /// The key that signs, as a verifier knows it.
    pub(super) fn key(&self, setting: &Setting) -> StoredKey {
        let secret = Secret::from(setting.secret_access_key.as_str());
        StoredKey {
            access_key_id: setting.access_key_id.as_str().into(),
            material: KeyMaterial::SecretAccessKey(secret),
            session_token: self.has_token.then(|| Secret::from(TOKEN)),
            active: true,
        }
    }

    pub(super) fn draft(&self, setting: &Setting) -> Draft {
        let mut draft = Draft::new(setting, self.method, "");
        let folder = self.server.as_ref().map_or("", |server| &server.folder);
        draft.path = format!("{folder}/{}", self.segments.join("/"));
        if !self.is_s3 {
            draft.canonical_path = Some(draft.path.replace('%', "%25"));
        }
        let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        draft.query = self.query.iter().map(text).collect();
        draft.headers.extend(self.headers.iter().map(text));
        draft.body.clone_from(&self.body);
        draft.expires = self.is_presigned.then(|| "3600".to_owned());
        draft.session_token = self.has_token.then(|| TOKEN.to_owned());
        match self.payload {
            Payload::Unstated if self.is_s3 => draft.payload = Some(UNSIGNED.to_owned()),
            Payload::Unstated => {}
            Payload::Stated => draft.header("X-Amz-Content-Sha256", &sha256(&self.body)),
            Payload::Unsigned => {
                draft.payload = Some(UNSIGNED.to_owned());
                draft.header("X-Amz-Content-Sha256", UNSIGNED);
            }
        }
        draft
    }

    /// The same with one thing less or shorter, the larger steps first.
    pub(super) fn smaller(&self) -> Vec<Self> {
        let mut smaller = vec![self.plainest()];
        let mut with = |change: &dyn Fn(&mut Self)| {
            let mut other = self.clone();
            change(&mut other);
            smaller.push(other);
        };
        with(&|plain| plain.segments = plain.fewest_segments());
        with(&|plain| plain.query.clear());
        with(&|plain| plain.headers.clear());
        with(&|plain| plain.body.clear());
        with(&|plain| plain.has_token = false);
        with(&|plain| plain.method = METHODS[0]);
        with(&|plain| plain.payload = plain.plainest().payload);
        for index in 0..self.free_segments() {
            with(&|plain| {
                plain.segments.remove(index);
            });
            if self.server.is_none() {
                with(&|plain| plain.segments[index] = "a");
            }
        }
        if self.server.is_some() {
            with(&|plain| plain.segments[self.free_segments()] = SERVER_OBJECTS[0]);
        }
        for index in 0..self.query.len() {
            with(&|plain| {
                plain.query.remove(index);
            });
            with(&|plain| plain.query[index].0 = "a");
            with(&|plain| plain.query[index].1 = "1");
        }
        for index in 0..self.headers.len() {
            with(&|plain| {
                plain.headers.remove(index);
            });
        }
        with(&|plain| plain.body.truncate(plain.body.len() / 2));
        with(&|plain| {
            plain.body.pop();
        });
        with(&|plain| plain.body = vec![b'a'; plain.body.len()]);
        smaller.retain(|other| other.size() < self.size());
        smaller
    }

    /// How large it is: each smaller request has a smaller one, so that shrinking ends.
    fn size(&self) -> usize {
        let pairs = self.query.iter().map(|(name, value)| {
            4 + usize::from(*name != "a") * name.len() + usize::from(*value != "1") * 4
        });
        let segments = self.segments.iter().map(|segment| 2 + segment.len());
        let odd = self.body.iter().filter(|byte| **byte != b'a').count();
        segments.sum::<usize>()
            + pairs.sum::<usize>()
            + self.headers.len() * 8
            + self.body.len() * 2
            + odd
            + usize::from(self.has_token) * 8
            + usize::from(self.method != METHODS[0])
            + usize::from(self.payload != self.plainest().payload) * 4
    }
}

/// Whether a path is that of an object in a folder.
fn is_within(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(|name| !name.is_empty() && !name.contains(".."))
}
