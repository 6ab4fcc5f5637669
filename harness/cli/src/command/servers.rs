//! Servers as subjects: those of this project, which are started, and one that runs already.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};

use sigv4_conformance::forge::{Setting, server_cases};
use sigv4_conformance::server::{Access, Limits, Server, ServerSubject};
use sigv4_conformance::subject::{Adapter, Limits as AdapterLimits, StartError};

use crate::args::EndpointArguments;
use crate::failure::Failure;

/// Where servers are in this project.
const SERVERS: &str = "harness/servers";

/// The key that a server of this project is started with: that of the vendor's documentation.
const ACCESS: Access<'_> = Access {
    access_key_id: "AKIAIOSFODNN7EXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/// A server that can be asked.
pub(super) enum Asked {
    /// One of this project, not started yet.
    Own(Box<Adapter>),
    /// One that runs already.
    Running {
        /// Where it listens.
        address: SocketAddr,
        /// How it is asked.
        setting: Box<Setting>,
    },
}

impl Asked {
    /// All servers of this project, by name.
    pub(super) fn all(folder: Option<&Path>) -> Result<Vec<Adapter>, Failure> {
        let folder = folder.map(Path::to_owned).or_else(find);
        Ok(folder.map(|folder| Adapter::servers(&folder)).transpose()?.unwrap_or_default())
    }

    /// The server that the options describe, if they do.
    pub(super) fn endpoint(arguments: &EndpointArguments) -> Result<Option<Self>, Failure> {
        let EndpointArguments { endpoint: Some(url), bucket: Some(bucket), .. } = arguments else {
            return Ok(None);
        };
        let Some(access_key_id) = &arguments.access_key_id else { return Ok(None) };
        let (host, address) = parse(url)?;
        if !address.ip().is_loopback() && !arguments.allow_remote {
            let problem = format!(
                "--endpoint {url}: {} is not an address of this machine; --allow-remote asks it all \
                 the same",
                address.ip()
            );
            return Err(Failure::Argument(problem));
        }
        let secret = arguments.secret.secret()?;
        let key = (&access_key_id[..], &secret[..]);
        let place = (&arguments.region[..], &bucket[..]);
        let setting = Box::new(Setting::of_server(&host, place, key, arguments.window));
        Ok(Some(Self::Running { address, setting }))
    }

    /// Whether it runs already, with objects and keys of the user's.
    pub(super) fn is_running(&self) -> bool {
        matches!(self, Self::Running { .. })
    }

    /// Starts it if it is not running, and makes its bucket and objects, for the requests to servers.
    pub(super) fn start(&self, limits: AdapterLimits) -> Result<ServerSubject, Failure> {
        self.started(limits, false).map(|(server, _)| server)
    }

    /// The same for a search, with the setting of its requests.
    pub(super) fn start_apart(
        &self,
        limits: AdapterLimits,
    ) -> Result<(ServerSubject, Setting), Failure> {
        self.started(limits, true)
    }

    fn started(
        &self,
        limits: AdapterLimits,
        is_apart: bool,
    ) -> Result<(ServerSubject, Setting), Failure> {
        let limits = Limits { time: limits.timeout, ..Limits::default() };
        let place = |setting: Setting| if is_apart { setting.apart() } else { setting };
        let unstartable = |program: &str, problem: String| StartError::Unstartable {
            program: program.to_owned(),
            problem,
        };
        match self {
            Self::Own(adapter) => {
                let name = &adapter.description.name[..];
                let Some(described) = &adapter.description.server else {
                    return Err(unstartable(name, "it is not a server".to_owned()).into());
                };
                let access = Access {
                    access_key_id: described
                        .access_key_id
                        .as_deref()
                        .unwrap_or(ACCESS.access_key_id),
                    secret_access_key: described
                        .secret_access_key
                        .as_deref()
                        .unwrap_or(ACCESS.secret_access_key),
                };
                let server = Server::start(adapter, described, access)
                    .map_err(|error| unstartable(name, error.to_string()))?;
                let address = server.address();
                let setting = place(Setting::of_server(
                    &address.to_string(),
                    (&described.region, &described.bucket),
                    (access.access_key_id, access.secret_access_key),
                    described.window_seconds,
                ));
                let identity = (name, &described.version[..]);
                let subject = ServerSubject::hosted(identity, server, setting.clone(), limits);
                Ok((subject.map_err(|error| unstartable(name, error.to_string()))?, setting))
            }
            Self::Running { address, setting } => {
                let setting = place((**setting).clone());
                let asked = if is_apart { Vec::new() } else { server_cases(&setting) };
                let subject = ServerSubject::running(*address, setting.clone(), limits, &asked)?;
                Ok((subject, setting))
            }
        }
    }
}

impl EndpointArguments {
    /// The words of the command line that name the server. The secret is never one of them.
    pub(super) fn words(&self) -> Vec<String> {
        let window = self.window.to_string();
        let mut words = Vec::new();
        for (option, value) in [
            ("--endpoint", self.endpoint.as_ref()),
            ("--bucket", self.bucket.as_ref()),
            ("--access-key-id", self.access_key_id.as_ref()),
            ("--region", Some(&self.region)),
            ("--window", Some(&window)),
        ] {
            words.extend(
                value.map(|value| [option.to_owned(), value.clone()]).into_iter().flatten(),
            );
        }
        words.extend(self.allow_remote.then(|| "--allow-remote".to_owned()));
        words
    }
}

/// The host with its port, and the address, of `http://HOST:PORT`.
fn parse(url: &str) -> Result<(String, SocketAddr), Failure> {
    let wrong = |expected: &str| Failure::Argument(format!("--endpoint {url}: {expected}"));
    let host = url
        .strip_prefix("http://")
        .ok_or_else(|| wrong("expected http://HOST:PORT; other schemes are not supported"))?;
    let host = host.strip_suffix('/').unwrap_or(host);
    if host.is_empty() || host.contains(['/', '?', '#', '@']) {
        return Err(wrong("expected http://HOST:PORT and nothing after the port"));
    }
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let with_port = if has_port { host.to_owned() } else { format!("{host}:80") };
    let address = with_port.to_socket_addrs().ok().and_then(|mut found| found.next());
    let address = address.ok_or_else(|| wrong("the host has no address"))?;
    Ok((host.to_owned(), address))
}

/// The servers' folder, here or in a folder above.
fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(SERVERS)).find(|folder| folder.is_dir())
}
