//! The password of a Git repository in AWS `CodeCommit` over HTTPS, as the vendor's
//! `git-remote-codecommit` makes it.

use std::fmt;

use crate::canonical::{Headers, Heading, Stages, Workspace};
use crate::error::Error;
use crate::key::ScopedKey;
use crate::profile::Profile;
use crate::request::{Header, Request, control_byte};
use crate::sign::Key;
use crate::time::Time;
use crate::{ALGORITHM, TERMINATOR};

/// A password. Borrows from the workspace.
#[derive(Clone, Copy)]
pub struct GitPassword<'w> {
    workspace: &'w Workspace,
}

impl<'w> GitPassword<'w> {
    /// The password for the repository at `path` on `host`. The user name is the access key id,
    /// followed by `%` and the session token if there is one.
    ///
    /// The request that is signed is never sent: its method is `GIT`, its payload line is empty, and
    /// its time has no `Z`.
    ///
    /// # Errors
    /// [`Error::KeyDate`] if the key is of another day, [`Error::Target`] if the path does not start
    /// with `/`, and [`Error::ControlByte`] or [`Error::Target`] for a CR, LF or NUL.
    pub fn new(
        workspace: &'w mut Workspace,
        time: &Time,
        key: &'w ScopedKey<'w>,
        host: &[u8],
        path: &[u8],
    ) -> Result<Self, Error> {
        key.check_date(time)?;
        let headers = [Header { name: b"host", value: host }];
        let request = Request { method: b"GIT", target: path, headers: &headers, body: b"" };
        request.check()?;
        if let Some(offset) = control_byte(host) {
            return Err(Error::ControlByte { field: "host", offset });
        }
        let (date_and_time, _) = time.text().split_at(time.text().len() - 1);
        let heading = Heading {
            algorithm: ALGORITHM,
            time: date_and_time,
            region: Some(key.scope().region()),
            service: key.scope().service(),
            terminator: TERMINATOR,
        };
        let headers = Headers { sent: request.headers, added: &[] };
        workspace.clear();
        workspace.add_headers(headers, |_| true);
        workspace.start(request.method, path, Profile::S3, heading);
        workspace.finish(headers, b"");
        workspace.output.append(time.text());
        Key::from(key).sign(workspace);
        Ok(Self { workspace })
    }

    /// The text of the password.
    #[must_use]
    pub fn as_bytes(&self) -> &'w [u8] {
        &self.workspace.output
    }

    /// The intermediate results.
    #[must_use]
    pub fn stages(&self) -> Stages<'w> {
        self.workspace.stages()
    }
}

/// The password is not shown.
impl fmt::Debug for GitPassword<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GitPassword").finish_non_exhaustive()
    }
}
