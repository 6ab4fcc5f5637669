//! The recording layer below the HTTP library: keeps the bytes of each request as they arrived.
//!
//! The library would refuse odd targets, change the case of header names and fold lines. It never
//! sees them: each head is taken off the connection, kept, and replaced by a plain one with the
//! request's number as its target. Bodies pass unchanged.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::framing::{Bounds, Framer, Piece, Waiting};
use super::head::{Framing, Head};
use super::problem::Problem;

/// How much is read from a connection at once.
const READ: usize = 16 << 10;

/// What a connection may take of time and memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest head, in bytes.
    pub head: usize,
    /// The longest body, in bytes.
    pub body: u64,
    /// How long a head may take from its first byte on.
    pub head_time: Duration,
    /// How long a connection may be silent: between requests, inside a body, and while it is answered
    /// and does not read.
    pub idle_time: Duration,
    /// How many connections are served at once.
    pub connections: usize,
    /// How many requests are kept: written to files and to the log.
    pub kept: u64,
    /// How many requests with a wrong signature are explained. Each may take a second.
    pub explained: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: 64 << 10,
            body: 64 << 20,
            head_time: Duration::from_secs(10),
            idle_time: Duration::from_mins(1),
            connections: 256,
            kept: 10_000,
            explained: 500,
        }
    }
}

/// A request as it arrived.
#[derive(Debug)]
pub(super) struct Arrived {
    /// Counted from 1, in the order in which the heads were complete.
    pub(super) number: u64,
    /// The head as it came, with its blank line.
    pub(super) raw: Vec<u8>,
    /// The head as it was read.
    pub(super) head: Result<Head, Problem>,
    /// The body as it came, where it came in chunks; else it is what the library hands out.
    pub(super) chunks: Arc<Mutex<Vec<u8>>>,
}

/// The requests of one connection that are not answered yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrivals(Arc<Mutex<VecDeque<Arrived>>>);

impl Arrivals {
    /// The request that the library calls `/number`.
    pub(super) fn take(&self, number: u64) -> Option<Arrived> {
        let mut all = lock(&self.0);
        let place = all.iter().position(|arrived| arrived.number == number)?;
        all.remove(place)
    }
}

/// A connection with its recorder.
#[derive(Debug)]
pub(super) struct Tap<S> {
    socket: S,
    framer: Framer,
    limits: Limits,
    counter: Arc<AtomicU64>,
    arrivals: Arrivals,
    /// The bytes in chunks of the request that is arriving, if it comes in chunks.
    chunks: Option<Arc<Mutex<Vec<u8>>>>,
    /// What the library is to read next.
    outbox: Vec<u8>,
    /// How much of it was read.
    sent: usize,
    ended: bool,
    waiting: Waiting,
    deadline: Pin<Box<Sleep>>,
    /// When a client has to go on reading, where it does not.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Tap<S> {
    /// Records what comes on `socket`. `counter` holds the number of the last request.
    pub(super) fn new(
        socket: S,
        limits: Limits,
        counter: Arc<AtomicU64>,
        arrivals: Arrivals,
    ) -> Self {
        Self {
            socket,
            framer: Framer::new(Bounds { head: limits.head, body: limits.body }),
            limits,
            counter,
            arrivals,
            chunks: None,
            outbox: Vec::new(),
            sent: 0,
            ended: false,
            waiting: Waiting::Request,
            deadline: Box::pin(tokio::time::sleep(limits.idle_time)),
            stalled: None,
        }
    }

    /// Moves what came to where the library reads it.
    fn pass(&mut self, mut input: &[u8]) {
        while let Some(piece) = self.framer.next(&mut input) {
            match piece {
                Piece::Body(bytes) => {
                    if let Some(chunks) = &self.chunks {
                        let mut chunks = lock(chunks);
                        let room = usize::try_from(self.limits.body).unwrap_or(usize::MAX);
                        let room = room.saturating_sub(chunks.len()).min(bytes.len());
                        chunks.extend_from_slice(&bytes[..room]);
                    }
                    self.outbox.extend_from_slice(bytes);
                }
                Piece::Head(raw, head) => self.arrive(raw, head),
            }
        }
    }

