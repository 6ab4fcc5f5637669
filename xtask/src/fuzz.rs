//! `fuzz`: builds the targets, runs them on their corpora, and shows what they find.

mod corpus;
mod mistaken;
mod oss_fuzz;
mod planted;
mod target;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;
use sigv4_conformance::properties::fuzzing::{Input, TARGETS, Target, dictionary};

use crate::chore::{self, ChoreError, cargo, is_installed};
use target::{Build, Run};

pub(crate) use mistaken::Mistaken;

/// The package of the targets.
const PACKAGE: &str = "fuzz";
/// The dictionary of the targets whose input is text.
const DICTIONARY: &str = "sigv4.dict";
/// Every input that ever broke a target, in a folder for each target.
const CRASHES: &str = "crashes";
/// Where `cargo-fuzz` is installed.
const INSTALLED: &str = ".venv/cargo-fuzz";
const CARGO_FUZZ: &str = "0.13.2";
/// libFuzzer is C++ and is built from its sources.
pub(crate) const LINKER: &str = "c++";
/// How it is built: the same for every build, or it is built again each time. OSS-Fuzz sets such
/// flags, too.
const C_FLAGS: &str = "-O2";
/// The seed of a run without a time, which has the same inputs each time.
const SEED: u64 = 1;
/// The longest that such a run takes on any machine.
const LIMIT: Duration = Duration::from_mins(2);

/// How the targets are run.
#[derive(clap::Args)]
pub(crate) struct FuzzArguments {
    /// The targets to run [default: all].
    targets: Vec<String>,
    /// Seconds per target [default: a fixed number of inputs from a fixed seed and the committed
    /// corpus, the same each time, as in `cargo xtask test`].
    #[arg(long)]
    time: Option<u64>,
    /// Processes at a time. If there are more than targets and there is a time, each target forks.
    #[arg(long, default_value_t = processors())]
    jobs: usize,
    /// Minimise the corpora afterwards and write them to `fuzz/corpora`.
    #[arg(long, requires = "time")]
    merge: bool,
    #[command(flatten)]
    instead: Instead,
}

/// What to do instead of running the targets.
#[derive(clap::Args, Default)]
#[group(multiple = false, conflicts_with_all = ["targets", "merge"])]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line")]
struct Instead {
    /// Only write the dictionary, after a change of the vectors.
    #[arg(long)]
    dictionary: bool,
    /// Check that bugs planted in the reference are found.
    #[arg(long)]
    planted: bool,
    /// Only build the targets.
    #[arg(long)]
    build: bool,
    /// Run the build script of OSS-Fuzz as OSS-Fuzz does.
    #[arg(long)]
    oss_fuzz: bool,
    /// Write corpora, seeds, dictionaries and options to this folder, by target.
    #[arg(long, value_name = "FOLDER")]
    unpack: Option<PathBuf>,
}

/// Does what the arguments say.
pub(crate) fn run(root: &Path, arguments: &FuzzArguments) -> Result<(), ChoreError> {
    let package = root.join(PACKAGE);
    let instead = &arguments.instead;
    if let Some(folder) = &instead.unpack {
        return TARGETS.iter().try_for_each(|target| {
            let files = folder.join(target.name);
            corpus::unpack(&package, target, &files)?;
            let options = files.with_extension("options");
            let length = target.input.longest();
            let text = format!("[libfuzzer]\nmax_len = {length}\nlen_control = 0\ntimeout = 10\n");
            fs::write(&options, text).map_err(ChoreError::file(&options))?;
            if !target.input.is_text() {
                return Ok(());
            }
            write_dictionary(&files.with_extension("dict"))
        });
    }
    if instead.dictionary {
        return write_dictionary(&package.join(DICTIONARY));
    }
    require(root)?;
    match instead {
        Instead { build: true, .. } => Build::new(root).map(drop),
        Instead { planted: true, .. } => planted::run(root, arguments.jobs),
        Instead { oss_fuzz: true, .. } => oss_fuzz::run(root),
        _ => fuzz(root, arguments),
    }
}

