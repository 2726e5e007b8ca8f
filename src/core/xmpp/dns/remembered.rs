//! A name service whose answers about addresses are remembered while one connection is made, its silence included: a host with several
//! ports is asked for once.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures::future::{BoxFuture, FutureExt};

use super::{DnsError, Resolve, SrvAnswer};

/// What is known of a host.
type Known = Result<Vec<IpAddr>, DnsError>;

/// Asks another, and each host once.
pub(in crate::xmpp) struct Remembered<'a> {
    resolver: &'a dyn Resolve,
    deadline: Duration,
    known: Mutex<HashMap<String, Known>>,
}

impl<'a> Remembered<'a> {
    /// Each host has this long to be found.
    pub(in crate::xmpp) fn new(resolver: &'a dyn Resolve, deadline: Duration) -> Self {
        Self {
            resolver,
            deadline,
            known: Mutex::default(),
        }
    }

    /// How long each host has to be found.
    pub(in crate::xmpp) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The addresses of a host, or that they did not come within this time.
    pub(in crate::xmpp) async fn find(&self, host: &str, within: Duration) -> Known {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(host) {
            return known.clone();
        }
        let found = tokio::time::timeout(within, self.resolver.addresses(host))
            .await
            .unwrap_or(Err(DnsError::Timeout));
        known().insert(host.to_owned(), found.clone());
        found
    }
}

impl Resolve for Remembered<'_> {
    fn srv<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SrvAnswer, DnsError>> {
        self.resolver.srv(name)
    }

    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Known> {
        self.find(host, self.deadline).boxed()
    }
}
