//! Checks whether the adapter itself works, whatever its subject does.

use sigv4_protocol::{Answer, Clock, Identity, Mode, Question, Sent, SignedAnswer};
use sigv4_vectors::model::{Case, Placement};
use sigv4_vectors::{Bytes, Vectors};

use super::command::{Command, Limits};
use super::fault::Fault;
use super::greeting::{StartError, greet};
use super::plugged::plug_in;
use super::running::Farewell;

/// Where the questions are from.
const ASKED: [&str; 3] = ["official/", "verifier/sigv4/bases/", "verifier/sigv4/target/"];
/// How many characters of two answers are shown before the first that differs, and from there on.
const ALIKE: usize = 40;

/// What an examination found.
#[derive(Debug)]
pub struct Examination {
    /// Who the adapter says it is.
    pub identity: Identity,
    /// The checks in the order in which they were made.
    pub checks: Vec<Check>,
}

/// One check of an adapter.
#[derive(Debug)]
pub struct Check {
    /// What must hold.
    pub name: &'static str,
    /// What was seen, or what is wrong.
    pub result: Result<String, String>,
}

impl Examination {
    /// Whether every check passed.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.checks.iter().all(|check| check.result.is_ok())
    }
}

/// Starts the adapter three times and asks it the same questions in different ways.
///
/// # Errors
/// [`StartError`] where it does not get past the greeting and the canary.
pub fn examine(command: &Command, limits: Limits) -> Result<Examination, StartError> {
    let mut subject = plug_in(command, limits)?;
    let identity = subject.identity().clone();
    let questions = questions(&identity);
    let odd = odd_questions(&identity);

    // One question alone, with the input still open: answered only by an adapter that flushes.
    let alone = subject.ask(&questions[..questions.len().min(1)], &|| ());
    let pipelined = subject.ask(&questions, &|| ());
    let again = subject.ask(&questions, &|| ());
    let odd_replies = subject.ask(&odd, &|| ());
    let leaving = subject.finish();

    let mut serial = plug_in(command, Limits { window: 1, ..limits })?;
    let one_by_one = serial.ask(&questions, &|| ());
    serial.finish();

    let alike = |other| same(identity.clock, &questions, &pipelined, other);
    let mut checks = vec![
        Check {
            name: "greets and knows no operation that does not exist",
            result: Ok(format!("{} {} speaks protocol 1", identity.name, identity.version)),
        },
        Check { name: "declares a role", result: declares(&questions, &identity) },
        Check { name: "answers at once", result: answers(&alone) },
        Check { name: "answers every question", result: answers(&pipelined) },
        Check { name: "same question, same answer", result: alike(&again) },
        Check { name: "one at a time after a new start as pipelined", result: alike(&one_by_one) },
    ];
    if !odd.is_empty() {
        checks.extend([
            Check { name: "keeps what it cannot hold apart", result: holds(&odd, &odd_replies) },
            Check { name: "exposes stages that belong together", result: consistent(&pipelined) },
        ]);
    }
    if identity.mode == Mode::Stream {
        let leaves = match leaving.faults.first() {
            Some(fault) => Err(fault.to_string()),
            None => leaves(command, limits)?,
        };
        checks.push(Check { name: "ends with its input, and quietly", result: leaves });
    }
    Ok(Examination { identity, checks })
}

/// The official questions of the adapter's roles, and some for verifiers. A signer for S3 alone answers that it
/// does not support the official ones.
fn questions(identity: &Identity) -> Vec<Question> {
    let is_asked = |case: &&Case| ASKED.iter().any(|place| case.id.starts_with(place));
    let all = Vectors::embedded().cases().filter(is_asked).map(Question::of);
    let is_sent = |question: &Question| match question {
        Question::Verify(_) => identity.lacks(question).is_none(),
        _ => identity.roles.contains(&question.role()),
    };
    all.filter(is_sent).collect()
}

/// Inputs that many libraries cannot hold: the answer must contain them, or say that it cannot.
fn odd_questions(identity: &Identity) -> Vec<Question> {
    let plain = Vectors::embedded().cases().find(|case| {
        case.id.ends_with("/get-vanilla") && identity.roles.contains(&Question::of(case).role())
    });
    let Some(plain) = plain else { return Vec::new() };
    let with = |change: &dyn Fn(&mut sigv4_vectors::model::Request)| odd_question(plain, change);
    let header = |name: &str, value: &[u8]| (Bytes::from(name), Bytes::from(value));
    vec![
        with(&|request| request.target = Bytes::from(&b"/\xff%ff"[..])),
        with(&|request| request.headers.push(header("X-Bytes", b"\xff\xfe"))),
        with(&|request| request.headers.push(header("X-Empty", b""))),
        with(&|request| request.headers.push(header("__proto__", b"x"))),
        with(&|request| {
            request.headers.extend([header("X-Two", b"b"), header("X-Two", b"a")]);
        }),
        with(&|request| request.body = Bytes::from(&b"\0\xff\r\n"[..])),
    ]
}

fn odd_question(plain: &Case, change: impl Fn(&mut sigv4_vectors::model::Request)) -> Question {
    let mut question = Question::of(plain);
    if let Question::Sign(question) = &mut question {
        change(&mut question.input.request);
    }
    question
}

