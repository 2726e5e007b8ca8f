//! Tests of the database: what is written is there, once, in order, and survives.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod archive;
mod chats;
mod contacts;
mod copies;
mod crash;
mod failures;
mod files;
mod groups;
mod messages;
mod migrations;
mod removal;
mod support;
