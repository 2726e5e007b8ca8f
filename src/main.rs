//! Oriole: wires the engine, the operating system, and the window or the headless mode together.
//!
//! The order: arguments, single instance, logging, runtime, engine, then the window until it is closed. On Windows the program belongs to the
//! console for now, because one that does not has no stdout, which `--headless` needs.

mod cli;
mod demo;
mod headless;
mod logging;
mod platform;
mod run;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    run::run(&cli::Arguments::parse())
}
