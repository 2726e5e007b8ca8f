//! Tests of the wire: finding, securing, signing in, and the stream, against scripted servers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod beginning;
mod finding;
mod hostile;
mod patience;
mod proxies;
mod registering;
mod securing;
mod signing_in;
mod stream;
