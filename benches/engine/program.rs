//! The program as a whole: how long it takes to start and to finish, and how much memory it uses.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{fastest, row};

pub(crate) fn measure(program: &Path) {
    for (arguments, target) in [
        (&["--version"][..], "20 ms"),
        (&["vectors", "list", "--filter", "get-vanilla"], "20 ms"),
        (&["signer", "reference", "--filter", "get-vanilla"], "20 ms"),
        (&["adapter", "reference"], "20 ms"),
        (&["signer", "reference"], "500 ms"),
    ] {
        let time = fastest(10, || {
            let mut command = Command::new(program);
            let nowhere = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
            let status = nowhere.stderr(Stdio::null()).status();
            assert!(status.is_ok_and(|status| status.success()), "{arguments:?} fails");
        });
        let name = format!("`{}`", arguments.join(" "));
        row(
            &name,
            &format!("{:.1} ms", 1e3 * time.as_secs_f64()),
            target,
            "start and end included",
        );
    }
    let held = ["100000", "1000000"].map(|cases| peak(program, cases));
    let [few, many] = held.map(|held| held.map_or_else(|problem| problem, |kb| format!("{kb} kB")));
    let beside = format!("{few} with a tenth of them");
    row("memory of a search, a million cases", &many, "the same", &beside);
}

/// The most memory that a search uses, in kilobytes.
fn peak(program: &Path, cases: &str) -> Result<u64, String> {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%M"]).arg(program).args(["search", "reference", "--cases", cases]);
    let output = command.output().map_err(|error| format!("missing: /usr/bin/time: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().last().unwrap_or_default();
    last.trim().parse().map_err(|_| format!("missing: a figure in {last:?}"))
}
