//! The files without facts: what we read in them ourselves, in the file and not in an answer of ours.

use analysis::semconv::LlmView;

use super::{Told, answer, folder, last_user, tool_calls};

/// What a span is expected to say. An empty text or list is not looked at.
#[derive(Default)]
struct Eye {
    file: &'static str,
    span: &'static str,
    kind: &'static str,
    model: &'static str,
    /// Input, output, cached, reasoning; −1 for none.
    tokens: Option<[i64; 4]>,
    user: &'static str,
    answer: &'static str,
    calls: &'static [&'static str],
    /// Name, arguments and result of a tool, as JSON.
    tool: Option<(&'static str, &'static str, &'static str)>,
    session: &'static str,
    via: &'static str,
}

fn eye(file: &'static str, span: &'static str, kind: &'static str) -> Eye {
    Eye { file, span, kind, ..Eye::default() }
}

fn eyes() -> Vec<Eye> {
    let none = -1;
    let portland = "What's the weather like in Portland?";
    let san_francisco = "What is the weather like today in San Francisco?";
    vec![
        Eye {
            model: "gpt-4o",
            tokens: Some([41, 3, none, none]),
            user: "Say 'Hello World!'",
            answer: "Hello World!",
            session: "session_abc",
            via: "OpenTelemetry GenAI content events",
            ..eye("autogen.openlit-rebuilt", "83517f9062f5ada4", "CHAT_MODEL")
        },
        Eye {
            model: "claude-sonnet-4-5-20250929",
            user: "What's the weather like in Berlin and New York?",
            answer: "I'll check the weather in both Berlin and New York for you.",
            session: "6fb9b4b8-dd4d-4d41-8d4f-c0c0799a6559",
            via: "LangSmith",
            ..eye("claude-agent-sdk.langsmith-otel", "e9aac170e5d48125", "LLM")
        },
        Eye {
            model: "claude-sonnet-4-5-20250929",
            calls: &["mcp__weather__get_weather"],
            ..eye("claude-agent-sdk.langsmith-otel", "2cc13e77781787fd", "LLM")
        },
        Eye {
            tool: Some((
                "mcp__weather__get_weather",
                r#"{"city":"Berlin"}"#,
                r#""Weather in Berlin: Cloudy, 59°F""#,
            )),
            ..eye("claude-agent-sdk.langsmith-otel", "f411dab686a064b1", "TOOL")
        },
        Eye {
            user: "What's the weather like in Berlin and New York?",
            ..eye("claude-agent-sdk.langsmith-otel", "805dc5dff9e33e32", "CHAIN")
        },
        Eye {
            model: "gpt-4o-mini",
            user: "Weather in Berlin?",
            answer: "Berlin: sunny, 72 F",
            via: "Flue",
            ..eye("flue.flue", "0abbe7153204d943", "CHAT_MODEL")
        },
        Eye {
            tool: Some(("lookup_weather", r#"{"city":"Berlin"}"#, r#""Berlin: sunny, 72 F""#)),
            ..eye("flue.flue", "3d646817c5709538", "TOOL")
        },
        Eye {
            user: "Summarize the meeting notes.",
            answer: "The team shipped the integration.",
            ..eye("flue.flue", "80030e8ffe4333af", "AGENT")
        },
        Eye {
            model: "openai/gpt-5-mini",
            user: "Output should be in JSON format.",
            answer: r#"{"confidence_level":0.95}"#,
            via: "Genkit",
            ..eye("genkit-go.genkit", "4c606cf29fdb081d", "LLM")
        },
        Eye {
            model: "gemini-2.0-flash",
            tokens: Some([28, 3, none, none]),
            user: "hi",
            calls: &["say_hello"],
            session: "demo-session",
            via: "OpenInference",
            ..eye("google-adk.openinference+genai", "f6e4c65297e40c96", "LLM")
        },
        Eye {
            tokens: Some([39, 6, none, none]),
            user: "hi",
            answer: "Hello Langfuse 👋!\n",
            ..eye("google-adk.openinference+genai", "bded677884f031ce", "LLM")
        },
        Eye {
            model: "model-a",
            tokens: Some([1840, 260, 920, none]),
            user: "Why did the checkout latency regress this afternoon?",
            answer: "Latency rose with a slow pod rollout. Checking the dashboard",
            via: "OpenTelemetry GenAI",
            ..eye("jaeger-ui-multi-service.genai-semconv", "0000000000000005", "CHAT_MODEL")
        },
        Eye {
            tool: Some(("list_dashboards", r#"{"window":"1h"}"#, r#"{"status":"ok","rows":12}"#)),
            ..eye("jaeger-ui-multi-service.genai-semconv", "0000000000000007", "TOOL")
        },
        eye("jaeger-ui-multi-service.genai-semconv", "0000000000000012", "RETRIEVER"),
        eye("jaeger-ui-multi-service.genai-semconv", "0000000000000004", "AGENT"),
        // An HTTP span speaks no LLM convention.
        eye("jaeger-ui-multi-service.genai-semconv", "0000000000000006", ""),
        Eye {
            model: "gpt-3.5-turbo-0125",
            tokens: Some([1957, 80, 0, 0]),
            answer: "Thought: To find out who won the chess world championship in",
            via: "Langfuse",
            ..eye("langfuse-sdk-invalid-json-input.langfuse", "1e2f239f6be39489", "LLM")
        },
        Eye {
            model: "gpt-5-mini-2025-08-07",
            tokens: Some([142, 24, 0, 0]),
            user: "What's the weather in San Francisco?",
            calls: &["get_weather"],
            ..eye("langgraph-js.langfuse-sdk-rebuilt", "8f0ee27d91863fde", "LLM")
        },
        Eye {
            user: "What is the weather today?",
            answer: "The weather is sunny.",
            via: "LiveKit",
            ..eye("livekit-agents.lk", "922744ea4aff4853", "AGENT")
        },
        Eye {
            tool: Some(("function_tool", "", r#"{"temperature":75,"condition":"sunny"}"#)),
            ..eye("livekit-agents.lk", "13e561d2681b080b", "TOOL")
        },
        Eye {
            model: "gpt-4o",
            user: portland,
            calls: &["get_weather"],
            session: "thread_G78qCSLpzn0YQwFwrvK5OivI",
            ..eye("microsoft-agent-framework-assistants.genai-semconv", "c6b8d4db5f0eac82", "CHAT_MODEL")
        },
        Eye {
            tokens: Some([631, 35, none, none]),
            answer: "The weather in Portland is currently stormy with a high temp",
            ..eye("microsoft-agent-framework-assistants.genai-semconv", "3c2d6f2f26930c50", "CHAT_MODEL")
        },
        Eye {
            tokens: Some([631, 35, none, none]),
            user: portland,
            calls: &["get_weather"],
            ..eye("microsoft-agent-framework-assistants.genai-semconv", "026d1c61bcaa1743", "AGENT")
        },
        Eye {
            tool: Some((
                "get_weather",
                r#"{"location":"Portland"}"#,
                r#""The weather in Portland is stormy with a high of 19°C.""#,
            )),
            ..eye("microsoft-agent-framework-assistants.genai-semconv", "7f845be8c0da22f3", "TOOL")
        },
        Eye {
            model: "gpt-5-mini",
            tokens: Some([77, 86, none, none]),
            user: "What's the weather in Tokyo?",
            calls: &["get_weather"],
            ..eye("microsoft-agent-framework.genai-semconv", "2406e8343fd49c0e", "CHAT_MODEL")
        },
        Eye {
            tokens: Some([216, 20, none, none]),
            answer: "Current conditions in Tokyo, Japan: stormy, high around 23°C",
            ..eye("microsoft-agent-framework.genai-semconv", "b0913e7cd82d72b8", "CHAT_MODEL")
        },
        Eye {
            model: "gpt-3.5-turbo",
            tokens: Some([14, 96, none, none]),
            user: "What is LLM Observability?",
            answer: "LLM Observability stands for logs, metrics, and traces obser",
            via: "OpenTelemetry GenAI content events",
            ..eye("openlit-openai.openlit-events", "fbab8ee4300859b8", "CHAT_MODEL")
        },
        Eye {
            model: "gemini-2.5-flash",
            tokens: Some([40, 159, none, 121]),
            answer: r#"{"answer": "2", "rationale": "The operation 1+1 is a basic a"#,
            ..eye("pydantic-ai-gemini.genai-semconv", "8ffb64580a84a3f0", "CHAT_MODEL")
        },
        Eye {
            model: "gpt-4o",
            tokens: Some([31, 96, none, none]),
            user: "What is Langfuse?",
            answer: "Langfuse is a tool designed for observability and monitoring",
            session: "session_abc",
            via: "Pydantic AI",
            ..eye("pydantic-ai-v0.logfire-events", "5cb389a3bdd21a6e", "CHAT_MODEL")
        },
        Eye {
            user: "What is Langfuse?",
            answer: "Langfuse is a tool designed for observability and monitoring",
            ..eye("pydantic-ai-v0.logfire-events", "0a4fac2553f22f2e", "AGENT")
        },
        Eye {
            model: "gpt-4-0613",
            user: "What is the capital of France?",
            answer: "The capital of France is Paris.",
            via: "OpenTelemetry GenAI events",
            ..eye("semantic-kernel.genai-message-events", "b9ce338b7ff19886", "LLM")
        },
        Eye {
            tokens: Some([18495, 445, 16399, none]),
            ..eye("vercel-ai-sdk-anthropic-cache.ai", "ee10cbe5e0303b29", "LLM")
        },
        Eye {
            model: "claude-opus-4-6",
            user: "Check the weather in Berlin",
            answer: "I'll check the weather.",
            calls: &["getWeather"],
            via: "Vercel AI SDK",
            ..eye("vercel-ai-sdk-text+toolcall.ai", "d4154333dbc063da", "LLM")
        },
        Eye {
            model: "gpt-5",
            tokens: Some([62, 85, none, none]),
            user: san_francisco,
            calls: &["getWeather"],
            ..eye("vercel-ai-sdk-v5.ai", "91a17a2274bfd23f", "LLM")
        },
        Eye {
            tokens: Some([62, 85, none, none]),
            user: san_francisco,
            calls: &["getWeather"],
            ..eye("vercel-ai-sdk-v5.ai", "1dc6768109615657", "LLM")
        },
        Eye {
            tool: Some((
                "getWeather",
                r#"{"location":"San Francisco"}"#,
                r#"{"location":"San Francisco","temperature":64}"#,
            )),
            ..eye("vercel-ai-sdk-v5.ai", "e9bb8c191e1e4706", "TOOL")
        },
        Eye {
            tokens: Some([5, 845, none, none]),
            user: "What is Langfuse?",
            answer: "**Langfuse** is an **open-source observability and evaluatio",
            via: "OpenInference",
            ..eye("vertex-ai.openinference", "125abcbf5c41f4df", "LLM")
        },
    ]
}

#[test]
fn what_we_read_is_told() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for eye in eyes() {
        let told = Told::of(&folder.join(format!("{}.json", eye.file)));
        let view = told.llm(eye.span);
        let mut check = |fact: &str, got: String, expected: &str| {
            if got != expected {
                wrong.push(format!("{} {} {fact}: got {got:?}, expected {expected:?}", eye.file, eye.span));
            }
        };
        check("kind", view.kind.clone().unwrap_or_default(), eye.kind);
        for (fact, got, expected) in [
            ("model", view.model_asked.clone().or(view.model_answered.clone()), eye.model),
            ("user", last_user(&view), eye.user),
            ("answer", answer(&view), eye.answer),
            ("session", told.of_trace(|view| view.session.clone()), eye.session),
            ("via", via(&view), eye.via),
        ] {
            if !expected.is_empty() {
                check(fact, got.unwrap_or_default(), expected);
            }
        }
        if !eye.calls.is_empty() {
            check("calls", tool_calls(&view).join(" "), &eye.calls.join(" "));
        }
        if let Some(expected) = eye.tokens {
            let tokens = &view.tokens;
            let got = [tokens.input, tokens.output, tokens.cached_read, tokens.reasoning];
            check("tokens", format!("{:?}", got.map(|count| count.unwrap_or(-1))), &format!("{expected:?}"));
        }
        if let Some((name, arguments, result)) = eye.tool {
            let run = view.tool.clone().unwrap_or_default();
            check("tool", run.name.unwrap_or_default(), name);
            check("arguments", run.arguments.map(|value| value.to_string()).unwrap_or_default(), arguments);
            check("result", run.result.map(|value| value.to_string()).unwrap_or_default(), result);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn via(view: &LlmView) -> Option<String> {
    let (_, rule) = view.provenance.iter().find(|(target, _)| *target == "input_messages")?;
    Some(rule.label().to_owned())
}

/// No file makes the reader leave a call of a model without a word where the file has one.
#[test]
fn every_file_is_read() {
    let Some(folder) = folder() else { return };
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") && !path.ends_with("facts.json") {
            let told = Told::of(&path);
            assert!(told.spans.values().any(|(_, view)| view.is_some()), "{}", path.display());
            n_files += 1;
        }
    }
    assert_eq!(n_files, 38);
}
