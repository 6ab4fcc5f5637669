//! A stage of the server as its answer shows it.

use super::one_line::lines_again;
use crate::explain::escapes::{LEVELS, without_backslashes};

/// A stage as the server hashed it; some servers print a blank line more at its end.
pub(super) fn stage(text: &str) -> Option<Vec<u8>> {
    let text = unwrapped(text);
    let text = text.trim_end_matches('\n');
    let restored = lines_again(text);
    let text = restored.as_deref().unwrap_or(text);
    (!text.is_empty()).then(|| text.as_bytes().to_vec())
}

/// The text without the backslashes that a log put into it. The document around it can be intact all
/// the same: Python's `b'<Error>...'` escapes nothing but the line ends.
pub(super) fn unwrapped(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..LEVELS {
        if text.contains('\n') || !text.contains("\\n") {
            break;
        }
        let Some(plain) = without_backslashes(text.as_bytes()) else { break };
        let Ok(plain) = String::from_utf8(plain) else { break };
        text = plain;
    }
    text
}
