//! A server without listeners: the same router and store, asked from within the process.

use std::path::Path;
use std::time::SystemTime;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use ingest::Ingest;
use model::UnixNanos;
use store::{Store, StoreOptions};
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::config::Config;
use crate::guard::Guard;
use crate::lock::DataDirLock;
use crate::otlp;
use crate::prices;
use crate::router::{App, router};
use crate::start::{StartError, StopError};

/// Whether a folder holds a database.
pub fn has_database(data_dir: &Path) -> bool {
    data_dir.join(store::DATABASE_FILE).is_file()
}

/// A server that only its own process can ask. It does no work in the background.
pub struct Local {
    router: Router,
    store: Store,
    _stop: watch::Sender<bool>,
    _lock: DataDirLock,
}

/// What a route answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Local {
    /// Takes a data folder and opens its database, made if there is none. Addresses and the token of `config` play no part.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let lock = DataDirLock::take(&config.data_dir)?;
        let store = Store::open(&StoreOptions {
            data_dir: config.data_dir.clone(),
            max_queue_bytes: config.max_queue_bytes,
            synchronous: config.synchronous,
        })?;
        let ingest = Ingest::with_prices(store.clone(), prices::load(config.prices.as_deref()));
        ingest.ensure_default_experiment().await?;
        let (stop, stopping) = watch::channel(false);
        let started_at = UnixNanos::from_system_time(SystemTime::now());
        let app = App::new(ingest, &config, Vec::new(), started_at, stopping);
        otlp::replay(&app).await?;
        Ok(Self { router: router(app, Guard::default()), store, _stop: stop, _lock: lock })
    }

    /// Asks a GET route.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path), Vec::new()).await
    }

    /// Asks a POST route.
    pub async fn post(&self, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        self.ask(Request::post(path).header(header::CONTENT_TYPE, content_type), body).await
    }

    async fn ask(&self, request: axum::http::request::Builder, body: Vec<u8>) -> Answer {
        let refused = |message: String| Answer { status: 400, body: message.into_bytes() };
        let request = match request.header(header::HOST, "localhost").body(Body::from(body)) {
            Ok(request) => request,
            Err(error) => return refused(error.to_string()),
        };
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status().as_u16();
        match to_bytes(response.into_body(), usize::MAX).await {
            Ok(body) => Answer { status, body: body.into() },
            Err(error) => Answer { status: 500, body: error.to_string().into_bytes() },
        }
    }

    /// Stores what is queued and gives the data folder back.
    pub async fn close(self) -> Result<(), StopError> {
        Ok(self.store.close().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn routes_answer_without_a_listener() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        assert!(!has_database(&data_dir));
        let local = Local::open(Config::new(data_dir.clone())).await.unwrap();
        let spans = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0123456789abcdef0123456789abcdef",
            "spanId":"0123456789abcdef","name":"a","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}"#;
        let stored = local.post("/v1/traces", "application/json", spans.as_bytes().to_vec()).await;
        assert_eq!(stored.status, 200);
        let trace = local.get("/traceloupe/v1/traces/0123456789abcdef0123456789abcdef").await;
        assert_eq!(trace.status, 200);
        assert_eq!(local.get("/traceloupe/v1/traces/xyz").await.status, 404);
        local.close().await.unwrap();
        assert!(has_database(&data_dir));
        Local::open(Config::new(data_dir)).await.unwrap().close().await.unwrap();
    }
}
