//! What was refused before any route saw it, in the words that the exporter understands: those of gRPC, or a status in the encoding of
//! its request.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use proto::otlp;
use tonic::{Code, Status};

use super::export::{Encoding, Transport, encoding, has_experiment_header, transport};

/// Puts what a refusal says into the dialect of the request. Clients of MLflow read the plain text that MLflow itself sends.
pub(crate) fn in_dialect(response: Response, says: &str, headers: &HeaderMap) -> Response {
    let (mut parts, body) = response.into_parts();
    if transport(headers) == Transport::Grpc {
        // A client shows its user no other text than this, and makes up one for a bare HTTP status.
        return Status::new(code(parts.status), says).into_http();
    }
    let (media_type, status) = match encoding(headers) {
        Some(Encoding::Protobuf) if !has_experiment_header(headers) => {
            ("application/x-protobuf", otlp::encode_status_protobuf(says))
        }
        Some(Encoding::Json) if !has_experiment_header(headers) => {
            ("application/json", otlp::encode_status_json(says).into_bytes())
        }
        _ => return Response::from_parts(parts, body),
    };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(status))
}

/// <https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md>
fn code(status: StatusCode) -> Code {
    match status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        _ => Code::InvalidArgument,
    }
}
