//! The conventions by name, in the order in which they are asked.

/// The convention that told a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// `mlflow.*`.
    Mlflow,
    /// `langfuse.*`.
    Langfuse,
    /// `openinference.span.kind`, `llm.*`, `input.value` …
    OpenInference,
    /// Attributes of OpenTelemetry's GenAI conventions since 1.37.
    GenAi,
    /// `ai.*` of the Vercel AI SDK.
    VercelAi,
    /// `genkit:*`.
    Genkit,
    /// `lk.*` of LiveKit.
    LiveKit,
    /// `gcp.vertex.agent.*` of Google's Agent Development Kit.
    GoogleAdk,
    /// `pydantic_ai.*` and the bare keys of pydantic-ai.
    PydanticAi,
    /// Claude Code's bare keys.
    ClaudeCode,
    /// `voltagent.*` and the bare keys of VoltAgent.
    VoltAgent,
    /// `lmnr.*` of Laminar.
    Laminar,
    /// `logfire.*`.
    Logfire,
    /// OpenRouter's traces of the calls that it passed on, in GenAI's words with `trace.metadata.openrouter.*`.
    OpenRouter,
    /// `flue.*`.
    Flue,
    /// Event for each message, or the details event, on the span or as a log record.
    GenAiEvents,
    /// `gen_ai.content.*` events.
    GenAiContentEvents,
    /// `gen_ai.prompt.{i}.*` and other attributes of before 1.28, as OpenLLMetry sends them.
    GenAiIndexed,
    /// `traceloop.*`.
    Traceloop,
    /// `langsmith.*`.
    LangSmith,
    /// The shape of a value, or the name of the span.
    Inferred,
}

impl Rule {
    /// Returns the name for a person, as in "via OpenInference".
    pub fn label(self) -> &'static str {
        match self {
            Self::Mlflow => "MLflow",
            Self::Langfuse => "Langfuse",
            Self::OpenInference => "OpenInference",
            Self::GenAi => "OpenTelemetry GenAI",
            Self::VercelAi => "Vercel AI SDK",
            Self::Genkit => "Genkit",
            Self::LiveKit => "LiveKit",
            Self::GoogleAdk => "Google ADK",
            Self::PydanticAi => "Pydantic AI",
            Self::ClaudeCode => "Claude Code",
            Self::VoltAgent => "VoltAgent",
            Self::Laminar => "Laminar",
            Self::Logfire => "Logfire",
            Self::OpenRouter => "OpenRouter",
            Self::Flue => "Flue",
            Self::GenAiEvents => "OpenTelemetry GenAI events",
            Self::GenAiContentEvents => "OpenTelemetry GenAI content events",
            Self::GenAiIndexed => "OpenLLMetry (GenAI, indexed)",
            Self::Traceloop => "Traceloop",
            Self::LangSmith => "LangSmith",
            Self::Inferred => "shape of the value",
        }
    }
}
