//! What the operating system gives, behind what the engine and the window declare.

pub(crate) mod display;
pub(crate) mod folder;
pub(crate) mod idle;
pub(crate) mod instance;
pub(crate) mod network;
pub(crate) mod notifications;
pub(crate) mod secrets;
