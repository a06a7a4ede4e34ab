//! By how much a trace may be worse than its baseline, and whether it is.

use proto::ui::Comparison;

use super::text::{plain, signed_dollars, signed_duration, signed_number};
use crate::grammar::CheckArgs;

/// By how much a quantity may grow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// By a part of the baseline's, in per cent.
    Percent(f64),
    /// By as much: nanoseconds, pico-dollars, tokens.
    Amount(i64),
}

impl Limit {
    /// Reads `+10%`, `250ms`, `+1.5s`.
    pub(crate) fn duration(text: &str) -> Result<Self, String> {
        const UNITS: [(&str, f64); 7] =
            [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("min", 6e10), ("h", 3.6e12), ("s", 1e9)];
        Self::percent(text).unwrap_or_else(|| {
            let with_unit = |(unit, nanos): &(&str, f64)| Some((text.strip_suffix(unit)?, *nanos));
            let (number, nanos) =
                UNITS.iter().find_map(with_unit).ok_or("write it as +10%, +250ms or +1.5s")?;
            amount(number, nanos)
        })
    }

    /// Reads `+5%`, `+0.002`, `$0.002`.
    pub(crate) fn cost(text: &str) -> Result<Self, String> {
        Self::percent(text).unwrap_or_else(|| {
            let number = text.strip_prefix('+').unwrap_or(text);
            amount(number.trim_start_matches('$').trim_end_matches('$'), 1e12)
        })
    }

    /// Reads `+5%`, `+200`.
    pub(crate) fn tokens(text: &str) -> Result<Self, String> {
        Self::percent(text).unwrap_or_else(|| amount(text, 1.0))
    }

    fn percent(text: &str) -> Option<Result<Self, String>> {
        let number = text.strip_suffix('%')?;
        Some(parsed(number).map(Self::Percent))
    }

    /// Whether a difference is within the limit. Of nothing, any part is nothing.
    fn allows(self, baseline: i64, delta: i64) -> bool {
        match self {
            Self::Amount(amount) => delta <= amount,
            #[expect(clippy::cast_precision_loss, reason = "a limit in per cent is no exact number")]
            Self::Percent(percent) => delta <= 0 || delta as f64 <= baseline as f64 * percent / 100.0,
        }
    }

    fn said(self, amount: impl Fn(i64) -> String) -> String {
        match self {
            Self::Percent(percent) => format!("+{percent} %"),
            Self::Amount(limit) => amount(limit),
        }
    }
}

fn parsed(text: &str) -> Result<f64, String> {
    let number: f64 = text.trim().parse().map_err(|_| format!("{text:?} is no number"))?;
    if !number.is_finite() || number < 0.0 {
        return Err("it must not be negative: it says by how much it may grow".to_owned());
    }
    Ok(number)
}

fn amount(text: &str, unit: f64) -> Result<Limit, String> {
    #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
    Ok(Limit::Amount((parsed(text)? * unit).round() as i64))
}

/// Whether one limit holds, and in words.
pub(super) struct Verdict {
    pub(super) holds: bool,
    pub(super) said: String,
}

