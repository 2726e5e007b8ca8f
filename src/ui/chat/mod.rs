//! The conversation: its messages, and the field where one writes.

pub mod composer;
pub mod conversation;
pub mod timeline;
pub mod view;
