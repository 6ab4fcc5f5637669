//! A curl command line, as browsers and people copy it.

mod command;
pub(super) mod data;
mod options;
mod request;
mod shell;
pub(super) mod signing;
#[cfg(test)]
mod tests;

use super::field_request::FieldRequest;
use super::parts::InputError;

/// Whether text begins with a curl command, behind a prompt or comments.
pub(super) fn is_one(text: &[u8]) -> bool {
    shell::command(text).is_some()
}

/// Reads the first command in `text`: what it sends, as far as the line tells.
///
/// # Errors
/// A line that a shell or curl refuses, an option that is not known or makes another request of it,
/// a value that the shell fills in.
pub(super) fn parse(text: &[u8]) -> Result<FieldRequest, InputError> {
    let (text, shell) = shell::command(text)
        .ok_or_else(|| InputError::new("curl", "expected a line that begins with `curl`"))?;
    let line = shell::split(text, shell)?;
    request::of(&command::read(&line)?)
}
