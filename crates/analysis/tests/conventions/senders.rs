//! Senders with ways of their own: what they wrap, repeat, or call by another name.

use analysis::prices::Prices;
use analysis::semconv::{self, llm};
use model::{AnyValue, Attribute};
use serde_json::{Value, json};

use super::{said, span, texts, via, view};

/// The shape of OpenRouter's Broadcast as receivers of it describe it: GenAI's keys, prompt and completion as JSON objects, its own
/// facts below `trace.metadata.openrouter.`, and a bare `span.type` that Claude Code and VoltAgent have too.
#[test]
fn open_router_is_known_by_its_service() {
    let attributes = json!({
        "span.type": "generation",
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "deepseek/deepseek-chat",
        "gen_ai.response.model": "deepseek/deepseek-chat-v3",
        "gen_ai.provider.name": "deepseek",
        "gen_ai.prompt": r#"{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where?"}]}"#,
        "gen_ai.completion": r#"{"completion":"In Paris.","reasoning":"Where indeed."}"#,
        "gen_ai.response.finish_reason": "stop",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.input_tokens.cached": 64,
        "gen_ai.usage.output_tokens": 30,
        "gen_ai.usage.output_tokens.reasoning": 12,
        "gen_ai.usage.input_cost": 0.0002,
        "gen_ai.usage.output_cost": 0.0003,
        "gen_ai.usage.total_cost": 0.0005,
        "session.id": "s-1",
        "user.id": "u-1",
        "model": "a word of the user's own",
    });
    let call = span("LLM Generation", attributes);
    let prices = Prices::bundled();
    let told = semconv::view(&call, &[]).sent_by(Some("openrouter")).llm(&prices).unwrap();
    assert_eq!(told.kind.as_deref(), Some("CHAT_MODEL"));
    assert_eq!(texts(&told.input_messages), [said("system", "Be brief."), said("user", "Where?")]);
    assert_eq!(texts(&told.output_messages), [said("assistant", "In Paris.")]);
    assert!(told.output_messages[0].parts.contains(&llm::Part::Reasoning("Where indeed.".to_owned())));
    assert_eq!(via(&told, "input_messages"), Some("OpenRouter"));
    assert_eq!(told.model_asked.as_deref(), Some("deepseek/deepseek-chat"));
    assert_eq!(told.finish_reasons, ["stop"]);
    let tokens = &told.tokens;
    assert_eq!((tokens.input, tokens.cached_read), (Some(120), Some(64)));
    assert_eq!((tokens.output, tokens.reasoning), (Some(30), Some(12)));
    // 0.0005 dollars are 500 million pico-dollars.
    assert_eq!((told.cost.total, told.priced_as.as_deref()), (Some(500_000_000), None));
    assert_eq!((told.session.as_deref(), told.user.as_deref()), (Some("s-1"), Some("u-1")));
    assert_eq!(told.provider.as_deref(), Some("deepseek"));

    let mut routed = call.clone();
    let name = "trace.metadata.openrouter.provider_name";
    routed.attributes.push(Attribute::new(name, AnyValue::String("Novita".to_owned())));
    let told = semconv::view(&routed, &[]).llm(&prices).unwrap();
    assert_eq!((told.provider.as_deref(), via(&told, "provider")), (Some("Novita"), Some("OpenRouter")));

    // Of a bare request, which says neither model nor provider, only the service tells that it is a call.
    let bare = span("LLM Generation", json!({"span.type": "generation"}));
    let kind = |service| semconv::view(&bare, &[]).sent_by(service).facts(&prices).span_type;
    assert_eq!(kind(Some("openrouter")).as_deref(), Some("LLM"));
    assert_eq!(kind(Some("shop")), None);
    let told = semconv::view(&bare, &[]).sent_by(Some("openrouter")).llm(&prices).unwrap();
    assert_eq!(told.provider.as_deref(), Some("openrouter"));
    assert!(told.not_captured.unwrap().enable_with.contains("Privacy Mode"));
}

#[test]
fn a_message_in_the_name_of_a_called_tool_is_its_result() {
    // Langfuse's callback for LangChain gives a ToolMessage its tool's name for a role.
    let input = json!([
        {"role": "user", "content": "Weather in Rome?"},
        {"role": "assistant", "content": "", "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{\"city\":\"Rome\"}"}}
        ]},
        {"role": "get_weather", "content": "Sunny."},
        {"role": "critic", "content": "Too short."},
    ]);
    let told = view(
        json!({"langfuse.observation.type": "generation", "langfuse.observation.input": input.to_string()}),
    );
    let roles: Vec<_> = told.input_messages.iter().map(|message| message.role.as_str()).collect();
    assert_eq!(roles, ["user", "assistant", "tool", "other"]);
    let expected = llm::Part::ToolResult {
        id: Some("call_1".to_owned()),
        name: Some("get_weather".to_owned()),
        content: json!("Sunny."),
        is_error: None,
    };
    assert_eq!(told.input_messages[2].parts, [expected]);
}

