//! Types of spans as MLflow translates them (contract e.1).

use super::{ClaudeCode, claude_code, is_gemini_cli, word};
use crate::semconv::reading::Reading;

/// Returns the type that MLflow's translators tell, its own attribute aside.
pub(in crate::semconv) fn span_type(reading: &Reading<'_>) -> Option<&'static str> {
    let operation = word(reading, "gen_ai.operation.name");
    let operation = operation.as_deref();
    open_inference(reading)
        .or_else(|| operation.filter(|_| is_gemini_cli(reading)).and_then(gemini_cli))
        .or_else(|| {
            claude_code(reading).map(|kind| match kind {
                ClaudeCode::Interaction => "AGENT",
                ClaudeCode::Request => "LLM",
                ClaudeCode::Tool => "TOOL",
            })
        })
        .or_else(|| operation.and_then(gen_ai))
        .or_else(|| traceloop(&word(reading, "traceloop.span.kind")?))
        .or_else(|| vercel(&word(reading, "ai.operationId")?))
        .or_else(|| {
            // Inner spans repeat the entity of their agent: their own type comes first.
            let told = ["span.type", "entity.type"].into_iter().filter_map(|key| word(reading, key));
            told.filter_map(|kind| volt_agent(&kind)).next()
        })
        .or_else(|| live_kit(reading))
        .or_else(|| laminar(&word(reading, "lmnr.span.type")?))
        .or_else(|| langfuse(&word(reading, "langfuse.observation.type")?))
}

fn open_inference(reading: &Reading<'_>) -> Option<&'static str> {
    const KINDS: [&str; 10] = [
        "TOOL",
        "CHAIN",
        "LLM",
        "RETRIEVER",
        "EMBEDDING",
        "AGENT",
        "RERANKER",
        "UNKNOWN",
        "GUARDRAIL",
        "EVALUATOR",
    ];
    let kind = word(reading, "openinference.span.kind")?;
    KINDS.into_iter().find(|known| *known == kind)
}

fn gemini_cli(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "llm_call" => "LLM",
        "tool_call" => "TOOL",
        "agent_call" => "AGENT",
        _ => return None,
    })
}

fn gen_ai(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "chat" => "CHAT_MODEL",
        "create_agent" | "invoke_agent" => "AGENT",
        "embeddings" => "EMBEDDING",
        "execute_tool" => "TOOL",
        "generate_content" | "text_completion" | "response" => "LLM",
        _ => return None,
    })
}

fn traceloop(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "workflow" => "WORKFLOW",
        "task" => "TASK",
        "agent" => "AGENT",
        "tool" => "TOOL",
        "unknown" => "UNKNOWN",
        _ => return None,
    })
}

fn vercel(operation: &str) -> Option<&'static str> {
    Some(match operation.strip_prefix("ai.")? {
        "generateText"
        | "generateText.doGenerate"
        | "streamText"
        | "streamText.doStream"
        | "generateObject"
        | "generateObject.doGenerate"
        | "streamObject"
        | "streamObject.doStream" => "LLM",
        "toolCall" => "TOOL",
        "embed" | "embed.doEmbed" | "embedMany" => "EMBEDDING",
        _ => return None,
    })
}

fn volt_agent(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "agent" => "AGENT",
        "llm" => "LLM",
        "tool" => "TOOL",
        "memory" => "MEMORY",
        _ => return None,
    })
}

/// Takes any span that asks for a model for a call, whoever sent it, as MLflow does.
fn live_kit(reading: &Reading<'_>) -> Option<&'static str> {
    if reading.has("gen_ai.request.model") {
        return Some("LLM");
    }
    let operation = word(reading, "gen_ai.operation.name");
    operation.and_then(|operation| gen_ai(&operation.to_lowercase())).or_else(|| {
        reading.attributes().iter().find_map(|attribute| {
            let own = attribute.key.strip_prefix("lk.")?;
            Some(match own {
                "retry_count" => "LLM",
                _ if own.starts_with("function_tool") => "TOOL",
                "agent_name" | "instructions" | "generation_id" => "AGENT",
                "input_text" | "user_transcript" | "transcript_confidence" | "transcription_delay" => {
                    "UNKNOWN"
                }
                _ if own.starts_with("tts") => "UNKNOWN",
                _ => return None,
            })
        })
    })
}

pub(in crate::semconv) fn laminar(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "LLM" | "CACHED" => "LLM",
        "TOOL" => "TOOL",
        "DEFAULT" | "PIPELINE" => "CHAIN",
        "EXECUTOR" => "AGENT",
        "EVALUATOR" | "HUMAN_EVALUATOR" | "EVALUATION" => "EVALUATOR",
        _ => return None,
    })
}

fn langfuse(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "generation" => "LLM",
        "embedding" => "EMBEDDING",
        "tool" => "TOOL",
        "retriever" => "RETRIEVER",
        "agent" => "AGENT",
        "chain" => "CHAIN",
        "evaluator" => "EVALUATOR",
        "guardrail" => "GUARDRAIL",
        "span" => "UNKNOWN",
        _ => return None,
    })
}
