//! Oriole: wires the engine, the operating system, and the window or the headless mode together.
//!
//! The order: arguments, single instance, logging, runtime, engine, then the window until it is closed.
//!
//! A release for Windows does not belong to the console, or a black window would flash up beside Oriole's own. Such a program still has the
//! stdin, stdout and stderr it is given, so `--headless` works for whoever starts it with pipes or files, as scripts do. Typed into a prompt
//! it shows nothing, unless its output goes somewhere: `oriole --version | more`.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

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
