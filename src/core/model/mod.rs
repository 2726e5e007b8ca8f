//! Plain data shared by all layers. No I/O, no clock, no randomness.

pub mod account;
pub mod address;
pub mod certificate;
pub mod chat;
pub mod contact;
pub mod form;
pub mod ids;
pub mod message;
pub mod presence;
pub mod proxy;
pub mod registration;
pub mod server;
pub mod server_address;
pub mod step;
