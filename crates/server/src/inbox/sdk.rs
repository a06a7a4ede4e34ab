//! Which SDK sent a request, by its user agent.

/// An SDK that people send with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sdk {
    Mlflow,
    Python,
    JavaScript,
    Go,
    Java,
    Rust,
    DotNet,
    Ruby,
    Collector,
}

/// User agents as the exporters send them, in lower case: the specification asks for `OTel-OTLP-Exporter-<language>/<version>`.
/// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/#user-agent>
const AGENTS: [(&str, Sdk); 17] = [
    ("mlflow-", Sdk::Mlflow),
    ("otel-otlp-exporter-python", Sdk::Python),
    ("otel-otlp-exporter-javascript", Sdk::JavaScript),
    ("otel otlp exporter go", Sdk::Go),
    ("otel-otlp-exporter-go", Sdk::Go),
    ("otel-otlp-exporter-java", Sdk::Java),
    ("otel-otlp-exporter-rust", Sdk::Rust),
    ("otel-otlp-exporter-dotnet", Sdk::DotNet),
    ("otel-otlp-exporter-ruby", Sdk::Ruby),
    ("opentelemetry collector", Sdk::Collector),
    ("opentelemetry-collector", Sdk::Collector),
    ("grpc-node-js", Sdk::JavaScript),
    ("grpc-python", Sdk::Python),
    ("python-requests", Sdk::Python),
    ("grpc-java", Sdk::Java),
    ("grpc-go", Sdk::Go),
    ("tonic", Sdk::Rust),
];

impl Sdk {
    /// Recognises a user agent. Browsers and unknown programs are nobody's.
    pub(crate) fn of(user_agent: &str) -> Option<Self> {
        let agent = user_agent.to_ascii_lowercase();
        // JavaScript before Java: one name begins with the other.
        AGENTS.iter().find(|(word, _)| agent.contains(word)).map(|(_, sdk)| *sdk)
    }

    /// Returns its name for a person.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mlflow => "MLflow Python",
            Self::Python => "OpenTelemetry Python",
            Self::JavaScript => "OpenTelemetry JavaScript",
            Self::Go => "OpenTelemetry Go",
            Self::Java => "OpenTelemetry Java",
            Self::Rust => "OpenTelemetry Rust",
            Self::DotNet => "OpenTelemetry .NET",
            Self::Ruby => "OpenTelemetry Ruby",
            Self::Collector => "OpenTelemetry Collector",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exporters_are_told_apart() {
        for (agent, name) in [
            ("OTel-OTLP-Exporter-Python/1.39.1", Some("OpenTelemetry Python")),
            ("OTel-OTLP-Exporter-Python/1.39.1 grpc-python/1.76.0", Some("OpenTelemetry Python")),
            ("OTel-OTLP-Exporter-JavaScript/0.208.0", Some("OpenTelemetry JavaScript")),
            ("OTel-OTLP-Exporter-Java/1.57.0", Some("OpenTelemetry Java")),
            ("OTel OTLP Exporter Go/1.39.0 grpc-go/1.77.0", Some("OpenTelemetry Go")),
            ("OpenTelemetry Collector Contrib/0.141.0 (linux/amd64)", Some("OpenTelemetry Collector")),
            ("mlflow-python-client/3.18.0", Some("MLflow Python")),
            ("curl/8.0", None),
            ("", None),
        ] {
            assert_eq!(Sdk::of(agent).map(Sdk::name), name, "{agent}");
        }
    }
}
