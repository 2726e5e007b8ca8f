//! Tests of the engine as a whole: commands in, events out, a scripted server on the other side.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod activity;
mod archive;
mod blocking;
mod carbons;
mod contacts;
mod hostile;
mod incoming;
mod older;
mod outgoing;
mod registering;
mod requests;
mod resumption;
mod signing_in;
mod waiting;