    /// Keeps a head and puts a plain one in its place.
    fn arrive(&mut self, raw: Vec<u8>, head: Result<Head, Problem>) {
        let number = self.counter.fetch_add(1, Ordering::Relaxed) + 1;
        self.outbox.extend_from_slice(plain(number, head.as_ref().ok()).as_bytes());
        let chunks = Arc::new(Mutex::new(Vec::new()));
        let is_chunked = head.as_ref().is_ok_and(|head| head.framing == Framing::Chunked);
        self.chunks = is_chunked.then(|| Arc::clone(&chunks));
        // Behind what cannot be read nobody knows where the next request begins.
        self.ended |= head.is_err();
        lock(&self.arrivals.0).push_back(Arrived { number, raw, head, chunks });
    }

    fn end(&mut self, problem: Problem) {
        if let Some((raw, problem)) = self.framer.end(problem) {
            self.arrive(raw, Err(problem));
        }
        self.ended = true;
    }

    /// Whether the client has been silent, or slow with a head, for too long.
    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let waiting = self.framer.waits_for();
        // Time for a head runs from its first byte, all other time from the last one.
        if waiting != self.waiting {
            self.waiting = waiting;
            self.restart();
        }
        self.deadline.as_mut().poll(context)
    }

    fn restart(&mut self) {
        let limit = match self.waiting {
            Waiting::Head => self.limits.head_time,
            Waiting::Body | Waiting::Request => self.limits.idle_time,
        };
        self.deadline.as_mut().reset(Instant::now() + limit);
    }
}

/// The head that the library reads: nothing but what it needs to find the end of the body and to
/// treat the connection as the client wants.
fn plain(number: u64, head: Option<&Head>) -> String {
    let Some(head) = head else {
        return format!("POST /{number} HTTP/1.1\r\nConnection: close\r\n\r\n");
    };
    // The only method that matters to the framing of an answer.
    let method = if &head.request.method[..] == b"HEAD" { "HEAD" } else { "POST" };
    let version = if head.old { "1.0" } else { "1.1" };
    let mut plain = format!("{method} /{number} HTTP/{version}\r\n");
    // Writing to a string cannot fail.
    let _ = match head.framing {
        Framing::Chunked => write!(plain, "Transfer-Encoding: chunked\r\n"),
        Framing::Length(length) => write!(plain, "Content-Length: {length}\r\n"),
    };
    if let Some(option) = head.connection {
        let _ = write!(plain, "Connection: {option}\r\n");
    }
    if head.expects_continue {
        plain.push_str("Expect: 100-continue\r\n");
    }
    plain + "\r\n"
}

impl<S: AsyncRead + AsyncWrite + Unpin> Read for Tap<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let tap = self.get_mut();
        loop {
            let waiting = &tap.outbox[tap.sent..];
            if !waiting.is_empty() {
                let taken = waiting.len().min(cursor.remaining());
                cursor.put_slice(&waiting[..taken]);
                tap.sent += taken;
                if tap.sent == tap.outbox.len() {
                    tap.outbox.clear();
                    tap.sent = 0;
                }
                return Poll::Ready(Ok(()));
            }
            if tap.ended {
                return Poll::Ready(Ok(()));
            }
            let mut bytes = [0; READ];
            let mut buffer = ReadBuf::new(&mut bytes);
            if Pin::new(&mut tap.socket).poll_read(context, &mut buffer)?.is_pending() {
                ready!(tap.poll_deadline(context));
                tap.end(Problem::Late { limit: tap.limits.head_time });
            } else if buffer.filled().is_empty() {
                tap.end(Problem::HeadCut);
            } else {
                tap.pass(buffer.filled());
                if tap.waiting != Waiting::Head {
                    tap.restart();
                }
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Write for Tap<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let tap = self.get_mut();
        let written = Pin::new(&mut tap.socket).poll_write(context, bytes);
        if written.is_ready() {
            tap.stalled = None;
            return written;
        }
        let limit = tap.limits.idle_time;
        let stalled = tap.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}

/// A lock whose holder cannot leave it in a bad state.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
