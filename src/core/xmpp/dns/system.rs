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
const TRY: Duration = Duration::from_secs(2);

/// Asks with the system's configuration, read anew each time: a laptop changes networks more often than it connects.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn srv<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SrvAnswer, DnsError>> {
        async move {
            let resolver = tokio::task::spawn_blocking(configured)
                .await
                .map_err(failed)?
                .map_err(failed)?;
            lookup(&resolver, name).await
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

/// Asks a resolver for the SRV records of an ASCII name.
async fn lookup(resolver: &TokioResolver, name: &str) -> Result<SrvAnswer, DnsError> {
    // The final dot: a search list from the system's configuration must not be tried on it.
    let name = Name::from_ascii(format!("{name}.")).map_err(|_| DnsError::BadName)?;
    let records = match resolver.srv_lookup(name).await {
        Ok(found) => found
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
        Err(error) if error.is_no_records_found() => Vec::new(),
        Err(NetError::Timeout) => return Err(DnsError::Timeout),
        Err(error) => return Err(failed(error)),
    };
    Ok(SrvAnswer { records })
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
    use hickory_resolver::net::runtime::TokioRuntimeProvider;
    use tokio::net::UdpSocket;

    /// Asks a name server on this computer that gives every question the same answer: a response code and answer records.
    async fn answered(code: u8, records: &[Vec<u8>]) -> Result<SrvAnswer, DnsError> {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut connection = ConnectionConfig::udp();
        connection.port = socket.local_addr().unwrap().port();
        let records = records.to_vec();
        let server = async move {
            loop {
                let mut question = [0; 1500];
                let (length, asker) = socket.recv_from(&mut question).await.unwrap();
                // The question section ends 4 octets after the name's final zero.
                let end = 12
                    + question[12..length]
                        .iter()
                        .position(|octet| *octet == 0)
                        .unwrap()
                    + 5;
                let count = u8::try_from(records.len()).unwrap();
                let header = [
                    question[0],
                    question[1],
                    0x81,
                    0x80 | code,
                    0,
                    1,
                    0,
                    count,
                    0,
                    0,
                    0,
                    0,
                ];
                let reply = [&header, &question[12..end], &records.concat()].concat();
                socket.send_to(&reply, asker).await.unwrap();
            }
        };
        let server_config =
            NameServerConfig::new("127.0.0.1".parse().unwrap(), true, vec![connection]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server_config]);
        let resolver = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .build()
            .unwrap();
        tokio::select! {
            answer = lookup(&resolver, "_xmpp-client._tcp.example.org") => answer,
            () = server => unreachable!(),
        }
    }

    /// An SRV record for the name in the question, with a target in the DNS's own form.
    fn srv(priority: u8, weight: u8, port: u16, target: &[u8]) -> Vec<u8> {
        let port = port.to_be_bytes();
        let data = [&[0, priority, 0, weight, port[0], port[1]], target].concat();
        let length = u8::try_from(data.len()).unwrap();
        [&[0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, length], &data[..]].concat()
    }

    #[tokio::test]
    async fn records_are_read() {
        let answer = answered(
            0,
            &[srv(10, 5, 5222, b"\x01a\x07example\0"), srv(0, 0, 0, b"\0")],
        )
        .await;
        let record = |priority, weight, port, target: &str| SrvRecord {
            priority,
            weight,
            port,
            target: target.to_owned(),
        };
        let mut records = answer.unwrap().records;
        records.sort_by_key(|record| record.priority);
        assert_eq!(
            records,
            [record(0, 0, 0, "."), record(10, 5, 5222, "a.example.")]
        );
    }

    #[tokio::test]
    async fn no_records_and_no_name_are_empty_answers() {
        assert_eq!(answered(0, &[]).await, Ok(SrvAnswer::default()));
        assert_eq!(answered(3, &[]).await, Ok(SrvAnswer::default()));
    }

    #[tokio::test]
    async fn a_failing_name_server_is_not_an_empty_answer() {
        for code in [2, 5] {
            let answer = answered(code, &[]).await;
            assert!(
                matches!(answer, Err(DnsError::Failed { .. })),
                "{code}: {answer:?}"
            );
        }
    }
}
