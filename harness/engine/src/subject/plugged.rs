//! Plugging in a command: the greeting, the canary, and which driver it needs.

use sigv4_protocol::Mode;

use super::command::{Command, Limits};
use super::greeting::{StartError, greet, send_canary, send_canary_alone};
use super::interface::Subject;
use super::one_shot::OneShot;
use super::process::Process;
use super::several::Several;

/// Starts `command`, greets it and sends the canary.
///
/// # Errors
/// [`StartError`].
pub fn plug_in(command: &Command, limits: Limits) -> Result<Box<dyn Subject>, StartError> {
    let (mut running, identity) = greet(command, limits)?;
    match identity.mode {
        Mode::Stream => {
            send_canary(&mut running, limits)?;
            let process = Process::new(command.clone(), limits, identity, running);
            match limits.processes {
                ..=1 => Ok(Box::new(process)),
                count => Ok(Box::new(Several::of(process, count)?)),
            }
        }
        Mode::OneShot => {
            drop(running);
            send_canary_alone(command, limits)?;
            Ok(Box::new(OneShot::new(command.clone(), limits, identity)))
        }
    }
}
