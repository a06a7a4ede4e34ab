//! The headless binary: serves without a window, and needs no GTK or WebKit.

use std::process::ExitCode;

/// The systems on which it was not measured keep their own allocator, and so does the window (docs/adr/0010).
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    cli::main_with(std::env::args_os())
}
