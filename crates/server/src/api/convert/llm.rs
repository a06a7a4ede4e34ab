//! The LLM view as messages of the UI API. Binary content becomes a number that the media route takes.

use analysis::plain::typed;
use analysis::semconv::llm::{
    Document, Evaluation, LlmView, Media, Message, Modality, Part, PromptTemplate, Role, Tokens,
    ToolDefinition, ToolRun,
};
use proto::ui;
use serde_json::Value;

/// Converts the view.
pub(in crate::api) fn llm_view(view: &LlmView) -> ui::LlmView {
    let mut n_media = 0;
    // In the order of `LlmView::media`, which the media route counts by.
    let system_instructions = parts(&view.system_instructions, &mut n_media);
    let input_messages = messages(&view.input_messages, &mut n_media);
    let output_messages = messages(&view.output_messages, &mut n_media);
    let parameter =
        |(name, value): &(String, Value)| ui::LlmParameter { name: name.clone(), value: any(value) };
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    ui::LlmView {
        kind: view.kind.clone(),
        input_messages,
        output_messages,
        system_instructions,
        tools: view.tools.iter().map(tool_definition).collect(),
        tool: view.tool.as_ref().map(tool_run),
        query: view.query.clone(),
        input_documents: view.input_documents.iter().map(document).collect(),
        documents: view.documents.iter().map(document).collect(),
        embeddings: view.embeddings.map(|embeddings| ui::Embeddings {
            count: small(embeddings.count),
            dimension: embeddings.dimension.map(small),
        }),
        model_asked: view.model_asked.clone(),
        model_answered: view.model_answered.clone(),
        provider: view.provider.clone(),
        parameters: view.parameters.iter().map(parameter).collect(),
        tokens: (!view.tokens.is_empty()).then(|| tokens(&view.tokens)),
        cost: view.known_cost().map(|cost| {
            let text = |pico: Option<i64>| pico.map(|pico| pico.to_string());
            ui::LlmCost {
                input_pico_usd: text(cost.input),
                output_pico_usd: text(cost.output),
                total_pico_usd: text(cost.total),
                is_computed: view.priced_as.is_some(),
                priced_as: view.priced_as.clone(),
            }
        }),
        session: view.session.clone(),
        user: view.user.clone(),
        agent: view.agent.clone(),
        workflow: view.workflow.clone(),
        tags: view.tags.clone(),
        evaluations: view.evaluations.iter().map(evaluation).collect(),
        prompt: view.prompt.as_ref().map(prompt),
        finish_reasons: view.finish_reasons.clone(),
        is_streaming: view.is_streaming,
        time_to_first_token_ns: view.time_to_first_token_ns.map(|nanos| nanos.to_string()),
        not_captured: view.not_captured.map(|missing| ui::NotCaptured {
            reason: missing.reason.to_owned(),
            enable_with: missing.enable_with.to_owned(),
        }),
        provenance: view
            .provenance
            .iter()
            .map(|(target, rule)| ui::Provenance {
                target: (*target).to_owned(),
                convention: rule.label().to_owned(),
            })
            .collect(),
    }
}

fn any(value: &Value) -> ui::AnyValue {
    ui::any_value(&typed(value.clone()))
}

fn messages(messages: &[Message], n_media: &mut u32) -> Vec<ui::Message> {
    let message = |message: &Message| ui::Message {
        role: match message.role {
            Role::System => ui::MessageRole::System,
            Role::User => ui::MessageRole::User,
            Role::Assistant => ui::MessageRole::Assistant,
            Role::Tool => ui::MessageRole::Tool,
            Role::Other => ui::MessageRole::Other,
        },
        role_text: message.role_text.clone(),
        name: message.name.clone(),
        parts: parts(&message.parts, n_media),
        finish_reason: message.finish_reason.clone(),
    };
    messages.iter().map(message).collect()
}

fn parts(parts: &[Part], n_media: &mut u32) -> Vec<ui::MessagePart> {
    parts.iter().map(|one| part(one, n_media)).collect()
}

fn part(part: &Part, n_media: &mut u32) -> ui::MessagePart {
    match part {
        Part::Text(text) => ui::MessagePart::Text { text: text.clone() },
        Part::Reasoning(text) => ui::MessagePart::Reasoning { text: text.clone() },
        Part::Refusal(text) => ui::MessagePart::Refusal { text: text.clone() },
        Part::ToolCall { id, name, arguments } => {
            ui::MessagePart::ToolCall { id: id.clone(), name: name.clone(), arguments: any(arguments) }
        }
        Part::ToolResult { id, name, content, is_error } => ui::MessagePart::ToolResult {
            id: id.clone(),
            name: name.clone(),
            content: any(content),
            is_error: *is_error,
        },
        Part::Media(media) => media_part(media, n_media),
        Part::Other(kind, value) => ui::MessagePart::Other { kind: kind.clone(), value: any(value) },
    }
}

fn media_part(media: &Media, n_media: &mut u32) -> ui::MessagePart {
    let index = media.base64.is_some().then_some(*n_media);
    if index.is_some() {
        *n_media += 1;
    }
    ui::MessagePart::Media {
        modality: match media.modality {
            Modality::Image => ui::Modality::Image,
            Modality::Audio => ui::Modality::Audio,
            Modality::Video => ui::Modality::Video,
            Modality::File => ui::Modality::File,
        },
        media_type: media.media_type.clone(),
        n_bytes: media.n_bytes().and_then(|n_bytes| u64::try_from(n_bytes).ok()),
        index,
        uri: media.uri.clone(),
        name: media.name.clone(),
    }
}

fn tool_definition(tool: &ToolDefinition) -> ui::ToolDefinition {
    ui::ToolDefinition {
        name: tool.name.clone(),
        description: tool.description.clone(),
        parameters: tool.parameters.as_ref().map(any),
    }
}

fn tool_run(run: &ToolRun) -> ui::ToolRun {
    ui::ToolRun {
        name: run.name.clone(),
        description: run.description.clone(),
        call_id: run.call_id.clone(),
        arguments: run.arguments.as_ref().map(any),
        result: run.result.as_ref().map(any),
    }
}

fn document(document: &Document) -> ui::Document {
    ui::Document {
        id: document.id.clone(),
        content: document.content.clone(),
        score: document.score,
        metadata: document.metadata.as_ref().map(any),
    }
}

fn evaluation(evaluation: &Evaluation) -> ui::Evaluation {
    ui::Evaluation {
        name: evaluation.name.clone(),
        score: evaluation.score,
        label: evaluation.label.clone(),
        explanation: evaluation.explanation.clone(),
        error: evaluation.error.clone(),
    }
}

fn prompt(prompt: &PromptTemplate) -> ui::PromptTemplate {
    ui::PromptTemplate {
        name: prompt.name.clone(),
        version: prompt.version.clone(),
        template: prompt.template.clone(),
        variables: prompt.variables.as_ref().map(any),
    }
}

fn tokens(tokens: &Tokens) -> ui::Tokens {
    let count = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
    ui::Tokens {
        input: count(tokens.input),
        cached_read: count(tokens.cached_read),
        cached_write: count(tokens.cached_write),
        output: count(tokens.output),
        reasoning: count(tokens.reasoning),
        total: count(tokens.total),
    }
}
