//! `report`: render a run log.

use super::input::read_log;
use crate::args::ReportArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::files;
use crate::render;

pub(crate) fn run(arguments: &ReportArguments) -> Result<u8, Failure> {
    let runs = read_log(&arguments.log)?;
    if let Some(output) = arguments.rendering.output.as_deref()
        && files::is_same(&arguments.log, output)
    {
        return Err(Failure::SameFile { path: output.to_owned() });
    }
    render::write(&arguments.rendering, &runs)?;
    let worst = runs.iter().map(|run| run.footer.result).max();
    Ok(worst.map_or(exit_code::AS_EXPECTED, exit_code::of))
}
