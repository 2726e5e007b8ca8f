//! The engine: the actor between the servers, the database, and whoever watches.
//!
//! It is spoken to with three vocabularies: [`command`] (do this), [`query`] (tell me), [`event`] (this happened).

pub mod book;
pub mod command;
pub mod diagnose;
pub mod event;
pub mod feature;
pub mod features;
pub mod handle;
pub mod query;
pub mod secrets;
