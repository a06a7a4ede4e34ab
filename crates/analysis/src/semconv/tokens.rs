//! Tokens and reported cost, brought to one meaning: cached tokens are part of the input, reasoning tokens of the output.

use model::{Cost, keys};
use serde_json::{Map, Value};

use super::llm::Tokens;
use super::reading::Reading;
use super::structure::field;
use super::tables::{COST_MARKS, COSTS, TOKENS, Table, TokenKeys};
use super::{Rule, count_of};

/// Returns the tokens that a span reports, and the rule that told their sums.
pub(super) fn tokens(reading: &Reading<'_>) -> Option<(Rule, Tokens)> {
    let objects =
        [(Rule::Mlflow, keys::CHAT_TOKEN_USAGE), (Rule::Langfuse, "langfuse.observation.usage_details")];
    let from_objects = objects.into_iter().find_map(|(rule, key)| {
        let tokens = usage_object(reading.value(key)?.as_object()?);
        (!tokens.has_no_sum()).then_some((rule, tokens))
    });
    let conventions =
        || TOKENS.iter().filter(|keys| reading.may_have_of(&keys.marks) && speaks(reading, keys));
    let from_keys = || {
        conventions().map(|keys| (keys.rule, read(reading, keys))).find(|(_, tokens)| !tokens.has_no_sum())
    };
    let (rule, mut tokens) = from_objects.or_else(from_keys)?;
    // What one convention leaves out another may tell: the Vercel SDK has cached tokens under its own key only.
    for keys in conventions() {
        let more = read(reading, keys);
        tokens.cached_read = tokens.cached_read.or(more.cached_read);
        tokens.cached_write = tokens.cached_write.or(more.cached_write);
        tokens.reasoning = tokens.reasoning.or(more.reasoning);
    }
    if reading.has("ai.response.providerMetadata")
        && (tokens.cached_read.is_none() || tokens.cached_write.is_none())
    {
        add_provider_metadata(reading, &mut tokens);
    }
    add_details(reading, &mut tokens);
    let adds_cache = rule == Rule::ClaudeCode;
    Some((rule, normalised(tokens, adds_cache)))
}

/// Claude Code's keys have no prefix and mean something only beside its type.
fn speaks(reading: &Reading<'_>, keys: &TokenKeys) -> bool {
    keys.rule != Rule::ClaudeCode || reading.speaks(keys.rule)
}

/// LangSmith tells the parts of both sums as JSON, in LangChain's words.
fn add_details(reading: &Reading<'_>, tokens: &mut Tokens) {
    let details = |key: &str| match reading.value(key)? {
        Value::Object(details) => Some(details),
        _ => None,
    };
    if let Some(details) = details("gen_ai.usage.input_token_details") {
        let count = |name: &str| details.get(name).and_then(count_of);
        tokens.cached_read = tokens.cached_read.or_else(|| count("cache_read"));
        tokens.cached_write = tokens.cached_write.or_else(|| count("cache_creation"));
    }
    if let Some(details) = details("gen_ai.usage.output_token_details") {
        tokens.reasoning = tokens.reasoning.or_else(|| details.get("reasoning").and_then(count_of));
    }
}

fn read(reading: &Reading<'_>, keys: &TokenKeys) -> Tokens {
    let first = |keys: &[&str]| keys.iter().find_map(|key| reading.count(key));
    Tokens {
        input: first(keys.input),
        cached_read: first(keys.cached_read),
        cached_write: first(keys.cached_write),
        output: first(keys.output),
        reasoning: first(keys.reasoning),
        total: first(keys.total),
    }
}

fn add_provider_metadata(reading: &Reading<'_>, tokens: &mut Tokens) {
    let Some(Value::Object(providers)) = reading.value("ai.response.providerMetadata") else { return };
    for metadata in providers.values() {
        // OpenAI's and older Anthropic providers have no object for the usage.
        for holder in [metadata.get("usage"), Some(metadata)] {
            let Some(told) = holder.and_then(Value::as_object).map(usage_object) else { continue };
            tokens.cached_read = tokens.cached_read.or(told.cached_read);
            tokens.cached_write = tokens.cached_write.or(told.cached_write);
            tokens.reasoning = tokens.reasoning.or(told.reasoning);
        }
    }
}

