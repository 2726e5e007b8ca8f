//! Finding the server of a domain (RFC 6120 §3.2, XEP-0368): which hosts and ports to try, in which order and with which TLS.
//!
//! [`candidates`] gives that list, [`addresses`] the IP addresses of one of them, [`connect_happy`] the connection. What is found here
//! says only where to connect: the certificate is checked against the address's domain, never against a name from DNS.

mod connect;
mod remembered;
mod srv;
mod system;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use futures::future::BoxFuture;
use rand::RngCore;

use crate::model::account::{AccountSettings, Proxy, Security, ServerAddress};

pub use connect::{ConnectError, connect_happy};
pub(super) use remembered::Remembered;
pub use system::SystemResolver;

/// The most SRV records that are tried.
const MOST_RECORDS: usize = 16;
/// The most IP addresses of one host that are tried.
const MOST_ADDRESSES: usize = 16;
/// The registered port for a connection that starts unencrypted (RFC 6120 §14.7).
const PORT_START: u16 = 5222;
/// The customary port for TLS from the first byte.
const PORT_DIRECT: u16 = 5223;
/// The port of HTTPS, where servers hide direct TLS from firewalls.
const PORT_HTTPS: u16 = 443;

/// Asks the DNS. The real one is [`SystemResolver`]; tests have their own.
pub trait Resolve: Send + Sync {
    /// The SRV records of `name` (an ASCII name such as `_xmpp-client._tcp.example.org`, without a final dot).
    ///
    /// That there are none (NXDOMAIN, or a name without SRV records) is an empty answer, no error.
    fn srv<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SrvAnswer, DnsError>>;

    /// The IP addresses of a host, as the system's resolver sees it (`/etc/hosts`, mDNS and split DNS included), in its order.
    ///
    /// # Errors
    /// [`DnsError::NotFound`] if there are none.
    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>>;
}

/// What the DNS says to a question for SRV records. Empty: there are none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SrvAnswer {
    /// The records, in no particular order.
    pub records: Vec<SrvRecord>,
}

/// One SRV record (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SrvRecord {
    /// Smaller is tried first.
    pub priority: u16,
    /// Among equal priorities, the share of connections that go here.
    pub weight: u16,
    /// The TCP port.
    pub port: u16,
    /// The host, with or without the final dot; `.` alone says that the service is decidedly not available.
    pub target: String,
}

/// Whether and when TLS begins on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TlsMode {
    /// StartTLS inside the stream (RFC 6120 §5), and nothing goes on without it.
    Start,
    /// From the first byte, with ALPN `xmpp-client` (XEP-0368).
    Direct,
    /// None at all; only towards this same computer.
    None,
}

/// A place where the server may be found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// A host name in its ASCII form without a final dot, or an IP address without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// When TLS begins.
    pub tls: TlsMode,
}

/// Where to try, the best first; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    /// The places, the best first.
    pub list: Vec<Candidate>,
    /// Why the SRV records are not known, where they are not: the list is a guess then.
    pub note: Option<DnsError>,
}

/// Why a server could not be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DnsError {
    /// Not a domain, host name or IP address.
    #[error("this is not a valid server name")]
    BadName,
    /// The name has no address.
    #[error("there is no server named {name}")]
    NotFound {
        /// The name that was asked for.
        name: String,
    },
    /// The domain exists but says that it has no chat service (SRV target `.`, RFC 2782).
    #[error("{domain} says that it has no chat service")]
    ServiceNotOffered {
        /// The domain, in its ASCII form.
        domain: String,
    },
    /// A connection without encryption was asked for, to somewhere else than this computer.
    #[error("without encryption only a server on this computer may be used")]
    NotLoopback,
    /// No answer in time.
    #[error("the name service did not answer in time")]
    Timeout,
    /// The name service could not answer; the detail is technical.
    #[error("the name service failed ({detail})")]
    Failed {
        /// The system's own words.
        detail: String,
    },
}

