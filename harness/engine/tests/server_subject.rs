//! A server as a subject: an honest one conforms, and what others do is found.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use sigv4_conformance::expectations::Expectations;
use sigv4_conformance::forge::{Setting, server_cases};
use sigv4_conformance::judge::Verdict;
use sigv4_conformance::log::{CaseEvent, Event, Problem, RunResult};
use sigv4_conformance::run::{Observer, Plan, run};
use sigv4_conformance::search::verifier::{Report, search};
use sigv4_conformance::search::{self, Progress, Shard};
use sigv4_conformance::server::{Limits, ServerSubject, Shared};
use sigv4_conformance::subject::{Model, Reference, Subject};
use sigv4_mistakes::Mistake;
use sigv4_protocol::{Answer, InProcess as _, Question, Side, VerifyQuestion};
use sigv4_vectors::model::{Case, KeyMaterial, Profile, Request, StoredKey, VerificationInput};
use sigv4_vectors::text::Time;
use sigv4_vectors::{Secret, Vectors};

const KEY: (&str, &str) = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

/// What a server does with a request.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Rules as the reference does.
    Honest,
    /// Does not compare the body with its hash.
    Careless,
    /// Accepts whatever comes.
    Credulous,
    /// Rules as the reference does, after it has stored the body.
    Hasty,
    /// Stores the body with its frames.
    Framed,
    /// Removes nothing.
    Keeps,
    /// Refuses every request after the first hundred.
    LocksOut,
    /// Answers no request after the first hundred.
    FallsSilent,
    /// Rules on the request that came last, whichever it was asked about.
    MixesUp,
}

/// What all connections share.
#[derive(Default)]
struct State {
    objects: Mutex<HashMap<Vec<u8>, Vec<u8>>>,
    last: Mutex<Request>,
}

/// A server of this manner, for as long as the test runs.
fn serve(manner: Manner) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let state = Arc::new(State::default());
        for (index, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            match manner {
                Manner::FallsSilent if index > 100 => {}
                Manner::LocksOut if index <= 100 => answer(Manner::Honest, &mut stream, &state),
                Manner::MixesUp => {
                    let state = Arc::clone(&state);
                    thread::spawn(move || answer(manner, &mut stream, &state));
                }
                _ => answer(manner, &mut stream, &state),
            }
        }
    });
    address
}

fn answer(manner: Manner, stream: &mut TcpStream, state: &State) {
    let Some(request) = read(stream) else { return };
    let mut ruled = request.clone();
    if manner == Manner::MixesUp {
        state.last.lock().unwrap().clone_from(&request);
        thread::sleep(Duration::from_millis(1));
        ruled = state.last.lock().unwrap().clone();
    }
    let mut objects = state.objects.lock().unwrap();
    let path = request.target.split(|byte| *byte == b'?').next().unwrap().to_vec();
    let is_form = &request.method[..] == b"POST";
    let place = if is_form { b"/vectors/user/jane/photo.jpg".to_vec() } else { path };
    let is_write = is_form || &request.method[..] == b"PUT";
    let is_right =
        manner == Manner::Credulous || (manner != Manner::LocksOut && is_authentic(manner, &ruled));
    if is_write && (is_right || manner == Manner::Hasty) {
        let framed = manner == Manner::Framed;
        let body = if framed { request.body.to_vec() } else { unframed(&request) };
        objects.insert(place.clone(), body);
    }
    if &request.method[..] == b"DELETE" && is_right && manner != Manner::Keeps {
        objects.remove(&place);
        // Some servers remove a bucket with everything in it. No run may ask for that.
        if [&b"/vectors"[..], b"/vectors/"].contains(&&place[..]) {
            objects.clear();
        }
    }
    let stored = objects.get(&place).filter(|_| !is_write);
    let (status, body) = match (is_right, &request.method[..], stored) {
        (true, b"DELETE", _) if manner == Manner::Keeps => {
            (405, b"<Error><Code>MethodNotAllowed</Code></Error>".to_vec())
        }
        (false, ..) => (403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>".to_vec()),
        (true, b"GET", None) => (404, b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
        (true, b"GET", Some(stored)) => (200, stored.clone()),
        (true, ..) => (200, Vec::new()),
    };
    let head = format!("HTTP/1.1 {status} -\r\nContent-Length: {}\r\n\r\n", body.len());
    // The other side may have gone.
    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
}

/// The request, byte for byte.
fn read(stream: &mut TcpStream) -> Option<Request> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 1 << 14]);
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let mut lines = bytes[..end].split(|byte| *byte == b'\n');
            let line = lines.next()?;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let first = line.iter().position(|byte| *byte == b' ')?;
            let last = line.iter().rposition(|byte| *byte == b' ')?;
            let headers: Vec<_> = lines
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
                .filter_map(|line| {
                    let colon = line.iter().position(|byte| *byte == b':')?;
                    Some((line[..colon].into(), line[colon + 1..].into()))
                })
                .collect();
            let length = |(name, value): &(sigv4_vectors::Bytes, sigv4_vectors::Bytes)| {
                let is_length = name.eq_ignore_ascii_case(b"content-length");
                is_length.then(|| str::from_utf8(value).ok()?.trim().parse::<usize>().ok())?
            };
            let length = headers.iter().find_map(length).unwrap_or_default();
            if let Some(body) = bytes.get(end + 4..end + 4 + length) {
                return Some(Request {
                    method: line[..first].into(),
                    target: line[first + 1..last].into(),
                    headers,
                    body: body.into(),
                });
            }
        }
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
    }
}

