//! The one router: UI API, OTLP, MLflow, UI; with the guard in front.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use ingest::{Change, Ingest};
use model::UnixNanos;
use proto::otlp::Limits;
use proto::ui::{Listener, ListenerRole};
use store::RejectedBounds;
use tokio::sync::{Semaphore, watch};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::api::Comparisons;
use crate::config::Config;
use crate::guard::{self, Guard, Guarded};
use crate::inbox::Endpoints;
use crate::not_stored::NotStored;
use crate::otlp::{Room, grpc, not_posted, stray};
use crate::{api, assets};

/// What handlers know. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) ingest: Ingest,
    pub(crate) max_body_bytes: usize,
    /// What one request may hold.
    pub(crate) limits: Limits,
    /// Room for what is decoded and not yet stored.
    pub(crate) decoded: Room,
    /// Room for bodies whose compression is undone.
    pub(crate) unfolded: Room,
    /// Room for live-event streams.
    pub(crate) live_streams: Arc<Semaphore>,
    pub(crate) listeners: Arc<[Listener]>,
    pub(crate) data_dir: Arc<Path>,
    pub(crate) started_at: UnixNanos,
    /// Turns true when the server stops: streams that would go on for ever end then.
    pub(crate) stopping: watch::Receiver<bool>,
    /// How much the inbox of rejected requests keeps.
    pub(crate) inbox_bounds: RejectedBounds,
    /// The comparisons that were made last.
    pub(crate) comparisons: Arc<Comparisons>,
    /// What was taken and is not kept.
    pub(crate) not_stored: Arc<NotStored>,
    /// Origins that the user allowed at run time; the guard reads them.
    pub(crate) allowed_origins: Arc<RwLock<Vec<String>>>,
    n_rejected: Arc<AtomicU64>,
}

impl App {
    pub(crate) fn new(
        ingest: Ingest,
        config: &Config,
        listeners: Vec<Listener>,
        started_at: UnixNanos,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            comparisons: Arc::new(Comparisons::new(&ingest)),
            ingest,
            max_body_bytes: config.max_body_bytes,
            limits: config.limits(),
            decoded: Room::new(config.max_queue_bytes),
            unfolded: Room::new(config.max_queue_bytes),
            live_streams: Arc::new(Semaphore::new(config.max_live_streams)),
            listeners: listeners.into(),
            data_dir: config.data_dir.as_path().into(),
            started_at,
            stopping,
            inbox_bounds: RejectedBounds {
                max_requests: config.max_inbox_requests as u64,
                max_bytes: config.max_inbox_bytes as u64,
            },
            not_stored: Arc::default(),
            allowed_origins: Arc::default(),
            n_rejected: Arc::default(),
        }
    }

    /// Counts items that were rejected, and tells the UI.
    pub(crate) fn count_rejected(&self, n: usize) {
        if n > 0 {
            self.n_rejected.fetch_add(n as u64, Ordering::Relaxed);
            self.ingest.announce([Change::Rejected]);
        }
    }

    /// Tells the UI that something came that is not kept.
    pub(crate) fn announce_not_stored(&self) {
        self.ingest.announce([Change::NotStored]);
    }

    /// Lets pages of these origins send traces from now on.
    pub(crate) fn allow_origins(&self, origins: Vec<String>) {
        *self.allowed_origins.write().unwrap_or_else(PoisonError::into_inner) = origins;
    }

    /// Returns where exporters on this machine find this server.
    pub(crate) fn endpoints(&self) -> Endpoints {
        let url = |role| {
            let listener = self.listeners.iter().find(|listener| listener.role == role);
            let address = listener.and_then(|listener| listener.address.parse::<SocketAddr>().ok());
            address.map_or_else(String::new, |address| format!("http://localhost:{}", address.port()))
        };
        Endpoints { http: url(ListenerRole::Http), otlp_http: url(ListenerRole::OtlpHttp) }
    }

    pub(crate) fn n_rejected(&self) -> u64 {
        self.n_rejected.load(Ordering::Relaxed)
    }
}

/// Bodies below this are not worth compressing on loopback.
const MIN_COMPRESSED_BYTES: u16 = 16 * 1024;

pub(crate) fn router(app: App, guard: Guard) -> Router {
    let guard = Arc::new(Guarded { guard, app: app.clone() });
    let (api, _) = api::router().split_for_parts();
    // Events must leave at once. Compressed text is smaller and no slower, also on loopback.
    let compressible = SizeAbove::new(MIN_COMPRESSED_BYTES.into())
        .and(NotForContentType::new("text/event-stream"))
        .and(NotForContentType::new(proto::span_table::MEDIA_TYPE))
        .and(NotForContentType::new(proto::comparison::MEDIA_TYPE))
        .and(NotForContentType::GRPC);
    let mlflow = mlflow::router(app.ingest.clone());
    // MLflow's clients expect 404 where other methods meet this path, not 405.
    let others = get(not_posted).put(not_posted).delete(not_posted).patch(not_posted);
    api.route("/v1/traces", others.clone())
        .route("/v1/logs", others.clone())
        .route("/v1/metrics", others)
        .merge(grpc::router())
        .fallback(stray)
        .with_state(app)
        .merge(mlflow)
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(CatchPanicLayer::new())
        .layer(guard::cors(Arc::clone(&guard)))
        .layer(middleware::from_fn_with_state(guard, guard::check))
        .layer(middleware::from_fn(with_security_headers))
}

async fn with_security_headers(request: Request, next: Next) -> Response {
    let is_framed = request.uri().path() == assets::NOTEBOOK_PAGE;
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A page that has a policy of its own has a stricter one.
    let has_policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    let mut put = |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "no-referrer");
    if is_framed {
        put(header::CONTENT_SECURITY_POLICY, assets::FRAMED_POLICY);
    } else {
        put(header::X_FRAME_OPTIONS, "SAMEORIGIN");
        if !has_policy {
            put(header::CONTENT_SECURITY_POLICY, assets::CONTENT_SECURITY_POLICY);
        }
    }
    response
}
