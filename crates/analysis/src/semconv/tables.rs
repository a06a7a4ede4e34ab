//! Which attribute tells what, by convention, in the order of priority. This is where a new convention is added.

use super::Rule::{
    self, ClaudeCode, Flue, GenAi, GenAiIndexed, Genkit, GoogleAdk, Inferred, Laminar, LangSmith, Langfuse,
    LiveKit, Logfire, Mlflow, OpenInference, OpenRouter, PydanticAi, Traceloop, VercelAi, VoltAgent,
};
use super::key_marks::KeyMarks;

/// Attributes that may tell a fact, best first.
#[derive(Clone, Copy)]
pub(super) struct Table {
    keys: &'static [(Rule, &'static str)],
    marks: KeyMarks,
}

impl Table {
    pub(super) const fn of(keys: &'static [(Rule, &'static str)]) -> Self {
        let mut marks = KeyMarks::NONE;
        let mut at = 0;
        while at < keys.len() {
            marks = marks.with(keys[at].1);
            at += 1;
        }
        Self { keys, marks }
    }

    /// Marks of all its keys.
    pub(super) fn marks(&self) -> &KeyMarks {
        &self.marks
    }

    pub(super) fn iter(self) -> std::slice::Iter<'static, (Rule, &'static str)> {
        self.keys.iter()
    }
}

/// Prefixes of keys that some convention owns. A span without such a key is not looked at further.
pub(super) const PREFIXES: &[&str] = &[
    "gen_ai.",
    "llm.",
    "mlflow.",
    "openinference.",
    "langfuse.",
    "ai.",
    "traceloop.",
    "langsmith.",
    "lk.",
    "genkit:",
    "gcp.vertex.agent.",
    "pydantic_ai.",
    "logfire.",
    "flue.",
    "embedding.",
    "retrieval.",
    "reranker.",
    "input.",
    "output.",
    "tool.",
    "lmnr.",
    "session.",
    "user.",
    "enduser.",
    "agent.",
    "graph.node.",
    "voltagent.",
    "mcp.",
    "tag.",
    "trace.metadata.openrouter.",
];

/// Keys without a prefix that some convention owns.
pub(super) const BARE_KEYS: &[&str] = &[
    "span.type",
    "model_name",
    "agent_name",
    "final_result",
    "events",
    "all_messages_events",
    "tool_arguments",
    "tool_response",
    "request_data",
    "response_data",
    "operation.cost",
    "operation.name",
    "entity.type",
    "inputs",
    "outputs",
    "usage.prompt_tokens",
    "usage.completion_tokens",
    "usage.total_tokens",
];

pub(super) const MODEL_ANSWERED: Table = Table::of(&[
    (OpenInference, "llm.response.model_name"),
    (GenAi, "gen_ai.response.model"),
    (VercelAi, "ai.response.model"),
    (Traceloop, "llm.response.model"),
]);

pub(super) const MODEL_ASKED: Table = Table::of(&[
    (Mlflow, "mlflow.llm.model"),
    (Langfuse, "langfuse.observation.model.name"),
    (OpenInference, "llm.request.model_name"),
    (OpenInference, "llm.model_name"),
    (OpenInference, "embedding.model_name"),
    (OpenInference, "reranker.model_name"),
    (GenAi, "gen_ai.request.model"),
    (VercelAi, "ai.model.id"),
    (Traceloop, "llm.request.model"),
    (LangSmith, "langsmith.metadata.ls_model_name"),
    (PydanticAi, "model_name"),
    (ClaudeCode, "model"),
    (VoltAgent, "ai.model.name"),
    (VoltAgent, "llm.model"),
    (VoltAgent, "model"),
]);

