//! What stands beside the content: evaluations, workflows, tags.

use analysis::prices::Prices;
use analysis::semconv::{self, llm};
use model::{AnyValue, Event, LogRecord};
use serde_json::{Value, json};

use super::{facts, span, via, view};

#[test]
fn evaluations_come_as_events_as_records_and_as_attributes() {
    let result = json!({
        "gen_ai.evaluation.name": "relevance",
        "gen_ai.evaluation.score.value": 0.5,
        "gen_ai.evaluation.score.label": "fair",
        "gen_ai.evaluation.explanation": "Half of it is beside the point.",
        "gen_ai.response.id": "chatcmpl-1",
    });
    let expected = llm::Evaluation {
        name: "relevance".to_owned(),
        score: Some(0.5),
        label: Some("fair".to_owned()),
        explanation: Some("Half of it is beside the point.".to_owned()),
        error: None,
    };
    let failed = llm::Evaluation {
        name: "toxicity".to_owned(),
        error: Some("timeout".to_owned()),
        ..llm::Evaluation::default()
    };
    let prices = Prices::bundled();
    let event = |time: u64, attributes: Value| Event {
        time_unix_nano: time,
        name: "gen_ai.evaluation.result".to_owned(),
        attributes: span("", attributes).attributes,
        ..Event::default()
    };
    let mut judged = span("GET /", json!({}));
    // The later comes first; one that says nothing is none.
    judged.events = vec![
        event(9, json!({"gen_ai.evaluation.name": "toxicity", "error.type": "timeout"})),
        event(5, result.clone()),
        event(7, json!({"gen_ai.evaluation.name": "empty"})),
    ];
    let told = semconv::view(&judged, &[]).llm(&prices).unwrap();
    assert_eq!(told.evaluations, [expected.clone(), failed]);
    assert_eq!(told.kind, None);

    let attributes = span("", result.clone()).attributes;
    let name = "gen_ai.evaluation.result".to_owned();
    let in_attributes =
        LogRecord { event_name: name.clone(), attributes: attributes.clone(), ..LogRecord::default() };
    let in_body = LogRecord { event_name: name, body: AnyValue::KvList(attributes), ..LogRecord::default() };
    for record in [in_attributes, in_body] {
        assert!(semconv::speaks(&record));
        let told = semconv::view(&span("call", json!({})), &[record]).llm(&prices).unwrap();
        assert_eq!(told.evaluations, std::slice::from_ref(&expected));
        assert_eq!(via(&told, "evaluations"), Some("OpenTelemetry GenAI events"));
    }

    let told = view(result);
    assert_eq!(
        (told.evaluations.as_slice(), told.kind.as_deref()),
        ([expected].as_slice(), Some("EVALUATOR"))
    );
}

#[test]
fn a_workflow_has_its_name() {
    for (attributes, kind) in [
        (json!({"gen_ai.workflow.name": "triage"}), "WORKFLOW"),
        (json!({"gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": "triage"}), "WORKFLOW"),
        (json!({"gen_ai.operation.name": "invoke_agent", "gen_ai.workflow.name": "triage"}), "AGENT"),
        (json!({"traceloop.span.kind": "task", "traceloop.workflow.name": "triage"}), "TASK"),
    ] {
        let told = view(attributes.clone());
        assert_eq!((told.workflow.as_deref(), told.kind.as_deref()), (Some("triage"), Some(kind)));
        assert_eq!(facts(attributes).span_type.as_deref(), Some(kind));
    }
}

#[test]
fn tags_are_lists_or_words_with_commas() {
    for attributes in [
        json!({"langfuse.trace.tags": ["dev", "rag"]}),
        json!({"tag.tags": r#"["dev", "rag"]"#}),
        json!({"langsmith.span.tags": "dev, rag"}),
        json!({"logfire.tags": ["dev", "rag"]}),
    ] {
        assert_eq!(view(attributes.clone()).tags, ["dev", "rag"], "{attributes}");
    }
}