/// The places where the server of `domain` may be found, the best first.
///
/// `server` is a host typed by hand and replaces the question to the DNS. `rng` decides among records of equal priority (RFC 2782).
/// `deadline` is for the SRV questions together.
///
/// - Without `server`: the SRV records of `_xmpps-client` and `_xmpp-client`, as far as `security` allows both, in one list by priority and weight
///   (XEP-0368 §3). Only where there is none: the domain itself on 5222 with StartTLS, then on 5223 with direct TLS. A service whose only
///   record has the target `.` is not tried. Where the question itself failed (some home routers drop it), the domain is tried
///   too, and the failure is noted.
/// - With `server`: the given port, with StartTLS first except on 5223 and 443; without one, 5222 and 5223.
/// - [`Security::Plain`]: only `localhost` and loopback addresses.
///
/// # Errors
/// [`DnsError::BadName`], [`DnsError::ServiceNotOffered`], [`DnsError::NotLoopback`].
pub async fn candidates(
    resolver: &dyn Resolve,
    domain: &str,
    security: Security,
    server: Option<&ServerAddress>,
    rng: &mut (dyn RngCore + Send),
    deadline: Duration,
) -> Result<Candidates, DnsError> {
    let domain = ascii_name(domain)?;
    if security == Security::Plain {
        let host = server.map_or(Ok(domain), |server| ascii_name(&server.host))?;
        if !is_loopback(&host) {
            return Err(DnsError::NotLoopback);
        }
        let port = server.and_then(|server| server.port).unwrap_or(PORT_START);
        return Ok(Candidates {
            list: vec![Candidate {
                host,
                port,
                tls: TlsMode::None,
            }],
            note: None,
        });
    }
    if let Some(server) = server {
        return Ok(Candidates {
            list: by_hand(&ascii_name(&server.host)?, server.port, security),
            note: None,
        });
    }
    if !may_have_records(&domain) {
        return Ok(Candidates {
            list: by_hand(&domain, None, security),
            note: None,
        });
    }
    srv::find(resolver, domain, security, rng, deadline).await
}

/// The places where a proxy is to look for the server of `domain`, the best first. Asks nobody: the DNS would tell others whom we talk
/// to, and the proxy cannot be asked for SRV records. So without a port typed by hand these are 5223 with TLS from the first byte, which
/// gets through more proxies, and then 5222 with StartTLS.
///
/// # Errors
/// [`DnsError::BadName`], and [`DnsError::NotLoopback`] without encryption: beyond a proxy nothing is on this computer.
pub fn beyond_proxy(
    domain: &str,
    security: Security,
    server: Option<&ServerAddress>,
) -> Result<Candidates, DnsError> {
    if security == Security::Plain {
        return Err(DnsError::NotLoopback);
    }
    let host = ascii_name(server.map_or(domain, |server| &server.host))?;
    let port = server.and_then(|server| server.port);
    let mut list = by_hand(&host, port, security);
    if port.is_none() {
        list.sort_by_key(|candidate| candidate.tls != TlsMode::Direct);
    }
    Ok(Candidates { list, note: None })
}

/// The socket addresses of a candidate, at most 16, in the resolver's order. IP addresses are not looked up.
///
/// A candidate without TLS keeps only loopback addresses, whatever the name service says.
///
/// # Errors
/// [`DnsError::NotFound`], [`DnsError::Timeout`], [`DnsError::Failed`], [`DnsError::NotLoopback`].
pub async fn addresses(
    resolver: &dyn Resolve,
    candidate: &Candidate,
    deadline: Duration,
) -> Result<Vec<SocketAddr>, DnsError> {
    let found = match candidate.host.parse::<IpAddr>() {
        Ok(address) => vec![address],
        Err(_) => tokio::time::timeout(deadline, resolver.addresses(&candidate.host))
            .await
            .map_err(|_| DnsError::Timeout)??,
    };
    if found.is_empty() {
        return Err(DnsError::NotFound {
            name: candidate.host.clone(),
        });
    }
    let mut list: Vec<SocketAddr> = Vec::new();
    for address in found {
        let socket = SocketAddr::new(address, candidate.port);
        let allowed = candidate.tls != TlsMode::None || address.to_canonical().is_loopback();
        if allowed && !list.contains(&socket) && list.len() < MOST_ADDRESSES {
            list.push(socket);
        }
    }
    if list.is_empty() {
        return Err(DnsError::NotLoopback);
    }
    Ok(list)
}

