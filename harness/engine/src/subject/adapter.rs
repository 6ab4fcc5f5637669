//! Third-party programs that are set up and run: adapters, one folder each, described by its
//! `adapter.toml`, clients that are run against `capture`, described by their `client.toml`, and
//! servers that are asked, described by their `server.toml`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sigv4_protocol::Side;
use sigv4_vectors::model::Suite;
use sigv4_vectors::plain::in_plain_words;

use super::command::Command;
use super::names::NamesDescription;
use crate::expectations::line_of;

/// The file that describes an adapter.
const ADAPTER: &str = "adapter.toml";
/// The file that describes a client.
const CLIENT: &str = "client.toml";
/// The file that describes a server.
const SERVER: &str = "server.toml";

/// A folder with an adapter in it.
#[derive(Clone, Debug)]
pub struct Adapter {
    /// The folder.
    pub folder: PathBuf,
    /// The folder with the files that pin its packages: its own, unless it is run with another release.
    pub locks: PathBuf,
    /// What its description says.
    pub description: Description,
}

/// The contents of an `adapter.toml`, a `client.toml` or a `server.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The name, equal to the folder's.
    pub name: String,
    /// The language of the subject, in lower case.
    pub language: String,
    /// What the subject is, in a line.
    pub summary: String,
    /// What it is tested as: a signer, unless it says more.
    #[serde(default = "signer")]
    pub sides: Vec<Side>,
    /// Where the subject comes from.
    #[serde(default)]
    pub package: Option<Package>,
    /// The command, which a client with `names` may leave out; `{folder}` stands for the adapter's
    /// folder, `{venv}` for its environment, where set-up puts what it makes.
    #[serde(default)]
    pub command: Vec<String>,
    /// How a client is taken through object names.
    #[serde(default)]
    pub names: Option<NamesDescription>,
    /// The suites that it is tested with; empty for all. An adapter that needs one process per
    /// case takes minutes for all of them.
    #[serde(default)]
    pub suites: Vec<Suite>,
    /// What has to be installed.
    #[serde(default)]
    pub setup: Option<Setup>,
    /// What the machine has to have.
    #[serde(default)]
    pub needs: Needs,
    /// Whether a client can be told to trust a certificate: by default, it can.
    #[serde(default)]
    pub tls: Option<bool>,
    /// What is known of a server.
    #[serde(default)]
    pub server: Option<ServerDescription>,
}

/// Where a subject comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// The registry, such as `PyPI`.
    pub registry: String,
    /// Its name there.
    pub name: String,
    /// The version that is pinned.
    pub version: String,
    /// Where it is described.
    pub homepage: String,
    /// Its licence, as an SPDX expression.
    pub licence: String,
}

/// What has to be installed before an adapter runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Setup {
    /// The program `adapter` in the environment, built from the folder's `main.rs`, `Cargo.toml` and
    /// `Cargo.lock`.
    Cargo,
    /// A program of crates.io in the folder `bin` of the environment, built with its own lock file.
    CargoInstall {
        /// The package, with `@` and its version.
        package: String,
        /// Its features.
        features: String,
    },
    /// Debian packages, which also install the program of the command.
    Debian {
        /// Their names.
        packages: Vec<String>,
    },
    /// The program `adapter` in the environment, built from the folder's `main.go`, `go.mod` and
    /// `go.sum`.
    Go {
        /// The command to build in place of `main.go`, of a module that `go.mod` pins.
        #[serde(default)]
        package: Option<String>,
    },
    /// The environment's folder `lib`, with the jars that the folder's `pom.xml` names.
    Maven {
        /// A Java program of the folder, to compile into the environment's folder `classes`.
        #[serde(default)]
        program: Option<String>,
    },
    /// The environment's `node_modules`, with exactly what the folder's `package.json` and
    /// `package-lock.json` name. No script of a package is run.
    Npm,
    /// A Python virtual environment.
    PythonVenv {
        /// The pinned requirements, with hashes; relative to the folder.
        requirements: String,
    },
}

/// What the machine has to have.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// A program that must be in `PATH`.
    #[serde(default)]
    pub toolchain: Option<String>,
    /// The lowest version of it that works; without one, any version does.
    #[serde(default)]
    pub version: Option<String>,
    /// A device that it must be able to open.
    #[serde(default)]
    pub device: Option<PathBuf>,
}

