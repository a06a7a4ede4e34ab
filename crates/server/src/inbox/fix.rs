//! How to mend what made a request fail, in words and as text to copy, for the SDK that sent it.

use proto::ui::{Fix, FixSnippet, RejectionKind};
use store::RejectedGroup;

use super::{Sdk, kind_named};
use crate::otlp::Refusal;

/// Where this server takes exports.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    /// Address of UI, REST API and OTLP/HTTP, such as `http://localhost:5000`.
    pub(crate) http: String,
    /// Address for the exporters' own default of OTLP/HTTP.
    pub(crate) otlp_http: String,
}

/// Returns how to mend the cause of a group's failures.
pub(crate) fn fix(group: &RejectedGroup, to: &Endpoints) -> Fix {
    let sdk = Sdk::of(&group.key.user_agent);
    let kind = kind_named(&group.key.kind);
    let text = text(kind, group);
    let snippets = match kind {
        RejectionKind::UnknownExperiment | RejectionKind::BadExperimentId => experiment_snippets(sdk, to),
        RejectionKind::Tls => tls_snippets(to),
        RejectionKind::Undecodable if is_incomplete(&group.key.reason) => {
            batch_snippets(sdk, "--read-timeout-seconds 300")
        }
        RejectionKind::ContentType | RejectionKind::WrongPath | RejectionKind::Undecodable => {
            endpoint_snippets(sdk, to)
        }
        RejectionKind::TooLarge => batch_snippets(sdk, "--max-body-bytes 268435456"),
        RejectionKind::Compression => match sdk {
            Some(Sdk::Collector) => vec![collector("compression: gzip", to)],
            _ => vec![shell(BEFORE_START, "export OTEL_EXPORTER_OTLP_COMPRESSION=gzip")],
        },
        RejectionKind::ForeignOrigin => {
            let origin = group.key.origin.as_deref().unwrap_or("https://app.example");
            let code = format!("traceloupe serve --allow-origin {}", shell_word(origin));
            vec![shell("Or when Traceloupe starts", &code)]
        }
        RejectionKind::ForeignHost => {
            let name = named_host(&group.key.reason).unwrap_or("host.docker.internal");
            vec![shell(
                "When Traceloupe starts",
                &format!("traceloupe serve --allow-host {}", shell_word(name)),
            )]
        }
        RejectionKind::Unauthorized => token_snippets(sdk, to),
        RejectionKind::OtherExperiment
        | RejectionKind::BadSpans
        | RejectionKind::Unavailable
        | RejectionKind::Internal => Vec::new(),
    };
    Fix { text: text.to_owned(), snippets }
}

