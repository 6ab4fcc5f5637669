//! `serve`: `explain` as a page of this machine.

mod asked;
mod gate;
mod receive;
mod site;

use std::convert::Infallible;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::input::service_table;
use crate::args::ServeArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::signals;
use gate::Gate;
use site::Site;

/// How many connections are served at once. Browsers open some that they may never use.
const CONNECTIONS: usize = 64;
/// The longest head of a request, in bytes.
const HEAD: usize = 64 << 10;
/// How long a head may take.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a connection may take in all, its answer included.
const WHOLE_TIME: Duration = Duration::from_mins(2);
/// How long to wait where the system has no file for a connection.
const PAUSE: Duration = Duration::from_millis(10);

pub(crate) fn run(arguments: &ServeArguments) -> Result<u8, Failure> {
    let services = service_table(arguments.service_rules.as_deref())?;
    let told_to_end = signals::leave_to_the_command();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let listen = |source| Failure::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(listen)?;
    listener.set_nonblocking(true).map_err(listen)?;
    let gate = Gate::new(listener.local_addr().map_err(listen)?).map_err(Failure::Serve)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Serve)?;
    let listener = {
        let _context = runtime.enter();
        tokio::net::TcpListener::from_std(listener).map_err(Failure::Serve)?
    };
    let url = gate.url();
    let site = Arc::new(Site::new(gate, services));
    thread::Builder::new()
        .name("serve".to_owned())
        .spawn(move || runtime.block_on(serve(listener, site)))
        .map_err(Failure::Serve)?;
    writeln!(io::stdout(), "{url}")?;
    io::stdout().flush()?;
    anstream::eprintln!("Open this address in a browser. Ctrl-C ends it.");
    // An end of the sender would be a signal that nobody can send any more. Nothing has to be kept, so
    // that answers which are under way end with the program.
    let _ = told_to_end.recv();
    Ok(exit_code::AS_EXPECTED)
}

/// Accepts connections for ever.
async fn serve(listener: tokio::net::TcpListener, site: Arc<Site>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    // Never closed.
    while let Ok(permit) = Arc::clone(&room).acquire_owned().await {
        match listener.accept().await {
            Ok((socket, _)) => {
                let site = Arc::clone(&site);
                tokio::spawn(async move {
                    let _permit = permit;
                    // A connection that is cut off or breaks is the browser's affair.
                    let _ = tokio::time::timeout(WHOLE_TIME, connection(socket, site)).await;
                });
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Answers the one request of a connection.
async fn connection(socket: TcpStream, site: Arc<Site>) -> hyper::Result<()> {
    let service = service_fn(|request| {
        let site = Arc::clone(&site);
        async move { Ok::<_, Infallible>(site.answer(request).await) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD)
        .keep_alive(false)
        .half_close(true)
        .serve_connection(TokioIo::new(socket), service)
        .await
}
