//! `report`: render a run log.

use super::input::read_log;
use crate::args::ReportArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::render;

pub(crate) fn run(arguments: &ReportArguments) -> Result<u8, Failure> {
    let runs = read_log(&arguments.log)?;
    render::write(&arguments.rendering, &runs)?;
    let worst = runs.iter().map(|run| run.footer.result).max();
    Ok(worst.map_or(exit_code::AS_EXPECTED, exit_code::of))
}
