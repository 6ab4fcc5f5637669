//! Right and wrong requests at the same time: a verifier with a state that they share must not mix them up.

use std::thread;

use sigv4_vectors::model::Request;

/// How many connections send at the same time.
const CONNECTIONS: usize = 8;
/// How many right requests each of them sends; after each comes a wrong one.
const PAIRS: usize = 8;

/// What a server did with one request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ruling {
    Accepted,
    Rejected,
    /// No answer, or one that says nothing of the signature: too many requests, perhaps.
    Neither,
}

/// Sends requests of both kinds at once, and returns what was ruled otherwise than one by one, in a sentence. Nothing is
/// said of a server that does not tell the two apart one by one.
pub(super) fn mixed_up(
    right: impl Fn() -> Request + Sync,
    wrong: impl Fn() -> Option<Request> + Sync,
    ruling: impl Fn(&Request) -> Ruling + Sync,
) -> Option<String> {
    let one_by_one = [ruling(&right()), ruling(&wrong()?)];
    if one_by_one != [Ruling::Accepted, Ruling::Rejected] {
        return None;
    }
    let connection = || {
        let (mut rejected, mut accepted) = (0, 0);
        for _ in 0..PAIRS {
            rejected += usize::from(ruling(&right()) == Ruling::Rejected);
            let is_accepted = |wrong: Request| ruling(&wrong) == Ruling::Accepted;
            accepted += usize::from(wrong().is_some_and(is_accepted));
        }
        (rejected, accepted)
    };
    let counts: Vec<(usize, usize)> = thread::scope(|scope| {
        let started: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(connection)).collect();
        started.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let rejected: usize = counts.iter().map(|(rejected, _)| rejected).sum();
    let accepted: usize = counts.iter().map(|(_, accepted)| accepted).sum();
    let sent = CONNECTIONS * PAIRS;
    (rejected + accepted > 0).then(|| {
        format!(
            "it mixes up requests that come at the same time: of {sent} right ones it rejects {rejected}, of {sent} with a \
             wrong signature it accepts {accepted}; one by one it does neither"
        )
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    fn request(method: &str) -> Request {
        Request { method: method.into(), ..Request::default() }
    }

    fn said(ruling: impl Fn(bool) -> Ruling + Sync) -> Option<String> {
        let is_right = |request: &Request| request.method == "GET".into();
        mixed_up(|| request("GET"), || Some(request("PUT")), |request| ruling(is_right(request)))
    }

    fn of(is_right: bool) -> Ruling {
        if is_right { Ruling::Accepted } else { Ruling::Rejected }
    }

    #[test]
    fn a_server_that_keeps_the_last_request_for_all_is_found() {
        let last = AtomicBool::new(false);
        let said = said(|is_right| {
            last.store(is_right, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(2));
            of(last.load(Ordering::SeqCst))
        });
        assert!(said.is_some_and(|said| said.starts_with("it mixes up requests")));
    }

    #[test]
    fn nothing_is_said_of_one_that_does_not_or_cannot_tell() {
        assert_eq!(said(of), None);
        assert_eq!(said(|_| Ruling::Accepted), None);
        let count = AtomicBool::new(true);
        let busy = |is_right| {
            if count.swap(false, Ordering::SeqCst) { of(is_right) } else { Ruling::Neither }
        };
        assert_eq!(said(busy), None);
    }
}