fn is_authentic(manner: Manner, request: &Request) -> bool {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let input = VerificationInput {
        time: Time::try_from(now).unwrap(),
        window_seconds: 900,
        region: "us-east-1".into(),
        service: "s3".into(),
        profile: Profile::S3,
        normalize: false,
        double_encode: false,
        keys: vec![StoredKey {
            access_key_id: KEY.0.into(),
            material: KeyMaterial::SecretAccessKey(Secret::from(KEY.1)),
            session_token: None,
            active: true,
        }],
        request: request.clone(),
    };
    let question = Question::Verify(Box::new(VerifyQuestion::from(input)));
    let answer = match manner {
        Manner::Careless => Model::new(Mistake::VerifyBodyNotHashed.into()).answer(&question),
        _ => Reference::new().answer(&question),
    };
    answer == Answer::Accept
}

/// The body, without the frames of chunks.
fn unframed(request: &Request) -> Vec<u8> {
    let is_framed = request.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case(b"x-amz-content-sha256") && value.starts_with(b"STREAMING-")
    });
    if !is_framed {
        return request.body.to_vec();
    }
    let (mut data, mut rest) = (Vec::new(), &request.body[..]);
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = rest[..end].split(|byte| *byte == b';').next().unwrap();
        let size = usize::from_str_radix(&String::from_utf8_lossy(size), 16).unwrap_or_default();
        let chunk = rest.get(end + 2..end + 2 + size).unwrap_or_default();
        if chunk.is_empty() {
            break;
        }
        data.extend_from_slice(chunk);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    data
}

#[derive(Default)]
struct Events {
    cases: Vec<CaseEvent>,
    problems: Vec<Problem>,
}

impl Observer for Events {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Case(case) => self.cases.push((**case).clone()),
            Event::Problem(problem) => self.problems.push(problem.clone()),
            _ => {}
        }
    }
}

fn judged(manner: Manner) -> (RunResult, Events) {
    let address = serve(manner);
    let place = ("us-east-1", "vectors");
    let setting = Setting::of_server(&address.to_string(), place, KEY, 900);
    let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
    let cases = server_cases(&setting);
    let mut subject = ServerSubject::running(address, setting, limits, &cases).unwrap();
    assert!(cases.len() > 900, "{} cases", cases.len());
    let plan = Plan {
        side: Side::Verifier,
        vectors: Vectors::embedded(),
        cases: &cases.iter().collect::<Vec<&Case>>(),
        partial: true,
        expectations: &Expectations::default(),
        own_keys: false,
        invocation: &[],
    };
    let mut events = Events::default();
    let result = run(&mut subject, &plan, &mut events, &|| {});
    (result, events)
}

#[test]
fn an_honest_server_conforms() {
    let (result, events) = judged(Manner::Honest);
    let wrong: Vec<String> = events
        .cases
        .iter()
        .filter(|case| !case.conforms())
        .map(|case| format!("{}: {} {:?}", case.id, case.verdict, case.notes))
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(result, RunResult::AsExpected);
}