pub(super) const PROVIDER: Table = Table::of(&[
    (Mlflow, "mlflow.llm.provider"),
    // Who answered; `gen_ai.provider.name` is who made the model.
    (OpenRouter, "trace.metadata.openrouter.provider_name"),
    (OpenInference, "llm.provider"),
    (OpenInference, "llm.system"),
    (GenAi, "gen_ai.provider.name"),
    (VercelAi, "ai.model.provider"),
    (GenAiIndexed, "gen_ai.system"),
    (LangSmith, "langsmith.metadata.ls_provider"),
    (Langfuse, "langfuse.observation.metadata.ls_provider"),
]);

pub(super) const SESSION: Table = Table::of(&[
    (Mlflow, "mlflow.trace.session"),
    (Langfuse, "langfuse.session.id"),
    (OpenInference, "session.id"),
    (GenAi, "gen_ai.conversation.id"),
    (VercelAi, "ai.telemetry.metadata.sessionId"),
    (GoogleAdk, "gcp.vertex.agent.session_id"),
    (Traceloop, "traceloop.association.properties.session_id"),
    (Traceloop, "traceloop.association.properties.thread_id"),
    (Traceloop, "traceloop.association.properties.conversation_id"),
    (LangSmith, "langsmith.metadata.session_id"),
    (LangSmith, "langsmith.metadata.thread_id"),
    (LangSmith, "langsmith.metadata.conversation_id"),
    (Laminar, "lmnr.association.properties.session_id"),
    (VoltAgent, "voltagent.conversation_id"),
    (VoltAgent, "conversation.id"),
    (Langfuse, "langfuse.observation.metadata.thread_id"),
    (Langfuse, "langfuse.trace.metadata.thread_id"),
]);

pub(super) const USER: Table = Table::of(&[
    (Mlflow, "mlflow.trace.user"),
    (Langfuse, "langfuse.user.id"),
    (OpenInference, "user.id"),
    (GenAi, "enduser.id"),
    (VercelAi, "ai.telemetry.metadata.userId"),
    (Traceloop, "traceloop.association.properties.user_id"),
    (LangSmith, "langsmith.metadata.user_id"),
    (Laminar, "lmnr.association.properties.user_id"),
]);

pub(super) const AGENT: Table = Table::of(&[
    (OpenInference, "agent.name"),
    (GenAi, "gen_ai.agent.name"),
    (GoogleAdk, "gcp.vertex.agent.agent_name"),
    (PydanticAi, "agent_name"),
    (LiveKit, "lk.agent_name"),
    (Flue, "flue.task.agent"),
    (OpenInference, "graph.node.name"),
    (OpenInference, "graph.node.id"),
    (LangSmith, "langsmith.metadata.langgraph_node"),
    (Langfuse, "langfuse.observation.metadata.langgraph_node"),
    (VercelAi, "ai.telemetry.functionId"),
    // Better than none.
    (GenAi, "gen_ai.agent.id"),
]);

pub(super) const WORKFLOW: Table = Table::of(&[
    (GenAi, "gen_ai.workflow.name"),
    (Flue, "flue.workflow.name"),
    (Traceloop, "traceloop.workflow.name"),
]);

/// Lists of words, or words with commas between.
pub(super) const TAGS: Table = Table::of(&[
    (Langfuse, "langfuse.trace.tags"),
    (OpenInference, "tag.tags"),
    (LangSmith, "langsmith.span.tags"),
    (Logfire, "logfire.tags"),
    (Traceloop, "traceloop.association.properties.tags"),
]);

pub(super) const TOOL_NAME: Table = Table::of(&[
    (OpenInference, "tool.name"),
    (GenAi, "gen_ai.tool.name"),
    (VercelAi, "ai.toolCall.name"),
    (LiveKit, "lk.function_tool.name"),
    (ClaudeCode, "tool_name"),
    (Flue, "flue.tool.name"),
    (Traceloop, "traceloop.entity.name"),
]);

pub(super) const TOOL_DESCRIPTION: Table =
    Table::of(&[(OpenInference, "tool.description"), (GenAi, "gen_ai.tool.description")]);

