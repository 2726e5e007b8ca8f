//! The engine: the actor between the servers, the database, and whoever watches.
//!
//! It is spoken to with three vocabularies: [`command`] (do this), [`query`] (tell me), [`event`] (this happened).

mod actor;
pub mod backoff;
pub mod book;
pub mod command;
mod conversation;
pub mod diagnose;
pub mod event;
pub mod feature;
pub mod features;
pub mod handle;
mod hub;
mod outbox;
pub mod query;
mod registration;
pub mod secrets;
mod session;
mod shared;
mod sign_on;
mod waiting;
