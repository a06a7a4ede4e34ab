//! The desktop app: the Traceloupe server and a window on it, in one process. With a subcommand it is the command line.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app;
mod crash;
mod display;
mod download;
mod failure;
mod instance;
mod logging;
mod signals;
mod theme;
mod window;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

/// Opens the Traceloupe window. `traceloupe-desktop serve` and the other commands of `traceloupe` work here too.
#[derive(Parser)]
#[command(name = "traceloupe-desktop", version)]
struct Args {
    #[command(flatten)]
    serve: cli::ServeArgs,
}

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    if is_command(&args) {
        return cli::main_with(args);
    }
    let Args { serve } = Args::parse_from(&args);
    if serve.print_config {
        let rest = args.into_iter().skip(1);
        return cli::main_with(["traceloupe".into(), "serve".into()].into_iter().chain(rest));
    }
    if let Err(hint) = display::prepare() {
        eprintln!("traceloupe-desktop: {hint}");
        return ExitCode::from(2);
    }
    app::run(settings(&serve))
}

fn settings(serve: &cli::ServeArgs) -> anyhow::Result<app::Settings> {
    Ok(app::Settings { config: cli::resolve(serve)?, log: cli::log_filter(serve)? })
}

/// Whether the first argument names a subcommand, as opposed to a flag of the window.
fn is_command(args: &[OsString]) -> bool {
    args.get(1).is_some_and(|first| !first.to_string_lossy().starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_command_and_a_flag_is_not() {
        let check = |args: &[&str]| is_command(&args.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(check(&["traceloupe-desktop", "serve", "--demo"]));
        assert!(!check(&["traceloupe-desktop", "--demo"]));
        assert!(!check(&["traceloupe-desktop"]));
    }

    #[test]
    fn the_grammar_is_sound() {
        use clap::CommandFactory as _;
        Args::command().debug_assert();
    }
}
