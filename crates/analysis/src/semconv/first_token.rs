//! When the first token of an answer came, by any convention.

use model::{AnyValue, Attributes as _, Span};

use super::reading::Reading;
use super::rule::Rule;
use super::tables;

/// A day in nanoseconds: what is later is no first token.
const DAY: i64 = 86_400_000_000_000;

/// Returns the time from the start of a span to its first token in nanoseconds, and the rule that told it.
pub(super) fn first_token(reading: &Reading<'_>, span: &Span) -> Option<(Rule, i64)> {
    let times = if reading.may_have_of(&tables::TIME_MARKS) { tables::TIME_TO_FIRST_TOKEN } else { &[] };
    let told = times.iter().find_map(|(rule, key, unit)| {
        let value = reading.value(key)?;
        let told = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
        // Strands writes whole milliseconds under a key that the specification defines in seconds, as a fraction.
        let is_strands = *key == "gen_ai.server.time_to_first_token" && value.is_i64();
        nanos(told * if is_strands { 1e6 } else { *unit }).map(|nanos| (*rule, nanos))
    });
    told.or_else(|| {
        // Langfuse tells the instant.
        let at = instant(&reading.text("langfuse.observation.completion_start_time")?)?;
        let nanos = at.checked_sub(i64::try_from(span.start_time_unix_nano).ok()?)?;
        (0..DAY).contains(&nanos).then_some((Rule::Langfuse, nanos))
    })
    .or_else(|| first_chunk(span))
}

/// Returns the time from the start to the event of the first chunk.
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

/// Reads an instant of ISO 8601 with date, time and zone, in nanoseconds since the Unix epoch.
fn instant(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', ' '])?;
    let (time, offset) = match time.strip_suffix('Z') {
        Some(time) => (time, 0),
        None => {
            let (time, zone) = time.split_at(time.rfind(['+', '-'])?);
            let (hours, minutes) = (number(zone.get(1..3)?)?, number(zone.get(zone.len() - 2..)?)?);
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            (time, sign * (hours * 60 + minutes) * 60)
        }
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(clock, ':')?;
    let is_sound = (1970..=2261).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_sound || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let nanos = number(&format!("{fraction:0<9}")[..9])?;
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos)
}

/// Returns the days from the epoch to a date of the Gregorian calendar: years begin in March, so that the leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let numbers: Option<Vec<i64>> = text.split(separator).map(number).collect();
    numbers?.try_into().ok()
}

fn number(text: &str) -> Option<i64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn instants_are_read_with_their_zone() {
        // Seconds as `date -u -d … +%s` prints them.
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T12:30:15.5Z", 1_709_209_815_500_000_000),
            ("2025-08-14T09:00:00.123456+02:00", 1_755_154_800_123_456_000),
            ("2025-03-01 00:00:00.000000001-05:30", 1_740_807_000_000_000_001),
        ] {
            assert_eq!(instant(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2025-08-14",
            "2025-13-01T00:00:00Z",
            "2025-08-14T09:00:00",
            "2025-08-14T9é:00:00+ü1",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
