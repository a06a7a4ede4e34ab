//! The steps of a test run, in the order in which they run: cheap ones first, then what needs a build.

use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::test::Context;
use crate::test::report::Outcome;
use crate::{packages, tidy, ui};

/// One step.
pub struct Step {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it does, for a person who waits.
    pub about: &'static str,
    /// Whether it belongs to the inner loop.
    pub is_quick: bool,
    /// Steps that must have passed before it.
    pub after: &'static [&'static str],
    /// Does it.
    pub run: fn(&Context<'_>) -> Result<Outcome>,
}

/// All steps. Rust is always built for the whole workspace: then cargo settles on one set of features for each dependency
/// and every step shares the same build.
pub const STEPS: &[Step] = &[
    Step { name: "fmt", about: "Rust is formatted", is_quick: true, after: &[], run: fmt },
    Step { name: "ui-install", about: "npm ci in ui/", is_quick: true, after: &[], run: ui_install },
    Step {
        name: "ui-format",
        about: "the UI is formatted",
        is_quick: false,
        after: &["ui-install"],
        run: ui_format,
    },
    Step { name: "ui-lint", about: "oxlint", is_quick: false, after: &["ui-install"], run: ui_lint },
    Step { name: "ui-types", about: "tsc", is_quick: true, after: &["ui-install"], run: ui_types },
    Step {
        name: "ui-test",
        about: "unit tests of the UI",
        is_quick: true,
        after: &["ui-install"],
        run: ui_test,
    },
    Step { name: "ui-build", about: "vite build", is_quick: true, after: &["ui-install"], run: ui_build },
    Step { name: "clippy", about: "no warnings in any target", is_quick: true, after: &[], run: clippy },
    Step { name: "build", about: "all binaries", is_quick: false, after: &["ui-build"], run: build },
    Step {
        name: "rust-unit",
        about: "unit tests of all crates",
        is_quick: true,
        after: &["ui-build"],
        run: rust_unit,
    },
    Step {
        name: "rust-routes",
        about: "black-box tests and doctests",
        is_quick: false,
        after: &["ui-build"],
        run: rust_routes,
    },
    Step {
        name: "tidy",
        about: "rules of the repository",
        is_quick: true,
        after: &["ui-install"],
        run: tidy_rules,
    },
    Step { name: "clients", about: "real SDK clients", is_quick: false, after: &["build"], run: clients },
    Step {
        name: "e2e-install",
        about: "npm ci in tests/e2e/",
        is_quick: false,
        after: &[],
        run: e2e_install,
    },
    Step {
        name: "e2e-browser",
        about: "Chromium",
        is_quick: false,
        after: &["build", "e2e-install"],
        run: e2e_browser,
    },
    Step {
        name: "e2e-window",
        about: "the real window",
        is_quick: false,
        after: &["build", "e2e-install"],
        run: e2e_window,
    },
];

/// Returns the names for the help text and for checking `--only`.
pub fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

fn fmt(context: &Context<'_>) -> Result<Outcome> {
    cargo(context, &["fmt", "--all", "--check"])
}

fn clippy(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_installed(&[packages::BUILD_WINDOW])?;
    cargo(context, &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

fn build(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_installed(&[packages::BUILD_WINDOW])?;
    cargo(context, &["build", "--workspace"])
}

fn rust_unit(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_installed(&[packages::BUILD_WINDOW])?;
    cargo(context, &["test", "--workspace", "--lib", "--bins"])
}

fn rust_routes(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_installed(&[packages::BUILD_WINDOW])?;
    cargo(context, &["test", "--workspace", "--test", "*"])?;
    cargo(context, &["test", "--workspace", "--doc"])
}

fn tidy_rules(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_installed(&[packages::BUILD])?;
    tidy::check(context.repo, &context.output)?;
    Ok(Outcome::Passed)
}

fn ui_install(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_node()?;
    ui::install(context.repo, "ui", &context.output)?;
    Ok(Outcome::Passed)
}

fn ui_build(context: &Context<'_>) -> Result<Outcome> {
    ui::build(context.repo, &context.output)?;
    Ok(Outcome::Passed)
}

fn ui_format(context: &Context<'_>) -> Result<Outcome> {
    npm(context, "ui", &["run", "format:check"])
}

fn ui_lint(context: &Context<'_>) -> Result<Outcome> {
    npm(context, "ui", &["run", "lint"])
}

fn ui_types(context: &Context<'_>) -> Result<Outcome> {
    npm(context, "ui", &["run", "typecheck"])
}

fn ui_test(context: &Context<'_>) -> Result<Outcome> {
    npm(context, "ui", &["run", "test"])
}

fn clients(context: &Context<'_>) -> Result<Outcome> {
    if cfg!(not(unix)) {
        return Ok(Outcome::Skipped("the client tests run on Unix".into()));
    }
    if process::find("python3").is_none() && packages::ensure_installed(&[packages::PYTHON]).is_err() {
        return Ok(Outcome::Skipped("there is no python3".into()));
    }
    packages::ensure_installed(&[packages::PYTHON])?;
    let mut run = Command::new(context.repo.path("tests/clients/python/run"));
    run.env("TRACELOUPE_BIN", context.repo.binary("debug", "traceloupe"));
    done(process::run(run, &context.output))
}

fn e2e_install(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_node()?;
    ui::install(context.repo, "tests/e2e", &context.output)?;
    Ok(Outcome::Passed)
}

fn e2e_browser(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_installed(&[packages::BROWSER])?;
    npm(context, "tests/e2e", &["run", "browser"])
}

fn e2e_window(context: &Context<'_>) -> Result<Outcome> {
    if cfg!(not(target_os = "linux")) {
        return Ok(Outcome::Skipped(
            "the window is driven through WebKitWebDriver, which only Linux has".into(),
        ));
    }
    packages::ensure_installed(&[packages::SHOW_WINDOW, packages::WINDOW_TEST])?;
    npm(context, "tests/e2e", &["run", "window"])
}

fn cargo(context: &Context<'_>, args: &[&str]) -> Result<Outcome> {
    let mut command = Command::new("cargo");
    command.current_dir(context.repo.path(".")).args(args);
    done(process::run(command, &context.output))
}

fn npm(context: &Context<'_>, folder: &str, args: &[&str]) -> Result<Outcome> {
    let mut command = ui::npm(context.repo, folder, args);
    command.env("TRACELOUPE_BIN", context.repo.binary("debug", "traceloupe"));
    command.env("TRACELOUPE_DESKTOP_BIN", context.repo.binary("debug", "traceloupe-desktop"));
    done(process::run(command, &context.output))
}

fn done(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Passed)
}
