//! `report`: render a run log.

use std::fs::File;
use std::io::{BufReader, stdin};
use std::path::Path;

use sigv4_conformance::log;

use crate::args::ReportArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::render;

pub(crate) fn run(arguments: &ReportArguments) -> Result<u8, Failure> {
    let runs = if arguments.log == Path::new("-") {
        log::read("standard input", stdin().lock())?
    } else {
        let file = File::open(&arguments.log).map_err(Failure::file(&arguments.log))?;
        log::read(&arguments.log.display().to_string(), BufReader::new(file))?
    };
    render::write(&arguments.rendering, &runs)?;
    let worst = runs.iter().map(|run| run.footer.result).max();
    Ok(worst.map_or(exit_code::AS_EXPECTED, exit_code::of))
}
