//! Tells the engine when the way to the servers may be another: an address of this machine came or went, or the machine woke up.
//!
//! Waking up is seen by the clock: between two looks, far more time went by than was waited. That works alike on every system, needs no service
//! and also notices a process that was stopped.

use std::{
    pin::pin,
    time::{Duration, SystemTime},
};

use futures::{
    future::{self, Either},
    StreamExt,
};
use if_watch::{tokio::IfWatcher, IfEvent, IpNet};
use oriole_core::engine::{command::Command, handle::Handle};
use tokio::time::{sleep, Instant};

/// How long is waited between two looks at the clock.
const LOOK: Duration = Duration::from_secs(10);
/// How much more than that may go by on a busy machine.
const LATE: Duration = Duration::from_secs(20);
/// Addresses come and go several at once: it is acted when nothing happened for so long.
const CALM: Duration = Duration::from_secs(2);

/// Watches until the engine has gone. Where the system does not tell of addresses, only the clock is watched.
pub(crate) async fn watch(engine: Handle) {
    let mut addresses = match IfWatcher::new() {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::warn!("changes of the network are not noticed: {error}");
            None
        }
    };
    // What is there at the start is told as well.
    let settled = Instant::now() + CALM;
    loop {
        match future::select(pin!(woken()), pin!(moved(&mut addresses, settled))).await {
            Either::Left(_) => tracing::info!("awake again"),
            Either::Right(_) => tracing::info!("the network changed"),
        }
        if engine.send(Command::NetworkChanged).await.is_err() {
            return;
        }
    }
}

/// Done when the machine slept and woke up.
async fn woken() {
    let mut before = SystemTime::now();
    loop {
        sleep(LOOK).await;
        let now = SystemTime::now();
        if slept(before, now) {
            return;
        }
        before = now;
    }
}

/// Whether the machine slept between two looks, by the clock on the wall. One that was set back says nothing.
fn slept(before: SystemTime, now: SystemTime) -> bool {
    now.duration_since(before)
        .is_ok_and(|passed| passed > LOOK + LATE)
}

/// Done when an address that leads anywhere came or went, and nothing more follows. What comes before things have settled does not count.
async fn moved(addresses: &mut Option<IfWatcher>, settled: Instant) {
    let Some(watcher) = addresses else {
        return future::pending().await;
    };
    let mut changed = false;
    loop {
        let event = if changed {
            match tokio::time::timeout(CALM, watcher.next()).await {
                Ok(event) => event,
                Err(_) => return,
            }
        } else {
            watcher.next().await
        };
        match event {
            Some(Ok(event)) => changed |= leads_anywhere(event) && Instant::now() > settled,
            // It would say so for ever.
            Some(Err(error)) => {
                tracing::warn!("changes of the network are not noticed any more: {error}");
                *addresses = None;
                return;
            }
            None => {
                *addresses = None;
                return future::pending().await;
            }
        }
    }
}

/// Whether the address may lead to other machines.
fn leads_anywhere(event: IfEvent) -> bool {
    let (IfEvent::Up(net) | IfEvent::Down(net)) = event;
    match net {
        IpNet::V4(net) => !net.addr().is_loopback() && !net.addr().is_link_local(),
        IpNet::V6(net) => !net.addr().is_loopback() && !net.addr().is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn sleep_is_a_gap_in_time() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert!(!slept(at(100), at(110)));
        assert!(!slept(at(100), at(125)));
        assert!(slept(at(100), at(131)));
        assert!(!slept(at(100), at(50)));
    }

    #[test]
    fn addresses_within_the_machine_or_the_cable_do_not_count() {
        for (net, counts) in [
            ("192.168.1.5/24", true),
            ("2001:db8::1/64", true),
            ("10.0.0.1/8", true),
            ("127.0.0.1/8", false),
            ("169.254.3.4/16", false),
            ("::1/128", false),
            ("fe80::1/64", false),
        ] {
            let net: IpNet = net.parse().unwrap();
            assert_eq!(leads_anywhere(IfEvent::Up(net)), counts, "{net}");
            assert_eq!(leads_anywhere(IfEvent::Down(net)), counts, "{net}");
        }
    }
}
