//! `docs/compatibility.md` against the list of all RPCs, the tests that it names, and the routes of a running server.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::Value;
use tests::TestServer;

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a file of the repository")
}

/// An RPC under one method and path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rpc {
    name: String,
    method: String,
    path: String,
}

/// What a row of the table says.
#[derive(Debug)]
struct Row {
    state: String,
    checks: Vec<String>,
}

fn rpcs() -> BTreeSet<Rpc> {
    let fixture = text("tests/fixtures/mlflow_rpcs.txt");
    let lines = fixture.lines().filter(|line| !line.starts_with('#'));
    let rpcs = lines.map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
        [name, method, path] => Rpc { name: name.into(), method: method.into(), path: path.into() },
        _ => panic!("not a name, a method and a path: {line}"),
    });
    rpcs.collect()
}

/// Reads the table of RPCs: what stands in backticks of the second and the fourth column.
fn rows() -> BTreeMap<Rpc, Row> {
    let docs = text("docs/compatibility.md");
    let (_, table) = docs.split_once("| RPC | request | state | checks |").expect("the table");
    let quoted =
        |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut rows = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        assert!(cells.len() >= 3, "{line}");
        for request in quoted(cells[1]) {
            let (method, path) = request.split_once(' ').expect("a method and a path");
            let rpc = Rpc { name: cells[0].into(), method: method.into(), path: path.into() };
            let checks = quoted(cells.get(3).copied().unwrap_or_default());
            let former = rows.insert(rpc, Row { state: cells[2].into(), checks });
            assert!(former.is_none(), "twice: {line}");
        }
    }
    rows
}

/// Sources of the tests that rows may name, by how they are named.
fn sources(folder: &str, extension: &str) -> BTreeMap<String, String> {
    let files = fs::read_dir(root().join(folder)).expect("a folder of the repository");
    let paths = files.map(|file| file.expect("a file").path());
    let sources = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    sources
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a source"))
        })
        .collect()
}

#[test]
fn every_rpc_of_mlflow_has_one_row_and_its_checks_exist() {
    let (rpcs, rows) = (rpcs(), rows());
    assert!(rpcs.len() > 170, "{}", rpcs.len());
    let described: BTreeSet<Rpc> = rows.keys().cloned().collect();
    let missing: Vec<_> = rpcs.difference(&described).collect();
    let unknown: Vec<_> = described.difference(&rpcs).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "without a row: {missing:?}; no RPC: {unknown:?}");
    let python = sources("tests/clients/python", "py");
    let routes = sources("tests/routes/mlflow", "rs");
    for (rpc, row) in &rows {
        if row.state.starts_with("no: ") {
            assert!(row.checks.is_empty(), "{rpc:?}");
            continue;
        }
        assert!(row.state == "served" || row.state == "501", "{rpc:?}: {}", row.state);
        assert!(!row.checks.is_empty(), "no check: {rpc:?}");
        for check in &row.checks {
            let (file, test) = check.split_once("::").expect("a file and a test");
            let exists = match file {
                "routes" => routes.values().any(|source| source.contains(&format!("fn {test}("))),
                file => python.get(file).is_some_and(|source| source.contains(&format!("\ndef {test}("))),
            };
            assert!(exists, "{rpc:?} names {check}, which is not there");
        }
    }
}

/// A route that is served answers in MLflow's dialect, however wrong the request; one that is not answers no RPC.
#[tokio::test]
async fn every_rpc_of_mlflow_has_a_row_that_is_true() {
    let server = TestServer::start().await;
    for (rpc, row) in rows() {
        let method: Method = rpc.method.parse().expect("a method");
        let path = rpc.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        for path in [path.clone(), path.replacen("/api/", "/ajax-api/", 1)] {
            let mut request = server.client.request(method.clone(), server.url(&path));
            if method != Method::GET {
                request = request.header("content-type", "application/json").body("{}");
            }
            let response = request.send().await.expect("an answer");
            let status = response.status().as_u16();
            let body: Option<Value> = response.json().await.ok();
            // MLflow's server too has no page and no RPC there.
            let is_nothing =
                matches!(status, 404 | 405) && body.as_ref().is_none_or(|body| body["error_code"].is_null());
            match row.state.as_str() {
                "served" => assert!(!is_nothing && status < 500, "{status}: {method} {path}"),
                "501" => assert_eq!(status, 501, "{method} {path}"),
                _ => assert!(is_nothing, "{status} {body:?}: {method} {path}"),
            }
        }
    }
    server.stop().await;
}
