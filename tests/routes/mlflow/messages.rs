//! What MLflow says of requests that need something to be there: the rows of the contract's table of messages (b.2) that
//! `validation_says_what_mlflow_says` has not, each with its status, code and words.

use reqwest::Method;
use serde_json::{Value, json};
use tests::TestServer;

use super::traces::start_of_trace;

const TRACE: &str = "tr-09090909090909090909090909090909";
/// Keys of tags that nobody may set.
const IMMUTABLE: [&str; 4] = [
    "mlflow.trace.spansLocation",
    "mlflow.artifactLocation",
    "mlflow.trace.archiveLocation",
    "mlflow.trace.archivalFailure",
];

struct Scene {
    server: TestServer,
    /// Of an experiment that was deleted.
    deleted_experiment: String,
    /// Of a run that was deleted.
    deleted_run: String,
    run: String,
}

impl Scene {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let mut scene = Self {
            server,
            deleted_experiment: String::new(),
            deleted_run: String::new(),
            run: String::new(),
        };
        let made = scene.done(Method::POST, "2.0", "experiments/create", &json!({"name": "gone"})).await;
        scene.deleted_experiment = made["experiment_id"].as_str().expect("an id").to_owned();
        let run = json!({"experiment_id": "0", "start_time": 5});
        let mut ids = Vec::new();
        for _ in 0..2 {
            let made = scene.done(Method::POST, "2.0", "runs/create", &run).await;
            ids.push(made["run"]["info"]["run_id"].as_str().expect("an id").to_owned());
        }
        scene.deleted_run = ids.remove(0);
        scene.run = ids.remove(0);
        let gone = json!({"run_id": scene.deleted_run});
        scene.done(Method::POST, "2.0", "runs/delete", &gone).await;
        let gone = json!({"experiment_id": scene.deleted_experiment});
        scene.done(Method::POST, "2.0", "experiments/delete", &gone).await;
        scene.done(Method::POST, "3.0", "traces", &start_of_trace(TRACE, &json!({}))).await;
        scene
    }

    async fn answer(&self, method: Method, version: &str, path: &str, body: &Value) -> (u16, Value) {
        let url = self.server.url(&format!("/api/{version}/mlflow/{path}"));
        let request = self.server.client.request(method.clone(), url);
        let request = if method == Method::GET { request } else { request.json(body) };
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    async fn done(&self, method: Method, version: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.answer(method, version, path, body).await;
        assert_eq!(status, 200, "{path} {body}: {answer}");
        answer
    }

    async fn tags(&self) -> Value {
        let trace = self.done(Method::GET, "3.0", &format!("traces/{TRACE}"), &Value::Null).await;
        trace["trace"]["trace_info"]["tags"].clone()
    }
}

