//! Finding the named subjects, each with its list of known failures.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sigv4_conformance::expectations::{self, Expectations};
use sigv4_conformance::subject::{
    Adapter, BUILT_IN, Command, Description, Limits, StartError, Subject, built_in, plug_in,
};

use sigv4_protocol::Side;
use sigv4_vectors::model::{Case, Suite};

use super::adapter_command;
use super::input::Limit;
use super::redact::redacted;
use super::servers::Asked;
use crate::args::RunArguments;
use crate::failure::Failure;

/// Where adapters are in this project.
const ADAPTERS: &str = "harness/adapters";

/// A subject that can be started.
pub(super) struct Candidate {
    source: Source,
    /// The words of the command line that name it, after the verb.
    pub(super) invocation: Vec<String>,
    list: List,
}

/// A subject that was started.
pub(super) struct Started {
    pub(super) subject: Box<dyn Subject>,
    /// What it is asked instead of the vectors.
    pub(super) own_cases: Option<Vec<Case>>,
    /// What ends a run early that leaves something on a server of the user's, and has to remove it.
    pub(super) stop: Option<Arc<AtomicBool>>,
}

enum Source {
    BuiltIn(&'static str),
    Command(Command),
    Server(Asked),
}

/// The list of known failures.
enum List {
    BuiltIn(&'static str),
    File { path: PathBuf, required: bool },
}

impl Candidate {
    /// The requested subjects, none of them started yet.
    pub(super) fn all(
        side: Side,
        arguments: &RunArguments,
        servers: Option<&Path>,
    ) -> Result<Vec<Self>, Failure> {
        let find = |name: &String| {
            if side == Side::Verifier
                && let Some(server) =
                    Asked::all(servers)?.into_iter().find(|own| own.description.name == *name)
            {
                return Ok(Self::own_server(server));
            }
            Self::named(name, arguments.adapters.as_deref())
        };
        let mut candidates = match (&arguments.names[..], &arguments.adapter_command[..]) {
            // Nothing after `--` means that a command got lost, perhaps in an empty variable.
            ([], []) if std::env::args_os().any(|word| word == "--") => {
                vec![Self::command(&[])?]
            }
            ([], []) => of_side(side).map(Self::built_in).collect(),
            ([], command) => vec![Self::command(command)?],
            (names, _) => names.iter().map(find).collect::<Result<_, _>>()?,
        };
        Self::prepare(&mut candidates, arguments)?;
        Ok(candidates)
    }

    /// The server that runs already.
    pub(super) fn server(
        asked: Asked,
        invocation: Vec<String>,
        arguments: &RunArguments,
    ) -> Result<Self, Failure> {
        let mut candidates = [Self {
            source: Source::Server(asked),
            invocation,
            list: List::File { path: expectations::FILE_NAME.into(), required: false },
        }];
        Self::prepare(&mut candidates, arguments)?;
        let [candidate] = candidates;
        Ok(candidate)
    }

    fn own_server(adapter: Adapter) -> Self {
        Self {
            invocation: vec![adapter.description.name.clone()],
            list: List::File { path: adapter.expectations(), required: false },
            source: Source::Server(Asked::Own(Box::new(adapter))),
        }
    }

    /// Gives each what the options say for all.
    fn prepare(candidates: &mut [Self], arguments: &RunArguments) -> Result<(), Failure> {
        if let Some(path) = &arguments.expect {
            let [candidate] = candidates else {
                let problem = "--expect holds for one subject: name it, or give its command";
                return Err(Failure::Argument(problem.to_owned()));
            };
            let required = !arguments.update_expectations;
            candidate.list = List::File { path: path.clone(), required };
        }
        let options = options(arguments);
        for candidate in candidates {
            candidate.invocation.splice(0..0, options.iter().cloned());
        }
        Ok(())
    }

    /// The adapter, if it is set up.
    fn adapter(adapter: &Adapter) -> Result<Self, Failure> {
        Ok(Self {
            source: Source::Command(adapter.command()?),
            invocation: vec![adapter.description.name.clone()],
            list: List::File { path: adapter.expectations(), required: false },
        })
    }

