//! Corners of the operations beside `sign`: SigV4A, uploads in chunks, and event streams.

use sigv4_protocol::{ChunksQuestion, EventsQuestion, Question, SignQuestion, V4aQuestion};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{
    ChainKey, ChainStart, ChunkedPayload, Credentials, EventInput, Placement, Request, SigningInput,
};

use super::rules::{CHUNKS, EVENTS, KEY_PAIR, REGION_SET, TRAILERS, UNSIGNED_TRAILERS, V4A_CHUNKS};
use super::sample::time;
use super::{GENERIC, PLAIN, Sample, Topic};

/// A question about a corner of one of these operations.
#[derive(Clone, Debug)]
pub struct FamilyCorner {
    /// The family, which names the folder.
    pub family: &'static str,
    /// The topic that it belongs to, which names its file.
    pub topic: &'static Topic,
    /// Its name within the topic: kebab-case, unique, never changed.
    pub name: String,
    /// What it asks, as text.
    pub title: &'static str,
    /// What the signer is asked.
    pub question: Question,
    /// What an implementation sent that cannot be asked.
    pub recorded: Option<Recorded>,
}

/// What an implementation sent.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    /// The implementation with its version, and how it was recorded.
    pub source: &'static str,
    /// Whether the vendor made it.
    pub is_official: bool,
    /// The signature of the head.
    pub signature: &'static str,
    /// The body with its frames.
    pub framed_body: &'static str,
}

static REGION_SETS: Topic = Topic::new(
    "region-sets",
    "For which regions a signature is valid",
    &REGION_SET,
    &["region-set"],
);
static KEY_PAIRS: Topic = Topic::new(
    "key-pairs",
    "Key pairs that are derived from unusual credentials",
    &KEY_PAIR,
    &["key-pair"],
);
static HEADS: Topic =
    Topic::new("heads", "What the head of an upload says of its chunks", &CHUNKS, &["chunk-frame"]);
static TEXTS: Topic = Topic::new(
    "texts",
    "Names and values of trailers, as they are hashed",
    &TRAILERS,
    &["trailer-text"],
);
static UNSIGNED: Topic = Topic::new(
    "unsigned",
    "Trailers of an upload whose head alone is signed",
    &UNSIGNED_TRAILERS,
    &["trailer-text"],
);
static V4A_UPLOADS: Topic = Topic::new(
    "uploads",
    "Uploads in chunks that are signed with ECDSA",
    &V4A_CHUNKS,
    &["chunk-signature-padding"],
);
static DAYS: Topic =
    Topic::new("days", "Messages of another day than the head", &EVENTS, &["message-time"]);

const V4A: &str = "sigv4a";
const V4A_CHUNKED: &str = "sigv4a-chunked";
const CHUNKED: &str = "sigv4-chunked";
const CHUNKED_TRAILER: &str = "sigv4-chunked-trailer";
const EVENT_STREAM: &str = "sigv4-eventstream";

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// Every corner, topic by topic.
#[must_use]
pub fn family_corners() -> Vec<FamilyCorner> {
    let mut corners = Vec::new();
    sigv4a(&mut corners);
    corners.extend(uploads());
    corners.push(over_midnight());
    corners
}

/// The plainest question in each place of each of these operations: a mistake that shows there needs no
/// corner.
#[must_use]
pub fn plain_family_corners() -> Vec<FamilyCorner> {
    let plain = |family, question| FamilyCorner {
        family,
        topic: &PLAIN,
        name: "plain".to_owned(),
        title: "The plainest question there is",
        question,
        recorded: None,
    };
    let requests = GENERIC.map(|place| {
        let Sample { profile, placement, input } = Sample::new(place);
        let request = SignQuestion { placement, profile, input };
        plain(V4A, Question::SignV4a(Box::new(V4aQuestion { request })))
    });
    let streams = [
        plain(CHUNKED, Upload::PLAIN.of_hello_world()),
        plain(CHUNKED_TRAILER, Upload::WITH_TRAILER.of_hello_world()),
        plain(V4A_CHUNKED, Upload::ECDSA.of_hello_world()),
        plain(EVENT_STREAM, stream(&[message("20150830T123600Z", 1_440_938_160, "hello")])),
    ];
    requests.into_iter().chain(streams).collect()
}

type Change = fn(&mut SigningInput);

fn sigv4a(corners: &mut Vec<FamilyCorner>) {
    let tables = [(&REGION_SETS, REGION_TABLE), (&KEY_PAIRS, KEY_TABLE)];
    for (topic, table) in tables {
        for &(name, title, change) in table {
            for place in GENERIC {
                let Sample { profile, placement, input } = Sample::new(place).with(change);
                let is_query = placement == Placement::Query;
                let request = SignQuestion { placement, profile, input };
                corners.push(FamilyCorner {
                    family: V4A,
                    topic,
                    name: format!("{name}{}", if is_query { "-query" } else { "" }),
                    title,
                    question: Question::SignV4a(Box::new(V4aQuestion { request })),
                    recorded: None,
                });
            }
        }
    }
}

