//! Placeholders: what Logfire sends of a span when it begins, so that it is seen while it runs.
//!
//! One comes under an id of its own, as a child without length of the span that it announces, and names the real parent beside
//! it. The span itself follows when it has ended, or never.

use model::{Attributes as _, Span, SpanId};

const SPAN_TYPE: &str = "logfire.span_type";
const PENDING: &str = "pending_span";
const REAL_PARENT: &str = "logfire.pending_parent_id";

/// Makes a placeholder the span that it stands for, as far as that is known: its id, its parent, not ended. Leaves others alone.
///
/// The attributes stay, so that [`is_placeholder`] tells it from the span itself.
pub fn settle_placeholder(span: &mut Span) {
    let says_so = span.attributes.text(SPAN_TYPE) == Some(PENDING);
    // One that was settled before, and comes back from a file, has no end.
    let Some(announced) = span.parent_span_id.filter(|_| says_so && span.end_time_unix_nano != 0) else {
        return;
    };
    let Some(parent) = span.attributes.text(REAL_PARENT) else { return };
    span.span_id = announced;
    // Sixteen zeros say that there is none.
    span.parent_span_id =
        parent.parse::<SpanId>().ok().filter(|parent| parent.0 != [0; 8] && *parent != announced);
    span.end_time_unix_nano = 0;
}

/// Whether a span is but the announcement of one: the span itself, whenever it comes, has the last word.
pub fn is_placeholder(span: &Span) -> bool {
    span.end_time_unix_nano == 0 && span.attributes.text(SPAN_TYPE) == Some(PENDING)
}

#[cfg(test)]
mod tests {
    use model::{AnyValue, Attribute, TraceId};

    use super::*;

    /// As Logfire's SDK makes one: start and end are alike, the parent is the span itself.
    fn pending(parent: &str) -> Span {
        let mut span = Span::new(TraceId([1; 16]), SpanId([9; 8]), "agent run");
        span.parent_span_id = Some(SpanId([2; 8]));
        (span.start_time_unix_nano, span.end_time_unix_nano) = (5, 5);
        let text = |text: &str| AnyValue::String(text.to_owned());
        span.attributes =
            vec![Attribute::new(SPAN_TYPE, text(PENDING)), Attribute::new(REAL_PARENT, text(parent))];
        span
    }

    #[test]
    fn a_placeholder_becomes_the_span_that_it_announces() {
        for (parent, expected) in [
            ("0303030303030303", Some(SpanId([3; 8]))),
            ("0000000000000000", None),
            ("no id", None),
            // Of itself, as only a broken sender would say.
            ("0202020202020202", None),
        ] {
            let mut span = pending(parent);
            settle_placeholder(&mut span);
            assert_eq!((span.span_id, span.parent_span_id), (SpanId([2; 8]), expected), "{parent}");
            assert_eq!((span.start_time_unix_nano, span.end_time_unix_nano), (5, 0));
            assert!(is_placeholder(&span));
            let again = span.clone();
            settle_placeholder(&mut span);
            assert_eq!(span, again);
        }
    }

    #[test]
    fn other_spans_are_left_alone() {
        let mut root = pending("0303030303030303");
        root.parent_span_id = None;
        let mut unnamed = pending("0303030303030303");
        unnamed.attributes.truncate(1);
        let mut usual = pending("0303030303030303");
        usual.attributes[0].value = AnyValue::String("span".to_owned());
        for span in [root, unnamed, usual] {
            let mut settled = span.clone();
            settle_placeholder(&mut settled);
            assert_eq!(settled, span);
            assert!(!is_placeholder(&span));
        }
    }
}
