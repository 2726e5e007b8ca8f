//! Tests of the engine as a whole: commands in, events out, a scripted server on the other side.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod activity;
mod addresses;
mod archive;
mod blocking;
mod carbons;
mod contacts;
mod elsewhere;
mod hostile;
mod incoming;
mod old_servers;
mod outgoing;
mod registering;
mod requests;
mod restart;
mod resumption;
mod signing_in;
mod thrown_out;
mod waiting;