const REGION_TABLE: &[(&str, &str, Change)] = &[
    ("two-unsorted", "Two regions that are not in order", |input| {
        input.region = "us-west-2,eu-west-1".into();
    }),
    ("spaced", "Two regions with a space after the comma", |input| {
        input.region = "us-east-1, eu-west-1".into();
    }),
    ("all", "Every region", |input| input.region = "*".into()),
    ("of-a-prefix", "Every region that begins with a text", |input| {
        input.region = "us-*,eu-west-1".into();
    }),
    ("upper-case", "A region in upper case", |input| input.region = "US-EAST-1".into()),
];

const KEY_TABLE: &[(&str, &str, Change)] = &[
    // One id in four thousand million is like this one.
    ("second-candidate", "The first candidate is above the order less two", |input| {
        input.credentials.access_key_id = "AKIDEXAMPLEAAEQ7KU27".into();
    }),
    ("spaced-secret", "A secret with spaces at its ends", |input| {
        input.credentials.secret_access_key = " k ".into();
    }),
    ("quoted-secret", "A secret in quotes", |input| {
        input.credentials.secret_access_key = "\"k\"".into();
    }),
    ("prefixed-secret", "A secret that begins as the key of the derivation does", |input| {
        input.credentials.secret_access_key = "AWS4Ak".into();
    }),
    ("long-secret", "A secret that is longer than a block of the hash", |input| {
        input.credentials.secret_access_key = "0123456789".repeat(7).into();
    }),
    ("block-long-secret", "A secret that fills a block of the hash with its prefix", |input| {
        input.credentials.secret_access_key = "0".repeat(59).into();
    }),
    ("base64-secret", "A secret that is also base64", |input| {
        input.credentials.secret_access_key = "c2VjcmV0".into();
    }),
];

/// What an upload differs in from the plainest one.
struct Upload {
    region: &'static str,
    encoding: &'static str,
    payload: ChunkedPayload,
    trailers: &'static [(&'static str, &'static str)],
}

impl Upload {
    const PLAIN: Self = Self {
        region: "us-east-1",
        encoding: "aws-chunked",
        payload: ChunkedPayload::Signed,
        trailers: &[],
    };
    const WITH_TRAILER: Self = Self {
        payload: ChunkedPayload::SignedTrailer,
        trailers: &[("x-amz-checksum-crc32", "DUoRhQ==")],
        ..Self::PLAIN
    };

    const ECDSA: Self = Self { payload: ChunkedPayload::EcdsaSigned, ..Self::PLAIN };

    fn question(&self, time_of_signing: &str, body: &str, request: Request) -> Question {
        let question = Box::new(ChunksQuestion {
            time: time(time_of_signing),
            region: self.region.into(),
            service: "s3".into(),
            key: credentials(ID, SECRET),
            start: ChainStart::Request(request),
            payload: self.payload,
            chunk_size: 65_536,
            body: body.into(),
            trailers: headers(self.trailers),
        });
        if self.payload.is_ecdsa() {
            Question::SignV4aChunks(question)
        } else {
            Question::SignChunks(question)
        }
    }

    /// An upload of `hello world` in one chunk, whose size is a letter.
    fn of_hello_world(&self) -> Question {
        let mut own = vec![
            ("Host", "examplebucket.s3.amazonaws.com"),
            ("Content-Encoding", self.encoding),
            ("X-Amz-Decoded-Content-Length", "11"),
        ];
        let names: Vec<String> =
            self.trailers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let names = names.join(",");
        if !names.is_empty() {
            own.push(("X-Amz-Trailer", &names));
        }
        self.question("20130524T000000Z", "hello world", put("/key", &own))
    }
}

