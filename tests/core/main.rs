//! Tests of oriole-core.

mod engine;
mod layers;
mod store;
mod support;
mod wire;
