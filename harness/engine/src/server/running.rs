//! A third-party server, from its start to its end.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::ask::{Limits, ask};
use crate::subject::leftovers;
use crate::subject::{Adapter, AdapterError, ServerDescription};

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);
/// The pause between two looks.
const LOOK: Duration = Duration::from_millis(100);
/// How much of its log is shown if it does not start.
const LAST_LINES: usize = 5;

/// The key pair that a server is started with.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// The public half.
    pub access_key_id: &'a str,
    /// The secret half.
    pub secret_access_key: &'a str,
}

/// A running server. Dropping it kills the process with its group and removes its folder.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    /// What it stores, and its log.
    folder: tempfile::TempDir,
}

/// Why a server cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// It is not set up.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// It ended, or did not answer in time.
    #[error("{name}: {problem}; the end of its log:\n{log}")]
    Silent {
        /// The server.
        name: String,
        /// What it did instead.
        problem: String,
        /// Its last lines.
        log: String,
    },
    /// The machine does not let it start.
    #[error("cannot start {name}: {source}")]
    Start {
        /// The server.
        name: String,
        /// What the system says.
        source: io::Error,
    },
}

impl Server {
    /// Starts the server on free ports of 127.0.0.1, in a temporary folder of its own with a folder
    /// for the bucket in it, and waits until it answers `GET /`, whatever the status.
    ///
    /// # Errors
    /// [`ServerError`]: it is not set up, cannot be started, or gives no answer within a minute.
    pub fn start(
        adapter: &Adapter,
        described: &ServerDescription,
        access: Access<'_>,
    ) -> Result<Self, ServerError> {
        let name = &adapter.description.name;
        let failed = |source| ServerError::Start { name: name.clone(), source };
        let command = adapter.command()?;
        let folder = leftovers::create_folder("sigv4-server-").map_err(failed)?;
        let data = folder.path().join("data");
        fs::create_dir_all(data.join(&described.bucket)).map_err(failed)?;
        let ports = free_ports(described.ports).map_err(failed)?;
        let fill = |text: &str| -> String {
            let mut text = text
                .replace("{data}", &data.to_string_lossy())
                .replace("{access_key_id}", access.access_key_id)
                .replace("{secret_access_key}", access.secret_access_key)
                .replace("{region}", &described.region)
                .replace("{bucket}", &described.bucket)
                .replace("{port}", &ports[0].to_string());
            for (index, port) in ports.iter().enumerate().skip(1) {
                text = text.replace(&format!("{{port-{}}}", index + 1), &port.to_string());
            }
            text
        };
        for (file, text) in &described.files {
            fs::write(data.join(file), fill(text)).map_err(failed)?;
        }
        let log = folder.path().join("log");
        let output = File::create(&log).map_err(failed)?;
        let arguments = command.arguments.iter().map(|word| match word.to_str() {
            Some(word) => OsString::from(fill(word)),
            None => word.clone(),
        });
        let mut prepared = std::process::Command::new(&command.program);
        prepared
            .args(arguments)
            .current_dir(&data)
            // What it puts there goes with it.
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(output.try_clone().map_err(failed)?)
            .stderr(output)
            .process_group(0);
        let child = leftovers::spawn(&mut prepared).map_err(failed)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, ports[0]));
        let server = Self { child, address, folder };
        server.wait().map_err(|problem| ServerError::Silent {
            name: name.clone(),
            problem,
            log: last_lines(&fs::read(&log).unwrap_or_default()),
        })?;
        Ok(server)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it has ended by itself.
    pub(super) fn has_ended(&self) -> bool {
        leftovers::has_ended(&self.child)
    }

    /// Waits for its first answer.
    fn wait(&self) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        loop {
            let Err(error) = ask(self.address, request.as_bytes(), Limits::default()) else {
                return Ok(());
            };
            if self.has_ended() {
                return Err("it ended before it answered".to_owned());
            }
            if Instant::now() >= deadline {
                return Err(format!("no answer within {} s: {error}", PATIENCE.as_secs()));
            }
            thread::sleep(LOOK);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        leftovers::end(&mut self.child);
        // It is removed once this is dropped.
        leftovers::forget_folder(self.folder.path());
    }
}

/// Ports that nobody listens on. All are held until the last is found, so that they differ.
fn free_ports(count: u16) -> io::Result<Vec<u16>> {
    let bind = |_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let held = (0..count.max(1)).map(bind).collect::<io::Result<Vec<_>>>()?;
    held.iter().map(|listener| Ok(listener.local_addr()?.port())).collect()
}

fn last_lines(log: &[u8]) -> String {
    let text = String::from_utf8_lossy(log);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const ACCESS: Access<'_> = Access {
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    };

    fn started(script: &str) -> Result<Server, ServerError> {
        let text = format!(
            "name = 'mine'\nlanguage = 'python'\nsummary = ''\n\
             command = ['python3', '-c', '''{script}''', '{{port}}', '{{port-2}}']\n\
             [server]\npackage = ''\nversion = '1'\nhomepage = ''\nlicence = ''\n\
             region = 'us-east-1'\nbucket = 'vectors'\nports = 2\n\
             files = {{ a = '{{access_key_id}} {{port-2}}' }}"
        );
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("harness/servers/mine");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("server.toml"), text).unwrap();
        let servers = Adapter::servers(Path::new(folder.parent().unwrap())).unwrap();
        let described = servers[0].description.server.clone().unwrap();
        Server::start(&servers[0], &described, ACCESS)
    }

    #[test]
    fn a_server_is_started_asked_and_stopped() {
        let script = "\
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(418)
        self.end_headers()
        self.wfile.write(b\"<Code>\" + open(\"a\").read().replace(sys.argv[2], \"ok\").encode() + b\"</Code>\")
assert os.path.isdir(\"vectors\")
http.server.HTTPServer((\"127.0.0.1\", int(sys.argv[1])), Handler).serve_forever()
";
        let server = started(script).unwrap();
        let address = server.address();
        let answer = ask(address, b"GET / HTTP/1.1\r\n\r\n", Limits::default()).unwrap();
        assert_eq!((answer.status, answer.code.as_deref()), (418, Some("AKIDEXAMPLE ok")));
        drop(server);
        ask(address, b"GET / HTTP/1.1\r\n\r\n", Limits::default()).unwrap_err();
    }

    #[test]
    fn a_server_that_ends_is_reported_with_its_log() {
        let error = started("print(\"no such module\")").unwrap_err().to_string();
        let expected = "mine: it ended before it answered; the end of its log:\nno such module";
        assert_eq!(error, expected);
    }
}