pub(super) const TOOL_CALL_ID: Table = Table::of(&[
    (OpenInference, "tool.id"),
    (GenAi, "gen_ai.tool.call.id"),
    (VercelAi, "ai.toolCall.id"),
    (LiveKit, "lk.function_tool.id"),
    (Flue, "flue.tool.call_id"),
]);

/// What a tool span was called with. `tool.parameters` is the schema in newer OpenInference, so that it comes last.
pub(super) const TOOL_ARGUMENTS: Table = Table::of(&[
    (Mlflow, "mlflow.spanInputs"),
    (Langfuse, "langfuse.observation.input"),
    (OpenInference, "input.value"),
    (GenAi, "gen_ai.tool.call.arguments"),
    (VercelAi, "ai.toolCall.args"),
    (GoogleAdk, "gcp.vertex.agent.tool_call_args"),
    (LiveKit, "lk.function_tool.arguments"),
    (PydanticAi, "tool_arguments"),
    (ClaudeCode, "tool_input"),
    (Flue, "flue.tool.arguments"),
    (Genkit, "genkit:input"),
    (Traceloop, "traceloop.entity.input"),
    (LangSmith, "gen_ai.prompt"),
    (Inferred, "inputs"),
    (Laminar, "lmnr.span.input"),
    (VoltAgent, "input"),
    (OpenInference, "tool.parameters"),
]);

pub(super) const TOOL_RESULT: Table = Table::of(&[
    (Mlflow, "mlflow.spanOutputs"),
    (Langfuse, "langfuse.observation.output"),
    (OpenInference, "output.value"),
    (GenAi, "gen_ai.tool.call.result"),
    (VercelAi, "ai.toolCall.result"),
    (GoogleAdk, "gcp.vertex.agent.tool_response"),
    (LiveKit, "lk.function_tool.output"),
    (PydanticAi, "tool_response"),
    (ClaudeCode, "new_context"),
    (Flue, "flue.tool.result"),
    (Genkit, "genkit:output"),
    (Traceloop, "traceloop.entity.output"),
    (LangSmith, "gen_ai.completion"),
    (Inferred, "outputs"),
    (Laminar, "lmnr.span.output"),
    (VoltAgent, "output"),
]);

/// Values that hold messages if they have their shape, before messages of any other form are looked for.
pub(super) const OWN_INPUT: Table = Table::of(&[
    (Mlflow, "mlflow.chat.messages"),
    (Mlflow, "mlflow.spanInputs"),
    (Langfuse, "langfuse.observation.input"),
]);

/// See [`OWN_INPUT`].
pub(super) const OWN_OUTPUT: Table =
    Table::of(&[(Mlflow, "mlflow.spanOutputs"), (Langfuse, "langfuse.observation.output")]);

/// Values that hold messages where attributes of the conventions proper have none.
pub(super) const INPUT: Table = Table::of(&[
    (GenAi, "gen_ai.input.messages"),
    (VercelAi, "ai.prompt.messages"),
    (VercelAi, "ai.prompt"),
    (Genkit, "genkit:input"),
    (LiveKit, "lk.chat_ctx"),
    (LiveKit, "lk.user_input"),
    (LiveKit, "lk.user_transcript"),
    (LiveKit, "lk.input_text"),
    (GoogleAdk, "gcp.vertex.agent.llm_request"),
    (Logfire, "request_data"),
    (ClaudeCode, "user_prompt"),
    (ClaudeCode, "new_context"),
    (Flue, "flue.turn.input"),
    (Flue, "flue.task.prompt"),
    (Laminar, "lmnr.span.input"),
    (VoltAgent, "agent.messages"),
    (VoltAgent, "llm.messages"),
    (VoltAgent, "input"),
]);

/// See [`INPUT`].
pub(super) const OUTPUT: Table = Table::of(&[
    (GenAi, "gen_ai.output.messages"),
    (VercelAi, "ai.response.messages"),
    (Genkit, "genkit:output"),
    (LiveKit, "lk.response.text"),
    (GoogleAdk, "gcp.vertex.agent.llm_response"),
    (Logfire, "response_data"),
    (ClaudeCode, "response.model_output"),
    (Flue, "flue.turn.output"),
    (Flue, "flue.task.result"),
    (Laminar, "lmnr.span.output"),
    (VoltAgent, "output"),
]);