/// The socket addresses of a proxy. Only a name other than `localhost` is looked up (RFC 6761 §6.3).
///
/// # Errors
/// [`DnsError::BadName`], [`DnsError::NotFound`], [`DnsError::Timeout`], [`DnsError::Failed`].
pub async fn proxy_addresses(
    resolver: &dyn Resolve,
    proxy: &Proxy,
    deadline: Duration,
) -> Result<Vec<SocketAddr>, DnsError> {
    let host = ascii_name(&proxy.host)?;
    if host == "localhost" {
        let local = [Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()];
        let sockets = local.map(|address: IpAddr| SocketAddr::new(address, proxy.port));
        return Ok(sockets.to_vec());
    }
    let place = Candidate {
        host,
        port: proxy.port,
        tls: TlsMode::Start,
    };
    addresses(resolver, &place, deadline).await
}

/// A domain or host as the DNS wants it: A-labels (IDNA), lower case, no final dot; IP addresses in their usual form, without brackets.
///
/// # Errors
/// [`DnsError::BadName`].
pub fn ascii_name(name: &str) -> Result<String, DnsError> {
    let bare = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(name);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(address.to_string());
    }
    let ascii = idna::domain_to_ascii_cow(name.as_bytes(), idna::AsciiDenyList::URL)
        .map_err(|_| DnsError::BadName)?;
    let ascii = ascii.strip_suffix('.').unwrap_or(&ascii);
    let label = |label: &str| !label.is_empty() && label.len() <= 63;
    if ascii.len() > 253 || !ascii.split('.').all(label) {
        return Err(DnsError::BadName);
    }
    Ok(ascii.to_owned())
}

/// Whether what this account connects to is this same computer for sure: the only place where nothing has to be encrypted.
#[must_use]
pub fn is_here(settings: &AccountSettings) -> bool {
    let domain = settings.address.domain().as_str();
    let host = settings
        .server
        .as_ref()
        .map_or(domain, |server| &server.host);
    settings.proxy.is_none() && ascii_name(host).is_ok_and(|host| is_loopback(&host))
}

/// Whether an ASCII host means this same computer: `localhost`, 127.0.0.0/8 or ::1.
fn is_loopback(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost",
    }
}

/// Whether the DNS is to be asked at all: not for IP addresses, not for this computer (RFC 6761 §6.3), not for `.onion` (RFC 7686).
fn may_have_records(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.parse::<IpAddr>().is_err() && last != "localhost" && last != "onion"
}

/// The ways to one host, where nobody says which it takes.
fn by_hand(host: &str, port: Option<u16>, security: Security) -> Vec<Candidate> {
    let start = (port.unwrap_or(PORT_START), TlsMode::Start);
    let direct = (port.unwrap_or(PORT_DIRECT), TlsMode::Direct);
    let ways = match security {
        Security::StartTls => vec![start],
        Security::DirectTls => vec![direct],
        Security::Plain => vec![(port.unwrap_or(PORT_START), TlsMode::None)],
        Security::Auto if matches!(port, Some(PORT_DIRECT | PORT_HTTPS)) => vec![direct, start],
        Security::Auto => vec![start, direct],
    };
    ways.into_iter()
        .map(|(port, tls)| Candidate {
            host: host.to_owned(),
            port,
            tls,
        })
        .collect()
}

#[cfg(test)]
mod tests;
