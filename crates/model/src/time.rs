//! Instants and durations in nanoseconds; milliseconds exist only in MLflow's wire types.

/// Nanoseconds since the Unix epoch. Holds instants from 1677 to 2262.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UnixNanos(pub i64);

/// A length of time in nanoseconds; negative when an end came before its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct DurationNanos(pub i64);

impl UnixNanos {
    /// Converts OTLP's unsigned time; instants after the year 2262 become the last one that fits.
    pub fn from_otlp(nanos: u64) -> Self {
        Self(i64::try_from(nanos).unwrap_or(i64::MAX))
    }

    /// Converts MLflow's milliseconds; instants that do not fit become the nearest that does.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// Returns whole milliseconds, rounded towards the past.
    pub fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Returns the time from `earlier` to `self`; saturates.
    pub fn since(self, earlier: Self) -> DurationNanos {
        DurationNanos(self.0.saturating_sub(earlier.0))
    }

    /// Returns the present, by the system's clock.
    pub fn from_system_time(time: std::time::SystemTime) -> Self {
        match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => Self(i64::try_from(after.as_nanos()).unwrap_or(i64::MAX)),
            Err(before) => Self(i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |n| -n)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_beyond_the_range_saturate() {
        assert_eq!(UnixNanos::from_otlp(u64::MAX), UnixNanos(i64::MAX));
        assert_eq!(UnixNanos::from_millis(i64::MIN), UnixNanos(i64::MIN));
        assert_eq!(UnixNanos(i64::MAX).since(UnixNanos(-1)), DurationNanos(i64::MAX));
    }

    #[test]
    fn milliseconds_round_towards_the_past() {
        assert_eq!(UnixNanos(1_999_999).as_millis(), 1);
        assert_eq!(UnixNanos(-1).as_millis(), -1);
    }
}
