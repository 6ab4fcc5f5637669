//! A page that is served, and requests to it byte by byte.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::common::{Ended, harness};

/// A page that is served until it is told to end.
pub(crate) struct Serving {
    child: Option<Child>,
    stdout: BufReader<ChildStdout>,
    /// The address that was printed.
    pub(crate) url: String,
    /// Host and port.
    pub(crate) authority: String,
    /// The path of the page, which ends in `/`.
    pub(crate) path: String,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The head, its names in small letters.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Serving {
    pub(crate) fn start(folder: &Path, options: &[&str]) -> Self {
        let arguments = ["serve"].into_iter().chain(options.iter().copied());
        let mut command = harness(folder, arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("the binary starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("text");
        let url = line.trim_end().to_owned();
        let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("no address: {line}"));
        let (authority, path) = rest.split_once('/').expect("a path");
        let (authority, path) = (authority.to_owned(), format!("/{path}"));
        Self { child: Some(child), stdout, url, authority, path }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.authority).expect("a connection")
    }

    /// Sends these bytes and reads the answer.
    pub(crate) fn send(&self, bytes: &[u8]) -> Answer {
        let mut socket = self.connect();
        socket.write_all(bytes).expect("sent");
        Answer::read(socket)
    }

    /// Sends a request with these lines after the first one.
    pub(crate) fn request(&self, method: &str, path: &str, lines: &[&str], body: &[u8]) -> Answer {
        let mut bytes = format!("{method} {path} HTTP/1.1\r\n").into_bytes();
        for line in lines {
            bytes.extend_from_slice(format!("{line}\r\n").as_bytes());
        }
        bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(body);
        self.send(&bytes)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[&self.host()], b"")
    }

    /// Sends the form as a browser does.
    pub(crate) fn post(&self, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("Origin: http://{}", self.authority);
        let lines = [&self.host()[..], &origin, KIND];
        self.request("POST", &self.path, &lines, encoded(fields).as_bytes())
    }

    pub(crate) fn host(&self) -> String {
        format!("Host: {}", self.authority)
    }

    pub(crate) fn tell(&self, signal: Signal) {
        let child = self.child.as_ref().expect("a process");
        let pid = Pid::from_raw(child.id().cast_signed()).expect("a process");
        kill_process(pid, signal).expect("told to end");
    }

    /// Ends it, and says what it printed after the address.
    pub(crate) fn end(mut self) -> Ended {
        self.tell(Signal::INT);
        self.wait()
    }

    pub(crate) fn wait(&mut self) -> Ended {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).expect("text");
        let mut child = self.child.take().expect("a process");
        child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("text");
        let status = child.wait().expect("it ends");
        Ended { code: status.code().expect("an exit code, not a signal"), stdout, stderr }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// What a browser says of the form.
pub(crate) const KIND: &str = "Content-Type: application/x-www-form-urlencoded";

/// A form as browsers send it, with CRLF at each line end.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name, &value.replace("\r\n", "\n").replace('\n', "\r\n"));
    }
    form.finish()
}

impl Answer {
    pub(crate) fn read(mut socket: TcpStream) -> Self {
        let mut text = String::new();
        socket.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Self {
            status: status.unwrap_or_else(|| panic!("{head}")),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    /// What the page answers, as text: no tags, and one blank for each run of them. Blanks that are made visible
    /// are blanks again, and what is code is so without backticks.
    pub(crate) fn words(&self) -> String {
        let (_, rest) = self.body.split_once("<section id=\"answer\"").unwrap_or(("", ""));
        let (_, rest) = rest.split_once('>').unwrap_or(("", ""));
        let (section, _) = rest.split_once("</section>").unwrap_or((rest, ""));
        let mut text = String::new();
        for (number, piece) in section.split('<').enumerate() {
            let (tag, piece) = if number == 0 {
                ("", piece)
            } else {
                piece.split_once('>').expect("the end of a tag")
            };
            let is_inline = ["b", "/b", "strong", "/strong", "code", "/code", "/a"].contains(&tag);
            if !is_inline && !tag.starts_with("a ") {
                text.push(' ');
            }
            text.push_str(piece);
        }
        one_line(&unescaped(&text).replace('·', " "))
    }

    /// What is in a field of the form.
    pub(crate) fn field(&self, name: &str) -> String {
        let start = format!("<textarea name=\"{name}\"");
        if let Some((_, rest)) = self.body.split_once(&start) {
            let (_, rest) = rest.split_once(">\n").expect("the end of the tag");
            return unescaped(rest.split_once("</textarea>").expect("the end of the field").0);
        }
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\"")).expect("a field");
        let (tag, _) = rest.split_once('>').expect("the end of the tag");
        let value = tag.split_once("value=\"").map(|(_, rest)| rest.split('"').next());
        unescaped(value.flatten().unwrap_or_default())
    }
}

/// The text with one blank for each run of white space.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescaped(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/")];
    let text = pairs.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&amp;", "&")
}
