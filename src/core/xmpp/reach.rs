//! Reaching a place: directly, or through the account's proxy. With a proxy nothing else is connected to, and no name is looked up
//! but the proxy's own.

use rand::{SeedableRng, rngs::StdRng};
use tokio::{net::TcpStream, time::timeout};

use super::{
    connect::{Network, Stopped, Watch},
    dns::{self, Candidate, Candidates, ConnectError, DnsError, TlsMode},
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

/// The places to try for this account.
pub(super) async fn candidates(
    network: &Network,
    settings: &AccountSettings,
) -> Result<Candidates, Stopped> {
    let domain = settings.address.domain().as_str();
    let server = settings.server.as_ref();
    if settings.proxy.is_some() {
        return dns::beyond_proxy(domain, settings.security, server)
            .map_err(|error| resolve_failure(&error));
    }
    dns::candidates(
        network.resolver.as_ref(),
        domain,
        settings.security,
        server,
        &mut StdRng::from_os_rng(),
        network.deadlines.resolve,
    )
    .await
    .map_err(|error| resolve_failure(&error))
}

/// A connection to this place, whichever way the account takes.
pub(super) async fn connection(
    network: &Network,
    settings: &AccountSettings,
    proxy_password: Option<&str>,
    candidate: &Candidate,
    watch: &mut dyn Watch,
) -> Result<TcpStream, Stopped> {
    match &settings.proxy {
        Some(proxy) => by_proxy(network, proxy, proxy_password, candidate, watch).await,
        None => directly(network, candidate, watch).await,
    }
}

async fn directly(
    network: &Network,
    candidate: &Candidate,
    watch: &mut dyn Watch,
) -> Result<TcpStream, Stopped> {
    let deadlines = network.deadlines;
    let place = format!("{}:{}", candidate.host, candidate.port);
    let addresses = dns::addresses(network.resolver.as_ref(), candidate, deadlines.resolve)
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
    network: &Network,
    proxy: &Proxy,
    password: Option<&str>,
    candidate: &Candidate,
    watch: &mut dyn Watch,
) -> Result<TcpStream, Stopped> {
    let deadlines = network.deadlines;
    watch.found(Step::Resolve, place_of(candidate, true));
    watch.begin(Step::Connect);
    let unreachable = |detail: String| {
        proxy_failure(&ProxyError::Unreachable {
            proxy: proxy.to_string(),
            detail,
        })
    };
    let addresses = dns::proxy_addresses(network.resolver.as_ref(), proxy, deadlines.resolve)
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
