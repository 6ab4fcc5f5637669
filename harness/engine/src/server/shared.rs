//! One server behind several subjects: a search asks one for its cases, and another one again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sigv4_protocol::{Answer, Identity, Question};

use super::subject::ServerSubject;
use crate::subject::{Fault, Leaving, Subject};

/// A server, and what it is called. Whichever clone ends first ends the server.
#[derive(Clone, Debug)]
pub struct Shared {
    identity: Identity,
    server: Arc<Mutex<ServerSubject>>,
}

impl Shared {
    /// The server, to be asked through clones of this.
    #[must_use]
    pub fn new(server: ServerSubject) -> Self {
        Self { identity: server.identity().clone(), server: Arc::new(Mutex::new(server)) }
    }

    fn server(&self) -> MutexGuard<'_, ServerSubject> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subject for Shared {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn ask(
        &mut self,
        questions: &[Question],
        answered: &(dyn Fn() + Sync),
    ) -> Vec<Result<Answer, Fault>> {
        self.server().ask(questions, answered)
    }

    fn at_once(&self) -> usize {
        self.server().at_once()
    }

    fn finish(&mut self) -> Leaving {
        self.server().finish()
    }
}
