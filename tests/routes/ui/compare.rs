//! `/traceloupe/v1/compare…`: two traces compared.

use serde_json::{Value, json};
use testkit::draw::draw;
use tests::TestServer;
use tests::compared::{BASELINE, CANDIDATE, HEADLINE};

async fn export(server: &TestServer, trace_byte: u8, drawing: &str) -> String {
    let id = testkit::trace_id(trace_byte);
    let response = server.export_protobuf(proto::otlp::encode_protobuf(vec![draw(id, drawing)])).await;
    assert_eq!(response.status(), 200);
    id.to_string()
}

fn sum(contributors: &Value, key: &str) -> i64 {
    contributors.as_array().into_iter().flatten().map(|one| one[key].as_i64().expect("an integer")).sum()
}

#[tokio::test]
async fn a_comparison_says_what_a_difference_is_made_of() {
    let server = TestServer::start().await;
    let (baseline, candidate) = (export(&server, 1, BASELINE).await, export(&server, 2, CANDIDATE).await);
    let path = format!("/traceloupe/v1/compare?baseline={baseline}&candidate={candidate}");
    let document = server.json(&path).await;
    assert_eq!(document["baseline"]["duration_ns"], 20_000_000);
    assert_eq!(document["candidate"]["duration_ns"], 29_000_000);
    assert_eq!(
        document["delta"],
        json!({"duration_ns": 9_000_000, "n_spans": 1, "n_errors": 1, "tokens": 60, "cost": null})
    );
    assert_eq!(document["headline"], HEADLINE);
    assert_eq!(sum(&document["contributors"], "delta_ns"), 9_000_000);
    assert_eq!(sum(&document["token_contributors"], "delta"), 60);
    let counts = &document["counts"];
    assert_eq!((&counts["added"], &counts["removed"]), (&json!(1), &json!(0)), "{counts}");
    assert_eq!(document.get("rows"), None);

    let rows = server.json(&format!("{path}&rows=true")).await["rows"].take();
    let rows = rows.as_array().unwrap();
    let ids = |key: &str| {
        let mut ids: Vec<&str> = rows.iter().filter_map(|row| row[key].as_str()).collect();
        ids.sort_unstable();
        ids
    };
    let expected = |n: u64| (1..=n).map(|number| testkit::span_id(number).to_string()).collect::<Vec<_>>();
    assert_eq!(ids("baseline_span_id"), expected(4));
    assert_eq!(ids("candidate_span_id"), expected(5));
    let chat = rows.iter().find(|row| row["label"] == "chat").unwrap();
    assert_eq!((&chat["delta_duration_ns"], &chat["delta_tokens"]), (&json!(6_000_000), &json!(60)));
    assert!(chat["changes"].as_array().unwrap().contains(&json!("status")), "{chat}");
    server.stop().await;
}

#[tokio::test]
async fn swapped_sides_negate_and_a_trace_equals_itself() {
    let server = TestServer::start().await;
    let (one, other) = (export(&server, 1, BASELINE).await, export(&server, 2, CANDIDATE).await);
    let back = server.json(&format!("/traceloupe/v1/compare?baseline={other}&candidate={one}")).await;
    assert_eq!(
        back["delta"],
        json!({"duration_ns": -9_000_000, "n_spans": -1, "n_errors": -1, "tokens": -60, "cost": null})
    );
    let same = server.json(&format!("/traceloupe/v1/compare?baseline={one}&candidate=tr-{one}")).await;
    assert_eq!(same["counts"], json!({"unchanged": 4, "changed": 0, "added": 0, "removed": 0, "moved": 0}));
    assert_eq!(same["contributors"], json!([]));
    assert_eq!(same["notes"], json!(["Both sides are the same trace"]));
    server.stop().await;
}

