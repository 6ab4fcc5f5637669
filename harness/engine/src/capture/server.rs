//! The endpoint: connections, answers, an orderly end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio_rustls::server::TlsStream;

use super::exchange::Exchange;
use super::judge::Judge;
use super::keys::Keys;
use super::problem::Problem;
use super::record::{Answered, Observer, RecordError, Recorder};
use super::report::Report;
use super::tap::{Arrivals, Limits, Tap, lock};
use super::tls::Tls;

/// How many answered requests wait to be explained.
const QUEUE: usize = 64;
/// How long connections may take to end once the capture ends.
const GRACE: Duration = Duration::from_secs(1);

/// What an endpoint is to be.
pub struct Settings {
    /// Where it listens: a loopback address, port 0 for any that is free.
    pub listen: SocketAddr,
    /// The keys that it knows.
    pub keys: Keys,
    /// The service that it stands for; `None` for whichever a request is signed for.
    pub service: Option<String>,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Where each request is written to a file.
    pub folder: Option<PathBuf>,
    /// What each connection and all together may take.
    pub limits: Limits,
}

/// The endpoint could not be started, or not be ended.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// Others than this machine could reach it.
    #[error("{0} is not a loopback address: expected one such as 127.0.0.1:0")]
    NotLoopback(SocketAddr),
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What happened.
        source: io::Error,
    },
    /// Threads or the files that connections need.
    #[error("cannot start the endpoint: {0}")]
    Start(io::Error),
    /// No certificate.
    #[error("cannot make a certificate: {0}")]
    Certificate(String),
    /// A request was not saved.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A defect of this program.
    #[error("the endpoint ended before it was told to")]
    Lost,
}

/// An endpoint that is running.
pub struct Endpoint {
    address: SocketAddr,
    authority: Option<String>,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    recorder: JoinHandle<Result<Report, RecordError>>,
}

