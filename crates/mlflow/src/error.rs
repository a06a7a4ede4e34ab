//! MLflow's error envelope, and the only place of this edge that picks a status (contract b.2).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ingest::IngestError;
use model::filter::FilterError;
use proto::mlflow::MessageError;
use serde_json::json;
use store::StoreError;

/// MLflow's error codes that we answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// 400.
    BadRequest,
    /// 400.
    InvalidParameterValue,
    /// 400.
    ResourceAlreadyExists,
    /// 404.
    ResourceDoesNotExist,
    /// 500. The SDK retries it for minutes: never for bad input.
    InternalError,
    /// 501.
    NotImplemented,
    /// 503. The SDK retries it, which is what we want when the store is busy.
    TemporarilyUnavailable,
}

impl ErrorCode {
    fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::InvalidParameterValue => "INVALID_PARAMETER_VALUE",
            Self::ResourceAlreadyExists => "RESOURCE_ALREADY_EXISTS",
            Self::ResourceDoesNotExist => "RESOURCE_DOES_NOT_EXIST",
            Self::InternalError => "INTERNAL_ERROR",
            Self::NotImplemented => "NOT_IMPLEMENTED",
            Self::TemporarilyUnavailable => "TEMPORARILY_UNAVAILABLE",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::BadRequest | Self::InvalidParameterValue | Self::ResourceAlreadyExists => {
                StatusCode::BAD_REQUEST
            }
            Self::ResourceDoesNotExist => StatusCode::NOT_FOUND,
            Self::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotImplemented => StatusCode::NOT_IMPLEMENTED,
            Self::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// An error as MLflow's clients read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// Its code.
    pub code: ErrorCode,
    /// What went wrong.
    pub message: String,
}

impl ApiError {
    /// Makes an error.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A parameter or body is not valid.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidParameterValue, message)
    }

    /// A required parameter is missing.
    pub fn missing(name: &'static str) -> Self {
        Self::invalid(MessageError::Missing(name).to_string())
    }

    /// The thing does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ResourceDoesNotExist, message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if self.code == ErrorCode::InternalError {
            tracing::error!(message = self.message, "a request of the MLflow API failed");
        }
        let body = json!({"error_code": self.code.name(), "message": self.message});
        (self.code.status(), axum::Json(body)).into_response()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code =
            if error.is_temporary() { ErrorCode::TemporarilyUnavailable } else { ErrorCode::InternalError };
        Self::new(code, error.to_string())
    }
}

impl From<IngestError> for ApiError {
    fn from(error: IngestError) -> Self {
        let code = match error {
            IngestError::Store(error) => return error.into(),
            IngestError::NoSuchExperiment(_) | IngestError::NotFound(_) => ErrorCode::ResourceDoesNotExist,
            IngestError::ExperimentExists(_) => ErrorCode::ResourceAlreadyExists,
            IngestError::OtherExperiment(_) | IngestError::Invalid(_) => ErrorCode::InvalidParameterValue,
        };
        Self::new(code, error.to_string())
    }
}

impl From<FilterError> for ApiError {
    fn from(error: FilterError) -> Self {
        Self::invalid(error.message)
    }
}

impl From<MessageError> for ApiError {
    fn from(error: MessageError) -> Self {
        Self::invalid(error.to_string())
    }
}
