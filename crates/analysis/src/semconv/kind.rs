//! The kind of a span in one vocabulary.

use model::Span;

use super::Rule;
use super::mlflow::laminar;
use super::reading::Reading;
use super::retrieval::QUERY_RESULT;

/// Brings the word of a convention to the one vocabulary.
type Translate = fn(&str) -> Option<&'static str>;

/// Keys that name a kind, best first.
static TOLD: [(Rule, &str, Translate); 15] = [
    (Rule::Langfuse, "langfuse.observation.type", langfuse),
    (Rule::OpenInference, "openinference.span.kind", open_inference),
    (Rule::GenAi, "gen_ai.operation.name", operation),
    (Rule::LangSmith, "langsmith.span.kind", lang_smith),
    (Rule::VercelAi, "ai.operationId", vercel),
    (Rule::VercelAi, "operation.name", vercel),
    (Rule::Genkit, "genkit:metadata:subtype", genkit),
    (Rule::Genkit, "genkit:type", genkit),
    (Rule::OpenRouter, "span.type", open_router),
    (Rule::ClaudeCode, "span.type", claude_code),
    // Inner spans of VoltAgent repeat the entity of their agent: their own type comes first.
    (Rule::VoltAgent, "span.type", volt_agent),
    (Rule::VoltAgent, "entity.type", volt_agent),
    (Rule::Laminar, "lmnr.span.type", laminar),
    (Rule::Traceloop, "traceloop.span.kind", traceloop),
    (Rule::Traceloop, "llm.request.type", request_type),
];

/// Returns the kind of a span and the rule that told it.
pub(super) fn kind(reading: &Reading<'_>, span: &Span) -> Option<(Rule, String)> {
    let own = super::mlflow_span_type(reading.attributes());
    if let Some(own) = own.as_ref().filter(|own| *own != "UNKNOWN") {
        return Some((Rule::Mlflow, own.clone()));
    }
    // LangSmith writes a kind of its own beside the operation, which is the more exact one.
    let lang_smith_tells = reading.text("langsmith.span.kind").is_some();
    for &(rule, key, translate) in &TOLD {
        if rule == Rule::GenAi && lang_smith_tells {
            continue;
        }
        if let Some(kind) = reading.text(key).and_then(|word| translate(&word))
            && reading.speaks(rule)
        {
            return Some((rule, kind.to_owned()));
        }
    }
    by_keys(reading, &span.name)
        .or_else(|| by_events(span))
        .or_else(|| by_scope(reading.scope(), &span.name))
        .map(|(rule, kind)| (rule, kind.to_owned()))
        .or(own.map(|own| (Rule::Mlflow, own)))
}

fn open_inference(word: &str) -> Option<&'static str> {
    const KINDS: [&str; 11] = [
        "LLM",
        "EMBEDDING",
        "CHAIN",
        "RETRIEVER",
        "RERANKER",
        "TOOL",
        "AGENT",
        "GUARDRAIL",
        "EVALUATOR",
        "PROMPT",
        "DECISION",
    ];
    KINDS.into_iter().find(|kind| kind.eq_ignore_ascii_case(word))
}

fn operation(word: &str) -> Option<&'static str> {
    Some(match word {
        "chat" => "CHAT_MODEL",
        "generate_content" | "text_completion" | "response" | "llm_call" => "LLM",
        "embeddings" => "EMBEDDING",
        "retrieval" => "RETRIEVER",
        "rerank" => "RERANKER",
        "execute_tool" | "tool_call" => "TOOL",
        "create_agent" | "invoke_agent" | "agent_call" => "AGENT",
        "invoke_workflow" => "WORKFLOW",
        "chain" | "plan" => "CHAIN",
        "evaluate" | "evaluation" => "EVALUATOR",
        word if word.ends_with("_memory") || word.ends_with("_memory_store") => "MEMORY",
        _ => return None,
    })
}

fn langfuse(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "generation" => "LLM",
        "embedding" => "EMBEDDING",
        "tool" => "TOOL",
        "retriever" => "RETRIEVER",
        "agent" => "AGENT",
        "chain" => "CHAIN",
        "evaluator" => "EVALUATOR",
        "guardrail" => "GUARDRAIL",
        // A span or an event of Langfuse is of no kind.
        _ => return None,
    })
}

fn lang_smith(word: &str) -> Option<&'static str> {
    Some(match word {
        "llm" => "LLM",
        "chain" => "CHAIN",
        "tool" => "TOOL",
        "retriever" => "RETRIEVER",
        "embedding" => "EMBEDDING",
        "prompt" => "PROMPT",
        "parser" => "PARSER",
        _ => return None,
    })
}

fn vercel(word: &str) -> Option<&'static str> {
    // `operation.name` has the user's function id behind a blank.
    let word = word.split(' ').next().unwrap_or(word);
    let word = word.strip_prefix("ai.").unwrap_or(word);
    Some(match word.split('.').next().unwrap_or(word) {
        "generateText" | "streamText" | "generateObject" | "streamObject" => "LLM",
        "embed" | "embedMany" => "EMBEDDING",
        "toolCall" => "TOOL",
        "rerank" => "RERANKER",
        _ => return None,
    })
}

fn genkit(word: &str) -> Option<&'static str> {
    Some(match word {
        "model" => "LLM",
        "flow" => "WORKFLOW",
        "tool" => "TOOL",
        "retriever" => "RETRIEVER",
        "embedder" => "EMBEDDING",
        "reranker" => "RERANKER",
        "evaluator" => "EVALUATOR",
        "prompt" | "executable-prompt" => "PROMPT",
        _ => return None,
    })
}