/// The negative control: a run that such a server passes would show nothing.
#[test]
fn a_server_that_accepts_everything_fails() {
    let (result, events) = judged(Manner::Credulous);
    assert_eq!(result, RunResult::Unexpected);
    let weaknesses = events.cases.iter().filter(|case| case.is_weakness()).count();
    assert!(weaknesses > 500, "{weaknesses}");
}

/// What it refuses after it has begun to refuse everything shows nothing, and what is not answered neither.
#[test]
fn a_server_that_fails_on_the_way_proves_nothing() {
    for manner in [Manner::LocksOut, Manner::FallsSilent] {
        let (result, events) = judged(manner);
        assert_eq!(result, RunResult::Incomplete);
        assert!(events.cases.iter().any(CaseEvent::conforms), "it was right at first");
    }
}

/// One by one it rules as the reference does.
#[test]
fn a_server_that_mixes_up_what_comes_at_the_same_time_fails() {
    let (result, events) = judged(Manner::MixesUp);
    assert_eq!(result, RunResult::Unexpected);
    assert!(events.cases.iter().all(CaseEvent::conforms));
    assert!(matches!(&events.problems[..], [Problem::MixedUp { .. }]), "{:?}", events.problems);
}

#[test]
fn an_object_that_is_there_is_not_overwritten() {
    let address = serve(Manner::Honest);
    let setting = Setting::of_server(&address.to_string(), ("us-east-1", "vectors"), KEY, 900);
    let cases = server_cases(&setting);
    let prepare = || ServerSubject::running(address, setting.clone(), Limits::default(), &cases);
    // Left there on purpose: its objects are removed when it ends.
    let first = prepare().unwrap();
    let error = prepare().unwrap_err().to_string();
    assert!(error.contains("the object /vectors/documents/s3-get is there already"), "{error}");
    drop(first);
}

/// Searches a server, in a folder of its own.
fn searched(manner: Manner) -> Report {
    let address = serve(manner);
    let place = ("us-east-1", "vectors");
    let setting = Setting::of_server(&address.to_string(), place, KEY, 900).apart();
    let server = ServerSubject::running(address, setting.clone(), Limits::default(), &[]).unwrap();
    let server = Shared::new(server);
    let start = || Ok(Box::new(server.clone()) as Box<dyn Subject>);
    let plan = search::Plan { seed: 1, start: 0, cases: 1_500, shard: Shard::WHOLE, time: None };
    search(&start, &plan, Some(&Arc::new(setting)), 1, &Progress::default()).unwrap()
}

#[test]
fn a_search_finds_nothing_in_an_honest_server() {
    let report = searched(Manner::Honest);
    assert!(report.findings.is_empty() && report.problems.is_empty(), "{report:#?}");
    assert!(report.accepted > 200 && report.rejected > 500, "{report:?}");
}

#[test]
fn a_search_finds_what_a_server_does_not_check() {
    let report = searched(Manner::Careless);
    let named: Vec<&str> =
        report.findings.iter().flat_map(|found| &found.mistakes).copied().collect();
    assert_eq!(named, [Mistake::VerifyBodyNotHashed.id()], "{report:#?}");
    let keys = report.findings.iter().filter_map(|found| found.input()).map(|input| &input.keys);
    assert!(keys.into_iter().all(Vec::is_empty), "the key of the server is not shown");
}

/// What a server did not let a search remove is said.
#[test]
fn a_search_says_what_it_leaves_behind() {
    let report = searched(Manner::Keeps);
    let said = report.remarks.join("\n");
    assert!(said.contains("may still have objects") && said.contains("/s3-get"), "{report:#?}");
    assert_eq!(searched(Manner::Honest).remarks, [""; 0]);
}

#[test]
fn what_is_stored_is_read_back() {
    for (manner, expected) in [
        (
            Manner::Hasty,
            "it says: 403 SignatureDoesNotMatch, and the object is stored all the same",
        ),
        (Manner::Framed, "it says: 200, and something else is stored"),
    ] {
        let (result, events) = judged(manner);
        assert_eq!(result, RunResult::Unexpected);
        let said = |case: &&CaseEvent| {
            case.verdict == Verdict::Error
                && case.notes.iter().any(|note| note.starts_with(expected))
        };
        let count = events.cases.iter().filter(said).count();
        assert!(count > 5, "{count} times {expected}");
    }
}
