//! Plugging in a command: the greeting, the canary, and which driver it needs.

use sigv4_protocol::Mode;

use super::command::{Command, Limits};
use super::greeting::{StartError, greet, send_canary, send_canary_alone};
use super::interface::Subject;
use super::one_shot::OneShot;
use super::process::Process;

/// Starts `command`, greets it and sends the canary.
///
/// # Errors
/// [`StartError`].
pub fn plug_in(command: &Command, limits: Limits) -> Result<Box<dyn Subject>, StartError> {
    let (mut running, identity) = greet(command, limits)?;
    match identity.mode {
        Mode::Stream => {
            send_canary(&mut running, limits)?;
            Ok(Box::new(Process::new(command.clone(), limits, identity, running)))
        }
        Mode::OneShot => {
            drop(running);
            send_canary_alone(command, limits)?;
            Ok(Box::new(OneShot::new(command.clone(), limits, identity)))
        }
    }
}