#[test]
fn results_of_tools_come_out_of_their_envelopes() {
    // Microsoft's Agent Framework and Google's ADK, as they send them.
    for result in [
        json!({"type": "function_result", "call_id": "c1", "result": "Stormy."}),
        json!({"id": "adk-1", "name": "weather", "response": "Stormy."}),
    ] {
        let told = view(
            json!({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.call.result": result.to_string()}),
        );
        assert_eq!(told.tool.unwrap().result, Some(json!("Stormy.")));
    }
    // What only looks like one stays whole.
    let own = json!({"name": "weather", "response": "Stormy.", "wind": 9});
    let told =
        view(json!({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.call.result": own.to_string()}));
    assert_eq!(told.tool.unwrap().result, Some(own));
}

#[test]
fn instructions_that_are_sent_twice_are_told_once() {
    let instructions = r#"[{"type": "text", "content": "Be brief."}]"#;
    let system = json!({"role": "system", "parts": [{"type": "text", "content": "Be brief."}]});
    let user = json!({"role": "user", "parts": [{"type": "text", "content": "Hi"}]});
    let told = |messages: &Value| {
        view(json!({
            "gen_ai.operation.name": "chat",
            "gen_ai.system_instructions": instructions,
            "gen_ai.input.messages": messages.to_string(),
        }))
    };
    let twice = told(&json!([system, user]));
    assert_eq!((twice.system_instructions.len(), twice.input_messages.len()), (0, 2));
    let once = told(&json!([user]));
    assert_eq!((once.system_instructions.len(), once.input_messages.len()), (1, 1));
}

#[test]
fn flue_tells_what_went_into_workflows_and_came_out() {
    let workflow = span(
        "flue.workflow tools",
        json!({
            "flue.workflow.name": "tools",
            "flue.workflow.payload": r#"{"city":"Berlin"}"#,
            "flue.workflow.result": r#"{"message":"Sunny."}"#,
        }),
    );
    let told = semconv::view(&workflow, &[]);
    assert_eq!(told.shown_inputs(), Some(json!({"city": "Berlin"})));
    assert_eq!(told.shown_outputs(), Some(json!({"message": "Sunny."})));
    let operation = span(
        "flue.operation prompt",
        json!({"flue.operation.kind": "prompt", "flue.operation.result": r#"{"text":"done"}"#}),
    );
    assert_eq!(semconv::view(&operation, &[]).shown_outputs(), Some(json!({"text": "done"})));
}

/// LiveKit's tracer is called `livekit-agents`, and so is the scope of its spans; the names are those that it gives them. The real
/// trace has `llm_request_run` without any attribute.
#[test]
fn live_kit_is_known_by_its_scope() {
    let prices = Prices::bundled();
    let kind = |scope: &str, name: &str| {
        let bare = span(name, json!({}));
        semconv::view(&bare, &[]).in_scope(scope).facts(&prices).span_type
    };
    let named = [
        ("function_tool", Some("TOOL")),
        ("llm_node", Some("LLM")),
        ("llm_request", Some("LLM")),
        ("llm_request_run", Some("LLM")),
        ("agent_turn", Some("AGENT")),
        ("agent_session", Some("AGENT")),
        ("tts_node", None),
        ("user_speaking", None),
    ];
    for (name, expected) in named {
        assert_eq!(kind("livekit-agents", name).as_deref(), expected, "{name}");
        assert_eq!(kind("shop", name), None, "{name} of somebody else");
    }
    let bare = span("llm_request_run", json!({}));
    let told = semconv::view(&bare, &[]).in_scope("livekit-agents").llm(&prices).unwrap();
    assert_eq!((told.kind.as_deref(), via(&told, "kind")), (Some("LLM"), Some("LiveKit")));
    // What the span itself says comes first.
    let said = span("llm_request", json!({"mlflow.spanType": "\"TASK\"", "gen_ai.operation.name": "chat"}));
    let facts = semconv::view(&said, &[]).in_scope("livekit-agents").facts(&prices);
    assert_eq!(facts.span_type.as_deref(), Some("TASK"));
}
