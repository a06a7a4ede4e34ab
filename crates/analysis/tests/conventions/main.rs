//! Each convention in the words of its own documentation, one span each, against what the span is meant to say.

mod labels;
mod senders;

use analysis::plain::typed;
use analysis::prices::Prices;
use analysis::semconv::{self, Facts, LlmView, llm};
use model::{AnyValue, Attribute, Event, Span, SpanId, TraceId};
use serde_json::{Value, json};

fn span(name: &str, attributes: Value) -> Span {
    let mut span = Span::new(TraceId([1; 16]), SpanId([1; 8]), name);
    let Value::Object(attributes) = attributes else { return span };
    span.attributes = attributes.into_iter().map(|(key, value)| Attribute::new(key, typed(value))).collect();
    span
}

fn view(attributes: Value) -> LlmView {
    semconv::view(&span("call", attributes), &[]).llm(&Prices::bundled()).unwrap_or_default()
}

fn facts(attributes: Value) -> Facts {
    semconv::view(&span("call", attributes), &[]).facts(&Prices::bundled())
}

fn via(view: &LlmView, target: &str) -> Option<&'static str> {
    view.provenance.iter().find(|(told, _)| *told == target).map(|(_, rule)| rule.label())
}

fn texts(messages: &[llm::Message]) -> Vec<(&'static str, String)> {
    messages.iter().map(|message| (message.role.as_str(), message.text())).collect()
}

fn said(role: &'static str, text: &str) -> (&'static str, String) {
    (role, text.to_owned())
}

#[test]
fn laminar_names_types_and_content() {
    let spans = [
        ("LLM", "LLM"),
        ("CACHED", "LLM"),
        ("TOOL", "TOOL"),
        ("DEFAULT", "CHAIN"),
        ("PIPELINE", "CHAIN"),
        ("EXECUTOR", "AGENT"),
        ("EVALUATOR", "EVALUATOR"),
        ("HUMAN_EVALUATOR", "EVALUATOR"),
        ("EVALUATION", "EVALUATOR"),
    ];
    for (word, kind) in spans {
        let attributes = json!({"lmnr.span.type": word});
        assert_eq!(view(attributes.clone()).kind.as_deref(), Some(kind), "{word}");
        assert_eq!(facts(attributes).span_type.as_deref(), Some(kind), "{word}");
    }
    let call = view(json!({
        "lmnr.span.type": "LLM",
        "lmnr.span.input": r#"[{"role": "user", "content": "hello"}]"#,
        "lmnr.span.output": r#"[{"role": "assistant", "content": "hi there"}]"#,
        "lmnr.association.properties.session_id": "s1",
        "lmnr.association.properties.user_id": "u1",
    }));
    assert_eq!(via(&call, "kind"), Some("Laminar"));
    assert_eq!(texts(&call.input_messages), [said("user", "hello")]);
    assert_eq!(texts(&call.output_messages), [said("assistant", "hi there")]);
    assert_eq!((call.session.as_deref(), call.user.as_deref()), (Some("s1"), Some("u1")));
    let tool = view(json!({
        "lmnr.span.type": "TOOL", "lmnr.span.input": r#"{"q": 1}"#, "lmnr.span.output": "[2]"
    }));
    let run = tool.tool.unwrap();
    assert_eq!((run.arguments, run.result), (Some(json!({"q": 1})), Some(json!([2]))));
}

#[test]
fn volt_agent_names_types_by_the_key_that_claude_code_uses_too() {
    let kind = |attributes: Value| {
        let told = view(attributes);
        (told.kind.clone().unwrap_or_default(), via(&told, "kind").unwrap_or_default())
    };
    for (word, expected) in [("agent", "AGENT"), ("llm", "LLM"), ("tool", "TOOL"), ("memory", "MEMORY")] {
        // By the type of the entity, and by that of an inner span of an agent.
        let own = json!({"entity.type": word, "voltagent.operation_id": "o"});
        assert_eq!(kind(own), (expected.to_owned(), "VoltAgent"), "{word}");
        let inner = json!({"entity.type": "agent", "span.type": word});
        assert_eq!(kind(inner), (expected.to_owned(), "VoltAgent"), "{word}");
    }
    for (word, expected) in [
        ("interaction", "AGENT"),
        ("claude_code.interaction", "AGENT"),
        ("llm_request", "LLM"),
        ("claude_code.llm_request", "LLM"),
        ("tool", "TOOL"),
        ("claude_code.tool", "TOOL"),
    ] {
        assert_eq!(kind(json!({"span.type": word})), (expected.to_owned(), "Claude Code"), "{word}");
    }
    let call = view(json!({
        "span.type": "llm", "entity.type": "agent",
        "llm.messages": r#"[{"role": "user", "content": "hello"}]"#,
        "output": "hi there",
        "llm.usage.prompt_tokens": 12, "llm.usage.completion_tokens": 3,
        "voltagent.conversation_id": "c1",
    }));
    assert_eq!(texts(&call.input_messages), [said("user", "hello")]);
    assert_eq!(texts(&call.output_messages), [said("assistant", "hi there")]);
    assert_eq!((call.tokens.input, call.tokens.output), (Some(12), Some(3)));
    assert_eq!(call.session.as_deref(), Some("c1"));
    // Without a type of VoltAgent the keys are anybody's.
    assert_eq!(view(json!({"input": "hello", "output": "hi", "model": "gpt-4o"})), LlmView::default());
}

