//! A name service that knows what the test says.

use std::{collections::HashMap, net::IpAddr};

use futures::{FutureExt, future::BoxFuture};
use oriole_core::xmpp::dns::{DnsError, Resolve, SrvAnswer, SrvRecord};

/// Names with their addresses and records. Nothing else exists.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) addresses: HashMap<String, Vec<IpAddr>>,
    pub(crate) records: HashMap<String, Vec<SrvRecord>>,
    /// No question is ever answered.
    pub(crate) silent: bool,
}

impl Names {
    /// These hosts are this machine.
    pub(crate) fn here(hosts: &[&str]) -> Self {
        let local: IpAddr = [127, 0, 0, 1].into();
        Self {
            addresses: hosts
                .iter()
                .map(|host| ((*host).to_owned(), vec![local]))
                .collect(),
            ..Self::default()
        }
    }

    /// With a record for StartTLS.
    pub(crate) fn record(mut self, domain: &str, priority: u16, target: &str, port: u16) -> Self {
        self.records
            .entry(format!("_xmpp-client._tcp.{domain}"))
            .or_default()
            .push(SrvRecord {
                priority,
                weight: 0,
                port,
                target: target.to_owned(),
            });
        self
    }
}

impl Resolve for Names {
    fn srv<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SrvAnswer, DnsError>> {
        if self.silent {
            return futures::future::pending().boxed();
        }
        let records = self.records.get(name).cloned().unwrap_or_default();
        async move { Ok(SrvAnswer { records }) }.boxed()
    }

    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>> {
        if self.silent {
            return futures::future::pending().boxed();
        }
        let found = self.addresses.get(host).cloned();
        let name = host.to_owned();
        async move { found.ok_or(DnsError::NotFound { name }) }.boxed()
    }
}
