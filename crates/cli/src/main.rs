//! The headless binary: serves without a window, and needs no GTK or WebKit.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main_with(std::env::args_os())
}