fn text(kind: RejectionKind, group: &RejectedGroup) -> &'static str {
    match kind {
        RejectionKind::UnknownExperiment => {
            "The header x-mlflow-experiment-id names an experiment that is not here. Name one that is, or leave the header \
             out: then spans join the experiment of their trace, or the default one. What came meanwhile waits here and can be \
             accepted into an experiment."
        }
        RejectionKind::BadExperimentId => {
            "The header x-mlflow-experiment-id holds no number. It takes the id of an experiment, not its name; the list of \
             experiments shows the ids."
        }
        RejectionKind::OtherExperiment => {
            "Two parts of one trace name different experiments. Make all services that share a trace name the same one, or let \
             all but one leave the header out. Accepting puts the spans where their trace is."
        }
        RejectionKind::ContentType => {
            "OTLP over HTTP is application/x-protobuf or application/json, and the request says neither. An OTLP exporter sets \
             it by itself; a hand-written client has to. A payload that can be read nevertheless waits here."
        }
        RejectionKind::Compression => {
            "The body is not what its Content-Encoding says, or the encoding is not known, or none is told. gzip, deflate, zstd and \
             none at all are known. A payload that can be read nevertheless waits here."
        }
        RejectionKind::TooLarge => {
            "The request is larger than the bound. Let the exporter send smaller batches, or raise max_body_bytes."
        }
        RejectionKind::Undecodable if is_incomplete(&group.key.reason) => {
            "Not all of the body arrived. Was the program stopped while it sent, or is the network slow? Smaller batches arrive sooner."
        }
        RejectionKind::Undecodable if group.key.reason == Refusal::NoSpans.to_string() => {
            "There is no resourceSpans in the body. OTLP/JSON writes its keys in lowerCamelCase, such as resourceSpans and traceId. Log \
             records go to /v1/logs, metrics to /v1/metrics."
        }
        RejectionKind::Undecodable if group.key.path.contains("/v1/") || group.key.transport == "grpc" => {
            "The body is not the OTLP message that belongs to this path. Is it an exporter of another protocol (Jaeger, Zipkin), \
             or another signal's endpoint?"
        }
        RejectionKind::Undecodable => "The body is no OTLP message.",
        RejectionKind::BadSpans => {
            "A trace id has 16 bytes, a span id 8, neither is all zero, and OTLP/JSON writes both as hex digits. The other spans \
             of the request are stored. These cannot be, as nothing could find them again."
        }
        RejectionKind::WrongPath => {
            "The exporter posts to a path where nothing takes OTLP. OTEL_EXPORTER_OTLP_ENDPOINT takes the address alone and adds \
             /v1/traces itself; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT takes the whole address and adds nothing."
        }
        RejectionKind::ForeignOrigin => {
            "A web page of this origin wants to send traces. Pages of other origins may not, unless you allow it."
        }
        RejectionKind::ForeignHost => {
            "The request names a host that is neither localhost, nor an IP address, nor allowed. That protects from web pages \
             that point a name of theirs at this machine. Allow the name if it is yours."
        }
        RejectionKind::Unauthorized => {
            "This server listens beyond this machine and wants its token with every request."
        }
        RejectionKind::Tls => {
            "The exporter speaks TLS. Write http:// in its endpoint in place of https://. The SDK for Go, and exporters over gRPC \
             without a scheme in the endpoint, speak TLS unless they are told that the connection is insecure."
        }
        RejectionKind::Unavailable => "The store could not take it; the exporter was told to try again.",
        RejectionKind::Internal => {
            "This is a defect of Traceloupe. The log has the details; please report it with the payload if you may."
        }
    }
}

fn snippet(title: &str, language: &str, code: String) -> FixSnippet {
    FixSnippet { title: title.to_owned(), language: language.to_owned(), code }
}

fn shell(title: &str, code: &str) -> FixSnippet {
    snippet(title, "shell", code.to_owned())
}

/// The exporter of the Collector, which reads no environment variables of SDKs, with a setting more.
fn collector(setting: &str, to: &Endpoints) -> FixSnippet {
    let code = format!("exporters:\n  otlphttp:\n    endpoint: {}\n    {setting}", to.otlp_http);
    snippet("Collector configuration", "yaml", code.trim_end().to_owned())
}

/// Returns a text as one word of a shell. What a request said of itself may be anything, and people paste what they are shown.
fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:/@%+=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Whether the reason is that of a body that did not arrive whole.
fn is_incomplete(reason: &str) -> bool {
    [Refusal::TooSlow, Refusal::CutOff].iter().any(|refusal| refusal.to_string() == reason)
}

/// Reads the name in the reason of a request that names a host which is not allowed.
fn named_host(reason: &str) -> Option<&str> {
    let (_, rest) = reason.split_once('\'')?;
    Some(rest.rsplit_once('\'')?.0).filter(|name| !name.is_empty())
}

const BEFORE_START: &str = "Shell, before the program starts";

