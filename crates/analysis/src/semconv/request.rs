//! Parameters and tools that stand among the arguments of a model's call, where no attribute of their own tells them.
//!
//! MLflow's autologging, for one, keeps a call of OpenAI's SDK as it was made: messages, model and `temperature` in one object.

use serde_json::{Map, Value};

use super::Rule;
use super::reading::Reading;
use super::tables::REQUESTS;

/// Arguments that hold parameters themselves: Gemini's, Vertex AI's, Bedrock's, Ollama's, and what several SDKs hand on.
const WITHIN: &[&str] = &[
    "config",
    "generation_config",
    "generationConfig",
    "inferenceConfig",
    "options",
    "extra_body",
    "model_kwargs",
];

/// Arguments that are parameters, as the APIs of OpenAI, Anthropic, Google, Cohere, Mistral, Bedrock and Ollama name them. What a
/// function of the user's own takes besides is no parameter of a model.
const NAMES: &[&str] = &[
    "audio",
    "dimensions",
    "effort",
    "encoding_format",
    "frequencyPenalty",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "maxOutputTokens",
    "maxTokens",
    "max_completion_tokens",
    "max_new_tokens",
    "max_output_tokens",
    "max_tokens",
    "max_tokens_to_sample",
    "max_tool_calls",
    "min_p",
    "modalities",
    "n",
    "num_ctx",
    "num_predict",
    "parallel_tool_calls",
    "presencePenalty",
    "presence_penalty",
    "random_seed",
    "reasoning",
    "reasoning_effort",
    "repeat_penalty",
    "repetition_penalty",
    "responseMimeType",
    "response_format",
    "response_mime_type",
    "safe_prompt",
    "seed",
    "service_tier",
    "stop",
    "stopSequences",
    "stop_sequences",
    "stream",
    "temperature",
    "thinking",
    "thinkingConfig",
    "thinking_config",
    "toolChoice",
    "tool_choice",
    "topK",
    "topP",
    "top_k",
    "top_logprobs",
    "top_p",
    "truncation",
    "verbosity",
];

/// Returns the parameters among the arguments of a call.
pub(super) fn parameters(reading: &Reading<'_>) -> Option<(Rule, Map<String, Value>)> {
    REQUESTS.iter().find_map(|(rule, key)| {
        let found = among(reading.value(key)?.as_object()?);
        (!found.is_empty()).then_some((*rule, found))
    })
}

/// Returns what `read` makes of the first argument of a name.
pub(super) fn argument<T>(
    reading: &Reading<'_>,
    name: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<(Rule, T)> {
    REQUESTS.iter().find_map(|(rule, key)| {
        let request = reading.value(key)?;
        let told = all(request.as_object()?)
            .find_map(|(known, value)| if known == name { read(value) } else { None });
        Some((*rule, told?))
    })
}

/// Returns all arguments, those that hold others followed by these.
fn all(arguments: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    arguments.iter().chain(WITHIN.iter().filter_map(|name| arguments.get(*name)?.as_object()).flatten())
}

fn among(arguments: &Map<String, Value>) -> Map<String, Value> {
    let known = |name: &str| NAMES.binary_search(&name).is_ok();
    let told = all(arguments).filter(|(name, value)| known(name) && !value.is_null());
    told.take(super::read::MAX_ITEMS).map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use model::{AnyValue, Attribute};
    use serde_json::json;

    use super::*;

    fn told(key: &str, value: &Value) -> Option<(Rule, Value)> {
        let attributes = [Attribute::new(key, AnyValue::String(value.to_string()))];
        let (rule, found) = parameters(&Reading::new(&attributes))?;
        Some((rule, Value::Object(found)))
    }

    #[test]
    fn names_are_sorted() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn a_call_as_it_was_made_tells_its_parameters() {
        // As MLflow's autologging of OpenAI keeps it; `None` is what the caller left to the SDK.
        let chat = json!({
            "messages": [{"role": "user", "content": "temperature?"}],
            "model": "gpt-4o-mini",
            "temperature": 0.7,
            "top_p": null,
            "tools": [{"type": "function"}],
            "tool_choice": "required"
        });
        let expected = json!({"temperature": 0.7, "tool_choice": "required"});
        assert_eq!(told("mlflow.spanInputs", &chat), Some((Rule::Mlflow, expected)));
        // Gemini's and Bedrock's have a part of their own.
        let gemini = json!({"contents": "hi", "config": {"temperature": 0, "topK": 3, "labels": {"a": "b"}}});
        assert_eq!(
            told("gcp.vertex.agent.llm_request", &gemini),
            Some((Rule::GoogleAdk, json!({"temperature": 0, "topK": 3})))
        );
        // What a function of one's own takes is its own matter.
        assert_eq!(told("mlflow.spanInputs", &json!({"question": "temperature", "k": 3})), None);
        assert_eq!(told("mlflow.spanInputs", &json!(["temperature"])), None);
    }
}
