//! Reaching a place: directly, or through the account's proxy. With a proxy nothing else is connected to, and no name is looked up
//! but the proxy's own.

use std::time::Duration;

use rand::{SeedableRng, rngs::StdRng};
use tokio::{net::TcpStream, time::timeout};

use super::{
    connect::{Deadlines, Stopped, Watch},
    dns::{self, Candidate, Candidates, ConnectError, DnsError, Remembered, TlsMode},
    proxy::{self, ProxyError},
};
use crate::{
    error::ErrorKind,
    model::{
        account::AccountSettings,
        proxy::Proxy,
        step::{Found, Step},
    },
};

/// After how long without an answer about the places the domain itself is looked up beside, for it is what is tried without one.
const HESITATION: Duration = Duration::from_secs(1);

/// The places to try for this account. A name service that never answers costs no more than the time that `names` has for a host.
pub(super) async fn candidates(
    names: &Remembered<'_>,
    settings: &AccountSettings,
) -> Result<Candidates, Stopped> {
    let domain = settings.address.domain().as_str();
    let server = settings.server.as_ref();
    if settings.proxy.is_some() {
        return dns::beyond_proxy(domain, settings.security, server)
            .map_err(|error| resolve_failure(&error));
    }
    let mut rng = StdRng::from_os_rng();
    let finding = dns::candidates(
        names,
        domain,
        settings.security,
        server,
        &mut rng,
        names.deadline(),
    );
    tokio::pin!(finding);
    let found = match timeout(HESITATION, &mut finding).await {
        Ok(found) => found,
        Err(_) => {
            let rest = names.deadline().saturating_sub(HESITATION);
            let looking_up = async {
                if let Ok(host) = dns::ascii_name(domain) {
                    let _ = names.find(&host, rest).await;
                }
            };
            tokio::join!(finding, looking_up).0
        }
    };
    found.map_err(|error| resolve_failure(&error))
}

/// A connection to this place, whichever way the account takes.
pub(super) async fn connection(
    deadlines: Deadlines,
    names: &Remembered<'_>,
    settings: &AccountSettings,
    proxy_password: Option<&str>,
    candidate: &Candidate,
    watch: &mut dyn Watch,
) -> Result<TcpStream, Stopped> {
    match &settings.proxy {
        Some(proxy) => by_proxy(deadlines, names, proxy, proxy_password, candidate, watch).await,
        None => directly(deadlines, names, candidate, watch).await,
    }
}

async fn directly(
    deadlines: Deadlines,
    names: &Remembered<'_>,
    candidate: &Candidate,
    watch: &mut dyn Watch,
) -> Result<TcpStream, Stopped> {
    let place = format!("{}:{}", candidate.host, candidate.port);
    let addresses = dns::addresses(names, candidate, 2 * names.deadline())
        .await
        .map_err(|error| resolve_failure(&error))?;
    watch.found(Step::Resolve, place_of(candidate, false));
    watch.begin(Step::Connect);
    let tcp = dns::connect_happy(addresses, deadlines.connect)
        .await
        .map_err(|error| {
            let kind = match error {
                ConnectError::Timeout => ErrorKind::Timeout,
                _ => ErrorKind::ConnectionRefused,
            };
            Stopped::new(Step::Connect, kind, format!("{place}: {error}"))
        })?;
    if let Ok(peer) = tcp.peer_addr() {
        watch.found(Step::Connect, Found::Peer(peer.to_string()));
    }
    Ok(tcp)
}

/// Connects to the proxy and lets it connect to the server.
async fn by_proxy(
    deadlines: Deadlines,
    names: &Remembered<'_>,
    proxy: &Proxy,
    password: Option<&str>,
    candidate: &Candidate,
    watch: &mut dyn Watch,
) -> Result<TcpStream, Stopped> {
    watch.found(Step::Resolve, place_of(candidate, true));
    watch.begin(Step::Connect);
    let unreachable = |detail: String| {
        proxy_failure(&ProxyError::Unreachable {
            proxy: proxy.to_string(),
            detail,
        })
    };
    let addresses = dns::proxy_addresses(names, proxy, 2 * names.deadline())
        .await
        .map_err(|error| unreachable(error.to_string()))?;
    let mut tcp = dns::connect_happy(addresses, deadlines.connect)
        .await
        .map_err(|error| unreachable(error.to_string()))?;
    watch.found(Step::Connect, Found::Proxy(proxy.to_string()));
    let greeting = proxy::greet(&mut tcp, proxy, password);
    timeout(deadlines.secure, greeting)
        .await
        .unwrap_or(Err(ProxyError::Silent))
        .map_err(|error| proxy_failure(&error))?;
    let asking = proxy::ask(&mut tcp, proxy, password, candidate);
    timeout(deadlines.answer, asking)
        .await
        .unwrap_or_else(|_| Err(proxy::too_slow(candidate)))
        .map_err(|error| proxy_failure(&error))?;
    Ok(tcp)
}

fn place_of(candidate: &Candidate, by_proxy: bool) -> Found {
    Found::Place {
        host: candidate.host.clone(),
        port: candidate.port,
        direct: candidate.tls == TlsMode::Direct,
        by_proxy,
    }
}

fn proxy_failure(error: &ProxyError) -> Stopped {
    let mut stopped = Stopped::new(Step::Connect, ErrorKind::ProxyFailed, error.to_string());
    stopped.try_next = error.is_about_the_place();
    stopped.failure.needs_person = error.is_about_the_password();
    stopped
}

fn resolve_failure(error: &DnsError) -> Stopped {
    let kind = match error {
        DnsError::Timeout => ErrorKind::Timeout,
        DnsError::NotLoopback => ErrorKind::NotAllowed,
        _ => ErrorKind::NameNotResolved,
    };
    Stopped::new(Step::Resolve, kind, error.to_string())
}
