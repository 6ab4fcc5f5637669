//! The vendor's own signers, as far as they are set up here.

use std::path::Path;

use sigv4_conformance::subject::{Adapter, AdapterError, Limits, Subject, built_in, plug_in};

use super::MintError;
use crate::setup::ADAPTERS;

/// The signers that the vendor publishes: adapters by name, and the one that is linked in.
const OFFICIAL: &[&str] =
    &["aws-sdk-go-v2", "aws-sigv4", "awscrt", "botocore", "ruby-aws-sigv4", "smithy-signature-v4"];

/// A signer that can be asked.
pub(super) struct Voice {
    /// Its name and version.
    pub(super) name: String,
    pub(super) subject: Box<dyn Subject>,
}

/// Every official signer that is set up, by name.
pub(super) fn gather(root: &Path, at_least: usize) -> Result<Vec<Voice>, MintError> {
    let adapters = Adapter::all(&root.join(ADAPTERS))?;
    let mut voices = Vec::new();
    for official in OFFICIAL {
        let subject: Box<dyn Subject> = if let Some(subject) = built_in(official) {
            Box::new(subject)
        } else {
            let adapter = adapters.iter().find(|adapter| adapter.description.name == *official);
            let Some(adapter) = adapter else { continue };
            let command = match adapter.command() {
                Ok(command) => command,
                Err(AdapterError::NotSetUp { name, missing }) => {
                    println!("{name}: not asked, {missing} is missing");
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            plug_in(&command, Limits::default())
                .map_err(|problem| MintError::Start { name: (*official).to_owned(), problem })?
        };
        let identity = subject.identity();
        voices.push(Voice { name: format!("{} {}", identity.name, identity.version), subject });
    }
    if voices.len() < at_least {
        let names: Vec<&str> = voices.iter().map(|voice| &voice.name[..]).collect();
        let names = names.join(", ");
        return Err(MintError::TooFew { found: voices.len(), names, at_least });
    }
    Ok(voices)
}