    /// The one subject with this name, or with this command.
    pub(super) fn one(
        name: Option<&str>,
        command: &[OsString],
        folder: Option<&Path>,
    ) -> Result<Self, Failure> {
        match name {
            Some(name) => Self::named(name, folder),
            None => Self::command(command),
        }
    }

    /// Whether it is asked requests that are made for it.
    pub(super) fn is_server(&self) -> bool {
        matches!(self.source, Source::Server(_))
    }

    pub(super) fn start(&self, limits: Limits) -> Result<Started, Failure> {
        let Source::Server(asked) = &self.source else {
            return Ok(Started { subject: self.plug_in(limits)?, own_cases: None, stop: None });
        };
        let server = asked.start(limits)?;
        let own_cases = Some(server.cases());
        let stop = asked.is_running().then(|| server.stop());
        Ok(Started { subject: Box::new(server), own_cases, stop })
    }

    /// A subject that is asked questions of the protocol.
    pub(super) fn plug_in(&self, limits: Limits) -> Result<Box<dyn Subject>, StartError> {
        let unstartable = |program: &str, problem: &str| StartError::Unstartable {
            program: program.to_owned(),
            problem: problem.to_owned(),
        };
        match &self.source {
            Source::BuiltIn(name) => match built_in(name) {
                Some(subject) => Ok(Box::new(subject)),
                None => Err(unstartable(name, "it is not built in")),
            },
            Source::Command(command) => plug_in(command, limits),
            Source::Server(_) => Err(unstartable("server", "it is asked over HTTP")),
        }
    }

    /// Says which file was taken unless it was named, or `quiet`.
    pub(super) fn expectations(&self, side: Side, quiet: bool) -> Result<Expectations, Failure> {
        match &self.list {
            List::BuiltIn(name) => Ok(expectations::built_in(side, name)?),
            List::File { path, required } => match Limit::LIST.read_text("", path) {
                Ok(text) => {
                    if !required && !quiet {
                        anstream::eprintln!("known failures: {}", path.display());
                    }
                    Ok(Expectations::parse(side, &path.display().to_string(), &text)?)
                }
                Err(Failure::File { source, .. })
                    if source.kind() == std::io::ErrorKind::NotFound && !required =>
                {
                    Ok(Expectations::default())
                }
                Err(failure) => Err(failure),
            },
        }
    }

    /// Where its list is kept, if that is a file.
    pub(super) fn expectations_file(&self) -> Option<&Path> {
        match &self.list {
            List::BuiltIn(_) => None,
            List::File { path, .. } => Some(path),
        }
    }

    fn built_in(name: &'static str) -> Self {
        Self {
            source: Source::BuiltIn(name),
            invocation: vec![name.to_owned()],
            list: List::BuiltIn(name),
        }
    }

    fn command(words: &[OsString]) -> Result<Self, Failure> {
        let shown = redacted(words.iter().map(|word| word.to_string_lossy().into_owned()));
        Ok(Self {
            source: Source::Command(adapter_command(words)?),
            invocation: std::iter::once("--".to_owned()).chain(shown).collect(),
            list: List::File { path: list_of(words), required: false },
        })
    }