/// Reads a usage object in any provider's spelling, without judging what includes what.
pub(super) fn usage_object(usage: &Map<String, Value>) -> Tokens {
    let first = |names: &[&str]| names.iter().find_map(|name| usage.get(*name).and_then(count_of));
    let inner = |holders: &[&str], names: &[&str]| {
        holders.iter().find_map(|holder| {
            let held = usage.get(*holder)?.as_object()?;
            names.iter().find_map(|name| held.get(*name).and_then(count_of))
        })
    };
    let of_input = ["prompt_tokens_details", "input_tokens_details", "input_token_details"];
    let of_output = ["completion_tokens_details", "output_tokens_details", "output_token_details"];
    let thoughts = first(&["thoughts_token_count", "thoughtsTokenCount", "thoughtsTokens"]);
    let output = first(&[
        "output",
        "output_tokens",
        "completion_tokens",
        "outputTokens",
        "completionTokens",
        "candidates_token_count",
        "candidatesTokenCount",
    ]);
    let input = first(&[
        "input",
        "input_tokens",
        "prompt_tokens",
        "inputTokens",
        "promptTokens",
        "prompt_token_count",
        "promptTokenCount",
    ]);
    let total = first(&["total", "total_tokens", "totalTokens", "total_token_count", "totalTokenCount"]);
    // Gemini counts thoughts beside the candidates. Genkit uses its words for providers that count them among the output.
    let is_complete =
        output.is_some() && input.zip(output).map(|(input, output)| input.saturating_add(output)) == total;
    Tokens {
        input,
        cached_read: first(&[
            "input_cache_read",
            "cache_read_input_tokens",
            "cacheReadInputTokens",
            "input_cached_tokens",
            "cached_content_token_count",
            "cachedContentTokenCount",
            "cachedContentTokens",
            "cachedInputTokens",
            "cachedPromptTokens",
        ])
        .or_else(|| inner(&of_input, &["cached_tokens", "cache_read"])),
        cached_write: first(&[
            "input_cache_creation",
            "cache_creation_input_tokens",
            "cacheWriteInputTokens",
            "cacheCreationInputTokens",
        ])
        .or_else(|| inner(&of_input, &["cache_creation", "cache_write"])),
        output: match (output, thoughts) {
            (Some(output), Some(thoughts)) if !is_complete => Some(output.saturating_add(thoughts)),
            (output, _) => output,
        },
        reasoning: thoughts
            .or_else(|| {
                first(&["output_reasoning", "output_reasoning_tokens", "reasoning_tokens", "reasoningTokens"])
            })
            .or_else(|| inner(&of_output, &["reasoning_tokens", "reasoning"])),
        total,
    }
}

/// Where usage stands only in the answer, which is read for it even if it is large.
pub(super) const ONLY_IN_ANSWERS: Table =
    Table::of(&[(Rule::Genkit, "genkit:output"), (Rule::Logfire, "response_data")]);

/// Reads the usage that an answer has within it, of the first value of a table that has any.
pub(super) fn of_answer(reading: &Reading<'_>, table: Table) -> Option<(Rule, Tokens)> {
    table.iter().find_map(|(rule, key)| {
        let answer = reading.value(key)?;
        let usage = field(answer.as_object()?, &["usage", "usage_metadata", "usageMetadata"])?.as_object()?;
        let told = usage_object(usage);
        (!told.has_no_sum()).then(|| (*rule, normalised(told, false)))
    })
}

/// Brings counts to one meaning.
///
/// A part cannot be larger than its whole: cached tokens beyond the input were counted beside it, as older Anthropic
/// instrumentations do. So they were if only with them the counts reach the reported total, as Langfuse's do.
fn normalised(mut tokens: Tokens, adds_cache: bool) -> Tokens {
    let cached = tokens.cached_read.unwrap_or(0).saturating_add(tokens.cached_write.unwrap_or(0));
    let reasoning = tokens.reasoning.unwrap_or(0);
    if let Some(input) = tokens.input {
        let beside = input.saturating_add(cached);
        let reaches_total = |output: i64| cached > 0 && tokens.total == Some(beside.saturating_add(output));
        let output = tokens.output.unwrap_or(0);
        if adds_cache
            || cached > input
            || reaches_total(output)
            || (reasoning > 0 && reaches_total(output.saturating_add(reasoning)))
        {
            tokens.input = Some(beside);
        }
    }
    if let Some(output) = tokens.output {
        let beside = output.saturating_add(reasoning);
        let input = tokens.input.unwrap_or(0);
        if reasoning > output || (reasoning > 0 && tokens.total == Some(input.saturating_add(beside))) {
            tokens.output = Some(beside);
        }
    }
    if let (None, Some(input), Some(output)) = (tokens.total, tokens.input, tokens.output) {
        tokens.total = Some(input.saturating_add(output));
    }
    tokens
}

