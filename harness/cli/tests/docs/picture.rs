//! The picture of a terminal in the README.

use std::path::Path;

use anstyle_svg::Term;

use super::session::{NAME, in_shell, write};

/// Where it is.
pub(crate) const PATH: &str = "harness/docs/src/terminal.svg";

/// The signer: the built-in model, with a mistake.
const SIGNER: &str = "#!/bin/sh
exec sigv4-conformance adapter model --mistake path-encoded-once
";
const ARGUMENTS: &str = "signer --findings 1 -- ./my-signer";

/// Draws the picture from a run of the program in this folder.
pub(crate) fn draw(folder: &Path) -> String {
    write(&folder.join("my-signer"), SIGNER);
    let ended = in_shell(folder, &format!("{NAME} --color always {ARGUMENTS}"));
    Term::new().render_svg(&format!("$ {NAME} {ARGUMENTS}\n{}", ended.stdout))
}