#[tokio::test]
async fn a_trace_that_grows_is_compared_as_it_is_now() {
    let server = TestServer::start().await;
    let baseline = export(&server, 1, BASELINE).await;
    let growing = "
                 0....5....10...15...20....25...30   service.name=agent
plan             [=======
  embed           [==]
";
    let candidate = export(&server, 2, growing).await;
    let path = format!("/traceloupe/v1/compare?baseline={baseline}&candidate={candidate}");
    let before = server.json(&path).await;
    assert_eq!(before["candidate"]["n_spans"], 2);
    assert!(before["notes"].to_string().contains("1 span of the candidate has not ended"), "{before}");
    export(&server, 2, CANDIDATE).await;
    // The comparison is kept; what arrives afterwards makes it void.
    assert_eq!(server.json(&path).await["candidate"]["n_spans"], 5);
    server.stop().await;
}

#[tokio::test]
async fn a_side_that_cannot_be_compared_is_named() {
    let server = TestServer::start().await;
    let known = export(&server, 1, BASELINE).await;
    let unknown = testkit::trace_id(9).to_string();
    for (query, status, said) in [
        (
            format!("baseline={known}&candidate={unknown}"),
            404,
            format!("candidate: trace {unknown} is not here"),
        ),
        (
            format!("baseline={unknown}&candidate={known}"),
            404,
            format!("baseline: trace {unknown} is not here"),
        ),
        (format!("baseline=xyz&candidate={known}"), 404, "baseline: 'xyz' is no trace id".to_owned()),
        (format!("candidate={known}"), 400, "baseline".to_owned()),
        (format!("baseline={known}&candidate={known}&rows=maybe"), 400, "rows".to_owned()),
    ] {
        for path in ["compare", "compare/table"] {
            if path == "compare/table" && query.contains("rows") {
                continue;
            }
            let response = server.get(&format!("/traceloupe/v1/{path}?{query}")).send().await.unwrap();
            assert_eq!(response.status(), status, "{path}?{query}");
            let body: Value = response.json().await.unwrap();
            assert!(body["message"].as_str().unwrap().contains(&said), "{body}");
        }
    }
    server.stop().await;
}

/// Reads one column of a container, by the offset and length of its header.
fn column<const N: usize>(body: &[u8], name: &str) -> Vec<[u8; N]> {
    let number = |at: usize| u32::from_le_bytes(body[at..at + 4].try_into().expect("4 bytes")) as usize;
    let header: Value = serde_json::from_slice(&body[16..16 + number(8)]).expect("a header");
    let columns = header["columns"].as_array().expect("columns");
    let column = columns.iter().find(|column| column["name"] == name).unwrap_or_else(|| panic!("{name}"));
    let at = |key: &str| usize::try_from(column[key].as_u64().expect("a number")).expect("a size");
    let width = match column["type"].as_str().expect("a type") {
        "u8" => 1,
        "u16" => 2,
        "f64" => 8,
        _ => 4,
    };
    body[at("offset")..][..at("length") * width]
        .chunks(N)
        .map(|chunk| chunk.try_into().expect("N bytes"))
        .collect()
}

#[tokio::test]
async fn the_table_has_both_span_tables_and_rows_that_point_into_them() {
    let server = TestServer::start().await;
    let (baseline, candidate) = (export(&server, 1, BASELINE).await, export(&server, 2, CANDIDATE).await);
    let path = format!("/traceloupe/v1/compare/table?baseline={baseline}&candidate={candidate}");
    let response = server.get(&path).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/vnd.traceloupe.comparison");
    let body = response.bytes().await.unwrap();
    assert_eq!(&body[..8], b"TLCM\x01\0\0\0");
    for (trace, name, n_spans) in [(&baseline, "baseline", 4), (&candidate, "candidate", 5)] {
        let own = server.get(&format!("/traceloupe/v1/traces/{trace}/spans")).send().await.unwrap();
        let table: Vec<u8> = column::<1>(&body, &format!("{name}_table")).concat();
        assert!(table == own.bytes().await.unwrap(), "the {name}'s table is what its own route answers");
        let rows = column::<4>(&body, &format!("{name}_row")).into_iter().map(i32::from_le_bytes);
        let mut rows: Vec<i32> = rows.filter(|row| *row >= 0).collect();
        rows.sort_unstable();
        assert_eq!(rows, (0..n_spans).collect::<Vec<_>>(), "each span of the {name} once");
    }
    let parents: Vec<i32> = column::<4>(&body, "parent").into_iter().map(i32::from_le_bytes).collect();
    let ends: Vec<u32> = column::<4>(&body, "subtree_end").into_iter().map(u32::from_le_bytes).collect();
    assert_eq!((parents[0], ends[0] as usize), (-1, parents.len()));
    assert!((0_i32..).zip(&parents).skip(1).all(|(row, parent)| (0..row).contains(parent)));
    let pieces = column::<8>(&body, "delta_self").into_iter().map(f64::from_le_bytes);
    let heads = column::<1>(&body, "group_kind");
    let whole: f64 = pieces.zip(&heads).filter(|(_, [kind])| *kind == 0).map(|(piece, _)| piece).sum();
    assert!((whole - 9e6).abs() < 0.5, "{whole}");
    server.stop().await;
}

/// A model call with a prompt, a tool that it may call, and parameters.
fn call(trace_byte: u8, system: &str, temperature: f64, tool: &str) -> Value {
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let messages = json!([
        {"role": "system", "content": system},
        {"role": "user", "content": "Where is my order 4711?"}
    ]);
    let answer = json!([{"role": "assistant", "content": "In Porto", "tool_calls": [
        {"id": format!("call_{trace_byte}"), "type": "function", "function": {"name": tool, "arguments": "{\"order\": 4711}"}}
    ]}]);
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": testkit::trace_id(trace_byte).to_string(),
        "spanId": testkit::span_id(1).to_string(),
        "name": "chat", "startTimeUnixNano": "1000", "endTimeUnixNano": "2000",
        "attributes": [
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.request.model", "gpt-4o"),
            // The exporter's own: another in every run.
            text("mlflow.traceRequestId", &json!(format!("tr-{trace_byte}")).to_string()),
            {"key": "gen_ai.request.temperature", "value": {"doubleValue": temperature}},
            text("mlflow.spanInputs", &json!({"messages": messages, "limit": 3}).to_string()),
            text("mlflow.spanOutputs", &json!({"messages": answer}).to_string())
        ]
    }]}]}]})
}