/// Returns the cost that a span reports, and the rule that told it.
pub(super) fn cost(reading: &Reading<'_>) -> Option<(Rule, Cost)> {
    if let Some(Value::Object(cost)) = reading.value(keys::LLM_COST) {
        let cost = super::cost_from_json(&cost);
        if !cost.is_empty() {
            return Some((Rule::Mlflow, cost));
        }
    }
    if let Some(Value::Object(details)) = reading.value("langfuse.observation.cost_details") {
        let pico = |names: &[&str]| names.iter().find_map(|name| dollars(details.get(*name)?));
        let input = pico(&["input", "input_tokens", "prompt_tokens"]);
        let output = pico(&["output", "output_tokens", "completion_tokens"]);
        let total = pico(&["total"]).or_else(|| {
            let parts: Vec<i64> = details.values().filter_map(dollars).collect();
            (!parts.is_empty()).then(|| parts.iter().fold(0, |sum: i64, part| sum.saturating_add(*part)))
        });
        let cost = Cost { input, output, total };
        if !cost.is_empty() {
            return Some((Rule::Langfuse, cost));
        }
    }
    let costs = if reading.may_have_of(&COST_MARKS) { COSTS } else { &[] };
    let told = costs.iter().find_map(|(rule, keys)| {
        let [input, output, total] = keys.map(|key| dollars(&reading.value(key)?));
        let sum = || Some(input?.saturating_add(output?));
        let cost = Cost { input, output, total: total.or_else(sum) };
        (!cost.is_empty()).then_some((*rule, cost))
    });
    // LiteLLM's proxy has it among what it calls hidden.
    told.or_else(|| {
        let total = dollars(reading.value("hidden_params")?.get("response_cost")?)?;
        Some((Rule::GenAi, Cost { total: Some(total), ..Cost::default() }))
    })
}

fn dollars(value: &Value) -> Option<i64> {
    let dollars = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Cost::pico_from_dollars(dollars).filter(|pico| *pico >= 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> Tokens {
        usage_object(value.as_object().unwrap())
    }

    #[test]
    fn every_providers_usage_object_is_read() {
        let openai = json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
            "prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 2}});
        let expected = Tokens {
            input: Some(10),
            cached_read: Some(4),
            cached_write: None,
            output: Some(5),
            reasoning: Some(2),
            total: Some(15),
        };
        assert_eq!(object(&openai), expected);
        // Gemini: candidates and thoughts are apart; the total has both.
        let gemini = json!({"promptTokenCount": 10, "candidatesTokenCount": 3, "thoughtsTokenCount": 2, "totalTokenCount": 15,
            "cachedContentTokenCount": 4});
        assert_eq!(object(&gemini), expected);
        let bedrock =
            json!({"inputTokens": 10, "outputTokens": 5, "totalTokens": 15, "cacheReadInputTokens": 4});
        assert_eq!(object(&bedrock), Tokens { reasoning: None, ..expected });
    }

    #[test]
    fn what_was_counted_beside_is_added_once() {
        let base = Tokens { input: Some(10), output: Some(5), ..Tokens::default() };
        for (told, adds_cache, input, output, total) in [
            // Nothing says that 4 cached tokens are not among the 10.
            (Tokens { cached_read: Some(4), ..base }, false, 10, 5, 15),
            // More cached than sent: they were counted beside.
            (Tokens { cached_read: Some(40), cached_write: Some(2), ..base }, false, 52, 5, 57),
            // The total tells it: 10 + 4 + 5.
            (Tokens { cached_read: Some(4), total: Some(19), ..base }, false, 14, 5, 19),
            // Claude Code says so in its documentation.
            (Tokens { cached_read: Some(4), ..base }, true, 14, 5, 19),
            // Reasoning beside the output: 10 + 5 + 3.
            (Tokens { reasoning: Some(3), total: Some(18), ..base }, false, 10, 8, 18),
            (Tokens { reasoning: Some(3), total: Some(15), ..base }, false, 10, 5, 15),
            // Cache and reasoning beside: 10 + 4 + 5 + 3.
            (Tokens { cached_read: Some(4), reasoning: Some(3), total: Some(22), ..base }, false, 14, 8, 22),
        ] {
            let got = normalised(told, adds_cache);
            assert_eq!(
                (got.input, got.output, got.total),
                (Some(input), Some(output), Some(total)),
                "{told:?}"
            );
        }
    }
}