    fn named(name: &str, folder: Option<&Path>) -> Result<Self, Failure> {
        if let Some(name) = BUILT_IN.iter().find(|own| **own == name) {
            return Ok(Self::built_in(name));
        }
        let folder = folder.map(Path::to_owned).or_else(find_adapters);
        let adapters = folder.map(|folder| Adapter::all(&folder)).transpose()?.unwrap_or_default();
        let adapter = adapters.iter().find(|adapter| adapter.description.name == name);
        let adapter = adapter.ok_or_else(|| unknown(name, &adapters))?;
        Self::adapter(adapter)
    }
}

/// The list of known failures of a command: here, or else beside its program, where there is one.
fn list_of(words: &[OsString]) -> PathBuf {
    let here = PathBuf::from(expectations::FILE_NAME);
    if here.exists() {
        return here;
    }
    let files = words.iter().map(Path::new).filter(|path| path.is_file());
    let mut beside = files.filter_map(|file| Some(file.parent()?.join(expectations::FILE_NAME)));
    beside.find(|path| path.is_file()).unwrap_or(here)
}

/// A subject that this project knows, whether it can be started or not.
pub(super) struct Known {
    /// The name of its folder, or of a built-in one.
    pub(super) name: String,
    pub(super) language: String,
    /// The version that is pinned; empty if it is known only once it has started.
    pub(super) version: String,
    /// The suites that it is asked; empty for all.
    pub(super) suites: Vec<Suite>,
    pub(super) candidate: Result<Candidate, Failure>,
}

impl Known {
    /// All of one side: the built-in subjects, the adapters, and for verifiers the servers.
    pub(super) fn all(
        side: Side,
        adapters: Option<&Path>,
        servers: Option<&Path>,
    ) -> Result<Vec<Self>, Failure> {
        let built_in = of_side(side).map(|name| Self {
            name: name.to_owned(),
            language: "rust".to_owned(),
            version: String::new(),
            suites: Vec::new(),
            candidate: Ok(Candidate::built_in(name)),
        });
        let folder = adapters.map(Path::to_owned).or_else(find_adapters);
        let adapters = folder.map(|folder| Adapter::all(&folder)).transpose()?.unwrap_or_default();
        let adapters = adapters.into_iter().filter(|it| it.description.sides.contains(&side));
        let mut servers = if side == Side::Verifier { Asked::all(servers)? } else { Vec::new() };
        servers.retain(|it| it.description.server.as_ref().is_some_and(|server| !server.read_only));
        let of_adapter = |adapter: Adapter, candidate| {
            let Description { name, language, package, suites, .. } = adapter.description;
            let version = package.map(|package| package.version).unwrap_or_default();
            Self { name, language, version, suites, candidate }
        };
        let adapters = adapters.map(|adapter| {
            let candidate = Candidate::adapter(&adapter);
            of_adapter(adapter, candidate)
        });
        let servers = servers.into_iter().map(|server| {
            let is_set_up = server.command().map(|_| ());
            let candidate = Candidate::own_server(server.clone());
            of_adapter(server, is_set_up.map(|()| candidate).map_err(Failure::from))
        });
        Ok(built_in.chain(adapters).chain(servers).collect())
    }
}

/// The built-in subjects that are on a side.
fn of_side(side: Side) -> impl Iterator<Item = &'static str> {
    let is_of_side = move |name: &&str| {
        let subject = built_in(name);
        subject
            .is_some_and(|subject| subject.identity().roles.iter().any(|role| role.side() == side))
    };
    BUILT_IN.iter().copied().filter(is_of_side)
}

/// The options that another run of one of the cases also needs.
fn options(arguments: &RunArguments) -> Vec<String> {
    let path = |option: &str, path: Option<&PathBuf>| {
        path.map(|path| [option.to_owned(), path.display().to_string()])
    };
    let timeout = arguments.limits.timeout;
    let timeout = (timeout != Limits::default().timeout)
        .then(|| ["--timeout".to_owned(), timeout.as_secs_f64().to_string()]);
    let set = &arguments.selection.set;
    let added = set.add_vectors.iter().filter_map(|folder| path("--add-vectors", Some(folder)));
    let options = [
        path("--vectors", set.vectors.as_ref()),
        path("--adapters", arguments.adapters.as_ref()),
        path("--expect", arguments.expect.as_ref()),
        timeout,
    ];
    options.into_iter().flatten().chain(added).flatten().collect()
}

/// The adapters' folder, here or in a folder above.
fn find_adapters() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(ADAPTERS)).find(|folder| folder.is_dir())
}

fn unknown(name: &str, adapters: &[Adapter]) -> Failure {
    let known = adapters.iter().map(|adapter| &adapter.description.name[..]);
    let known: Vec<&str> = BUILT_IN.iter().copied().chain(known).collect();
    let hint = if adapters.is_empty() {
        "; this project's adapters are found inside its repository, or with --adapters DIR"
    } else {
        ""
    };
    Failure::Argument(format!(
        "no subject `{name}`: expected one of {}, or `-- COMMAND`{hint}",
        known.join(", ")
    ))
}
