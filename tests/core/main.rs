//! Tests of oriole-core.

mod store;