#[tokio::test]
async fn what_is_not_there_or_may_not_be_is_told_in_mlflows_words() {
    let scene = Scene::start().await;
    let Scene { deleted_experiment, deleted_run, run, .. } = &scene;
    let invalid = "INVALID_PARAMETER_VALUE";
    let unknown = "RESOURCE_DOES_NOT_EXIST";
    let assessments = format!("traces/{TRACE}/assessments");
    let no_assessment = format!("{assessments}/a-none");
    let tags = format!("traces/{TRACE}/tags");
    let many: Vec<String> = (0..101).map(|number| format!("tr-{number:032x}")).collect();
    let long = "x".repeat(251);
    let mut cases = vec![
        (
            (Method::POST, "2.0", "experiments/create"),
            json!({"name": "gone"}),
            (400, "RESOURCE_ALREADY_EXISTS"),
            "Experiment(name=gone) already exists. ".to_owned(),
        ),
        (
            (Method::POST, "2.0", "runs/create"),
            json!({"experiment_id": deleted_experiment}),
            (400, invalid),
            format!(
                "The experiment {deleted_experiment} must be in the 'active' state. Current state is deleted."
            ),
        ),
        (
            (Method::POST, "2.0", "runs/set-tag"),
            json!({"run_id": deleted_run, "key": "k", "value": "v"}),
            (400, invalid),
            format!("The run {deleted_run} must be in the 'active' state. Current state is deleted."),
        ),
        (
            (Method::POST, "2.0", "runs/update"),
            json!({"run_id": "0123", "status": "FINISHED"}),
            (404, unknown),
            "Run with id=0123 not found".to_owned(),
        ),
        (
            (Method::POST, "3.0", assessments.as_str()),
            json!({"assessment": {"assessment_name": "q"}}),
            (400, invalid),
            "Unknown assessment type: None".to_owned(),
        ),
        (
            (Method::GET, "3.0", no_assessment.as_str()),
            json!(null),
            (404, unknown),
            format!("Assessment with ID 'a-none' not found for trace '{TRACE}'"),
        ),
        (
            (Method::PATCH, "3.0", no_assessment.as_str()),
            json!({"assessment": {"rationale": "r"}, "update_mask": "rationale"}),
            (404, unknown),
            format!("Assessment with ID 'a-none' not found for trace '{TRACE}'"),
        ),
        (
            (Method::DELETE, "2.0", tags.as_str()),
            json!({"key": "none"}),
            (404, unknown),
            format!("No trace tag with key 'none' for trace with ID '{TRACE}'"),
        ),
        (
            (Method::POST, "3.0", "traces"),
            start_of_trace("tr-1", &json!({"trace_metadata": {"mlflow.trace.session": long}})),
            (400, invalid),
            "'Session ID' exceeds the maximum length of 250 characters".to_owned(),
        ),
        (
            (Method::PATCH, "2.0", tags.as_str()),
            json!({"key": long, "value": "v"}),
            (400, invalid),
            "exceeds the maximum length of 250 characters".to_owned(),
        ),
        (
            (Method::POST, "2.0", "traces/link-to-run"),
            json!({"trace_ids": many, "run_id": run}),
            (400, invalid),
            "100".to_owned(),
        ),
    ];
    for key in IMMUTABLE {
        let words = format!("Tag '{key}' is immutable and cannot be set on a trace.");
        let body = json!({"key": key, "value": "v"});
        cases.push(((Method::PATCH, "2.0", tags.as_str()), body, (400, invalid), words));
    }
    for n in [0, -1, 501] {
        let words = format!("Invalid value {n} for parameter 'max_results' supplied");
        let location = json!({"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}});
        let body = json!({"locations": [location], "max_results": n});
        cases.push(((Method::POST, "3.0", "traces/search"), body, (400, invalid), words));
    }
    let before = scene.tags().await;
    for ((method, version, path), body, (status, code), words) in cases {
        let (got, answer) = scene.answer(method.clone(), version, path, &body).await;
        let shown: String = body.to_string().chars().take(120).collect();
        assert_eq!((got, &answer["error_code"]), (status, &json!(code)), "{method} {path} {shown}: {answer}");
        let message = answer["message"].as_str().expect("a message");
        assert!(message.contains(&words), "{method} {path} {shown}: {message}");
    }
    assert_eq!(scene.tags().await, before);
    scene.server.stop().await;
}

#[tokio::test]
async fn what_mlflow_takes_without_a_word_is_taken() {
    let scene = Scene::start().await;
    // A status that nobody knows changes nothing.
    let update = json!({"run_id": scene.run, "status": "NAPPING"});
    let updated = scene.done(Method::POST, "2.0", "runs/update", &update).await;
    assert_eq!(updated["run_info"]["status"], "RUNNING");
    // Nobody in particular judged; a kind of judge that MLflow has no name for.
    let path = format!("traces/{TRACE}/assessments");
    for (source, expected) in [
        (json!(null), json!("SOURCE_TYPE_UNSPECIFIED")),
        (json!({"source_type": "ORACLE", "source_id": "delphi"}), json!("ORACLE")),
    ] {
        let mut judged = json!({"assessment_name": "q", "feedback": {"value": 1}});
        if !source.is_null() {
            judged["source"] = source;
        }
        let made = scene.done(Method::POST, "3.0", &path, &json!({"assessment": judged})).await;
        assert_eq!(made["assessment"]["source"]["source_type"], expected, "{made}");
    }
    // Tags that nobody may set are left out of StartTrace, long values cut, at their limit kept.
    let mut tags = json!({"kept": "v", "whole": "w".repeat(4096), "cut": "c".repeat(4097)});
    for key in IMMUTABLE {
        tags[key] = json!("mine");
    }
    let id = "tr-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
    scene.done(Method::POST, "3.0", "traces", &start_of_trace(id, &json!({"tags": tags}))).await;
    let trace = scene.done(Method::GET, "3.0", &format!("traces/{id}"), &Value::Null).await;
    let tags = &trace["trace"]["trace_info"]["tags"];
    assert_eq!(tags["kept"], "v");
    let length = |key: &str| tags[key].as_str().map(str::len);
    assert_eq!((length("whole"), length("cut")), (Some(4096), Some(4096)));
    assert!(IMMUTABLE.iter().all(|key| tags[key] != "mine"), "{tags}");
    scene.server.stop().await;
}

#[tokio::test]
async fn routes_that_are_none_are_no_json() {
    let server = TestServer::start().await;
    for path in [
        "/api/2.0/mlflow/experiments/nothing",
        "/api/2.0/mlflow/experiments/get/",
        "/api/2.0/preview/mlflow/experiments/get?experiment_id=0",
    ] {
        let response = server.get(path).send().await.expect("an answer");
        assert_eq!(response.status(), 404, "{path}");
        let media_type = response.headers()["content-type"].to_str().expect("text");
        assert!(media_type.starts_with("text/html"), "{path}: {media_type}");
    }
    let response =
        server.post("/api/2.0/mlflow/experiments/get").json(&json!({})).send().await.expect("an answer");
    assert_eq!(response.status(), 405);
    assert!(response.headers()["allow"].to_str().expect("text").contains("GET"));
    server.stop().await;
}
