//! Bad input: a table of hostile requests, each with its documented answer (`docs/bad-input.md`), none with a panic, a hang or a lost
//! neighbour.

mod http;
mod json;
mod protobuf;
mod wire;

use std::sync::Arc;

use tests::TestServer;
use tests::otlp::{request, span};
use tests::raw::RawConnection;
use tokio::task::JoinSet;

/// What of a request must be readable afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    /// The good span that it carries, and the hostile one in the form that the answer column says.
    All,
    /// The good span that it carries; the hostile one is rejected, which the answer's partial success says.
    Neighbour,
    /// Nothing: it is refused whole.
    Nothing,
}

/// One hostile request.
struct Case {
    /// What it is, as in the documentation.
    name: &'static str,
    /// All its bytes.
    bytes: Vec<u8>,
    /// The status of its answer; 0 if the connection just ends.
    status: u16,
    /// What the answer's body says.
    says: &'static str,
    keeps: Keeps,
    /// Whose rule it is.
    by: &'static str,
}

/// Trace ids, each of one repeated byte: one of the good span beside, one of the hostile span.
#[derive(Clone, Copy)]
struct Ids {
    neighbour: u8,
    hostile: u8,
}

const IDS: Ids = Ids { neighbour: 0xaa, hostile: 0xbb };

impl Case {
    fn row(&self) -> String {
        let answer = match (self.status, self.says) {
            (0, _) => "the connection is closed".to_owned(),
            (status, "") => format!("{status}"),
            (status, says) => format!("{status}, “{says}”"),
        };
        let keeps = match self.keeps {
            Keeps::All => "all",
            Keeps::Neighbour => "its neighbours",
            Keeps::Nothing => "nothing of it",
        };
        format!("| {} | {answer} | {keeps} | {} |", self.name, self.by)
    }
}

fn cases() -> Vec<Case> {
    let ids = IDS;
    [protobuf::cases(ids), json::cases(ids), http::cases(ids)].into_iter().flatten().collect()
}

/// Bodies of more than this are refused, so that bombs need not be large.
const MAX_BODY_BYTES: usize = 6 << 20;

/// Servers that run at once.
const N_WORKERS: usize = 6;

async fn status_of(server: &TestServer, path: &str) -> u16 {
    server.get(path).send().await.expect("an answer").status().as_u16()
}

async fn check(server: &TestServer, case: &Case) {
    let name = case.name;
    let mut connection = RawConnection::open(&server.ready().http).await;
    connection.send(&case.bytes).await;
    if case.status == 0 || case.bytes.ends_with(b"cut off here") {
        connection.end().await;
    }
    let answer = connection.answer().await;
    let status = answer.as_ref().map_or(0, |answer| answer.status);
    let text = answer.map(|answer| answer.text()).unwrap_or_default();
    assert_eq!(status, case.status, "{name}: {text}");
    assert!(text.contains(case.says), "{name}: {text}");
    let is_plain_success = matches!(text.as_str(), "" | "{}");
    assert!(case.keeps != Keeps::All || is_plain_success, "{name}: {text}");
    let trace = |byte: u8| format!("/traceloupe/v1/traces/{}", tests::otlp::trace_id(byte));
    let is_stored = |keeps: &[Keeps]| if keeps.contains(&case.keeps) { 200 } else { 404 };
    // Reading goes all the way: the summary, the tree, the spans as they came.
    for suffix in ["", "/spans", "/otlp"] {
        let neighbour = status_of(server, &format!("{}{suffix}", trace(IDS.neighbour))).await;
        assert_eq!(neighbour, is_stored(&[Keeps::All, Keeps::Neighbour]), "{name}: the neighbour, {suffix}");
        let hostile = status_of(server, &format!("{}{suffix}", trace(IDS.hostile))).await;
        assert_eq!(hostile, is_stored(&[Keeps::All]), "{name}: the hostile span, {suffix}");
    }
    assert_eq!(status_of(server, "/traceloupe/v1/traces").await, 200, "{name}: the list");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_request_gets_its_answer_and_costs_no_neighbour() {
    let cases = Arc::new(cases());
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let mut workers = JoinSet::new();
    for worker in 0..N_WORKERS {
        let cases = Arc::clone(&cases);
        workers.spawn(async move {
            for case in cases.iter().skip(worker).step_by(N_WORKERS) {
                // A server of its own: what one case leaves behind is no help to another.
                let server = TestServer::start_with(|config| config.max_body_bytes = MAX_BODY_BYTES).await;
                check(&server, case).await;
                // Whoever comes next is served as ever.
                assert_eq!(server.export_json(&request(&[span(0xff, "next")])).await.status(), 200);
                server.stop().await;
            }
        });
    }
    while let Some(ended) = workers.join_next().await {
        ended.expect("the cases of this worker");
    }
}

#[test]
fn the_documentation_lists_every_hostile_request_and_no_other() {
    let documented: Vec<&str> = include_str!("../../../../docs/bad-input.md")
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| input") && !line.starts_with("| ---"))
        .collect();
    let rows: Vec<String> = cases().iter().map(Case::row).collect();
    for row in &rows {
        assert!(
            documented.contains(&row.as_str()),
            "docs/bad-input.md has no row\n{row}\nall rows:\n{}",
            rows.join("\n")
        );
    }
    assert_eq!(documented.len(), rows.len(), "docs/bad-input.md lists what is not tested");
}
