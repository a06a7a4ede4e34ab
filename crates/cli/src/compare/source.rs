//! Where the two traces are: with a running app, in a data folder, or in files; and the one comparison of them.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use proto::ui::{Comparison, ErrorBody};
use server::{Answer, Config, Local, has_database, instance_of, kept_token};

use super::client::Remote;
use super::file::{self, FileTrace};
use crate::directories::default_data_dir;
use crate::grammar::SourceArgs;

/// A trace as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    /// 32 hex digits.
    Id(String),
    File(PathBuf, Option<String>),
}

/// Compares two traces.
pub(super) async fn compared(
    baseline: &str,
    candidate: &str,
    source: &SourceArgs,
    with_rows: bool,
) -> anyhow::Result<Comparison> {
    match (named(baseline)?, named(candidate)?) {
        (Named::Id(baseline), Named::Id(candidate)) => {
            let asked = Asked::of(source).await?;
            let answer = asked.get(&path(&baseline, &candidate, with_rows)).await;
            asked.close().await?;
            document(&answer?)
        }
        (baseline, candidate) => compared_files(baseline, candidate, source, with_rows).await,
    }
}

/// Stores both traces in a folder that is gone afterwards, and compares them there.
async fn compared_files(
    baseline: Named,
    candidate: Named,
    source: &SourceArgs,
    with_rows: bool,
) -> anyhow::Result<Comparison> {
    let baseline = fetched(baseline, source).await?;
    let candidate = fetched(candidate, source).await?;
    let (baseline_id, candidate_id) = (baseline.id.clone(), candidate.id.clone());
    // Two files with one trace id would otherwise become one trace.
    let candidate = if candidate_id == baseline_id { candidate.renamed() } else { candidate };
    let ids = (baseline.id.clone(), candidate.id.clone());
    let folder = tempfile::tempdir().context("no folder for temporary files")?;
    let mut config = Config::new(folder.path().join("data"));
    (config.max_body_bytes, config.max_request_spans) = (usize::MAX, usize::MAX);
    let local = Local::open(config).await?;
    for trace in [baseline, candidate] {
        let stored = local.post("/v1/traces", "application/x-protobuf", trace.into_request()).await;
        anyhow::ensure!(
            stored.status == 200,
            "a trace cannot be read: {}",
            String::from_utf8_lossy(&stored.body)
        );
    }
    let answer = local.get(&path(&ids.0, &ids.1, with_rows)).await;
    local.close().await?;
    let mut comparison = document(&answer)?;
    comparison.candidate.id = candidate_id;
    Ok(comparison)
}

async fn fetched(trace: Named, source: &SourceArgs) -> anyhow::Result<FileTrace> {
    match trace {
        Named::File(path, wanted) => file::read(&path, wanted.as_deref()),
        Named::Id(id) => {
            let asked = Asked::of(source).await?;
            let answer = asked.get(&format!("/traceloupe/v1/traces/{id}/otlp?format=protobuf")).await;
            asked.close().await?;
            let answer = ok(&answer?)?.to_vec();
            file::decoded_trace(&answer, &id)
        }
    }
}

/// A server that knows trace ids.
enum Asked {
    Remote(Remote),
    Local(Box<Local>),
}

impl Asked {
    async fn of(source: &SourceArgs) -> anyhow::Result<Self> {
        let SourceArgs { server, data_dir, token } = source;
        if let Some(server) = server {
            return Ok(Self::Remote(Remote::new(server, token.clone())?));
        }
        let data_dir = match data_dir {
            Some(data_dir) => data_dir.clone(),
            None => default_data_dir()?,
        };
        if let Some(instance) = instance_of(&data_dir) {
            let token = token.clone().or_else(|| kept_token(&data_dir));
            return Ok(Self::Remote(Remote::new(&instance.http, token)?));
        }
        anyhow::ensure!(
            has_database(&data_dir),
            "no Traceloupe runs on {0}, and there is no database in it: give --server or --data-dir, or files instead of ids",
            data_dir.display()
        );
        Ok(Self::Local(Box::new(Local::open(Config::new(data_dir)).await?)))
    }

    async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        match self {
            Self::Remote(remote) => remote.get(path).await,
            Self::Local(local) => Ok(local.get(path).await),
        }
    }

    async fn close(self) -> anyhow::Result<()> {
        match self {
            Self::Remote(_) => Ok(()),
            Self::Local(local) => Ok(local.close().await?),
        }
    }
}

fn path(baseline: &str, candidate: &str, with_rows: bool) -> String {
    format!("/traceloupe/v1/compare?baseline={baseline}&candidate={candidate}&rows={with_rows}")
}

fn named(text: &str) -> anyhow::Result<Named> {
    if let Some(id) = trace_id(text) {
        return Ok(Named::Id(id));
    }
    if Path::new(text).exists() {
        return Ok(Named::File(text.into(), None));
    }
    if let Some((path, id)) = text.rsplit_once('#')
        && let Some(id) = trace_id(id)
    {
        return Ok(Named::File(path.into(), Some(id)));
    }
    anyhow::bail!("{text:?} is no trace id (32 hex digits), and there is no such file")
}

/// Reads a trace id: 32 hex digits, or `tr-` and these.
fn trace_id(text: &str) -> Option<String> {
    let id = text.strip_prefix("tr-").unwrap_or(text).to_ascii_lowercase();
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
}

fn document(answer: &Answer) -> anyhow::Result<Comparison> {
    serde_json::from_slice(ok(answer)?)
        .context("the server answers in another form: is it of the same version?")
}

/// Returns the body, or the server's error.
fn ok(answer: &Answer) -> anyhow::Result<&[u8]> {
    if answer.status == 200 {
        return Ok(&answer.body);
    }
    match serde_json::from_slice::<ErrorBody>(&answer.body) {
        Ok(error) => anyhow::bail!("{}", error.message),
        Err(_) if answer.status == 401 => {
            anyhow::bail!("the server wants a token: give it with --token or TRACELOUPE_TOKEN")
        }
        Err(_) => anyhow::bail!("the server answers {}", answer.status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_files_are_told_apart() {
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(named(id).unwrap(), Named::Id(id.to_owned()));
        assert_eq!(named(&format!("tr-{}", id.to_uppercase())).unwrap(), Named::Id(id.to_owned()));
        let (path, chosen) = (PathBuf::from("a.json"), Some(id.to_owned()));
        assert_eq!(named(&format!("a.json#{id}")).unwrap(), Named::File(path, chosen));
        let error = named("nowhere.json").unwrap_err().to_string();
        assert!(error.contains("no such file"), "{error}");
        assert_eq!(named("Cargo.toml").unwrap(), Named::File("Cargo.toml".into(), None));
    }
}
