//! Timestamps and durations as proto-JSON writes them, with the millisecond precision that MLflow keeps.

use jiff::Timestamp;
use model::UnixNanos;

/// Writes RFC 3339 in UTC with no or three digits of a second: `2026-11-22T14:47:48Z`, `…48.100Z`.
pub fn timestamp_text(time: UnixNanos) -> String {
    let millis = time.as_millis();
    let Ok(timestamp) = Timestamp::from_millisecond(millis) else {
        return "1970-01-01T00:00:00Z".to_owned();
    };
    let format = if millis.rem_euclid(1000) == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S.%3fZ" };
    timestamp.strftime(format).to_string()
}

/// Reads RFC 3339 with any number of digits.
pub fn parse_timestamp(text: &str) -> Option<UnixNanos> {
    let timestamp: Timestamp = text.parse().ok()?;
    i64::try_from(timestamp.as_nanosecond()).ok().map(UnixNanos)
}

/// Writes seconds with no or three digits: `0s`, `0.028s`, `1.500s`.
pub fn duration_text(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    let (seconds, rest) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
    if rest == 0 { format!("{sign}{seconds}s") } else { format!("{sign}{seconds}.{rest:03}s") }
}

/// Reads seconds with any number of digits and the suffix `s`, as whole milliseconds.
pub fn parse_duration_ms(text: &str) -> Option<i64> {
    let number = text.strip_suffix('s')?;
    let (sign, number) = number.strip_prefix('-').map_or((1, number), |number| (-1, number));
    let (seconds, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.is_empty() || !is_digits(seconds) || !is_digits(fraction) {
        return None;
    }
    let seconds: i64 = seconds.parse().ok()?;
    let millis: i64 = format!("{fraction:0<3}")[..3].parse().ok()?;
    seconds.checked_mul(1000)?.checked_add(millis)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_mlflow_writes() {
        // The first two times and all durations are from the contract, b.1.
        assert_eq!(timestamp_text(UnixNanos::from_millis(1_795_358_868_000)), "2026-11-22T14:47:48Z");
        assert_eq!(timestamp_text(UnixNanos::from_millis(1_795_358_868_100)), "2026-11-22T14:47:48.100Z");
        assert_eq!(timestamp_text(UnixNanos::from_millis(1_795_358_868_007)), "2026-11-22T14:47:48.007Z");
        for (millis, text) in [(0, "0s"), (28, "0.028s"), (1500, "1.500s"), (2000, "2s")] {
            assert_eq!(duration_text(millis), text);
            assert_eq!(parse_duration_ms(text), Some(millis));
        }
    }

    #[test]
    fn reads_any_number_of_digits() {
        assert_eq!(
            parse_timestamp("2026-11-22T14:47:48.5Z"),
            Some(UnixNanos::from_millis(1_795_358_868_500))
        );
        assert_eq!(parse_duration_ms("1.2345s"), Some(1234));
        for text in ["", "s", "1", "1.x s", "xs", "99999999999999999999s"] {
            assert_eq!(parse_duration_ms(text), None, "{text}");
        }
    }
}
