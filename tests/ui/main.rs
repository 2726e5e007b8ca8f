//! Tests of oriole-ui.