/// The steps of `cargo xtask test`, with their names.
pub(crate) fn steps() -> [(&'static str, FuzzArguments); 3] {
    let instead = |instead| FuzzArguments {
        targets: Vec::new(),
        time: None,
        jobs: processors(),
        merge: false,
        instead,
    };
    [
        ("fuzz targets", instead(Instead::default())),
        ("planted bugs", instead(Instead { planted: true, ..Instead::default() })),
        ("OSS-Fuzz build", instead(Instead { oss_fuzz: true, ..Instead::default() })),
    ]
}

/// Installs `cargo-fuzz`; cargo does nothing if it is installed.
pub(crate) fn install(root: &Path) -> Result<(), ChoreError> {
    let mut command = cargo(root);
    // It only starts cargo: optimising it would take longer than all that it does.
    command.args(["install", "--quiet", "--locked", "--debug", "--version", CARGO_FUZZ, "--root"]);
    chore::run(command.arg(root.join(INSTALLED)).arg("cargo-fuzz"))
}

/// What the machine lacks, in words.
pub(crate) fn missing(root: &Path) -> Option<String> {
    if !is_installed(LINKER) {
        return Some(format!("a C++ compiler (`{LINKER}`)"));
    }
    let missing = !root.join(INSTALLED).join("bin/cargo-fuzz").is_file();
    missing.then(|| format!("cargo-fuzz {CARGO_FUZZ}"))
}

/// Fails where the machine lacks something.
pub(crate) fn require(root: &Path) -> Result<(), ChoreError> {
    missing(root).map_or(Ok(()), |missing| Err(ChoreError::Missing(missing)))
}

fn fuzz(root: &Path, arguments: &FuzzArguments) -> Result<(), ChoreError> {
    let package = root.join(PACKAGE);
    let targets = selected(&arguments.targets)?;
    write_dictionary(&package.join(DICTIONARY))?;
    let build = Build::new(root)?;
    let adapter = target::adapter(root, &targets)?;

    let jobs = arguments.jobs.max(1);
    let at_a_time = jobs.min(targets.len());
    let results = in_parallel(at_a_time, &targets, |target| {
        let Some(time) = arguments.time else {
            let corpus = tempfile::tempdir().map_err(ChoreError::Root)?;
            corpus::unpack(&package, target, corpus.path())?;
            let mut run = Run::new(&build, target, &package, corpus.path());
            run.inputs(target.tried).seed(SEED).time(LIMIT).adapter(&adapter);
            let report = run.finish()?;
            println!("{report}");
            return Ok(report.found);
        };
        let corpus = corpus::working(&package, target)?;
        let mut run = Run::new(&build, target, &package, &corpus);
        run.time(Duration::from_secs(time)).fork(jobs / at_a_time).adapter(&adapter);
        let report = run.finish()?;
        println!("{report}");
        if arguments.merge && report.found.is_none() {
            corpus::merge(&build, target, &package, &corpus)?;
        }
        Ok(report.found)
    })?;
    let found: Vec<String> = results.into_iter().flatten().collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(ChoreError::Tests(format!("the fuzzer found failures:\n{}", found.join("\n"))))
}

fn write_dictionary(path: &Path) -> Result<(), ChoreError> {
    fs::write(path, dictionary()).map_err(ChoreError::file(path))
}

fn selected(names: &[String]) -> Result<Vec<&'static Target>, ChoreError> {
    let known = || TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        return Ok(TARGETS.iter().collect());
    }
    let select = |name: &String| {
        TARGETS.iter().find(|target| target.name == name).ok_or_else(|| {
            ChoreError::Tests(format!("unknown fuzz target `{name}`: expected one of {}", known()))
        })
    };
    names.iter().map(select).collect()
}

/// Does `work` for each of `items`, in `at_a_time` threads.
fn in_parallel<T: Sync, R: Send>(
    at_a_time: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<R, ChoreError> + Send + Sync,
) -> Result<Vec<R>, ChoreError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(at_a_time).build();
    let pool = pool.map_err(|error| ChoreError::Tests(error.to_string()))?;
    pool.install(|| items.par_iter().with_max_len(1).map(work).collect())
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_clone_is_told_to_run_setup() {
        let clone = tempfile::tempdir().expect("a folder");
        for (name, arguments) in steps() {
            let error = run(clone.path(), &arguments).expect_err("nothing is set up").to_string();
            assert!(
                error.ends_with(" is not installed: run `cargo xtask setup`"),
                "{name}: {error}"
            );
        }
        let left_behind = fs::read_dir(clone.path()).expect("the folder").count();
        assert_eq!(left_behind, 0);
    }
}