/// The table `[server]` of a `server.toml`.
///
/// In the command and in the texts of `files`, `{data}` is the temporary folder of this start,
/// `{port}` a free port, `{port-2}` to `{port-N}` further ones, and `{access_key_id}`,
/// `{secret_access_key}`, `{region}` and `{bucket}` are what requests will be signed with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerDescription {
    /// The package that it is installed from, with its registry.
    pub package: String,
    /// The version that is pinned.
    pub version: String,
    /// Where it is described.
    pub homepage: String,
    /// Its licence, as an SPDX expression.
    pub licence: String,
    /// The key id that it takes, if it does not take any.
    #[serde(default)]
    pub access_key_id: Option<String>,
    /// The secret of this key.
    #[serde(default)]
    pub secret_access_key: Option<String>,
    /// Whether it refuses all writes: it can be asked for its vote, and not be judged as a verifier.
    #[serde(default)]
    pub read_only: bool,
    /// Whether it verifies nothing, so that a run that it passes is broken.
    #[serde(default)]
    pub negative_control: bool,
    /// The region that it expects in the credential scope.
    pub region: String,
    /// The bucket that requests are for.
    pub bucket: String,
    /// How far the signing time may be from its clock, in seconds.
    #[serde(default = "fifteen_minutes")]
    pub window_seconds: u64,
    /// Whether it is set up and judged as a verifier with the other tests: it starts in seconds.
    #[serde(default)]
    pub judged: bool,
    /// How many ports it listens on.
    #[serde(default = "one")]
    pub ports: u16,
    /// Files that are written into the temporary folder before it is started, with their texts.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

fn signer() -> Vec<Side> {
    vec![Side::Signer]
}

fn fifteen_minutes() -> u64 {
    900
}

fn one() -> u16 {
    1
}

/// Why an adapter cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The description makes no sense.
    #[error("{path}: {problem}")]
    Description {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// It has not been set up.
    #[error("the adapter `{name}` is not set up, {missing} is missing: run `cargo xtask setup`")]
    NotSetUp {
        /// The adapter.
        name: String,
        /// What is not there.
        missing: String,
    },
}

impl Adapter {
    /// All adapters below `root`, by name.
    ///
    /// # Errors
    /// [`AdapterError::Description`] for the first that cannot be read.
    pub fn all(root: &Path) -> Result<Vec<Self>, AdapterError> {
        Self::below(root, ADAPTER)
    }

    /// All clients below `root`, by name.
    ///
    /// # Errors
    /// [`AdapterError::Description`] for the first that cannot be read.
    pub fn clients(root: &Path) -> Result<Vec<Self>, AdapterError> {
        Self::below(root, CLIENT)
    }

    /// All servers below `root`, by name.
    ///
    /// # Errors
    /// [`AdapterError::Description`] for the first that cannot be read, or has no table `[server]`.
    pub fn servers(root: &Path) -> Result<Vec<Self>, AdapterError> {
        let servers = Self::below(root, SERVER)?;
        match servers.iter().find(|server| server.description.server.is_none()) {
            None => Ok(servers),
            Some(server) => Err(AdapterError::Description {
                path: server.folder.join(SERVER).display().to_string(),
                problem: "server: expected a table, got nothing".to_owned(),
            }),
        }
    }

    fn below(root: &Path, file: &str) -> Result<Vec<Self>, AdapterError> {
        let problem = |error: std::io::Error| AdapterError::Description {
            path: root.display().to_string(),
            problem: error.to_string(),
        };
        let mut folders = fs::read_dir(root)
            .and_then(|entries| {
                entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>()
            })
            .map_err(problem)?;
        folders.retain(|folder| folder.join(file).is_file());
        folders.sort();
        folders.iter().map(|folder| Self::described(folder, file)).collect()
    }

    /// The adapter in `folder`.
    ///
    /// # Errors
    /// [`AdapterError::Description`].
    pub fn read(folder: &Path) -> Result<Self, AdapterError> {
        Self::described(folder, ADAPTER)
    }