impl Endpoint {
    /// Starts to listen. `observer` is told of each request that is kept, once it is judged.
    ///
    /// # Errors
    /// An address that is not loopback or not free; a system that refuses threads.
    pub fn start(settings: Settings, observer: Observer) -> Result<Self, CaptureError> {
        let Settings { listen, keys, service, tls, folder, limits } = settings;
        if !listen.ip().is_loopback() {
            return Err(CaptureError::NotLoopback(listen));
        }
        let tls = if tls { Some(Tls::new().map_err(CaptureError::Certificate)?) } else { None };
        let listening = |source| CaptureError::Listen { address: listen, source };
        let listener = std::net::TcpListener::bind(listen).map_err(listening)?;
        listener.set_nonblocking(true).map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(CaptureError::Start)?;

        let judge = Judge::new(keys, service)
            .map_err(|error| CaptureError::Start(io::Error::other(error)))?;
        let (queue, mut answered) = mpsc::channel::<Answered>(QUEUE);
        let recorder = Recorder { judge: judge.clone(), limits, folder, observer };
        let recorder = std::thread::Builder::new()
            .name("capture-recorder".to_owned())
            .spawn(move || recorder.run(std::iter::from_fn(|| answered.blocking_recv())))
            .map_err(CaptureError::Start)?;

        let (stop, stopped) = watch::channel(false);
        let authority = tls.as_ref().map(|tls| tls.authority.clone());
        let shared = Arc::new(Shared {
            exchange: Exchange { judge, limits, store: Mutex::default(), queue },
            counter: Arc::default(),
            tls,
            limits,
        });
        let serving = Arc::clone(&shared);
        let server = std::thread::Builder::new()
            .name("capture".to_owned())
            .spawn(move || runtime.block_on(serve(listener, serving, stopped)))
            .map_err(CaptureError::Start)?;
        Ok(Self { address, authority, shared, stop, server, recorder })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.authority.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// With TLS, the certificate that clients have to trust, in PEM.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// How many requests have arrived: the number of the last one.
    #[must_use]
    pub fn arrived(&self) -> u64 {
        self.shared.counter.load(Ordering::Relaxed)
    }

    /// Stores an object, unless it is there, so that a client that cannot write it may read it.
    pub fn provide(&self, bucket: &str, key: &[u8], body: &[u8]) {
        let body = hyper::body::Bytes::copy_from_slice(body);
        lock(&self.shared.exchange.store).provide(bucket, key, body);
    }

    /// Takes no more requests, finishes those that are under way, and reports.
    ///
    /// # Errors
    /// A request that could not be saved.
    pub fn finish(self) -> Result<Report, CaptureError> {
        let Self { shared, stop, server, recorder, .. } = self;
        // It may have ended already.
        let _ = stop.send(true);
        server.join().map_err(|_| CaptureError::Lost)?;
        // The recorder waits for requests as long as any could be queued.
        drop(shared);
        let report = recorder.join().map_err(|_| CaptureError::Lost)?;
        Ok(report?)
    }
}

/// What all connections have in common.
struct Shared {
    exchange: Exchange,
    counter: Arc<AtomicU64>,
    tls: Option<Tls>,
    limits: Limits,
}

/// Accepts connections until it is told to stop.
async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
) {
    // The runtime that this runs on watches sockets, so that none is refused.
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let room = Arc::new(Semaphore::new(shared.limits.connections));
    let mut connections = JoinSet::new();
    loop {
        let accepted = {
            let next = async {
                // Never closed.
                let permit = Arc::clone(&room).acquire_owned().await;
                (listener.accept().await, permit)
            };
            let mut next = std::pin::pin!(next);
            let mut told = std::pin::pin!(stopped.wait_for(|stopped| *stopped));
            std::future::poll_fn(|context| {
                if told.as_mut().poll(context).is_ready() {
                    return std::task::Poll::Ready(None);
                }
                next.as_mut().poll(context).map(Some)
            })
            .await
        };
        let Some((accepted, permit)) = accepted else { break };
        match accepted {
            Ok((socket, _)) => {
                let (shared, stopped) = (Arc::clone(&shared), stopped.clone());
                connections.spawn(async move {
                    let _permit = permit;
                    // An answer is small, and a client waits for it.
                    let _ = socket.set_nodelay(true);
                    match &shared.tls {
                        None => connection(socket, &shared, stopped).await,
                        Some(tls) => match shaken(tls, socket, shared.limits).await {
                            Ok(socket) => connection(socket, &shared, stopped).await,
                            Err(problem) => {
                                let number = shared.counter.fetch_add(1, Ordering::Relaxed) + 1;
                                shared.exchange.refuse(number, &problem).await;
                            }
                        },
                    }
                });
            }
            // No file is left for a connection: others have to end first.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
    let _ = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} })
        .await;
    connections.shutdown().await;
}

/// The connection with TLS, once both sides agree on it.
async fn shaken(
    tls: &Tls,
    socket: TcpStream,
    limits: Limits,
) -> Result<TlsStream<TcpStream>, Problem> {
    let limit = limits.head_time;
    match tokio::time::timeout(limit, tls.acceptor.accept(socket)).await {
        Ok(Ok(socket)) => Ok(socket),
        Ok(Err(error)) => Err(Problem::Handshake { detail: error.to_string() }),
        Err(_) => Err(Problem::Late { limit }),
    }
}

/// Serves one connection until either side ends it.
async fn connection<S>(socket: S, shared: &Arc<Shared>, mut stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let arrivals = Arrivals::default();
    let tap = Tap::new(socket, shared.limits, Arc::clone(&shared.counter), arrivals.clone());
    let service = service_fn(|request| {
        let (arrivals, shared) = (arrivals.clone(), Arc::clone(shared));
        async move { Ok::<_, Infallible>(shared.exchange.answer(request, &arrivals).await) }
    });
    let served = http1::Builder::new()
        .half_close(true)
        // The layer below keeps the time.
        .header_read_timeout(None)
        .serve_connection(tap, service);
    let mut served = std::pin::pin!(served);
    let mut told = std::pin::pin!(stopped.wait_for(|stopped| *stopped));
    let mut is_told = false;
    // A connection that breaks is the client's affair; what came of a request is recorded.
    let _ = std::future::poll_fn(|context| {
        if !is_told && told.as_mut().poll(context).is_ready() {
            is_told = true;
            served.as_mut().graceful_shutdown();
        }
        served.as_mut().poll(context)
    })
    .await;
}
