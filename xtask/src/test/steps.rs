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

const fn step(
    name: &'static str,
    about: &'static str,
    after: &'static [&'static str],
    run: fn(&Context<'_>) -> Result<Outcome>,
) -> Step {
    Step { name, about, is_quick: false, after, run }
}

/// A step of the inner loop.
const fn quick(step: Step) -> Step {
    Step { is_quick: true, ..step }
}

/// All steps. Rust is always built for the whole workspace and with the tests: then cargo settles on one set of features for each
/// dependency, and every step shares the same build.
pub const STEPS: &[Step] = &[
    quick(step("fmt", "Rust is formatted", &[], fmt)),
    quick(step("ui-install", "npm ci in ui/", &[], ui_install)),
    step("ui-format", "the UI is formatted", &["ui-install"], ui_format),
    step("ui-lint", "oxlint in ui/", &["ui-install"], ui_lint),
    quick(step("ui-types", "tsc in ui/", &["ui-install"], ui_types)),
    quick(step("ui-test", "unit tests of the UI", &["ui-install"], ui_test)),
    quick(step("ui-build", "vite build", &["ui-install"], ui_build)),
    step("e2e-install", "npm ci in tests/e2e/", &[], e2e_install),
    step("e2e-lint", "format, oxlint and tsc in tests/e2e/", &["ui-install", "e2e-install"], e2e_lint),
    step("build", "all binaries and tests", &["ui-build"], build),
    quick(step("rust-unit", "unit tests of all crates", &["ui-build"], rust_unit)),
    step("rust-routes", "black-box tests and doctests", &["ui-build"], rust_routes),
    quick(step("clippy", "no warnings in any target", &["ui-build"], clippy)),
    quick(step("tidy", "rules of the repository", &["ui-build"], tidy_rules)),
    step("clients-node", "the known tree with the SDK for Node", &[], |context| {
        client(context, "node", &["node", "npm"])
    }),
    step("clients-go", "the known tree with the SDK for Go", &[], |context| client(context, "go", &["go"])),
    step("clients-java", "the known tree with the SDK for Java", &[], |context| {
        client(context, "java", &["javac", "mvn"])
    }),
    step("clients-rust", "the known tree with the SDK for Rust", &[], |context| {
        client(context, "rust", &["cargo"])
    }),
    step("clients", "the real SDKs", &["build"], clients),
    step("e2e-browser", "the pages in Chromium", &["build", "e2e-install"], e2e_browser),
    step("e2e-window", "the real window", &["build", "e2e-install"], e2e_window),
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
    cargo(context, &["build", "--workspace", "--all-targets"])
}

fn rust_unit(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_installed(&[packages::BUILD_WINDOW])?;
    cargo(context, &["test", "--workspace", "--no-fail-fast", "--lib", "--bins"])
}

fn rust_routes(context: &Context<'_>) -> Result<Outcome> {
    packages::ensure_installed(&[packages::BUILD_WINDOW])?;
    cargo(context, &["test", "--workspace", "--no-fail-fast", "--test", "*"])?;
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

/// Builds the program of one language, which `clients` runs; without the language's tools that test is skipped too.
fn client(context: &Context<'_>, language: &str, tools: &[&str]) -> Result<Outcome> {
    if cfg!(not(unix)) {
        return Ok(Outcome::Skipped("the client tests run on Unix".into()));
    }
    if let Some(missing) = tools.iter().find(|tool| process::find(tool).is_none()) {
        return Ok(Outcome::Skipped(format!("there is no {missing}")));
    }
    let mut build = Command::new(context.repo.path("tests/clients/build"));
    build.arg(language);
    done(process::run(build, &context.output))
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

/// With the UI's own tools, so that there is one version of each.
fn e2e_lint(context: &Context<'_>) -> Result<Outcome> {
    let tools = context.repo.path("ui/node_modules/.bin");
    // oxlint looks for its type-aware half on PATH.
    let path = std::env::join_paths(
        [tools.clone()].into_iter().chain(std::env::var_os("PATH").iter().flat_map(std::env::split_paths)),
    )?;
    let tool = |name: &str, args: &[&str]| {
        let mut command = Command::new(tools.join(name));
        command.env("PATH", &path).current_dir(context.repo.path(".")).args(args).arg("tests/e2e");
        process::run(command, &context.output)
    };
    tool("oxfmt", &["--check", "-c", "ui/.oxfmtrc.json"])?;
    tool("oxlint", &["-c", "tests/e2e/.oxlintrc.json", "--type-aware", "--deny-warnings"])?;
    npm(context, "tests/e2e", &["run", "typecheck"])
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
