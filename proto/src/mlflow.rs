//! MLflow.
