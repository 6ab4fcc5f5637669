//! `matrix`: every subject side by side.

use std::fs;
use std::io;
use std::num::NonZero;
use std::path::Path;
use std::thread;
use std::time::Instant;

use sigv4_conformance::log::SuiteEvent;
use sigv4_conformance::matrix::{
    Column, ColumnBuilder, Judged, Matrix, Outcome, SignersMistakes, agreements, side_by_side,
    today,
};
use sigv4_conformance::run::{Plan, run as run_plan};
use sigv4_conformance::selection::Selection;
use sigv4_conformance::subject::Limits;
use sigv4_pages::matrix_page;
use sigv4_protocol::Side;
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Suite;

use super::limits;
use super::subjects::{Candidate, Known, Started};
use crate::args::MatrixArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::files;
use crate::render::matrix::{line, write_markdown};

pub(crate) fn run(arguments: &MatrixArguments) -> Result<u8, Failure> {
    let side = arguments.side;
    let mut known = Known::all(side, arguments.adapters.as_deref(), arguments.servers.as_deref())?;
    if !arguments.names.is_empty() {
        for name in &arguments.names {
            if !known.iter().any(|known| known.name == *name) {
                return Err(Failure::Argument(format!("no {side} `{name}` is known")));
            }
        }
        known.retain(|known| arguments.names.contains(&known.name));
    }
    let mistakes = signers_mistakes(arguments)?;
    let limits = limits(&arguments.limits);
    let jobs = arguments.limits.jobs.map(usize::from);
    let jobs = jobs.or_else(|| thread::available_parallelism().ok().map(NonZero::get)).unwrap_or(1);
    let judged = side_by_side(known, jobs, &|known| {
        let start = Instant::now();
        let judged = judged(known, arguments, mistakes.as_ref(), limits);
        anstream::eprintln!("{}, {:.1} s", line(&judged.column), start.elapsed().as_secs_f64());
        judged
    });
    let matrix = Matrix::of(today(), SuiteEvent::of(Vectors::embedded()), side, judged);
    write(&matrix, arguments)?;
    if mistakes.is_some() {
        let shared = agreements(&matrix).len();
        anstream::eprintln!("mistakes that these signers and verifiers share: {shared}");
    }
    let codes = matrix.columns.iter().map(|column| match &column.outcome {
        Outcome::AsExpected { .. } => exit_code::AS_EXPECTED,
        Outcome::Unexpected { .. } => exit_code::UNEXPECTED,
        Outcome::Missing { .. } if arguments.allow_missing.contains(&column.name) => {
            exit_code::AS_EXPECTED
        }
        _ => exit_code::INCOMPLETE,
    });
    Ok(codes.max().unwrap_or(exit_code::NOTHING_SELECTED))
}

/// What verifiers are asked besides the vectors.
fn signers_mistakes(arguments: &MatrixArguments) -> Result<Option<SignersMistakes>, Failure> {
    let Some(file) = &arguments.signers else { return Ok(None) };
    if arguments.side != Side::Verifier {
        let problem = "--signers asks verifiers about the mistakes of signers: add --side verifier";
        return Err(Failure::Argument(problem.to_owned()));
    }
    let text = fs::read(file).map_err(Failure::file(file))?;
    let refused = |problem: String| Failure::Argument(format!("{}: {problem}", file.display()));
    let matrix = Matrix::read(&text).map_err(|error| refused(error.to_string()))?;
    if matrix.side != Side::Signer {
        return Err(refused("a matrix of verifiers, expected one of signers".to_owned()));
    }
    Ok(Some(SignersMistakes::of(&matrix, Vectors::embedded())))
}

/// What one subject did. Whatever is wrong with it concerns its column alone.
fn judged(
    known: Known,
    arguments: &MatrixArguments,
    mistakes: Option<&SignersMistakes>,
    limits: Limits,
) -> Judged {
    let Known { name, language, version, suites, candidate } = known;
    let missing = |problem: String| Column {
        name: name.clone(),
        version: version.clone(),
        language: language.clone(),
        outcome: Outcome::Missing {
            problem: problem.lines().next().unwrap_or_default().to_owned(),
        },
        ..Column::default()
    };
    let judged =
        candidate.and_then(|candidate| asked(&candidate, &suites, arguments, mistakes, limits));
    match judged {
        Ok(mut judged) => {
            // A column is found by the name of the folder.
            judged.column.name.clone_from(&name);
            judged.column.language.clone_from(&language);
            judged
        }
        Err(failure) => Judged::without_verdicts(missing(failure.to_string())),
    }
}

fn asked(
    candidate: &Candidate,
    suites: &[Suite],
    arguments: &MatrixArguments,
    mistakes: Option<&SignersMistakes>,
    limits: Limits,
) -> Result<Judged, Failure> {
    let side = arguments.side;
    let vectors = Vectors::embedded();
    let expectations = candidate.expectations(side, true)?;
    let Started { mut subject, own_cases, .. } = candidate.start(limits)?;
    expectations.check_subject(&subject.identity().name)?;
    let suites: Vec<String> = suites.iter().map(ToString::to_string).collect();
    let partial = !suites.is_empty();
    let selection = Selection { side: Some(side), suites, ..Selection::default() };
    let cases = match &own_cases {
        Some(own) => selection.among(own),
        None => selection.cases(vectors),
    };
    let plan = Plan {
        side,
        vectors,
        cases: &cases,
        partial,
        expectations: &expectations,
        own_keys: false,
        invocation: &candidate.invocation,
    };
    let mut builder = ColumnBuilder::default();
    let mistakes = mistakes.filter(|_| own_cases.is_none());
    let agreed = mistakes.map(|mistakes| mistakes.ask(&mut *subject)).unwrap_or_default();
    run_plan(&mut *subject, &plan, &mut builder, &|| ());
    let mut judged = builder.judged();
    judged.column.agreed = agreed;
    Ok(judged)
}

/// The matrix of the same side that is in the folder, if one is there and can be read.
fn earlier(matrix: &Matrix, folder: &Path) -> Option<Matrix> {
    let text = fs::read(folder.join(format!("{}s.json", matrix.side))).ok()?;
    Matrix::read(&text).ok().filter(|earlier| earlier.side == matrix.side)
}

/// Writes all files. What an earlier run left there is compared with.
fn write(matrix: &Matrix, arguments: &MatrixArguments) -> Result<(), Failure> {
    let folder = &arguments.output;
    fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    let mut page = Vec::new();
    write_markdown(matrix, &mut page)?;
    let mut data =
        serde_json::to_vec_pretty(matrix).map_err(|error| Failure::Output(error.into()))?;
    data.push(b'\n');
    let before = earlier(matrix, folder);
    let html = matrix_page(matrix, before.as_ref())
        .map_err(|error| Failure::Output(io::Error::other(error)))?;
    let files = [("json", data), ("md", page), ("html", html.into_bytes())]
        .map(|(extension, text)| (folder.join(format!("{}s.{extension}", matrix.side)), text));
    files::write_all(files.iter().map(|(path, text)| (path.as_path(), &text[..])))?;
    for (path, _) in &files {
        anstream::println!("{}", path.display());
    }
    Ok(())
}