fn claude_code(word: &str) -> Option<&'static str> {
    Some(match word.strip_prefix("claude_code.").unwrap_or(word) {
        "interaction" => "AGENT",
        "llm_request" => "LLM",
        "tool" => "TOOL",
        _ => return None,
    })
}

fn open_router(word: &str) -> Option<&'static str> {
    // A `span` of OpenRouter is a request of the caller's own making, or an attempt at a provider: of no kind.
    (word == "generation").then_some("LLM")
}

fn volt_agent(word: &str) -> Option<&'static str> {
    Some(match word {
        "agent" | "subagent" => "AGENT",
        "llm" => "LLM",
        "tool" => "TOOL",
        "memory" => "MEMORY",
        "retriever" | "vector" => "RETRIEVER",
        "embedding" => "EMBEDDING",
        "guardrail" => "GUARDRAIL",
        "workflow" => "WORKFLOW",
        _ => return None,
    })
}

/// OpenLLMetry's instrumentations of vector databases tell each match by an event.
fn by_events(span: &Span) -> Option<(Rule, &'static str)> {
    let has_matches = span.events.iter().any(|event| event.name == QUERY_RESULT);
    has_matches.then_some((Rule::Traceloop, "RETRIEVER"))
}

/// The conventions for the Model Context Protocol name the method of a request.
fn mcp(method: &str) -> Option<&'static str> {
    Some(match method {
        "tools/call" => "TOOL",
        "prompts/get" => "PROMPT",
        _ => return None,
    })
}

fn traceloop(word: &str) -> Option<&'static str> {
    Some(match word {
        "workflow" => "WORKFLOW",
        "task" => "TASK",
        "agent" => "AGENT",
        "tool" => "TOOL",
        _ => return None,
    })
}

fn request_type(word: &str) -> Option<&'static str> {
    Some(match word {
        "chat" => "CHAT_MODEL",
        "completion" => "LLM",
        "embedding" => "EMBEDDING",
        "rerank" => "RERANKER",
        _ => return None,
    })
}

/// Infers the kind from keys that only one kind of span has.
fn by_keys(reading: &Reading<'_>, name: &str) -> Option<(Rule, &'static str)> {
    let inferred = [
        ("gen_ai.tool.name", Rule::GenAi, "TOOL"),
        ("ai.toolCall.name", Rule::VercelAi, "TOOL"),
        ("flue.tool.name", Rule::Flue, "TOOL"),
        ("flue.workflow.name", Rule::Flue, "WORKFLOW"),
        ("flue.task.agent", Rule::Flue, "AGENT"),
        ("flue.operation.kind", Rule::Flue, "CHAIN"),
        ("pydantic_ai.all_messages", Rule::PydanticAi, "AGENT"),
        ("all_messages_events", Rule::PydanticAi, "AGENT"),
        ("agent_name", Rule::PydanticAi, "AGENT"),
        ("embedding.model_name", Rule::OpenInference, "EMBEDDING"),
        ("reranker.model_name", Rule::OpenInference, "RERANKER"),
        ("gen_ai.input.messages", Rule::GenAi, "LLM"),
        ("gen_ai.request.model", Rule::GenAi, "LLM"),
        ("gen_ai.response.model", Rule::GenAi, "LLM"),
        ("gen_ai.usage.input_tokens", Rule::GenAi, "LLM"),
        ("llm.model_name", Rule::OpenInference, "LLM"),
        ("llm.token_count.prompt", Rule::OpenInference, "LLM"),
        // Agents and calls name the workflow that they are a part of.
        ("gen_ai.workflow.name", Rule::GenAi, "WORKFLOW"),
        ("gen_ai.evaluation.name", Rule::GenAi, "EVALUATOR"),
    ];
    let found = inferred.iter().find(|(key, _, _)| reading.has(key));
    if let Some((_, rule, kind)) = found {
        return Some((*rule, *kind));
    }
    if let Some(kind) = reading.text("mcp.method.name").and_then(|method| mcp(&method)) {
        return Some((Rule::GenAi, kind));
    }
    if reading.has_prefix("lk.") {
        let is_tool = || reading.has_prefix("lk.function_tool").then_some("TOOL");
        return Some((Rule::LiveKit, named(LIVE_KIT, name).or_else(is_tool)?));
    }
    None
}

/// Names of spans that one instrumentation gives, and the kinds that they are of.
type Names = &'static [(&'static str, &'static str)];

const LIVE_KIT: Names = &[
    ("function_tool", "TOOL"),
    ("llm_node", "LLM"),
    ("llm_request", "LLM"),
    ("llm_request_run", "LLM"),
    ("agent_turn", "AGENT"),
    ("agent_session", "AGENT"),
];

/// Scopes whose spans may have no attribute of their convention: an attempt of LiveKit's has none, nor has anything while its content
/// is not recorded.
const SCOPES: [(&str, Rule, Names); 1] = [("livekit-agents", Rule::LiveKit, LIVE_KIT)];

fn named(names: Names, name: &str) -> Option<&'static str> {
    names.iter().find_map(|(known, kind)| (*known == name).then_some(*kind))
}

/// Tells the kind from the name of a span, where its scope says who gave it that.
pub(super) fn by_scope(scope: Option<&str>, name: &str) -> Option<(Rule, &'static str)> {
    let (_, rule, names) = SCOPES.iter().find(|(known, ..)| scope == Some(*known))?;
    Some((*rule, named(names, name)?))
}
