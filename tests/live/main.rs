//! Tests of Oriole against real servers: Prosody and ejabberd, started by the tests themselves on 127.0.0.1.
//!
//! They exist because a scripted peer only ever says what its author thought of. Nothing here leaves this machine, and a server
//! that is not installed is a failure, never a skipped test. Only on Linux: the servers are Debian's packages.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

/// Every test for both servers, as two tests, so that a report says which one failed.
macro_rules! for_both {
    ($($name:ident)*) => {
        mod prosody {
            $(#[test] fn $name() { super::$name(crate::support::Kind::Prosody); })*
        }
        mod ejabberd {
            $(#[test] fn $name() { super::$name(crate::support::Kind::Ejabberd); })*
        }
    };
}

mod support;

mod accounts;
mod archive;
mod carbons;
mod contacts;
mod devices;
mod messages;
mod outages;
mod refusals;
mod servers;
mod sign_in;
mod storm;
mod waiting;
