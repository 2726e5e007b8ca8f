//! Tests of oriole-ui: journeys through the pure state, and what is on the screen, drawn without one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod accounts;
mod composer;
mod contrast;
mod conversation;
mod desktop;
mod doctor;
mod fonts;
mod gallery;
mod journeys;
mod keyboard;
mod layers;
mod lists;
mod new_account;
mod reading;
mod screen;
mod screens;
mod support;
mod texts;
mod walking;
mod widget;
mod words;