fn experiment_snippets(sdk: Option<Sdk>, to: &Endpoints) -> Vec<FixSnippet> {
    let http = &to.http;
    let python = || {
        let code = format!(
            "import mlflow\n\nmlflow.set_tracking_uri(\"{http}\")\nmlflow.set_experiment(\"my-experiment\")  # made if it is not there"
        );
        snippet("Python, with the MLflow SDK", "python", code)
    };
    let any = || {
        let code = format!(
            "curl -s '{http}/api/2.0/mlflow/experiments/get-by-name?experiment_name=Default'\n\
             export OTEL_EXPORTER_OTLP_TRACES_HEADERS=x-mlflow-experiment-id=0"
        );
        shell("Shell: look up the id, then name it", &code)
    };
    match sdk {
        Some(Sdk::Mlflow) => vec![python()],
        Some(Sdk::Collector) => vec![collector("headers:\n      x-mlflow-experiment-id: \"0\"", to)],
        _ => {
            let choose = "unset OTEL_EXPORTER_OTLP_TRACES_HEADERS OTEL_EXPORTER_OTLP_HEADERS";
            vec![any(), shell("Or let Traceloupe choose", choose)]
        }
    }
}

fn endpoint_snippets(sdk: Option<Sdk>, to: &Endpoints) -> Vec<FixSnippet> {
    let (http, otlp_http) = (&to.http, &to.otlp_http);
    let environment = || {
        let code = format!(
            "export OTEL_EXPORTER_OTLP_ENDPOINT={otlp_http}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"
        );
        shell(BEFORE_START, &code)
    };
    let in_code = match sdk {
        Some(Sdk::Mlflow) => {
            snippet("Python", "python", format!("import mlflow\n\nmlflow.set_tracking_uri(\"{http}\")"))
        }
        Some(Sdk::Python) => snippet(
            "Or in the program",
            "python",
            format!(
                "from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter\n\n\
                 exporter = OTLPSpanExporter(endpoint=\"{otlp_http}/v1/traces\")"
            ),
        ),
        Some(Sdk::JavaScript) => snippet(
            "Or in the program",
            "javascript",
            format!(
                "import {{ OTLPTraceExporter }} from \"@opentelemetry/exporter-trace-otlp-proto\";\n\n\
                 const exporter = new OTLPTraceExporter({{ url: \"{otlp_http}/v1/traces\" }});"
            ),
        ),
        Some(Sdk::Go) => snippet(
            "Or in the program",
            "go",
            format!(
                "exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(\"{otlp_http}/v1/traces\"))"
            ),
        ),
        Some(Sdk::Java) => snippet(
            "Or in the program",
            "java",
            format!(
                "var exporter = OtlpHttpSpanExporter.builder().setEndpoint(\"{otlp_http}/v1/traces\").build();"
            ),
        ),
        Some(Sdk::Rust) => snippet(
            "Or in the program",
            "rust",
            format!(
                "let exporter = opentelemetry_otlp::SpanExporter::builder()\n    .with_http()\n    \
                 .with_endpoint(\"{otlp_http}/v1/traces\")\n    .build()?;"
            ),
        ),
        Some(Sdk::Collector) => collector("", to),
        Some(Sdk::DotNet | Sdk::Ruby) | None => snippet(
            "Any HTTP client",
            "shell",
            format!(
                "curl {otlp_http}/v1/traces -H 'content-type: application/json' -d '{{\"resourceSpans\": []}}'"
            ),
        ),
    };
    if matches!(sdk, Some(Sdk::Mlflow | Sdk::Collector)) {
        vec![in_code]
    } else {
        vec![environment(), in_code]
    }
}

fn tls_snippets(to: &Endpoints) -> Vec<FixSnippet> {
    let code = format!(
        "export OTEL_EXPORTER_OTLP_ENDPOINT={}\nexport OTEL_EXPORTER_OTLP_INSECURE=true",
        to.otlp_http
    );
    let go = "exporter, err := otlptracegrpc.New(ctx, otlptracegrpc.WithInsecure())".to_owned();
    vec![shell(BEFORE_START, &code), snippet("Or in the program, in Go", "go", go)]
}