/// Messages of the older generations, after the events.
pub(super) const OLD_INPUT: Table = Table::of(&[
    (OpenRouter, "gen_ai.prompt"),
    (LangSmith, "gen_ai.prompt"),
    (Inferred, "inputs"),
    (Traceloop, "traceloop.entity.input"),
]);

/// See [`OLD_INPUT`].
pub(super) const OLD_OUTPUT: Table = Table::of(&[
    (OpenRouter, "gen_ai.completion"),
    (LangSmith, "gen_ai.completion"),
    (Inferred, "outputs"),
    (Traceloop, "traceloop.entity.output"),
]);

/// Last resort: a value of any shape.
pub(super) const RAW_INPUT: Table = Table::of(&[
    (OpenInference, "input.value"),
    (Langfuse, "langfuse.trace.input"),
    (Flue, "flue.workflow.payload"),
]);

/// See [`RAW_INPUT`].
pub(super) const RAW_OUTPUT: Table = Table::of(&[
    (OpenInference, "output.value"),
    (PydanticAi, "final_result"),
    (Langfuse, "langfuse.trace.output"),
    (Flue, "flue.workflow.result"),
    (Flue, "flue.operation.result"),
]);

/// Parameters that are one JSON object.
pub(super) const PARAMETER_OBJECTS: Table = Table::of(&[
    (Langfuse, "langfuse.observation.model.parameters"),
    (Langfuse, "langfuse.observation.model_parameters"),
    (OpenInference, "llm.invocation_parameters"),
    (LangSmith, "invocation_params"),
]);

/// Prefixes of parameters that are one attribute each.
pub(super) const PARAMETER_PREFIXES: Table =
    Table::of(&[(GenAi, "gen_ai.request."), (VercelAi, "ai.settings.")]);

/// Parameters with a key of their own, and the name that they go by.
pub(super) const PARAMETER_KEYS: &[(Rule, &str, &str)] = &[
    (GenAi, "gen_ai.retrieval.top_k", "top_k"),
    (GenAi, "gen_ai.data_source.id", "data_source.id"),
    (OpenInference, "reranker.top_k", "top_k"),
    (Traceloop, "llm.top_k", "top_k"),
    (Traceloop, "llm.frequency_penalty", "frequency_penalty"),
    (Traceloop, "llm.presence_penalty", "presence_penalty"),
    (Traceloop, "llm.chat.stop_sequences", "stop_sequences"),
    (VercelAi, "ai.prompt.toolChoice", "tool_choice"),
];

/// Values that hold a request as it was made, tools and parameters with the messages.
pub(super) const REQUESTS: Table = Table::of(&[
    (Mlflow, "mlflow.spanInputs"),
    (Langfuse, "langfuse.observation.input"),
    (OpenInference, "llm.invocation_parameters"),
    (OpenInference, "input.value"),
    (Genkit, "genkit:input"),
    (GoogleAdk, "gcp.vertex.agent.llm_request"),
    (Logfire, "request_data"),
    (LangSmith, "invocation_params"),
]);

pub(super) const TOOLS: Table = Table::of(&[
    (Mlflow, "mlflow.chat.tools"),
    (GenAi, "gen_ai.tool.definitions"),
    (VercelAi, "ai.prompt.tools"),
    (OpenInference, "llm.tools"),
    (PydanticAi, "model_request_parameters"),
]);

pub(super) const QUERY: Table =
    Table::of(&[(OpenInference, "reranker.query"), (GenAi, "gen_ai.retrieval.query.text")]);

pub(super) const FINISH_REASONS: Table = Table::of(&[
    (OpenInference, "llm.finish_reason"),
    (GenAi, "gen_ai.response.finish_reasons"),
    (GenAi, "gen_ai.response.finish_reason"),
    (VercelAi, "ai.response.finishReason"),
    (Traceloop, "llm.response.finish_reason"),
]);