#[tokio::test]
async fn the_content_of_two_spans_is_compared() {
    let server = TestServer::start().await;
    for (byte, system, temperature, tool) in
        [(1, "You are brief.", 0.0, "search"), (2, "You are very brief.", 0.7, "lookup")]
    {
        assert_eq!(server.export_json(&call(byte, system, temperature, tool)).await.status(), 200);
    }
    let (baseline, candidate) = (testkit::trace_id(1), testkit::trace_id(2));
    let span = testkit::span_id(1);
    let path = format!("/traceloupe/v1/compare/span?baseline={baseline}&candidate={candidate}");
    let both = server.json(&format!("{path}&baseline_span={span}&candidate_span={span}")).await;
    assert_eq!(
        both["chips"].as_array().unwrap()[..2],
        [
            json!({"name": "model", "before": "gpt-4o", "after": "gpt-4o", "is_changed": false}),
            json!({"name": "temperature", "before": "0.0", "after": "0.7", "is_changed": true})
        ]
    );
    let messages = both["input_messages"].as_array().unwrap();
    let states: Vec<_> = messages.iter().map(|one| (one["role"].as_str(), one["state"].as_str())).collect();
    assert_eq!(states, [(Some("system"), Some("changed")), (Some("user"), Some("same"))]);
    assert_eq!(
        messages[0]["segments"],
        json!([
            {"kind": "same", "text": "You are ", "n_omitted": 0},
            {"kind": "added", "text": "very ", "n_omitted": 0},
            {"kind": "same", "text": "brief.", "n_omitted": 0}
        ])
    );
    let paths = |of: &str| -> Vec<String> {
        let changes = both[of]["changes"].as_array().unwrap();
        changes.iter().map(|one| one["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths("inputs"), ["/messages/0/content"]);
    assert!(paths("outputs").contains(&"/messages/0/tool_calls/0/function/name".to_owned()));
    assert!(!paths("attributes").iter().any(|path| path.contains("traceRequestId")));
    assert!(paths("attributes").contains(&"/gen_ai.request.temperature".to_owned()));
    // "You are " is 8 characters of the first message.
    assert_eq!(both["prompt_prefix"]["message_index"], 0);
    assert_eq!(both["prompt_prefix"]["n_same_chars"], 8);

    let added = server.json(&format!("{path}&candidate_span={span}")).await;
    let names: Vec<_> = added["chips"].as_array().unwrap().iter().map(|chip| chip["name"].clone()).collect();
    assert!(!names.contains(&json!("status")) && !names.contains(&json!("name")), "{names:?}");
    assert!(added["input_messages"].as_array().unwrap().iter().all(|one| one["state"] == "added"), "{added}");
    assert_eq!((&added["baseline_span_id"], &added["prompt_prefix"]), (&Value::Null, &Value::Null));
    for (query, status) in [
        ("", 400),
        ("&candidate_span=zz", 404),
        ("&candidate_span=00000000000000aa", 404),
        ("&baseline_span=", 404),
    ] {
        let response = server.get(&format!("{path}{query}")).send().await.unwrap();
        assert_eq!(response.status(), status, "{query}");
    }
    server.stop().await;
}

async fn send(server: &TestServer, method: reqwest::Method, path: &str, body: Option<Value>) -> u16 {
    let request = server.client.request(method, server.url(path));
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn a_pin_overrules_what_would_have_been_paired_and_is_remembered() {
    use reqwest::Method;
    let server = TestServer::start().await;
    let two = |first: &str, second: &str| {
        format!(
            "
                 0....5....10...15...20
agent            [===================]
  {first}           [====]
  {second}                [======]
"
        )
    };
    let baseline = export(&server, 1, &two("fetch", "store")).await;
    let candidate = export(&server, 2, &two("store", "fetch")).await;
    let (first, second) = (testkit::span_id(2).to_string(), testkit::span_id(3).to_string());
    let path = format!("/traceloupe/v1/compare?baseline={baseline}&candidate={candidate}&rows=true");
    let partner = async |path: &str, own: &str, other: &str, id: &str| {
        let document = server.json(path).await;
        let rows = document["rows"].as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row[own] == *id).unwrap();
        row[other].as_str().map(str::to_owned)
    };
    // By name: fetch is the first there and the second here.
    let own = ("baseline_span_id", "candidate_span_id");
    assert_eq!(partner(&path, own.0, own.1, &first).await.as_ref(), Some(&second));
    let pin = json!({
        "baseline": baseline, "candidate": candidate, "baseline_span_id": first, "candidate_span_id": first
    });
    assert_eq!(send(&server, Method::PUT, "/traceloupe/v1/compare/pins", Some(pin.clone())).await, 204);
    assert_eq!(partner(&path, own.0, own.1, &first).await.as_ref(), Some(&first));
    // The other way round as well.
    let back = format!("/traceloupe/v1/compare?baseline={candidate}&candidate={baseline}&rows=true");
    assert_eq!(partner(&back, own.0, own.1, &first).await.as_ref(), Some(&first));

    let gone = format!(
        "/traceloupe/v1/compare/pins?baseline={baseline}&candidate={candidate}&baseline_span_id={first}"
    );
    assert_eq!(send(&server, Method::DELETE, &gone, None).await, 204);
    assert_eq!(send(&server, Method::DELETE, &gone, None).await, 404);
    assert_eq!(partner(&path, own.0, own.1, &first).await.as_ref(), Some(&second));
    let mut unknown = pin.clone();
    unknown["candidate_span_id"] = json!("00000000000000aa");
    assert_eq!(send(&server, Method::PUT, "/traceloupe/v1/compare/pins", Some(unknown)).await, 404);
    assert_eq!(send(&server, Method::PUT, "/traceloupe/v1/compare/pins", Some(json!({}))).await, 400);
    server.stop().await;
}

#[tokio::test]
async fn each_trace_of_the_list_is_measured_against_its_baseline() {
    use reqwest::Method;
    let server = TestServer::start().await;
    let named = |name: &str, end: usize| {
        format!("\n                 0....5....10...15...20\n{name:<17}[{}]\n", "=".repeat(end - 1))
    };
    let slow = export(&server, 1, &named("agent", 15)).await;
    let fast = export(&server, 2, &named("agent", 10)).await;
    let other = export(&server, 3, &named("batch", 12)).await;
    let baselines = "/traceloupe/v1/baselines";
    let put = async |trace: &str, scope: &str| {
        send(&server, Method::PUT, baselines, Some(json!({"trace_id": trace, "scope": scope}))).await
    };
    let deltas = async || {
        let page = server.json("/traceloupe/v1/traces").await;
        let of = |id: &str| {
            let traces = page["traces"].as_array().unwrap();
            let trace = traces.iter().find(|trace| trace["trace_id"] == *id).unwrap();
            trace["baseline"]["delta_duration_ns"].as_str().map(str::to_owned)
        };
        [of(&slow), of(&fast), of(&other)]
    };
    let none: Option<String> = None;
    assert_eq!(deltas().await, [none.clone(), none.clone(), none.clone()]);
    // By name: the batch is none of it. One column is a millisecond.
    assert_eq!(put(&slow, "name").await, 204);
    assert_eq!(deltas().await, [none.clone(), Some("-5000000".to_owned()), none.clone()]);
    // By experiment, where the name has none of its own.
    assert_eq!(put(&fast, "experiment").await, 204);
    assert_eq!(deltas().await, [none.clone(), Some("-5000000".to_owned()), Some("2000000".to_owned())]);
    // What arrives later too.
    let late = export(&server, 4, &named("agent", 18)).await;
    let detail = server.json(&format!("/traceloupe/v1/traces/{late}")).await;
    assert_eq!(
        detail["summary"]["baseline"],
        json!({"trace_id": slow, "delta_duration_ns": "3000000", "baseline_duration_ns": "15000000"})
    );
    let list = server.json(baselines).await;
    assert_eq!(
        list["baselines"],
        json!([
            {"experiment_id": "0", "name": null, "trace_id": fast},
            {"experiment_id": "0", "name": "agent", "trace_id": slow}
        ])
    );
    assert_eq!(
        send(&server, Method::DELETE, &format!("{baselines}?experiment_id=0&name=agent"), None).await,
        204
    );
    assert_eq!(deltas().await, [Some("5000000".to_owned()), none.clone(), Some("2000000".to_owned())]);
    for (path, status) in [("?experiment_id=0&name=agent", 404), ("?experiment_id=x", 400), ("", 400)] {
        assert_eq!(
            send(&server, Method::DELETE, &format!("{baselines}{path}"), None).await,
            status,
            "{path}"
        );
    }
    assert_eq!(put(&testkit::trace_id(9).to_string(), "name").await, 404);
    assert_eq!(put(&slow, "planet").await, 400);

    // The one before of the same name, whatever stands between: all began at once, so that the list has them by id.
    let neighbours = server.json(&format!("/traceloupe/v1/traces/{fast}/neighbours")).await;
    assert_eq!((&neighbours["older"], &neighbours["previous_of_name"]), (&json!(other), &json!(late)));
    let neighbours = server.json(&format!("/traceloupe/v1/traces/{other}/neighbours")).await;
    assert_eq!(neighbours["previous_of_name"], Value::Null);
    server.stop().await;
}

#[tokio::test]
async fn the_tolerance_is_a_setting() {
    let server = TestServer::start().await;
    let (baseline, candidate) = (export(&server, 1, BASELINE).await, export(&server, 2, CANDIDATE).await);
    let path = format!("/traceloupe/v1/compare?baseline={baseline}&candidate={candidate}&rows=true");
    let changes = async || {
        let document = server.json(&path).await;
        let rows = document["rows"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["label"] == "plan").unwrap()["changes"].clone()
    };
    // 29 ms against 20.
    assert_eq!(changes().await, json!(["duration"]));
    let mut settings = server.json("/traceloupe/v1/settings").await;
    settings["compare_tolerance_per_mille"] = json!(400);
    let put = send(&server, reqwest::Method::PUT, "/traceloupe/v1/settings", Some(settings)).await;
    assert_eq!(put, 200);
    assert_eq!(changes().await, json!([]), "nine of 29 are within 40 %");
    server.stop().await;
}

#[tokio::test]
async fn a_side_without_spans_and_one_that_runs_have_no_known_duration() {
    let server = TestServer::start().await;
    let baseline = export(&server, 1, BASELINE).await;
    let started = testkit::trace_id(2).to_string();
    let info = json!({"trace": {"trace_info": {
        "trace_id": format!("tr-{started}"),
        "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}},
        "request_time": "2026-11-22T14:47:48Z",
        "state": "IN_PROGRESS",
    }}});
    assert_eq!(server.post_json("/api/3.0/mlflow/traces", &info).await.status(), 200);
    let compared = async |one: &str, other: &str| {
        server.json(&format!("/traceloupe/v1/compare?baseline={one}&candidate={other}")).await
    };
    let document = compared(&baseline, &started).await;
    assert_eq!(
        document["counts"],
        json!({"unchanged": 0, "changed": 0, "added": 0, "removed": 4, "moved": 0})
    );
    assert_eq!(
        (&document["baseline"]["has_ended"], &document["candidate"]["has_ended"]),
        (&json!(true), &json!(false))
    );
    // What StartTrace said, not 1970: 2026-11-22T14:47:48Z.
    assert_eq!(document["candidate"]["start_time_unix_nano"], "1795358868000000000");
    assert_eq!(document["notes"], json!(["The candidate has no spans"]));
    let itself = compared(&started, &started).await;
    assert_eq!(itself["delta"]["duration_ns"], 0);
    let growing = "
                 0....5....10...15...20   service.name=agent
plan             [=======
  embed           [==]
";
    let growing = export(&server, 3, growing).await;
    let document = compared(&baseline, &growing).await;
    assert_eq!(document["candidate"]["has_ended"], false);

    // No badge of the list says that what runs is faster than its baseline.
    let put = json!({"trace_id": baseline, "scope": "experiment"});
    assert_eq!(send(&server, reqwest::Method::PUT, "/traceloupe/v1/baselines", Some(put)).await, 204);
    let ended = export(&server, 4, CANDIDATE).await;
    for (trace, has_badge) in [(&started, false), (&ended, true)] {
        let detail = server.json(&format!("/traceloupe/v1/traces/{trace}")).await;
        assert_eq!(detail["summary"]["baseline"].is_object(), has_badge, "{detail}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_cycle_is_told_as_one() {
    let server = TestServer::start().await;
    let baseline = export(&server, 1, BASELINE).await;
    let span = |id: u64, parent: u64| {
        json!({
            "traceId": testkit::trace_id(2).to_string(), "spanId": testkit::span_id(id).to_string(),
            "parentSpanId": testkit::span_id(parent).to_string(), "name": "round", "startTimeUnixNano": "1000",
            "endTimeUnixNano": "2000"
        })
    };
    let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span(1, 2), span(2, 1), span(3, 3)]}]}]});
    assert_eq!(server.export_json(&body).await.status(), 200);
    let candidate = testkit::trace_id(2);
    for (one, other, name) in
        [(&baseline, &candidate.to_string(), "candidate"), (&candidate.to_string(), &baseline, "baseline")]
    {
        let document = server.json(&format!("/traceloupe/v1/compare?baseline={one}&candidate={other}")).await;
        let notes = document["notes"].to_string();
        assert!(notes.contains(&format!("Spans of the {name} are above themselves")), "{notes}");
        assert!(!notes.contains("has not arrived"), "{notes}");
    }
    server.stop().await;
}
