//! `new-adapter`: an adapter to fill in, in the user's language.

mod skeleton;

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use sigv4_protocol::Side;

use crate::args::{Language, NewAdapterArguments};
use crate::exit_code;
use crate::failure::Failure;
use skeleton::{FOLDER, File, Purpose, Skeleton};

pub(crate) fn run(arguments: &NewAdapterArguments) -> Result<u8, Failure> {
    let side = if arguments.verifier { Side::Verifier } else { Side::Signer };
    let skeleton =
        Skeleton::of(arguments.language, side).ok_or_else(|| without(arguments.language))?;
    let folder = arguments.folder.clone().unwrap_or_else(|| format!("my-{}", side.as_str()).into());
    // Without a slash at the end.
    let folder: PathBuf = folder.components().collect();
    write(&folder, &skeleton.files)?;
    describe(&folder, &skeleton, side)?;
    Ok(exit_code::AS_EXPECTED)
}

/// The failure for a language that has skeletons of signers alone.
fn without(wanted: Language) -> Failure {
    let name = |language: &Language| {
        let value = language.to_possible_value();
        value.map(|value| value.get_name().to_owned()).unwrap_or_default()
    };
    let others = Language::value_variants().iter();
    let others = others.filter(|&&other| Skeleton::of(other, Side::Verifier).is_some());
    let others: Vec<String> = others.map(name).collect();
    Failure::Argument(format!(
        "--verifier: not supported for {}; expected one of {}",
        name(&wanted),
        others.join(", ")
    ))
}

/// Writes all files, or none.
fn write(folder: &Path, files: &[File]) -> Result<(), Failure> {
    let mut paths = files.iter().map(|file| folder.join(file.name));
    if let Some(path) = paths.find(|path| path.symlink_metadata().is_ok()) {
        return Err(Failure::Exists { path });
    }
    let mut made = Vec::new();
    let written = files.iter().try_for_each(|file| make_file(folder, file, &mut made));
    if written.is_err() {
        // Newest first, so that folders are empty by then. What cannot be removed is not worth
        // another message than the one that led here.
        for path in made.iter().rev() {
            let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
        }
    }
    written
}

/// Writes one file and the folders that it needs, and records each in `made`.
fn make_file(folder: &Path, file: &File, made: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let path = folder.join(file.name);
    let missing = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    let missing: Vec<&Path> = missing.take_while(|folder| !folder.is_dir()).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder).map_err(Failure::file(folder))?;
        made.push(folder.to_owned());
    }
    let mut opened = fs::File::create_new(&path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::Exists { path: path.clone() },
        _ => Failure::File { path: path.clone(), source: error },
    })?;
    made.push(path.clone());
    opened.write_all(file.text.as_bytes()).map_err(Failure::file(&path))
}

/// Says what was written, and what to do next.
fn describe(folder: &Path, skeleton: &Skeleton, side: Side) -> Result<(), Failure> {
    let side = side.as_str();
    let mut out = anstream::stdout().lock();
    for file in &skeleton.files {
        let purpose = match file.purpose {
            Purpose::Subject => format!("your {side} goes here, where the file says so"),
            Purpose::Packages => format!("add the packages that your {side} needs"),
            Purpose::Kit => "speaks the protocol, leave it as it is".to_owned(),
        };
        writeln!(out, "{}: {purpose}", folder.join(file.name).display())?;
    }
    writeln!(out, "\nNext:")?;
    for words in skeleton.preparations {
        writeln!(out, "  {}", line(words, folder))?;
    }
    for verb in ["doctor", side] {
        let words = [&["sigv4-conformance", verb, "--"], skeleton.start].concat();
        writeln!(out, "  {}", line(&words, folder))?;
    }
    writeln!(
        out,
        "\nUntil your {side} is there, every answer is `unsupported`: doctor passes, {side} fails."
    )?;
    Ok(())
}

/// A command in the words of a shell.
fn line(words: &[&str], folder: &Path) -> String {
    let folder = folder.display().to_string();
    let words: Vec<String> = words.iter().map(|word| word.replace(FOLDER, &folder)).collect();
    // Quoting fails only on NUL, which no argument can contain.
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default()
}