pub(super) const STREAMING: Table = Table::of(&[
    (GenAi, "gen_ai.request.stream"),
    (GenAi, "gen_ai.request.is_stream"),
    (Traceloop, "gen_ai.is_streaming"),
    (Traceloop, "llm.is_streaming"),
]);

pub(super) const PROMPT_NAME: Table = Table::of(&[
    (Langfuse, "langfuse.observation.prompt.name"),
    (OpenInference, "prompt.id"),
    (GenAi, "gen_ai.prompt.name"),
    (Traceloop, "traceloop.prompt.key"),
    (LangSmith, "langsmith.metadata.lc_hub_repo"),
]);

pub(super) const PROMPT_VERSION: Table = Table::of(&[
    (Langfuse, "langfuse.observation.prompt.version"),
    (OpenInference, "llm.prompt_template.version"),
    (Traceloop, "traceloop.prompt.version"),
    (LangSmith, "langsmith.metadata.lc_hub_commit_hash"),
]);

pub(super) const PROMPT_TEMPLATE: Table =
    Table::of(&[(OpenInference, "llm.prompt_template.template"), (Traceloop, "traceloop.prompt.template")]);

pub(super) const PROMPT_VARIABLES: Table = Table::of(&[
    (OpenInference, "llm.prompt_template.variables"),
    (Traceloop, "traceloop.prompt.template_variables"),
]);

/// Nanoseconds in a unit in which a time to the first token is told.
const MILLISECOND: f64 = 1e6;
const SECOND: f64 = 1e9;

/// Time to the first token, each with its unit in nanoseconds. Strands writes the standard key in milliseconds as an integer,
/// which `time_to_first_token` in `read` tells apart.
pub(super) const TIME_TO_FIRST_TOKEN: &[(Rule, &str, f64)] = &[
    (GenAi, "gen_ai.response.time_to_first_chunk", SECOND),
    (GenAi, "gen_ai.server.time_to_first_token", SECOND),
    (VercelAi, "ai.response.msToFirstChunk", MILLISECOND),
    (VercelAi, "ai.stream.msToFirstChunk", MILLISECOND),
    (ClaudeCode, "ttft_ms", MILLISECOND),
    (LiveKit, "lk.response.ttft", SECOND),
];

/// Marks of the keys of [`TIME_TO_FIRST_TOKEN`].
pub(super) const TIME_MARKS: KeyMarks = {
    let mut marks = KeyMarks::NONE;
    let mut at = 0;
    while at < TIME_TO_FIRST_TOKEN.len() {
        marks = marks.with(TIME_TO_FIRST_TOKEN[at].1);
        at += 1;
    }
    marks
};

/// Where a convention tells token counts.
pub(super) struct TokenKeys {
    pub(super) rule: Rule,
    pub(super) input: &'static [&'static str],
    pub(super) output: &'static [&'static str],
    pub(super) total: &'static [&'static str],
    pub(super) cached_read: &'static [&'static str],
    pub(super) cached_write: &'static [&'static str],
    pub(super) reasoning: &'static [&'static str],
    /// Marks of all these keys.
    pub(super) marks: KeyMarks,
}

impl TokenKeys {
    const fn marked(self) -> Self {
        let marks = KeyMarks::NONE
            .with_all(self.input)
            .with_all(self.output)
            .with_all(self.total)
            .with_all(self.cached_read)
            .with_all(self.cached_write)
            .with_all(self.reasoning);
        Self { marks, ..self }
    }
}

