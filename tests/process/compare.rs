//! `traceloupe compare` and `traceloupe check`: files, a data folder, a running app; what they print and how they end.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;
use testkit::draw::draw;
use tests::compared::{BASELINE, CANDIDATE, HEADLINE};

use crate::serve::{Served, client};

/// Two traces in files: JSON and protobuf, with the same trace id.
struct Files {
    folder: TempDir,
    baseline: PathBuf,
    candidate: PathBuf,
}

fn files() -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    let (baseline, candidate) = (folder.path().join("baseline.json"), folder.path().join("candidate.pb"));
    let groups = |drawing| vec![draw(testkit::trace_id(1), drawing)];
    let json = proto::otlp::encode_json(&groups(BASELINE)).to_string();
    std::fs::write(&baseline, json).expect("a file");
    std::fs::write(&candidate, proto::otlp::encode_protobuf(groups(CANDIDATE))).expect("a file");
    Files { folder, baseline, candidate }
}

fn run(arguments: &[&str]) -> Output {
    let mut command = std::process::Command::new(crate::serve::binary());
    command.args(arguments).env_remove("TRACELOUPE_SERVER").env_remove("TRACELOUPE_DATA_DIR");
    command.env("HOME", "/nonexistent").env_remove("XDG_DATA_HOME").output().expect("it runs")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of ASCII")
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn fails(arguments: &[&str], said: &[&str]) {
    let output = run(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    for said in said {
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
}

#[test]
fn two_files_are_compared_in_words() {
    let files = files();
    let told = stdout(&run(&["compare", text(&files.baseline), text(&files.candidate)]));
    assert_eq!(told.lines().next(), Some(HEADLINE));
    for line in [
        "duration         20.0 ms       29.0 ms   +9.0 ms (+45.0 %)",
        "tokens               120           180   +60 (+50.0 %)",
        "new errors: 1 (chat)",
        "  search     +4.0 ms    44 %   1 → 2 spans",
    ] {
        assert!(told.lines().any(|told| told == line), "{line:?} in\n{told}");
    }
    let with_rows = stdout(&run(&["compare", text(&files.baseline), text(&files.candidate), "--rows"]));
    assert!(with_rows.starts_with(&told), "rows come after what is told without them");
    assert!(with_rows.lines().any(|line| line == "+   search  +4.0 ms"), "{with_rows}");
}

#[test]
fn the_document_adds_up_and_has_every_span_once() {
    let files = files();
    let json = stdout(&run(&["compare", text(&files.baseline), text(&files.candidate), "--json"]));
    let document: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(document["headline"], HEADLINE);
    assert_eq!(document["baseline"]["id"], testkit::trace_id(1).to_string());
    assert_eq!(document["candidate"]["id"], testkit::trace_id(1).to_string(), "the id that the file has");
    let contributors = document["contributors"].as_array().expect("a list");
    let sum: i64 = contributors.iter().filter_map(|one| one["delta_ns"].as_i64()).sum();
    assert_eq!((sum, document["delta"]["duration_ns"].as_i64()), (9_000_000, Some(9_000_000)));
    assert_eq!(document.get("rows"), None);

    let json = stdout(&run(&["compare", text(&files.baseline), text(&files.candidate), "--json", "--rows"]));
    let document: Value = serde_json::from_str(&json).expect("JSON");
    let rows = document["rows"].as_array().expect("a list");
    for (side, n_spans) in [("baseline_span_id", 4), ("candidate_span_id", 5)] {
        let mut ids: Vec<&str> = rows.iter().filter_map(|row| row[side].as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), n_spans, "{side}");
    }
    assert_eq!(rows.iter().filter(|row| row["status"] == "added").count(), 1);
}

#[test]
fn the_html_file_needs_nothing_else() {
    let files = files();
    let hostile = CANDIDATE.replace("embed  ", "<img/src=x>  ");
    let path = files.folder.path().join("hostile.pb");
    let groups = vec![draw(testkit::trace_id(2), &hostile)];
    std::fs::write(&path, proto::otlp::encode_protobuf(groups)).expect("a file");
    let html = stdout(&run(&["compare", text(&files.baseline), text(&path), "--html"]));
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    for needed in ["<script", "src=\"", "href=", "url(", "@import", "<img"] {
        assert!(!html.contains(needed), "{needed}");
    }
    assert!(html.contains("&lt;img/src=x&gt;"), "{html}");
    assert!(html.contains("class=\"lane\""));
}

#[test]
fn the_exit_code_says_whether_limits_hold() {
    let files = files();
    let (baseline, candidate) = (text(&files.baseline), text(&files.candidate));
    // 45 % and 9 ms slower, 50 % more tokens, one new error, no cost on either side.
    for (limits, code) in [
        (&["--max-duration", "+50%"][..], 0),
        (&["--max-duration", "+45%", "--max-tokens", "+50%", "--max-cost", "+5%"], 0),
        (&["--max-duration", "+9ms"], 0),
        (&["--max-duration", "+10%"], 1),
        (&["--max-duration=+8.9ms"], 1),
        (&["--max-duration", "+50%", "--no-new-errors"], 1),
        (&["--max-tokens", "+59"], 1),
        // Nothing to check, no limit, no baseline.
        (&[], 2),
        (&["--max-duration", "fast"], 2),
        (&["--max-duration", "-5%"], 2),
    ] {
        let mut arguments = vec!["check", candidate, "--baseline", baseline];
        arguments.extend(limits);
        let output = run(&arguments);
        let told = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{limits:?}: {told}");
        assert_eq!(told.contains("FAIL"), code == 1, "{limits:?}: {told}");
    }
    assert_eq!(run(&["check", candidate, "--max-duration", "+1%"]).status.code(), Some(2));
    // Faster than its baseline.
    let swapped =
        run(&["check", baseline, "--baseline", candidate, "--max-duration", "+0%", "--no-new-errors"]);
    assert_eq!(swapped.status.code(), Some(0));
}

#[test]
fn what_still_runs_holds_no_limit_of_time_and_no_name_steers_the_terminal() {
    let files = files();
    let baseline = text(&files.baseline);
    let spans = |end: &str| {
        let span = |id: u64, parent: &str, end: &str, name: &str, code: u8| {
            serde_json::json!({
                "traceId": testkit::trace_id(2).to_string(), "spanId": testkit::span_id(id).to_string(),
                "parentSpanId": parent, "name": name, "startTimeUnixNano": "1000000000", "endTimeUnixNano": end,
                "status": {"code": code},
            })
        };
        let parent = testkit::span_id(1).to_string();
        let spans = [span(1, "", end, "plan", 1), span(2, &parent, "1001000000", "\u{1b}[31mred\u{7}", 2)];
        serde_json::json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).to_string()
    };
    let path = files.folder.path().join("runs.json");
    for (end, code, said) in [
        ("0", 1, "FAIL  duration: the candidate has not ended, so it cannot be checked"),
        ("1005000000", 0, "ok    duration −15.0 ms (−75.0 %) (limit +10 %)"),
    ] {
        std::fs::write(&path, spans(end)).expect("a file");
        let output = run(&["check", text(&path), "--baseline", baseline, "--max-duration", "+10%"]);
        let told = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(told.contains(said), "{told}");
    }
    for arguments in [
        &["compare", baseline, text(&path), "--rows"][..],
        &["check", text(&path), "--baseline", baseline, "--no-new-errors"],
    ] {
        let told = run(arguments).stdout;
        let told = String::from_utf8(told).expect("UTF-8");
        assert!(told.contains("\u{fffd}[31mred\u{fffd}"), "{told}");
        assert!(!told.contains(['\u{1b}', '\u{7}']), "{told:?}");
    }
}

#[test]
fn what_cannot_be_compared_is_a_usage_error_in_words() {
    let files = files();
    let (baseline, candidate) = (text(&files.baseline), text(&files.candidate));
    let both = files.folder.path().join("both.json");
    let groups = [1, 2].map(|byte| draw(testkit::trace_id(byte), BASELINE)).to_vec();
    std::fs::write(&both, proto::otlp::encode_json(&groups).to_string()).expect("a file");
    let nonsense = files.folder.path().join("nonsense");
    std::fs::write(&nonsense, "hello").expect("a file");
    let second = testkit::trace_id(2).to_string();
    let chosen = format!("{}#{second}", text(&both));

    fails(&["compare", baseline, "nowhere.json"], &["nowhere.json", "no such file"]);
    fails(&["compare", baseline, text(&nonsense)], &["nonsense"]);
    fails(&["compare", text(&both), candidate], &["2 traces", &second]);
    fails(&["compare", baseline], &["<CANDIDATE>"]);
    fails(&["compare", baseline, candidate, "--json", "--html"], &["--html"]);
    fails(&["compare", baseline, candidate, "--server", "x", "--data-dir", "y"], &["--server"]);
    let empty = files.folder.path().join("empty");
    fails(&["compare", &second, &second, "--data-dir", text(&empty)], &["no database"]);
    assert!(!empty.exists(), "looking makes nothing");
    fails(&["compare", &second, &second, "--server", "http://127.0.0.1:9"], &["no Traceloupe answers"]);

    let document: Value =
        serde_json::from_str(&stdout(&run(&["compare", &chosen, candidate, "--json"]))).expect("JSON");
    assert_eq!(document["baseline"]["id"], second);
}

#[tokio::test]
async fn ids_are_looked_up_in_a_running_app_and_in_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let data_dir = folder.path().join("data");
    let server = Served::start(&data_dir, &[]);
    let ids = [1, 2].map(|byte| testkit::trace_id(byte).to_string());
    for (byte, drawing) in [(1, BASELINE), (2, CANDIDATE)] {
        let body = proto::otlp::encode_protobuf(vec![draw(testkit::trace_id(byte), drawing)]);
        let request =
            client().post(server.url("/v1/traces")).header("content-type", "application/x-protobuf");
        assert_eq!(request.body(body).send().await.expect("an answer").status(), 200);
    }
    let url = server.url("/");
    let files = files();
    let unknown = testkit::trace_id(9).to_string();
    for source in [["--server", &url], ["--data-dir", text(&data_dir)]] {
        let told = stdout(&run(&[&["compare", &ids[0], &ids[1]][..], &source].concat()));
        assert_eq!(told.lines().next(), Some(HEADLINE), "{source:?}");
        fails(
            &[&["compare", &ids[0], &unknown][..], &source].concat(),
            &["candidate", &unknown, "is not here"],
        );
        // One with the app, one in a file.
        let mixed = stdout(&run(&[&["compare", &ids[0], text(&files.candidate)][..], &source].concat()));
        assert_eq!(mixed.lines().next(), Some(HEADLINE), "{source:?}");
    }
    // What was said of two rows in the app is told, and holds for its traces alone.
    let embed = testkit::span_id(2).to_string();
    let pin = serde_json::json!({
        "baseline": ids[0], "candidate": ids[1], "baseline_span_id": embed, "candidate_span_id": embed
    });
    let rule = client().post(server.url("/traceloupe/v1/compare/rules")).json(&pin).send().await;
    assert_eq!(rule.expect("an answer").status(), 200);
    let paired = "paired by rule 1: plan > embed is plan > embed\n";
    for source in [["--server", &url], ["--data-dir", text(&data_dir)]] {
        let told = stdout(&run(&[&["compare", &ids[0], &ids[1]][..], &source].concat()));
        assert!(told.contains(paired), "{told}");
        let mixed = stdout(&run(&[&["compare", &ids[0], text(&files.candidate)][..], &source].concat()));
        assert!(!mixed.contains("paired by"), "{mixed}");
    }
    server.signal("TERM");
    assert!(server.wait().success());
    // The folder alone, which nobody serves now.
    let folder = ["--data-dir", text(&data_dir)];
    let told = stdout(&run(&[&["compare", &ids[0], &ids[1]][..], &folder].concat()));
    assert_eq!(told.lines().next(), Some(HEADLINE));
    assert!(told.contains(paired), "{told}");
    fails(&[&["compare", &ids[0], &unknown][..], &folder].concat(), &["is not here"]);
    let check = ["check", &ids[1], "--baseline", &ids[0], "--max-duration", "+10%"];
    assert_eq!(run(&[&check[..], &folder].concat()).status.code(), Some(1));
}