    fn described(folder: &Path, file: &str) -> Result<Self, AdapterError> {
        let path = folder.join(file);
        let fail = |problem: String| AdapterError::Description {
            path: path.display().to_string(),
            problem,
        };
        let text = fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
        let description: Description = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let problem = in_plain_words(error.message(), "a table");
            fail(format!("line {}: {problem}", line_of(&text, at)))
        })?;
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        if name.as_deref() != Some(&description.name) {
            return Err(fail(format!("name: expected the folder's, got {:?}", description.name)));
        }
        if description.command.is_empty() && description.names.is_none() {
            return Err(fail("command: expected a program, got nothing".to_owned()));
        }
        Ok(Self { folder: folder.to_owned(), locks: folder.to_owned(), description })
    }

    /// The same adapter with the packages that the files in `locks` pin, and an environment of its own.
    #[must_use]
    pub fn with_locks(&self, locks: PathBuf) -> Self {
        Self { locks, ..self.clone() }
    }

    /// The folder of its environment, set up or not: everything that set-up creates for it.
    #[must_use]
    pub fn environment(&self) -> PathBuf {
        // harness/adapters/NAME, and the same for clients and servers, is three levels below the
        // repository's root. A package may be there as several of them.
        let root = self.folder.ancestors().nth(3).unwrap_or(Path::new("."));
        if self.locks != self.folder {
            let release = self.locks.file_name().unwrap_or_default().to_string_lossy();
            return root.join(".venv").join(format!("regression-{release}"));
        }
        let kind = self.folder.parent().and_then(Path::file_name).unwrap_or_default();
        let name = &self.description.name;
        root.join(".venv").join(match kind.to_string_lossy().strip_suffix('s') {
            None | Some("adapter") => name.clone(),
            Some(kind) => format!("{kind}-{name}"),
        })
    }

    /// The command that starts it.
    ///
    /// # Errors
    /// [`AdapterError::NotSetUp`] if the program, or a path in an argument that begins with `{folder}`
    /// or `{venv}`, does not exist.
    pub fn command(&self) -> Result<Command, AdapterError> {
        self.filled(&self.description.command)
    }

    /// A command of its description, with the placeholders filled.
    ///
    /// # Errors
    /// As [`Adapter::command`].
    pub fn filled(&self, words: &[String]) -> Result<Command, AdapterError> {
        let folder = self.folder.to_string_lossy();
        let environment = self.environment();
        let environment = environment.to_string_lossy();
        let fill = |word: &str| word.replace("{folder}", &folder).replace("{venv}", &environment);
        let mut filled = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let is_program = index == 0 && Path::new(word).components().count() > 1;
            let needed = is_program.then_some(&word[..]).into_iter().chain(paths(word)).map(&fill);
            for path in needed {
                if !Path::new(&path).exists() {
                    let name = self.description.name.clone();
                    return Err(AdapterError::NotSetUp { name, missing: path });
                }
            }
            filled.push(OsString::from(fill(word)));
        }
        let mut filled = filled.into_iter();
        Ok(Command { program: filled.next().unwrap_or_default(), arguments: filled.collect() })
    }

    /// The list of its known failures, if it has one.
    #[must_use]
    pub fn expectations(&self) -> PathBuf {
        self.folder.join(crate::expectations::FILE_NAME)
    }
}

/// The paths in a word of a command that set-up makes: `--class-path={venv}/classes:{venv}/lib/*` has
/// two.
fn paths(word: &str) -> impl Iterator<Item = &str> {
    word.split(['=', ':'])
        .filter(|part| part.starts_with("{folder}") || part.starts_with("{venv}"))
        .map(|part| part.trim_end_matches("/*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    fn adapter(command: &str) -> Result<Adapter, toml::de::Error> {
        let text = format!("name = 'mine'\nlanguage = 'sh'\nsummary = ''\ncommand = {command}");
        let folder = PathBuf::from("/nowhere/harness/adapters/mine");
        Ok(Adapter { locks: folder.clone(), folder, description: toml::from_str(&text)? })
    }

    #[test]
    fn all_of_the_repository_can_be_read() -> TestResult {
        let harness = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let adapters = Adapter::all(&harness.join("adapters"))?;
        assert!(adapters.iter().any(|adapter| adapter.description.name == "shell-example"));
        let clients = Adapter::clients(&harness.join("clients"))?;
        assert!(clients.iter().any(|client| client.description.name == "boto3"));
        let servers = Adapter::servers(&harness.join("servers"))?;
        assert!(servers.iter().any(|server| server.description.name == "rclone"));
        Ok(())
    }

    #[test]
    fn another_release_has_an_environment_of_its_own() -> TestResult {
        let adapter = adapter("['sh', '{folder}', '{venv}']")?;
        let locks = adapter.folder.with_file_name("regressions").join("mine-1.2");
        let old = adapter.with_locks(locks);
        assert_eq!(old.environment(), Path::new("/nowhere/.venv/regression-mine-1.2"));
        assert_eq!(adapter.environment(), Path::new("/nowhere/.venv/mine"));
        Ok(())
    }

    #[test]
    fn placeholders_are_filled() -> TestResult {
        let command = adapter("['sh', '-c', 'echo {folder} {venv}']")?.command()?;
        assert_eq!(command.program, "sh");
        let said = "echo /nowhere/harness/adapters/mine /nowhere/.venv/mine";
        assert_eq!(command.arguments, ["-c", said]);
        Ok(())
    }

    #[test]
    fn a_path_that_set_up_has_not_made_is_named() -> TestResult {
        for command in [
            "['{venv}/made']",
            "['node', '{venv}/made']",
            "['java', '--class-path={venv}/made/*:{folder}']",
        ] {
            let error = adapter(command)?.command().err().ok_or("it is not there")?;
            assert!(error.to_string().contains("/nowhere/.venv/mine/made is missing"), "{error}");
        }
        Ok(())
    }
}
