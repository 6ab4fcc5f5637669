//! Adapters that each misbehave in one way, for the tests of the harness itself:
//! `miniature MODE`. All of them sign with the reference.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode, exit};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, thread};

use serde_json::{Value, json};
use sigv4_conformance::subject::Reference;
use sigv4_protocol::serve;

/// Every mode; what each does is where it is named below.
const MODES: &[&str] = &[
    "accepts-everything",
    "babbles",
    "backs-out",
    "claims-everything",
    "changes-its-name",
    "closes",
    "compresses-the-body",
    "crashes",
    "crashes-once",
    "crashes-unsigned",
    "drops-headers",
    "drops-the-body",
    "echoes",
    "escapes",
    "excuses-itself",
    "exits-badly",
    "fails-at-start",
    "floods",
    "forges",
    "forgets-the-seq",
    "forks",
    "forks-a-session",
    "future",
    "honest",
    "ignores-the-canary",
    "is-hostile",
    "is-loud",
    "is-loud-and-crashes",
    "is-slow",
    "lingers",
    "locks-out",
    "misspells",
    "mute",
    "names-its-process",
    "own-clock",
    "never-reads",
    "one-shot",
    "one-shot-escapes",
    "one-shot-exits-badly",
    "one-shot-hangs",
    "one-shot-says-two-lines",
    "only-verifies",
    "rejects-everything",
    "reverses",
    "rolls-dice",
    "silent",
    "single-encodes",
    "stops-reading",
    "swaps-the-seq",
    "takes-its-time",
    "throws",
    "twice",
    "unsigned",
    "wide",
    "without-profiles",
    "without-roles",
];