/// Checks all limits that were given.
pub(super) fn check(comparison: &Comparison, arguments: &CheckArgs) -> Vec<Verdict> {
    let Comparison { baseline, candidate, delta, .. } = comparison;
    let mut verdicts = Vec::new();
    if let Some(limit) = arguments.max_duration {
        let running =
            [("baseline", baseline), ("candidate", candidate)].into_iter().find(|(_, side)| !side.has_ended);
        verdicts.push(match running {
            None => Verdict {
                holds: limit.allows(baseline.duration_ns, delta.duration_ns),
                said: format!(
                    "duration {}{} (limit {})",
                    signed_duration(delta.duration_ns),
                    percent(baseline.duration_ns, delta.duration_ns),
                    limit.said(signed_duration)
                ),
            },
            // What is still running is always fast.
            Some((name, side)) => {
                let why = if side.n_spans == 0 { "has no spans" } else { "has not ended" };
                Verdict { holds: false, said: format!("duration: the {name} {why}, so it cannot be checked") }
            }
        });
    }
    type Quantity = (Option<Limit>, &'static str, Option<i64>, Option<i64>, fn(i64) -> String);
    let quantities: [Quantity; 2] = [
        (arguments.max_cost, "cost", baseline.cost, candidate.cost, signed_dollars),
        (arguments.max_tokens, "tokens", baseline.tokens, candidate.tokens, signed_number),
    ];
    for (limit, name, before, after, told) in quantities {
        let Some(limit) = limit else { continue };
        verdicts.push(match (before, after) {
            (Some(before), Some(after)) => {
                let delta = after.saturating_sub(before);
                Verdict {
                    holds: limit.allows(before, delta),
                    said: format!(
                        "{name} {}{} (limit {})",
                        told(delta),
                        percent(before, delta),
                        limit.said(told)
                    ),
                }
            }
            (None, None) => Verdict { holds: true, said: format!("{name}: neither trace tells any") },
            (before, _) => {
                let name_of_silent = if before.is_some() { "candidate" } else { "baseline" };
                Verdict {
                    holds: false,
                    said: format!("{name}: the {name_of_silent} tells none, so it cannot be checked"),
                }
            }
        });
    }
    if arguments.no_new_errors {
        let names: Vec<String> =
            comparison.new_errors.iter().take(3).map(|error| plain(&error.label)).collect();
        let n = comparison.n_new_errors;
        let said = match n {
            0 => "no new errors".to_owned(),
            1 => format!("1 new error: {}", names.join(", ")),
            2..=3 => format!("{n} new errors: {}", names.join(", ")),
            _ => format!("{n} new errors: {}, …", names.join(", ")),
        };
        verdicts.push(Verdict { holds: n == 0, said });
    }
    verdicts
}

/// Returns a difference in per cent, in brackets; empty where there was nothing.
pub(super) fn percent(before: i64, delta: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
    match before {
        0 => String::new(),
        _ => {
            let percent = delta as f64 / before as f64 * 100.0;
            let sign = if percent < 0.0 { "−" } else { "+" };
            format!(" ({sign}{:.1} %)", percent.abs())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::dollars;
    use super::*;

    #[test]
    fn limits_are_read_as_they_are_typed() {
        for (text, expected) in [
            ("+10%", Limit::Percent(10.0)),
            ("2.5%", Limit::Percent(2.5)),
            ("+250ms", Limit::Amount(250_000_000)),
            ("1.5s", Limit::Amount(1_500_000_000)),
            ("+2min", Limit::Amount(120_000_000_000)),
            ("0s", Limit::Amount(0)),
        ] {
            assert_eq!(Limit::duration(text), Ok(expected), "{text}");
        }
        for text in ["", "10", "-5%", "-1s", "fast", "NaN%", "%", "s"] {
            assert!(Limit::duration(text).is_err(), "{text}");
        }
        assert_eq!(Limit::cost("+0.002"), Ok(Limit::Amount(2_000_000_000)));
        assert_eq!(Limit::cost("+$0.5"), Ok(Limit::Amount(500_000_000_000)));
        assert_eq!(Limit::tokens("+200"), Ok(Limit::Amount(200)));
    }

    #[test]
    fn a_limit_holds_up_to_itself() {
        assert!(Limit::Percent(10.0).allows(1000, 100));
        assert!(!Limit::Percent(10.0).allows(1000, 101));
        assert!(Limit::Percent(0.0).allows(1000, 0));
        assert!(!Limit::Percent(10.0).allows(0, 1), "ten per cent of nothing is nothing");
        assert!(Limit::Percent(10.0).allows(0, 0) && Limit::Percent(10.0).allows(5, -5));
        assert!(Limit::Amount(5).allows(0, 5) && !Limit::Amount(5).allows(100, 6));
        assert_eq!(dollars(1_500_000_000), "$0.0015");
    }
}
