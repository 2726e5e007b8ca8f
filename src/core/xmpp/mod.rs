//! The wire: finding a server, securing the connection, signing in, and the stream of stanzas.
//!
//! Built on `tokio_xmpp::xmlstream` alone. Everything that comes in is hostile: bounded in size, depth, number and
//! time. Nothing here knows the database or the engine.

pub mod connect;
pub mod dns;
pub mod element;
pub mod failure;
pub mod features;
pub mod forms;
pub mod iq;
mod nesting;
pub mod new_account;
pub mod ns;
pub mod proxy;
mod reach;
pub mod registration;
pub mod sasl;
pub mod session;
pub mod sign_in;
pub mod sm;
pub mod stanza;
pub mod stream;
pub mod tls;
pub mod transport;
