//! The resolver of this computer: SRV records through our own DNS client (operating systems have no portable call for them),
//! addresses through the operating system, so that `/etc/hosts`, mDNS and split DNS work as in every other program.

use std::collections::HashSet;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use hickory_resolver::TokioResolver;
use hickory_resolver::net::NetError;
use hickory_resolver::proto::rr::{Name, RData};

use super::{DnsError, MOST_ADDRESSES, Resolve, SrvAnswer, SrvRecord};

/// How long one DNS server gets for one try.
const TRY: Duration = Duration::from_secs(3);

/// Asks with the system's configuration, read anew each time: a laptop changes networks more often than it connects.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn srv<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SrvAnswer, DnsError>> {
        async move {
            // The final dot: a search list from the system's configuration must not be tried on it.
            let name = Name::from_ascii(format!("{name}.")).map_err(|_| DnsError::BadName)?;
            let resolver = tokio::task::spawn_blocking(configured)
                .await
                .map_err(failed)?
                .map_err(failed)?;
            match resolver.srv_lookup(name).await {
                Ok(lookup) => Ok(SrvAnswer {
                    records: lookup
                        .answers()
                        .iter()
                        .filter_map(|record| match &record.data {
                            RData::SRV(srv) => Some(SrvRecord {
                                priority: srv.priority,
                                weight: srv.weight,
                                port: srv.port,
                                target: srv.target.to_ascii(),
                            }),
                            _ => None,
                        })
                        .collect(),
                }),
                Err(error) if error.is_no_records_found() => Ok(SrvAnswer::default()),
                Err(NetError::Timeout) => Err(DnsError::Timeout),
                Err(error) => Err(failed(error)),
            }
        }
        .boxed()
    }

    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>> {
        async move {
            let not_found = || DnsError::NotFound {
                name: host.to_owned(),
            };
            match tokio::net::lookup_host((host, 0)).await {
                Ok(found) => {
                    let mut seen = HashSet::new();
                    let list: Vec<IpAddr> = found
                        .map(|socket| socket.ip())
                        .filter(|address| seen.insert(*address))
                        .take(MOST_ADDRESSES)
                        .collect();
                    if list.is_empty() {
                        Err(not_found())
                    } else {
                        Ok(list)
                    }
                }
                Err(error) if is_temporary(&error) => Err(failed(error)),
                Err(_) => Err(not_found()),
            }
        }
        .boxed()
    }
}

fn configured() -> Result<TokioResolver, NetError> {
    let mut builder = TokioResolver::builder_tokio()?;
    let options = builder.options_mut();
    options.timeout = TRY;
    options.attempts = 1;
    builder.build()
}

fn failed(error: impl std::fmt::Display) -> DnsError {
    let detail: String = error
        .to_string()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    DnsError::Failed { detail }
}

/// Whether the operating system says "try again" rather than "no such name". It says so only in words, in the C library's
/// English, or as a kind of its own where there is no network.
fn is_temporary(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown | io::ErrorKind::TimedOut
    ) || error.to_string().contains("Temporary failure")
}
