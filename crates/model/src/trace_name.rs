//! What a trace is called from outside: by its id, or by a text of a client's own choice.

use std::fmt;

use crate::{TraceId, TraceInfo};

/// Names the use of the hash, so that it gives nothing that another use gives. Stored ids depend on it: never changed.
const CONTEXT: &str = "Traceloupe 2026-11-30 trace id of an MLflow client's own text";

/// How a request names a trace. Pure: whether there is such a trace, the store tells.
///
/// MLflow takes any text as the id of a trace, traces are kept by the 16 bytes of their OpenTelemetry id. Those of a text that is not
/// `tr-` and 32 hex digits are made from it, and the trace remembers the text: under another one it is not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceName {
    /// The 16 bytes that it is kept by.
    pub trace_id: TraceId,
    called: Called,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Called {
    /// By its bytes, whatever clients call it.
    Anything,
    /// By the form that MLflow gives the bytes.
    ItsId,
    Text(String),
}

impl TraceName {
    /// Longest text of a client's own choice, in characters.
    pub const MAX_CHARS: usize = 250;

    /// Reads what MLflow's clients call a trace: `tr-<32 hex>` or 32 hex digits, else a text of their own.
    pub fn of_client(text: &str) -> Self {
        match TraceId::parse_any(text) {
            Ok(trace_id) => Self { trace_id, called: Called::ItsId },
            Err(_) => Self { trace_id: made_from(text), called: Called::Text(text.to_owned()) },
        }
    }

    /// Returns the text of a client's own choice, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.called {
            Called::Text(text) => Some(text),
            Called::Anything | Called::ItsId => None,
        }
    }

    /// Whether a trace that is kept by the same bytes is called so.
    pub fn fits(&self, trace: &TraceInfo) -> bool {
        self.trace_id == trace.trace_id
            && (self.called == Called::Anything || self.text() == trace.client_trace_id.as_deref())
    }
}

/// By its bytes, whatever clients call it.
impl From<TraceId> for TraceName {
    fn from(trace_id: TraceId) -> Self {
        Self { trace_id, called: Called::Anything }
    }
}

impl fmt::Display for TraceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.called {
            Called::Text(text) => f.write_str(text),
            Called::Anything | Called::ItsId => f.write_str(&self.trace_id.to_mlflow()),
        }
    }
}

fn made_from(text: &str) -> TraceId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::derive_key(CONTEXT, text.as_bytes())[..16]);
    TraceId(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExperimentId, ExperimentSource};

    fn stored(trace_id: TraceId, text: Option<&str>) -> TraceInfo {
        let info = TraceInfo::new(trace_id, ExperimentId(0), ExperimentSource::Default);
        TraceInfo { client_trace_id: text.map(str::to_owned), ..info }
    }

    #[test]
    fn bytes_of_a_text_never_change() {
        // Computed with BLAKE3's reference binding for Python; databases depend on it.
        assert_eq!(TraceName::of_client("my-trace").trace_id.to_string(), "2c8c0764a368b5984a3c1e0384723cac");
    }

    #[test]
    fn a_trace_is_found_by_what_it_is_called_alone() {
        let own = TraceName::of_client("my-trace");
        let (id, text) = (own.trace_id, own.to_string());
        assert_eq!(text, "my-trace");
        let trace = stored(id, Some("my-trace"));
        assert!(own.fits(&trace) && TraceName::from(id).fits(&trace));
        assert_eq!(trace.mlflow_id(), "my-trace");
        for other in [format!("tr-{id}"), id.to_string(), "My-trace".to_owned(), "my-trace ".to_owned()] {
            assert!(!TraceName::of_client(&other).fits(&trace), "{other}");
        }
        // Spans may have made a trace of these bytes before anybody gave it a text.
        let unnamed = stored(id, None);
        assert!(!own.fits(&unnamed) && TraceName::of_client(&format!("tr-{id}")).fits(&unnamed));
        assert_eq!(unnamed.mlflow_id(), format!("tr-{id}"));
    }

    #[test]
    fn both_forms_of_an_id_and_capitals_are_one_name() {
        let hex = "0af7651916cd43dd8448eb211c80319c";
        for text in [hex.to_owned(), format!("tr-{hex}"), hex.to_uppercase()] {
            let name = TraceName::of_client(&text);
            assert_eq!((name.trace_id.to_string().as_str(), name.text()), (hex, None), "{text}");
            assert_eq!(name.to_string(), format!("tr-{hex}"));
        }
        assert_eq!(TraceName::of_client(&format!("TR-{hex}")).text(), Some(format!("TR-{hex}").as_str()));
    }
}
