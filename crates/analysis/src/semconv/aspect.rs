//! What an attribute tells of a span, by its key alone: the sorting that comparisons need, without reading values.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::tables::{self, Table};

/// What an attribute tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// What went in: messages, arguments, a query.
    Input,
    /// What came out.
    Output,
    /// The model that was asked for.
    Model,
    /// The tool that was run.
    Tool,
    /// Tokens, cost, and how long a part took.
    Measure,
    /// What differs in every run and says nothing of the work: ids of calls, threads, ports, the exporters' own notes.
    Bookkeeping,
    /// How it is done, alike for many spans: method, protocol, system, parameters, kind.
    Setting,
    /// Anything else.
    Other,
}

const INPUTS: &[Table] = &[
    tables::TOOL_ARGUMENTS,
    tables::OWN_INPUT,
    tables::INPUT,
    tables::OLD_INPUT,
    tables::RAW_INPUT,
    tables::QUERY,
    tables::PROMPT_VARIABLES,
];

const OUTPUTS: &[Table] = &[
    tables::TOOL_RESULT,
    tables::OWN_OUTPUT,
    tables::OUTPUT,
    tables::OLD_OUTPUT,
    tables::RAW_OUTPUT,
    tables::FINISH_REASONS,
];

const INPUT_PREFIXES: &[&str] = &[
    "llm.input_messages.",
    "llm.prompts.",
    "gen_ai.prompt.",
    "gen_ai.system_instructions",
    "embedding.embeddings.",
];

const OUTPUT_PREFIXES: &[&str] = &[
    "llm.output_messages.",
    "llm.choices.",
    "gen_ai.completion.",
    "ai.response.text",
    "ai.response.object",
    "ai.response.toolCalls",
    "ai.response.reasoning",
    "ai.result.",
    "retrieval.documents.",
    "reranker.output_documents.",
];

const MEASURE_PREFIXES: &[&str] = &[
    "gen_ai.usage.",
    "gen_ai.cost.",
    "llm.usage.",
    "llm.cost.",
    "llm.token_count.",
    "ai.usage.",
    "mlflow.chat.tokenUsage",
    "mlflow.llm.cost",
    "langfuse.observation.usage_details",
    "langfuse.observation.cost_details",
    "ai.response.avg",
    "ai.response.msTo",
    "ai.response.timestamp",
];

/// What the exporters and runtimes add to every span. Of `mlflow.*` only what the SDK's user said counts, which the tables name.
const BOOKKEEPING_PREFIXES: &[&str] = &[
    "mlflow.",
    "thread.",
    "process.",
    "network.peer.",
    "network.local.",
    "net.peer.",
    "net.sock.",
    "net.host.port",
    "client.port",
    "server.port",
    "client.address",
    "code.line",
    "session.",
    "http.request.header.traceparent",
    "ai.response.id",
    "gen_ai.response.id",
    "ai.response.providerMetadata",
    "host.",
    "pid",
    "tid",
];

/// A span that tells nothing else of what it was called with is not known by these.
const SETTING_PREFIXES: &[&str] = &[
    "http.request.method",
    "http.method",
    "http.status_code",
    "http.response.",
    "http.scheme",
    "http.flavor",
    "http.host",
    "http.server_name",
    "http.user_agent",
    "user_agent.",
    "url.scheme",
    "network.",
    "net.",
    "server.address",
    "db.system",
    "db.name",
    "db.namespace",
    "db.user",
    "rpc.system",
    "messaging.system",
    "gen_ai.system",
    "gen_ai.provider.",
    "gen_ai.operation.",
    "gen_ai.request.",
    "gen_ai.response.",
    "gen_ai.agent.",
    "gen_ai.openai.",
    "gen_ai.output.type",
    "llm.provider",
    "llm.system",
    "llm.request.type",
    "llm.is_streaming",
    "llm.invocation_parameters",
    "llm.tools",
    "openinference.",
    "traceloop.span.kind",
    "traceloop.workflow.",
    "ai.model.",
    "ai.settings.",
    "operation.name",
    "otel.",
    "code.",
    "telemetry.",
    "deployment.",
    "input.mime_type",
    "output.mime_type",
];

static BY_KEY: LazyLock<HashMap<&'static str, Aspect, FixedState>> = LazyLock::new(|| {
    let mut by_key = HashMap::with_hasher(FixedState::default());
    let mut tell = |tables: &[Table], aspect: Aspect| {
        for (_, key) in tables.iter().flat_map(|table| table.iter()) {
            by_key.entry(*key).or_insert(aspect);
        }
    };
    tell(&[tables::MODEL_ASKED], Aspect::Model);
    tell(&[tables::TOOL_NAME], Aspect::Tool);
    tell(&[tables::TOOL_CALL_ID, tables::SESSION], Aspect::Bookkeeping);
    tell(INPUTS, Aspect::Input);
    tell(OUTPUTS, Aspect::Output);
    for (_, key, _) in tables::TIME_TO_FIRST_TOKEN {
        by_key.entry(key).or_insert(Aspect::Measure);
    }
    for keys in tables::TOKENS {
        for key in [keys.input, keys.output, keys.total, keys.cached_read, keys.cached_write, keys.reasoning]
            .concat()
        {
            by_key.entry(key).or_insert(Aspect::Measure);
        }
    }
    for key in tables::COSTS.iter().flat_map(|(_, keys)| keys).filter(|key| !key.is_empty()) {
        by_key.entry(key).or_insert(Aspect::Measure);
    }
    by_key
});

/// Returns what the attribute of a key tells.
pub fn aspect(key: &str) -> Aspect {
    if let Some(aspect) = BY_KEY.get(key) {
        return *aspect;
    }
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| key.starts_with(prefix));
    if begins(INPUT_PREFIXES) {
        Aspect::Input
    } else if begins(OUTPUT_PREFIXES) {
        Aspect::Output
    } else if begins(MEASURE_PREFIXES) {
        Aspect::Measure
    } else if begins(BOOKKEEPING_PREFIXES) {
        Aspect::Bookkeeping
    } else if begins(SETTING_PREFIXES) {
        Aspect::Setting
    } else {
        Aspect::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_several_conventions_are_sorted() {
        for (key, expected) in [
            ("mlflow.spanInputs", Aspect::Input),
            ("gen_ai.input.messages", Aspect::Input),
            ("llm.input_messages.0.message.content", Aspect::Input),
            ("gen_ai.tool.call.arguments", Aspect::Input),
            ("mlflow.spanOutputs", Aspect::Output),
            ("gen_ai.output.messages", Aspect::Output),
            ("gen_ai.request.model", Aspect::Model),
            ("gen_ai.tool.name", Aspect::Tool),
            ("gen_ai.usage.input_tokens", Aspect::Measure),
            ("llm.cost.total", Aspect::Measure),
            ("mlflow.chat.tokenUsage", Aspect::Measure),
            ("gen_ai.tool.call.id", Aspect::Bookkeeping),
            ("gen_ai.response.id", Aspect::Bookkeeping),
            ("mlflow.traceRequestId", Aspect::Bookkeeping),
            ("thread.id", Aspect::Bookkeeping),
            ("gen_ai.request.temperature", Aspect::Setting),
            ("gen_ai.response.model", Aspect::Setting),
            ("http.response.status_code", Aspect::Setting),
            ("http.request.method", Aspect::Setting),
            ("url.path", Aspect::Other),
            ("db.query.text", Aspect::Other),
            ("asgi.event.type", Aspect::Other),
            ("rag.top_k", Aspect::Other),
        ] {
            assert_eq!(aspect(key), expected, "{key}");
        }
    }
}
