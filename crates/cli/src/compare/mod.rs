//! `traceloupe compare` and `traceloupe check`: two traces, wherever they are, by the routes of the server.

mod client;
mod file;
mod html;
mod limit;
mod source;
mod text;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use proto::ui::Comparison;

use crate::grammar::{CheckArgs, CompareArgs, SourceArgs};
use source::compared;

pub use limit::Limit;

/// `traceloupe compare A B`.
pub(crate) fn compare(arguments: &CompareArgs) -> anyhow::Result<()> {
    let CompareArgs { baseline, candidate, source, json, html, rows } = arguments;
    let comparison = compared_now(baseline, candidate, source, *rows || *html)?;
    let text = if *json {
        let mut text = serde_json::to_string_pretty(&comparison).context("the document")?;
        text.push('\n');
        text
    } else if *html {
        html::html(&comparison)
    } else {
        text::text(&comparison)
    };
    print(&text)
}

/// `traceloupe check CANDIDATE --baseline B`: exit code 0 if all limits hold, 1 if not.
pub(crate) fn check(arguments: &CheckArgs) -> anyhow::Result<ExitCode> {
    let CheckArgs { candidate, baseline, source, .. } = arguments;
    let comparison = compared_now(baseline, candidate, source, false)?;
    let verdicts = limit::check(&comparison, arguments);
    let mut text = String::new();
    for verdict in &verdicts {
        text.push_str(if verdict.holds { "ok    " } else { "FAIL  " });
        text.push_str(&verdict.said);
        text.push('\n');
    }
    let holds = verdicts.iter().all(|verdict| verdict.holds);
    if !holds {
        text.push_str(&text::plain(&comparison.headline));
        text.push('\n');
    }
    print(&text)?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn compared_now(
    baseline: &str,
    candidate: &str,
    source: &SourceArgs,
    with_rows: bool,
) -> anyhow::Result<Comparison> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads to run on")?;
    runtime.block_on(compared(baseline, candidate, source, with_rows))
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // Who reads only the head of it has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.context("the answer cannot be written"),
    }
}