fn main() -> ExitCode {
    let mode = env::args().nth(1).unwrap_or_default();
    if !MODES.contains(&&mode[..]) {
        eprintln!("miniature: expected one of {MODES:?}, got {mode:?}");
        return ExitCode::from(2);
    }
    match &mode[..] {
        "fails-at-start" => {
            println!("Welcome to my signer");
            eprintln!("Traceback (most recent call last):\nModuleNotFoundError: no such signer");
            return ExitCode::FAILURE;
        }
        "escapes" | "one-shot-escapes" => leave_the_group(),
        "forks-a-session" => leave_a_session_behind(),
        "forks" => leave_a_child_behind(),
        "mute" => wait_for_ever(),
        "never-reads" => answer_unread(),
        "reverses" => {
            answer_in_reverse();
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    for (index, line) in io::stdin().lines().enumerate() {
        let line = line.expect("the harness writes UTF-8");
        let message: Value = serde_json::from_str(&line).expect("the harness writes JSON");
        let answer = golden(&line);
        match message["op"].as_str() {
            Some("hello") => say(&greeting(&mode, answer)),
            Some("verify") => say(&ruling(&mode, index, answer)),
            Some("sign") => sign(&mode, index, &line, &message, answer),
            _ => canary(&mode, &message, &answer),
        }
    }
    match &mode[..] {
        "escapes" | "lingers" => wait_for_ever(),
        "exits-badly" | "one-shot-exits-badly" => {
            eprintln!("cannot close the session");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// What a verifier of this mode says.
fn ruling(mode: &str, index: usize, golden: Value) -> Value {
    let result = match mode {
        "accepts-everything" => "accept",
        "rejects-everything" => "reject",
        // As if wrong signatures had locked the key out.
        "locks-out" if index > 100 => "reject",
        _ => return golden,
    };
    json!({"seq": golden["seq"], "result": result})
}

/// What the golden adapter answers.
fn golden(line: &str) -> Value {
    let mut answer = Vec::new();
    serve(&mut Reference::new(), line.as_bytes(), &mut answer).expect("a Vec takes everything");
    serde_json::from_slice(&answer).expect("the golden adapter writes JSON")
}

fn say(message: &Value) {
    let mut out = io::stdout().lock();
    // A harness that has gone is not missed.
    let _ = writeln!(out, "{message}").and_then(|()| out.flush());
}

fn greeting(mode: &str, mut hello: Value) -> Value {
    hello["name"] = json!("miniature");
    hello["version"] = json!("1");
    match mode {
        "changes-its-name" => hello["version"] = json!(std::process::id().to_string()),
        "future" => hello["protocol"] = json!(99),
        "is-hostile" => {
            hello["name"] = json!("\u{1b}[2Jminiature\n::error::pwned");
            eprintln!("\u{1b}]0;owned\u{7}\r::warning::pwned");
        }
        "without-profiles" => hello["profiles"] = json!([]),
        "misspells" => hello["roles"] = json!(["sign-heder"]),
        "own-clock" => hello["clock"] = json!("own"),
        "only-verifies" => hello["roles"] = json!(["verify"]),
        "without-roles" => hello["roles"] = json!([]),
        "excuses-itself" => {
            hello["features"] = json!([]);
            hello["roles"] = json!(["sign-header", "sign-query"]);
        }
        "one-shot"
        | "one-shot-escapes"
        | "one-shot-exits-badly"
        | "one-shot-hangs"
        | "one-shot-says-two-lines" => {
            hello["mode"] = json!("one-shot");
        }
        "is-loud" | "is-loud-and-crashes" => {
            for number in 0..100_000 {
                eprintln!("{number:6} {}", "la".repeat(50));
            }
            eprintln!("{}", "LA".repeat(500_000));
        }
        _ => {}
    }
    hello
}

fn canary(mode: &str, message: &Value, answer: &Value) {
    match mode {
        "claims-everything" => {
            eprintln!("of course I can sing");
            let request = json!({"method": "GET", "target": "/", "headers": []});
            say(&json!({"seq": message["seq"], "result": "signed", "request": request}));
        }
        "ignores-the-canary" => eprintln!("what is a canary?"),
        _ => say(answer),
    }
}

fn sign(mode: &str, index: usize, line: &str, question: &Value, mut answer: Value) {
    let third = question["request"]["target"].as_str().is_some_and(|target| target.contains("ሴ"));
    match mode {
        "babbles" if third => {
            eprintln!("DEBUG is on");
            println!("DEBUG signing, \"please\" wait");
        }
        "closes" => {
            // No safe function of the standard library closes standard output; the shell does.
            let mut shell = Command::new("sh");
            shell.args(["-c", "echo 'I am still here' >&2; exec >&-; exec sleep 1000"]);
            panic!("sh: {}", shell.exec());
        }
        "crashes" | "crashes-unsigned" | "is-loud-and-crashes" if third => {
            eprintln!("signing {}\nsegmentation fault, as it were", question["seq"]);
            exit(7);
        }
        "changes-its-name" | "crashes-once" if third && is_first_time() => exit(7),
        "compresses-the-body" => {
            // The body of the vendor's suite, as `gzip --no-name` has it.
            let body = "H4sIAAAAAAAAAwtILErMNbQtS8wpTTUEAJPpKhMNAAAA";
            answer["request"]["body"] = json!({ "base64": body });
        }
        "drops-headers" => {
            let mut question = question.clone();
            let headers = question["request"]["headers"].as_array_mut().expect("headers");
            headers.retain(|header| {
                header[0].as_str().is_some_and(|it| it.eq_ignore_ascii_case("host"))
            });
            answer = golden(&question.to_string());
        }
        "drops-the-body" => answer["request"]["body"] = json!(""),
        "floods" => answer["detail"] = json!("x".repeat(15 << 20)),
        "is-hostile" => {
            let detail = "\u{1b}[31m\n  ::error::pwned\r\u{202e}";
            answer = json!({"seq": answer["seq"], "result": "unrepresentable", "detail": detail});
        }
        "own-clock" => {
            let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
            let mut question = question.clone();
            question["time"] = json!(now);
            answer = golden(&question.to_string());
        }
        "throws" if third => {
            answer = json!({"seq": answer["seq"], "result": "error", "detail": "KeyError: 'x'"});
        }
        "unsigned" => {
            let mut question = question.clone();
            question["payload"] = json!("unsigned");
            question["content_sha256_header"] = json!(true);
            answer = golden(&question.to_string());
        }
        // Half of what it can, in words that the harness has for what it does not ask.
        "backs-out" if question["placement"] == "query" => {
            let detail = "not asked: it declares no role sign-query";
            answer = json!({"seq": answer["seq"], "result": "unsupported", "detail": detail});
        }
        "excuses-itself" => {
            answer = json!({"seq": answer["seq"], "result": "unsupported", "detail": "not yet"});
        }
        "crashes-unsigned" | "echoes" => {
            answer = json!({
                "seq": answer["seq"], "result": "signed", "request": question["request"]
            });
        }
        "forges" => forge(&mut answer),
        "forgets-the-seq" => {
            answer.as_object_mut().expect("an object").shift_remove("seq");
        }
        "is-slow" => thread::sleep(Duration::from_secs(3)),
        "takes-its-time" => thread::sleep(Duration::from_millis(2)),
        "one-shot-hangs" | "stops-reading" => wait_for_ever(),
        "one-shot" => {
            let token = env::var("SIGV4_CONFORMANCE_SESSION_TOKEN").ok();
            if token.as_deref() != question["credentials"]["session_token"].as_str() {
                answer = json!({"seq": answer["seq"], "result": "error", "detail": token});
            }
        }
        "names-its-process" => {
            let process = std::process::id().to_string();
            answer = json!({"seq": answer["seq"], "result": "error", "detail": process});
        }
        "rolls-dice" => answer["stages"]["signature"] = json!(format!("{index:064x}")),
        "silent" => {
            eprintln!("thinking about {}", question["seq"]);
            return;
        }
        "single-encodes" => {
            answer = golden(&line.replace("\"double_encode\":true", "\"double_encode\":false"));
        }
        "swaps-the-seq" => answer["seq"] = json!(1000 + index),
        "twice" | "one-shot-says-two-lines" => say(&answer),
        "wide" if third => answer["detail"] = json!("x".repeat(20 << 20)),
        _ => {}
    }
    say(&answer);
}

/// Puts the same signature onto every request.
fn forge(answer: &mut Value) {
    let headers = answer["request"]["headers"].as_array_mut().expect("a signed request");
    for value in headers.iter_mut().filter_map(|header| header.get_mut(1)) {
        if let Some((start, _)) = value.as_str().and_then(|value| value.split_once("Signature=")) {
            *value = json!(format!("{start}Signature={}", "0123456789abcdef".repeat(4)));
        }
    }
    answer.as_object_mut().expect("an object").shift_remove("stages");
}

fn wait_for_ever() -> ! {
    loop {
        thread::park();
    }
}

/// Whether no process of this run has been here before: the folder of the run remembers.
fn is_first_time() -> bool {
    std::fs::File::create_new("was-here").is_ok()
}

/// Moves to the process group of the harness, so that ending its own group does not reach it.
fn leave_the_group() {
    use rustix::process::{getpgid, getppid, setpgid};
    let group = getpgid(getppid()).expect("the group of the harness");
    setpgid(None, Some(group)).expect("a group of the same session");
}

/// A child in a session of its own that holds the pipes and outlives its parent.
fn leave_a_session_behind() {
    let myself = env::current_exe().expect("this program");
    let mut child = Command::new("setsid").arg(myself).arg("mute").spawn().expect("a child");
    thread::spawn(move || child.wait());
}

/// A child that holds the pipes and outlives its parent, if the harness lets it.
fn leave_a_child_behind() {
    let myself = env::current_exe().expect("this program");
    let mut child = Command::new(myself).arg("mute").spawn().expect("a child");
    // It never ends by itself, and this process ends without waiting for it.
    thread::spawn(move || child.wait());
}

/// Greets and refuses the canary without having read either, and reads nothing ever.
fn answer_unread() -> ! {
    eprintln!("who needs questions?");
    say(&greeting("never-reads", golden(r#"{"op":"hello"}"#)));
    say(&json!({"seq": 0, "result": "unsupported"}));
    wait_for_ever()
}

/// Answers whatever has come in, the last question first.
fn answer_in_reverse() {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lines() {
            sender.send(line.expect("the harness writes UTF-8")).expect("the main thread reads");
        }
    });
    while let Ok(first) = lines.recv() {
        let mut waiting = vec![first];
        while let Ok(line) = lines.recv_timeout(Duration::from_millis(50)) {
            waiting.push(line);
        }
        for line in waiting.iter().rev() {
            let answer = golden(line);
            let hello = answer["op"] == "hello";
            say(&if hello { greeting("reverses", answer) } else { answer });
        }
    }
}