fn declares(questions: &[Question], identity: &Identity) -> Result<String, String> {
    let roles: Vec<String> = identity.roles.iter().map(ToString::to_string).collect();
    if questions.is_empty() {
        return Err(format!(
            "expected sign-header, sign-query or verify among its roles, got {roles:?}"
        ));
    }
    Ok(roles.join(", "))
}

fn answers(replies: &[Result<Answer, Fault>]) -> Result<String, String> {
    match replies.iter().find_map(|reply| reply.as_ref().err()) {
        Some(fault) => Err(fault.to_string()),
        None => Ok(format!("{} answered", replies.len())),
    }
}

/// What has to be the same every time, as text: a signature of SigV4A need not be, and little is that of a
/// subject whose clock goes on.
fn lasting(clock: Clock, reply: &Result<Answer, Fault>) -> String {
    let answer = match reply {
        Ok(answer) => answer,
        Err(fault) => return fault.to_string(),
    };
    if let (Clock::Own, Answer::Signed(signed)) = (clock, answer) {
        let names: Vec<String> =
            signed.request.headers.iter().map(|(name, _)| name.to_string()).collect();
        return format!("{} with {}", signed.request.method, names.join(", "));
    }
    // An answer consists of JSON values.
    let text = serde_json::to_string(answer).unwrap_or_default();
    match answer {
        Answer::SignedV4a(signed) => without_signature(&text, signed),
        Answer::SignedV4aChunks(upload) => {
            let text =
                upload.head.as_ref().map_or(text.clone(), |head| without_signature(&text, head));
            let pieces = upload.pieces().map(|piece| &*piece.signature);
            let signatures = pieces.map(|signature| signature.trim_end_matches('*'));
            // The padding of one is as long as it takes.
            signatures.fold(text, |text, signature| text.replace(signature, "")).replace('*', "")
        }
        _ => text,
    }
}

fn without_signature(text: &str, signed: &SignedAnswer) -> String {
    let sent = Placement::ALL.iter().find_map(|at| Sent::read(*at, &signed.request).ok());
    let signature = sent.map(|sent| String::from_utf8_lossy(&sent.signature).into_owned());
    signature.map_or_else(|| text.to_owned(), |signature| text.replace(&signature, ""))
}

fn same(
    clock: Clock,
    questions: &[Question],
    first: &[Result<Answer, Fault>],
    second: &[Result<Answer, Fault>],
) -> Result<String, String> {
    let pairs = first.iter().zip(second);
    let differing = pairs.map(|(first, second)| (lasting(clock, first), lasting(clock, second)));
    match differing.enumerate().find(|(_, (first, second))| first != second) {
        Some((index, (first, second))) => {
            let alike = first.chars().zip(second.chars()).take_while(|(left, right)| left == right);
            let skipped = alike.count().saturating_sub(ALIKE);
            let shown = |text: &str| text.chars().skip(skipped).take(2 * ALIKE).collect::<String>();
            Err(format!(
                "{} was answered in two ways:\n  ...{}\n  ...{}",
                questions[index].in_words(),
                shown(&first),
                shown(&second)
            ))
        }
        None => Ok(format!("{} answers alike", first.len())),
    }
}

fn holds(questions: &[Question], replies: &[Result<Answer, Fault>]) -> Result<String, String> {
    let mut held = 0;
    for (question, reply) in questions.iter().zip(replies) {
        let Question::Sign(asked) = question else { continue };
        let asked = &asked.input.request;
        match reply {
            Err(fault) => return Err(format!("{}: {fault}", question.in_words())),
            Ok(Answer::Signed(signed)) => {
                if let Some(lost) = lost_header(&asked.headers, signed) {
                    return Err(format!(
                        "{}: the header `{lost}` was lost or changed, and not refused",
                        question.in_words()
                    ));
                }
                held += 1;
            }
            Ok(_) => {}
        }
    }
    Ok(format!("{held} of {} odd inputs held, the others refused", questions.len()))
}

fn lost_header<'h>(asked: &'h [(Bytes, Bytes)], signed: &SignedAnswer) -> Option<&'h Bytes> {
    let sent = |name: &Bytes, value: &Bytes| {
        signed.request.headers.iter().any(|(sent_name, sent_value)| {
            sent_name.eq_ignore_ascii_case(name) && sent_value == value
        })
    };
    asked.iter().find(|(name, value)| !sent(name, value)).map(|(name, _)| name)
}

fn consistent(replies: &[Result<Answer, Fault>]) -> Result<String, String> {
    let mut shown = 0;
    for reply in replies {
        let Ok(Answer::Signed(signed)) = reply else { continue };
        crate::judge::stages_belong_together(&signed.stages)?;
        shown += usize::from(signed.stages.canonical_request.is_some());
    }
    Ok(format!("{shown} canonical requests exposed"))
}

/// Starts the adapter once more, asks it nothing, and watches it end.
fn leaves(command: &Command, limits: Limits) -> Result<Result<String, String>, StartError> {
    let (mut running, _) = greet(command, limits)?;
    Ok(match running.farewell(limits.timeout) {
        Ok(left) => Ok(match left.remark() {
            Some(remark) => format!("no line left over; {remark}"),
            None => "no line left over".to_owned(),
        }),
        Err(Farewell::Fault(fault)) => Err(fault.to_string()),
        Err(Farewell::Line(_)) => Err("it wrote a line that nobody asked for".to_owned()),
    })
}
