//! When the first token of an answer came, by any convention.

use model::{AnyValue, Attributes as _, Span};

use super::reading::Reading;
use super::rule::Rule;
use super::tables;

/// Returns the time from the start of a span to its first token in nanoseconds, and the rule that told it.
pub(super) fn first_token(reading: &Reading<'_>, span: &Span) -> Option<(Rule, i64)> {
    let told = tables::TIME_TO_FIRST_TOKEN.iter().find_map(|(rule, key, unit)| {
        let value = reading.value(key)?;
        let told = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
        // Strands writes whole milliseconds under a key that the specification defines in seconds, as a fraction.
        let is_strands = *key == "gen_ai.server.time_to_first_token" && value.is_i64();
        nanos(told * if is_strands { 1e6 } else { *unit }).map(|nanos| (*rule, nanos))
    });
    told.or_else(|| first_chunk(span))
}

/// Returns the time from the start to the event of the first chunk, or to Langfuse's instant.
fn first_chunk(span: &Span) -> Option<(Rule, i64)> {
    let names = [
        (Rule::VercelAi, "ai.stream.firstChunk"),
        (Rule::LangSmith, "new_token"),
        (Rule::Traceloop, "llm.content.completion.chunk"),
        (Rule::Mlflow, "mlflow.chunk.item.0"),
        (Rule::OpenInference, "First Token Stream Event"),
    ];
    let start = span.start_time_unix_nano;
    names.into_iter().find_map(|(rule, name)| {
        let event = span.events.iter().find(|event| event.name == name)?;
        if let Some(AnyValue::Double(ms)) = event.attributes.value("ai.response.msToFirstChunk") {
            return nanos(ms * 1e6).map(|nanos| (rule, nanos));
        }
        i64::try_from(event.time_unix_nano.checked_sub(start)?).ok().map(|nanos| (rule, nanos))
    })
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be within a day")]
fn nanos(nanos: f64) -> Option<i64> {
    (0.0..86_400e9).contains(&nanos).then_some(nanos.round() as i64)
}