fn uploads() -> [FamilyCorner; 8] {
    let of = |family, topic, name: &str, title, question, recorded| FamilyCorner {
        family,
        topic,
        name: name.to_owned(),
        title,
        question,
        recorded,
    };
    let elsewhere = Upload { region: "eu-central-1", ..Upload::PLAIN };
    let gzipped = Upload { encoding: "gzip,aws-chunked", ..Upload::PLAIN };
    let capital =
        Upload { trailers: &[("X-Amz-Checksum-CRC32", "DUoRhQ==")], ..Upload::WITH_TRAILER };
    let spaced =
        Upload { trailers: &[("x-amz-checksum-crc32", " DUoRhQ== ")], ..Upload::WITH_TRAILER };
    let two = Upload {
        trailers: &[("x-amz-meta-b", "2"), ("x-amz-checksum-crc32", "DUoRhQ==")],
        ..Upload::WITH_TRAILER
    };
    let regions = Upload { region: "us-east-1,eu-west-1", ..Upload::ECDSA };
    let checksum = Upload { payload: ChunkedPayload::EcdsaSignedTrailer, ..Upload::WITH_TRAILER };
    let title = "Chunks in another region than us-east-1, the size of one a letter";
    [
        of(CHUNKED, &HEADS, "region", title, elsewhere.of_hello_world(), Some(MINIO)),
        of(
            CHUNKED,
            &HEADS,
            "compressed",
            "Chunks of a body that is compressed already",
            gzipped.of_hello_world(),
            None,
        ),
        of(
            CHUNKED_TRAILER,
            &TEXTS,
            "name-in-capitals",
            "The name of a trailer with capitals",
            capital.of_hello_world(),
            None,
        ),
        of(
            CHUNKED_TRAILER,
            &TEXTS,
            "value-with-spaces",
            "The value of a trailer between spaces",
            spaced.of_hello_world(),
            None,
        ),
        of(
            CHUNKED_TRAILER,
            &TEXTS,
            "two-unsorted",
            "Two trailers that are not in order",
            two.of_hello_world(),
            None,
        ),
        of(
            V4A_CHUNKED,
            &V4A_UPLOADS,
            "two-regions",
            "Chunks that are signed for two regions",
            regions.of_hello_world(),
            None,
        ),
        of(
            V4A_CHUNKED,
            &V4A_UPLOADS,
            "checksum",
            "Chunks and the trailer that the vendor's SDKs send",
            checksum.of_hello_world(),
            None,
        ),
        of(
            CHUNKED_TRAILER,
            &UNSIGNED,
            "botocore",
            "An upload of boto3 over TLS",
            of_botocore(),
            Some(BOTOCORE),
        ),
    ]
}

const MINIO: Recorded = Recorded {
    source: "minio-go 7.4.1, pkg/signer, StreamingSignV4, run with this upload",
    is_official: false,
    signature: "b77677737c133c1ee73780b14e29a4637710e5f91792e051d4b95c7068a4a367",
    framed_body: "b;chunk-signature=f4ec04d5294fb9281f6fdda811ecf0a485f1378aff88664d0861604647855c33\r\n\
                  hello world\r\n\
                  0;chunk-signature=a54220ec2b75d4fb251ae7bea288c9229851dd32400f886c0310eb32b9ccad5b\r\n\
                  \r\n",
};

const BOTOCORE: Recorded = Recorded {
    source: "boto3 1.44.8 (botocore 1.44.8), put_object over https, recorded on the loopback in November \
             2026; the transfer chunks around the frames are left out",
    is_official: true,
    signature: "64a9bcdb1a73abd0beda5329ff621f927d130e901090573d700caaf718402f4f",
    framed_body: "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
};

fn of_botocore() -> Question {
    let upload = Upload {
        payload: ChunkedPayload::UnsignedTrailer,
        trailers: &[("x-amz-checksum-crc32", "NhCmhg==")],
        ..Upload::PLAIN
    };
    let own = [
        ("Content-Encoding", "aws-chunked"),
        ("X-Amz-Trailer", "x-amz-checksum-crc32"),
        ("X-Amz-Decoded-Content-Length", "5"),
        ("x-amz-sdk-checksum-algorithm", "CRC32"),
        ("Host", "127.0.0.1:18302"),
    ];
    upload.question("20261127T140821Z", "hello", put("/b/a2-https", &own))
}

/// A message a second before midnight, one after it, and the end of the stream.
fn over_midnight() -> FamilyCorner {
    let messages = [
        message("20150830T235959Z", 1_440_979_199, "hello"),
        message("20150831T000000Z", 1_440_979_200, "world"),
        message("20150831T000001Z", 1_440_979_201, ""),
    ];
    FamilyCorner {
        family: EVENT_STREAM,
        topic: &DAYS,
        name: "midnight".to_owned(),
        title: "A stream that lasts over midnight",
        question: stream(&messages),
        recorded: None,
    }
}

/// A message whose header is `:date`, a timestamp in milliseconds.
fn message(time_of_signing: &str, seconds: i64, payload: &str) -> EventInput {
    EventInput {
        time: time(time_of_signing),
        headers: [b"\x05:date\x08", &(1000 * seconds).to_be_bytes()[..]].concat().into(),
        payload: payload.into(),
    }
}

/// The messages after a head that was signed on 30 August.
fn stream(messages: &[EventInput]) -> Question {
    Question::SignEvents(Box::new(EventsQuestion {
        time: time("20150830T123600Z"),
        region: "us-east-1".into(),
        service: "transcribe".into(),
        key: credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        start: ChainStart::SeedSignature(
            "9d9ab996c81f32c9d4e6fc166c92584f3741d1cb5ce325cd11a77d1f962c8de2".into(),
        ),
        messages: messages.to_vec(),
    }))
}

fn credentials(id: &str, secret: &str) -> ChainKey {
    ChainKey::Credentials(Credentials {
        access_key_id: id.into(),
        secret_access_key: secret.into(),
        session_token: None,
    })
}

fn put(target: &str, own: &[(&str, &str)]) -> Request {
    Request {
        method: "PUT".into(),
        target: target.into(),
        headers: headers(own),
        body: Bytes::default(),
    }
}

fn headers(pairs: &[(&str, &str)]) -> Vec<(Bytes, Bytes)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}
