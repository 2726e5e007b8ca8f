//! Tests of oriole-core.
