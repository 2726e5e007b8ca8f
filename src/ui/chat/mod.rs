//! The conversation: its messages, and the field where one writes.

pub mod composer;
pub mod conversation;
mod header;
pub mod timeline;
pub mod view;
