//! Oriole without a screen: the XMPP wire, the database, and the engine that joins them.
//!
//! The layers, from the bottom: [`model`] is plain data; [`xmpp`] speaks to servers; [`store`] keeps history;
//! [`engine`] is the actor that the window and `oriole --headless` talk to, through commands, queries and events.
//! Nothing in here may know a screen.

pub mod engine;
pub mod error;
pub mod media;
pub mod model;
pub mod store;
pub mod text;
pub mod xmpp;

#[cfg(feature = "testing")]
pub mod testing;
