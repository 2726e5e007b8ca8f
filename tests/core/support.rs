//! What the scripted tests share: a server that follows a script, the server's side of SCRAM and TLS, and an engine to
//! put in front of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

pub(crate) mod connecting;
pub(crate) mod engine;
pub(crate) mod in_memory;
pub(crate) mod line;
pub(crate) mod pattern;
pub(crate) mod proxy;
pub(crate) mod resolve;
pub(crate) mod scram;
pub(crate) mod script;
pub(crate) mod session;
pub(crate) mod tls;
pub(crate) mod wild;

use std::{future::Future, time::Duration};

/// How long anything may take before a test gives up on it. Only there so that a broken test ends; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for this, and fails where it does not come.
pub(crate) async fn patiently<T>(what: &str, waiting: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(result) => result,
        Err(_) => panic!("this did not come: {what}"),
    }
}