/// Makes the SDK send less at once, or this server allow more by a flag.
fn batch_snippets(sdk: Option<Sdk>, flag: &str) -> Vec<FixSnippet> {
    match sdk {
        Some(Sdk::Collector) => vec![snippet(
            "Collector configuration",
            "yaml",
            "processors:\n  batch:\n    send_batch_max_size: 512".to_owned(),
        )],
        _ => vec![
            shell(BEFORE_START, "export OTEL_BSP_MAX_EXPORT_BATCH_SIZE=128"),
            shell("Or when Traceloupe starts", &format!("traceloupe serve {flag}")),
        ],
    }
}

fn token_snippets(sdk: Option<Sdk>, to: &Endpoints) -> Vec<FixSnippet> {
    match sdk {
        Some(Sdk::Collector) => vec![collector("headers:\n      authorization: Bearer <token>", to)],
        Some(Sdk::Mlflow) => vec![shell(BEFORE_START, "export MLFLOW_TRACKING_TOKEN=<token>")],
        _ => vec![shell(BEFORE_START, "export OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20<token>")],
    }
}

#[cfg(test)]
mod tests {
    use model::UnixNanos;
    use store::RejectedKey;

    use super::*;

    #[test]
    fn the_snippet_is_for_the_sdk_that_sent_it() {
        let group = |kind: &str, user_agent: &str| RejectedGroup {
            group_id: 1,
            key: RejectedKey {
                kind: kind.to_owned(),
                reason: String::new(),
                transport: "http".to_owned(),
                method: "POST".to_owned(),
                path: "/".to_owned(),
                client_address: String::new(),
                user_agent: user_agent.to_owned(),
                origin: Some("https://app.example".to_owned()),
            },
            n_requests: 1,
            n_kept: 0,
            n_waiting: 0,
            first_time: UnixNanos(0),
            last_time: UnixNanos(0),
        };
        let to = Endpoints {
            http: "http://localhost:5001".to_owned(),
            otlp_http: "http://localhost:4319".to_owned(),
        };
        let languages = |kind: &str, agent: &str| {
            let fix = fix(&group(kind, agent), &to);
            assert!(!fix.text.is_empty());
            fix.snippets.iter().map(|snippet| snippet.language.clone()).collect::<Vec<_>>()
        };
        assert_eq!(languages("wrong_path", "OTel-OTLP-Exporter-JavaScript/1"), ["shell", "javascript"]);
        assert_eq!(languages("wrong_path", "OTel OTLP Exporter Go/1"), ["shell", "go"]);
        assert_eq!(languages("unknown_experiment", "mlflow-python-client/3.18.0"), ["python"]);
        assert_eq!(languages("too_large", "OpenTelemetry Collector/1"), ["yaml"]);
        let wrong_path = fix(&group("wrong_path", "curl"), &to);
        assert!(wrong_path.snippets.iter().all(|snippet| snippet.code.contains("http://localhost:4319")));
        assert_eq!(languages("unauthorized", "OpenTelemetry Collector/1"), ["yaml"]);
        assert_eq!(languages("wrong_path", "OpenTelemetry Collector/1"), ["yaml"]);
        let origin = fix(&group("foreign_origin", "Mozilla/5.0"), &to);
        assert!(origin.snippets[0].code.ends_with("--allow-origin https://app.example"));
    }

    /// Whoever sends a request writes these texts; whoever mends its cause pastes them into a shell.
    #[test]
    fn what_a_request_says_of_itself_is_one_word_of_a_shell() {
        for (text, word) in [
            ("https://app.example:3000", "https://app.example:3000"),
            ("[::1]", "'[::1]'"),
            ("https://x.example;rm -rf ~", "'https://x.example;rm -rf ~'"),
            ("$(reboot)", "'$(reboot)'"),
            ("it's", r"'it'\''s'"),
            ("a\nb", "'a\nb'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(text), word);
        }
        let reason = crate::inbox::foreign_host("box.internal");
        assert_eq!(named_host(&reason), Some("box.internal"));
        assert_eq!(named_host(&crate::inbox::foreign_host("a'b")), Some("a'b"));
        assert_eq!(named_host(&crate::inbox::foreign_host("")), None);
    }
}