pub(super) const TOKENS: &[TokenKeys] = &[
    TokenKeys {
        rule: OpenInference,
        input: &["llm.token_count.prompt"],
        output: &["llm.token_count.completion"],
        total: &["llm.token_count.total"],
        cached_read: &["llm.token_count.prompt_details.cache_read"],
        cached_write: &["llm.token_count.prompt_details.cache_write"],
        reasoning: &["llm.token_count.completion_details.reasoning"],
        marks: KeyMarks::NONE,
    }
    .marked(),
    TokenKeys {
        rule: GenAi,
        input: &["gen_ai.usage.input_tokens"],
        output: &["gen_ai.usage.output_tokens"],
        total: &["gen_ai.usage.total_tokens"],
        cached_read: &[
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_read_input_tokens",
            "gen_ai.usage.details.cache_read_tokens",
            "gen_ai.usage.input_cached_tokens",
            "gen_ai.usage.input_tokens.cached",
        ],
        cached_write: &[
            "gen_ai.usage.cache_write.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.cache_creation_input_tokens",
            "gen_ai.usage.cache_write_input_tokens",
            "gen_ai.usage.details.cache_write_tokens",
            "gen_ai.usage.input_cache_creation",
            "gen_ai.usage.input_tokens.cache_write",
        ],
        reasoning: &[
            "gen_ai.usage.reasoning.output_tokens",
            "gen_ai.usage.reasoning_tokens",
            "gen_ai.usage.details.reasoning_tokens",
            "gen_ai.usage.details.thoughts_tokens",
            "gen_ai.usage.output_tokens.reasoning",
        ],
        marks: KeyMarks::NONE,
    }
    .marked(),
    TokenKeys {
        rule: VercelAi,
        // Embeddings have but one count: of what was sent.
        input: &["ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"],
        output: &["ai.usage.outputTokens", "ai.usage.completionTokens"],
        total: &["ai.usage.totalTokens", "ai.usage.tokens"],
        cached_read: &["ai.usage.cachedInputTokens"],
        cached_write: &[],
        reasoning: &["ai.usage.reasoningTokens"],
        marks: KeyMarks::NONE,
    }
    .marked(),
    TokenKeys {
        rule: Traceloop,
        input: &["gen_ai.usage.prompt_tokens"],
        output: &["gen_ai.usage.completion_tokens"],
        total: &["llm.usage.total_tokens"],
        cached_read: &[],
        cached_write: &[],
        reasoning: &[],
        marks: KeyMarks::NONE,
    }
    .marked(),
    TokenKeys {
        rule: VoltAgent,
        input: &["usage.prompt_tokens", "llm.usage.prompt_tokens"],
        output: &["usage.completion_tokens", "llm.usage.completion_tokens"],
        total: &["usage.total_tokens", "llm.usage.total_tokens"],
        cached_read: &[],
        cached_write: &[],
        reasoning: &[],
        marks: KeyMarks::NONE,
    }
    .marked(),
    TokenKeys {
        rule: ClaudeCode,
        input: &["input_tokens"],
        output: &["output_tokens"],
        total: &[],
        cached_read: &["cache_read_tokens"],
        cached_write: &["cache_creation_tokens"],
        reasoning: &[],
        marks: KeyMarks::NONE,
    }
    .marked(),
];

/// Costs in dollars: input, output, total.
pub(super) const COSTS: &[(Rule, [&str; 3])] = &[
    (OpenInference, ["llm.cost.prompt", "llm.cost.completion", "llm.cost.total"]),
    (GenAi, ["gen_ai.cost.input_cost", "gen_ai.cost.output_cost", "gen_ai.cost.total_cost"]),
    (GenAi, ["gen_ai.cost.input_tokens", "gen_ai.cost.output_tokens", "gen_ai.cost.total_tokens"]),
    (GenAi, ["gen_ai.usage.input_cost", "gen_ai.usage.output_cost", "gen_ai.usage.total_cost"]),
    (GenAi, ["", "", "gen_ai.usage.cost"]),
    (PydanticAi, ["", "", "operation.cost"]),
];

/// Marks of the keys of [`COSTS`].
pub(super) const COST_MARKS: KeyMarks = {
    let mut marks = KeyMarks::NONE;
    let mut at = 0;
    while at < COSTS.len() {
        marks = marks.with_all(&COSTS[at].1);
        at += 1;
    }
    marks
};
