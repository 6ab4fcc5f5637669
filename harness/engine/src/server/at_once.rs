//! Right and wrong requests at the same time: a verifier with a state that they share must not mix them up.

use std::thread;

use sigv4_vectors::model::Request;

/// How many connections send at the same time.
const CONNECTIONS: usize = 8;
/// How many right requests each of them sends; after each comes a wrong one.
const PAIRS: usize = 8;

/// What a server did with one request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Ruling<R> {
    Accepted,
    /// With this answer.
    Rejected(R),
    /// No answer.
    Neither,
}

/// Sends requests of both kinds at once, and returns what was ruled otherwise than one by one, in a sentence. Each
/// connection has requests of its own, `right` and `wrong` by its number. A right request is rejected for its signature
/// if the answer is the one that a wrong signature gets: a server that is busy says something else. Nothing is said of a
/// server that does not tell the two apart one by one.
pub(super) fn mixed_up<R: PartialEq + Sync>(
    right: impl Fn(usize) -> Request + Sync,
    wrong: impl Fn(usize) -> Option<Request> + Sync,
    ruling: impl Fn(&Request) -> Ruling<R> + Sync,
) -> Option<String> {
    let one_by_one = (ruling(&right(0)), ruling(&wrong(0)?));
    let (Ruling::Accepted, Ruling::Rejected(refusal)) = one_by_one else { return None };
    let connection = |number: usize| {
        let (mut rejected, mut accepted) = (0, 0);
        for _ in 0..PAIRS {
            let is_rejected =
                matches!(ruling(&right(number)), Ruling::Rejected(it) if it == refusal);
            rejected += usize::from(is_rejected);
            let is_accepted = |wrong: Request| matches!(ruling(&wrong), Ruling::Accepted);
            accepted += usize::from(wrong(number).is_some_and(is_accepted));
        }
        (rejected, accepted)
    };
    let counts: Vec<(usize, usize)> = thread::scope(|scope| {
        let connection = &connection;
        let start = |number| scope.spawn(move || connection(number));
        let started: Vec<_> = (0..CONNECTIONS).map(start).collect();
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
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn request(method: &str) -> Request {
        Request { method: method.into(), ..Request::default() }
    }

    fn said(ruling: impl Fn(bool) -> Ruling<u16> + Sync) -> Option<String> {
        let is_right = |request: &Request| request.method == "GET".into();
        mixed_up(|_| request("GET"), |_| Some(request("PUT")), |request| ruling(is_right(request)))
    }

    fn of(is_right: bool) -> Ruling<u16> {
        if is_right { Ruling::Accepted } else { Ruling::Rejected(403) }
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
        // The first two are right; all that come at once are too many.
        let left = AtomicUsize::new(2);
        let take = |left: usize| left.checked_sub(1);
        let busy = |is_right| {
            let is_free = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok();
            if is_free { of(is_right) } else { Ruling::Rejected(429) }
        };
        assert_eq!(said(busy), None);
    }
}
