//! Tests of oriole-core.

mod engine;
mod fuzzing;
mod layers;
mod store;
mod support;
mod wire;