#[test]
fn claude_code_tells_its_model_and_what_a_tool_printed() {
    let call = view(json!({
        "span.type": "llm_request", "model": "claude-sonnet-4-5",
        "input_tokens": 10, "cache_read_tokens": 4, "output_tokens": 2,
    }));
    assert_eq!(call.model_asked.as_deref(), Some("claude-sonnet-4-5"));
    // Its input excludes what came from the cache.
    assert_eq!((call.tokens.input, call.tokens.cached_read), (Some(14), Some(4)));
    let mut tool =
        span("tool", json!({"span.type": "tool", "tool_name": "Bash", "tool_input": r#"{"command": "ls"}"#}));
    tool.events = vec![Event {
        name: "tool.output".to_owned(),
        attributes: vec![Attribute::new("output", AnyValue::String("a.txt".to_owned()))],
        ..Event::default()
    }];
    let run = semconv::view(&tool, &[]).llm(&Prices::default()).unwrap().tool.unwrap();
    assert_eq!(run.name.as_deref(), Some("Bash"));
    assert_eq!((run.arguments, run.result), (Some(json!({"command": "ls"})), Some(json!("a.txt"))));
}

#[test]
fn messages_that_python_printed_are_messages() {
    let printed = r#"[{'role': 'system', 'content': "Don't guess."}, {'role': 'user', 'content': 'It\'s 5°, why?', 'name': None}]"#;
    let answer = "{'role': 'assistant', 'content': None, 'tool_calls': [{'id': 'c1', 'type': 'function', \
                  'function': {'name': 'look', 'arguments': '{\"at\": true}'}}]}";
    for (kind, input, output) in [
        (json!({"openinference.span.kind": "LLM"}), "input.value", "output.value"),
        (json!({"gen_ai.operation.name": "chat"}), "gen_ai.input.messages", "gen_ai.output.messages"),
        (
            json!({"langfuse.observation.type": "generation"}),
            "langfuse.observation.input",
            "langfuse.observation.output",
        ),
        (json!({"langsmith.span.kind": "llm"}), "gen_ai.prompt", "gen_ai.completion"),
        (json!({"langsmith.span.kind": "llm"}), "inputs", "outputs"),
        (json!({"traceloop.span.kind": "task"}), "traceloop.entity.input", "traceloop.entity.output"),
        (json!({"mlflow.spanType": "CHAT_MODEL"}), "mlflow.spanInputs", "mlflow.spanOutputs"),
        (json!({"lmnr.span.type": "LLM"}), "lmnr.span.input", "lmnr.span.output"),
    ] {
        let mut attributes = kind;
        attributes[input] = json!(printed);
        attributes[output] = json!(answer);
        let told = view(attributes);
        let expected = [said("system", "Don't guess."), said("user", "It's 5°, why?")];
        assert_eq!(texts(&told.input_messages), expected, "{input}");
        let calls: Vec<&str> = told.output_messages.iter().flat_map(llm::Message::tool_calls).collect();
        assert_eq!(calls, ["look"], "{output}");
    }
    // As the content of a message, as part lists are sent.
    let told = view(json!({
        "llm.request.type": "chat",
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "[{'type': 'text', 'text': 'What is it?'}]",
    }));
    assert_eq!(texts(&told.input_messages), [said("user", "What is it?")]);
    // As the whole content of a span event.
    let mut call = span("chat", json!({"gen_ai.operation.name": "chat"}));
    call.events = vec![Event {
        name: "gen_ai.content.prompt".to_owned(),
        attributes: vec![Attribute::new("gen_ai.prompt", AnyValue::String(printed.to_owned()))],
        ..Event::default()
    }];
    let told = semconv::view(&call, &[]).llm(&Prices::default()).unwrap();
    assert_eq!(told.input_messages.len(), 2);
}

#[test]
fn lang_smith_tells_parts_of_sums_as_json() {
    let told = view(json!({
        "langsmith.span.kind": "llm",
        "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20, "gen_ai.usage.total_tokens": 120,
        "gen_ai.usage.input_token_details": r#"{"cache_read": 60, "cache_creation": 10}"#,
        "gen_ai.usage.output_token_details": r#"{"reasoning": 8}"#,
        "langsmith.metadata.lc_hub_repo": "greeter",
        "langsmith.metadata.lc_hub_commit_hash": "abc",
        "langsmith.trace.session_id": "a project, no session",
    }));
    let tokens = told.tokens;
    assert_eq!((tokens.input, tokens.cached_read, tokens.cached_write), (Some(100), Some(60), Some(10)));
    assert_eq!((tokens.output, tokens.reasoning), (Some(20), Some(8)));
    let prompt = told.prompt.unwrap();
    assert_eq!((prompt.name.as_deref(), prompt.version.as_deref()), (Some("greeter"), Some("abc")));
    assert_eq!(told.session, None);
}

#[test]
fn the_vercel_sdk_keeps_cached_tokens_in_what_its_provider_says() {
    let tokens = |metadata: Value| {
        view(json!({
            "ai.operationId": "ai.generateText.doGenerate",
            "ai.usage.inputTokens": 100, "ai.usage.outputTokens": 10,
            "ai.response.providerMetadata": metadata.to_string(),
        }))
        .tokens
    };
    let openai = tokens(json!({"openai": {"cachedPromptTokens": 64, "reasoningTokens": 4}}));
    assert_eq!((openai.cached_read, openai.reasoning), (Some(64), Some(4)));
    let bedrock =
        tokens(json!({"bedrock": {"usage": {"cacheReadInputTokens": 30, "cacheWriteInputTokens": 5}}}));
    assert_eq!((bedrock.cached_read, bedrock.cached_write), (Some(30), Some(5)));
    let anthropic = tokens(json!({"anthropic": {"cacheCreationInputTokens": 7, "cacheReadInputTokens": 9}}));
    assert_eq!((anthropic.cached_read, anthropic.cached_write), (Some(9), Some(7)));
    let embedding = view(json!({
        "ai.operationId": "ai.embedMany.doEmbed", "ai.usage.tokens": 9,
        "ai.values": [r#""one""#, r#""two""#],
    }));
    assert_eq!((embedding.tokens.input, embedding.tokens.total), (Some(9), Some(9)));
    assert_eq!(embedding.query.as_deref(), Some("one\n\ntwo"));
    let prompt = view(json!({
        "ai.operationId": "ai.generateText",
        "ai.telemetry.metadata.langfusePrompt": r#"{"name": "greet", "version": 3}"#,
    }))
    .prompt
    .unwrap();
    assert_eq!((prompt.name.as_deref(), prompt.version.as_deref()), (Some("greet"), Some("3")));
}

#[test]
fn a_vector_database_tells_its_matches_as_events() {
    let mut query = span("pinecone.query", json!({"db.system": "pinecone"}));
    let event = |id: &str, score: f64| Event {
        name: "db.query.result".to_owned(),
        attributes: vec![
            Attribute::new("db.query.result.id", AnyValue::String(id.to_owned())),
            Attribute::new("db.query.result.score", AnyValue::Double(score)),
            Attribute::new("db.query.result.metadata", AnyValue::String(r#"{"page": 2}"#.to_owned())),
        ],
        ..Event::default()
    };
    query.events = vec![event("a", 0.9), event("b", 0.5)];
    let told = semconv::view(&query, &[]).llm(&Prices::default()).unwrap();
    assert_eq!(told.kind.as_deref(), Some("RETRIEVER"));
    let documents: Vec<_> =
        told.documents.iter().map(|document| (document.id.as_deref().unwrap(), document.score)).collect();
    assert_eq!(documents, [("a", Some(0.9)), ("b", Some(0.5))]);
    assert_eq!(told.documents[0].metadata, Some(json!({"page": 2})));
}

#[test]
fn documents_are_found_wherever_a_retriever_puts_them() {
    let documents = json!({"documents": [
        {"page_content": "first", "metadata": {"source": "a.md"}},
        {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "Document"],
         "kwargs": {"page_content": "second", "metadata": {}}},
    ]});
    for (kind, output) in [
        (json!({"langsmith.span.kind": "retriever"}), "gen_ai.completion"),
        (json!({"langsmith.span.kind": "retriever"}), "outputs"),
        (json!({"langfuse.observation.type": "retriever"}), "langfuse.observation.output"),
        (json!({"genkit:metadata:subtype": "retriever"}), "genkit:output"),
    ] {
        let mut attributes = kind;
        attributes[output] = json!(documents.to_string());
        let told = view(attributes);
        let texts: Vec<_> =
            told.documents.iter().filter_map(|document| document.content.as_deref()).collect();
        assert_eq!(texts, ["first", "second"], "{output}");
    }
    let sent = view(json!({
        "openinference.span.kind": "CHAIN",
        "input.documents.0.document.content": "seen", "input.documents.0.document.id": "d1",
    }));
    assert_eq!(sent.input_documents[0].content.as_deref(), Some("seen"));
}

#[test]
fn what_a_request_holds_beside_its_messages_is_read_from_it() {
    let told = view(json!({
        "mlflow.spanType": "CHAT_MODEL",
        "mlflow.spanInputs": {"model": "gpt-4o", "temperature": 0.2, "seed": null,
            "messages": [{"role": "user", "content": "hi"}],
            "tools": [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]},
    }));
    assert_eq!(told.parameters, [("temperature".to_owned(), json!(0.2))]);
    assert_eq!(told.tools[0].name, "look");
    let told = view(json!({
        "openinference.span.kind": "LLM",
        "llm.invocation_parameters": r#"{"temperature": 1, "tools": [{"name": "look", "input_schema": {}}]}"#,
    }));
    assert_eq!(told.parameters, [("temperature".to_owned(), json!(1))]);
    assert_eq!(told.tools[0].name, "look");
}

#[test]
fn the_parts_of_the_newest_generation_are_read() {
    let told = view(json!({
        "gen_ai.operation.name": "chat",
        "gen_ai.output.messages": [{"role": "assistant", "finish_reason": "stop", "parts": [
            {"type": "reasoning", "content": "hm"},
            {"type": "server_tool_call", "id": "s1", "name": "code",
             "server_tool_call": {"type": "code_interpreter", "code": "1+1"}},
            {"type": "server_tool_call_response", "id": "s1",
             "server_tool_call_response": {"type": "code_interpreter", "output": "2"}},
            {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "aGk="},
            {"type": "uri", "modality": "video", "uri": "https://a.example/b.mp4"},
            {"type": "file", "modality": "image", "file_id": "f1"},
            {"type": "compaction", "content": "so far"},
            {"type": "text", "content": "two"},
        ]}],
    }));
    let parts = &told.output_messages[0].parts;
    let shown: Vec<String> = parts
        .iter()
        .map(|part| match part {
            llm::Part::Text(text) => text.clone(),
            llm::Part::Reasoning(text) => format!("({text})"),
            llm::Part::ToolCall { id, name, arguments } => {
                format!("{name} {} {}", id.as_deref().unwrap(), arguments["code"])
            }
            llm::Part::ToolResult { id, content, .. } => {
                format!("= {} {}", id.as_deref().unwrap(), content["output"])
            }
            llm::Part::Media(media) => {
                let place = media.uri.as_deref().or(media.base64.as_deref());
                format!("<{:?} {}>", media.modality, place.unwrap())
            }
            llm::Part::Other(kind, _) => format!("?{kind}"),
            llm::Part::Refusal(_) => "refusal".to_owned(),
        })
        .collect();
    let expected = [
        "(hm)",
        r#"code s1 "1+1""#,
        r#"= s1 "2""#,
        "<Image aGk=>",
        "<Video https://a.example/b.mp4>",
        "<Image f1>",
        "?compaction",
        "two",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn smaller_facts_of_many_conventions() {
    // Key and value beside a kind; what it is to be.
    let told = view(json!({"traceloop.span.kind": "agent", "traceloop.entity.name": "planner"}));
    assert_eq!(told.agent.as_deref(), Some("planner"));
    let told = view(json!({"traceloop.span.kind": "tool", "traceloop.entity.name": "look"}));
    assert_eq!(told.tool.unwrap().name.as_deref(), Some("look"));
    let told =
        view(json!({"openinference.span.kind": "AGENT", "graph.node.name": "writer", "graph.node.id": "7"}));
    assert_eq!(told.agent.as_deref(), Some("writer"));
    let told = view(json!({"mcp.method.name": "tools/call", "mcp.session.id": "m"}));
    assert_eq!((told.kind.as_deref(), told.session.as_deref()), (Some("TOOL"), None));
    let told = view(json!({"gen_ai.request.model": "m", "hidden_params": r#"{"response_cost": 0.25}"#}));
    assert_eq!(told.cost.total, Some(250_000_000_000));
    let told = view(json!({"gen_ai.operation.name": "retrieval", "gen_ai.retrieval.top_k": 4}));
    assert_eq!(told.parameters, [("top_k".to_owned(), json!(4))]);
    // Logfire's stream of a call: the answer in one text.
    let told = view(json!({
        "request_data": r#"{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": true}"#,
        "response_data": r#"{"combined_chunk_content": "hello", "chunk_count": 2}"#,
        "gen_ai.request.model": "gpt-4o",
    }));
    assert_eq!(texts(&told.output_messages), [said("assistant", "hello")]);
    assert_eq!(via(&told, "output_messages"), Some("Logfire"));
    let mut images = span(
        "call",
        json!({
            "openinference.span.kind": "LLM", "input.value": "What is it?",
            "input.images.0.image.url": "data:image/png;base64,aGk=",
        }),
    );
    images.start_time_unix_nano = 1;
    let told = semconv::view(&images, &[]).llm(&Prices::default()).unwrap();
    assert_eq!(told.media().count(), 1);
    // Langfuse tells when the first token came, not after how long.
    let mut call = span(
        "call",
        json!({
            "langfuse.observation.type": "generation",
            "langfuse.observation.completion_start_time": "\"2025-08-14T09:00:00.750Z\"",
        }),
    );
    call.start_time_unix_nano = 1_755_162_000_000_000_000;
    let told = semconv::view(&call, &[]).facts(&Prices::default());
    assert_eq!(told.time_to_first_token_ns, Some(750_000_000));
    // Genkit's usage stands in its answer alone, and counts for rows all the same.
    let told = facts(json!({
        "genkit:metadata:subtype": "model", "genkit:name": "m",
        "genkit:output": r#"{"message": {"role": "model", "content": [{"text": "hi"}]}, "usage": {"inputTokens": 5, "outputTokens": 2}}"#,
    }));
    assert_eq!((told.tokens.input, told.tokens.output), (Some(5), Some(2)));
}

#[test]
fn thoughts_are_counted_once_by_what_the_total_says() {
    let tokens = |usage: Value| {
        view(
            json!({"genkit:metadata:subtype": "model", "genkit:output": json!({"usage": usage}).to_string()}),
        )
        .tokens
    };
    // Of OpenAI through Genkit: 1,618 + 337 make the total, so the 320 are among the 337.
    let among =
        tokens(json!({"inputTokens": 1618, "outputTokens": 337, "thoughtsTokens": 320, "totalTokens": 1955}));
    assert_eq!((among.output, among.reasoning, among.total), (Some(337), Some(320), Some(1955)));
    // Of Gemini: 10 + 3 + 2.
    let beside =
        tokens(json!({"inputTokens": 10, "outputTokens": 3, "thoughtsTokens": 2, "totalTokens": 15}));
    assert_eq!((beside.output, beside.reasoning, beside.total), (Some(5), Some(2), Some(15)));
}

#[test]
fn what_went_in_and_out_is_shown_for_conventions_that_mlflow_does_not_know() {
    for (attributes, inputs, outputs) in [
        (
            json!({"genkit:metadata:subtype": "flow", "genkit:input": r#"{"topic": "tea"}"#, "genkit:output": "\"ok\""}),
            json!({"topic": "tea"}),
            json!("ok"),
        ),
        (
            json!({"flue.task.agent": "a", "flue.task.prompt": "sum up", "flue.task.result": "done"}),
            json!("sum up"),
            json!("done"),
        ),
        (json!({"langsmith.span.kind": "chain", "inputs": "[1]", "outputs": "[2]"}), json!([1]), json!([2])),
    ] {
        let span = span("call", attributes);
        let told = semconv::view(&span, &[]);
        assert_eq!((told.shown_inputs(), told.shown_outputs()), (Some(inputs), Some(outputs)));
    }
}
