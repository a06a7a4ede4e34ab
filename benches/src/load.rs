//! Sends requests as fast as a server acknowledges them, over a fixed number of connections, and counts.
//!
//! The load shares the processor with what it measures: it runs on one thread, over bare connections, and does no more than a sender
//! must.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::payload::{Shape, Templates};
use crate::statistics::quantile;

/// Number of the next request of any load: no trace is sent twice, for a store treats what it knows differently.
static NEXT_REQUEST: AtomicU64 = AtomicU64::new(1 << 40);

/// What is sent, where to, how long.
#[derive(Clone)]
pub struct Load {
    /// Address of the server.
    pub url: String,
    /// Spans in a request.
    pub shape: Shape,
    /// Experiment that the requests name, as MLflow wants it.
    pub experiment: Option<&'static str>,
    /// Requests under way at a time.
    pub n_connections: usize,
    /// How long requests are sent.
    pub duration: Duration,
    /// Requests in a second over all connections; as many as are acknowledged if absent.
    pub requests_per_second: Option<f64>,
}

/// What came of it.
pub struct Rate {
    /// Spans in a request.
    pub n_spans_each: u32,
    /// Size of a request.
    pub body_bytes: usize,
    /// Spans that were acknowledged in a second.
    pub spans_per_second: f64,
    /// Time from request to acknowledgement: median.
    pub median: Duration,
    /// The same: 99 of 100 are quicker.
    pub p99: Duration,
}

impl Load {
    /// Sends until the time is over; fails if anything but an acknowledgement comes back.
    pub async fn run(&self) -> Result<Rate> {
        let load = self.clone();
        let sent = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(load.send())
        });
        tokio::task::spawn_blocking(|| sent.join()).await?.map_err(|_| anyhow!("sending panicked"))?
    }

    async fn send(&self) -> Result<Rate> {
        let template = Arc::new(Templates::new(self.shape));
        let started = Instant::now();
        let deadline = started + self.duration;
        // Each connection sends its share, the first requests of all spread over one interval.
        #[expect(clippy::cast_precision_loss, reason = "a handful of connections")]
        let pause =
            self.requests_per_second.map(|rate| Duration::from_secs_f64(self.n_connections as f64 / rate));
        let connections: Vec<_> = (0..u32::try_from(self.n_connections)?)
            .map(|index| {
                let pace = pause.map(|pause| {
                    (pause, started + pause * index / u32::try_from(self.n_connections).unwrap_or(1))
                });
                let (url, template) = (self.url.clone(), template.clone());
                let experiment = self.experiment;
                tokio::spawn(async move { send_until(deadline, pace, &url, experiment, &template).await })
            })
            .collect();
        let mut times = Vec::new();
        for connection in connections {
            times.extend(connection.await??);
        }
        let seconds = started.elapsed().as_secs_f64();
        times.sort_unstable();
        let n_requests = u32::try_from(times.len()).context("more requests than can be counted")?;
        Ok(Rate {
            n_spans_each: self.shape.n_spans(),
            body_bytes: template.len(),
            spans_per_second: f64::from(n_requests) * f64::from(self.shape.n_spans()) / seconds,
            median: quantile(&times, 0.5).context("no request was answered in time")?,
            p99: quantile(&times, 0.99).context("no request was answered in time")?,
        })
    }
}

/// One connection: the next request goes out when the last one is acknowledged, and with a pace not before its time. A time is
/// counted from when the request was due, so that a slow answer is not hidden by what it holds up.
async fn send_until(
    deadline: Instant,
    mut pace: Option<(Duration, Instant)>,
    url: &str,
    experiment: Option<&str>,
    templates: &Templates,
) -> Result<Vec<Duration>> {
    let host = url.strip_prefix("http://").context("an address that begins with http://")?;
    let stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    let (mut client, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut times = Vec::new();
    while Instant::now() < deadline {
        let body = templates.request(NEXT_REQUEST.fetch_add(1, Ordering::Relaxed));
        let mut started = Instant::now();
        if let Some((pause, due)) = &mut pace {
            tokio::time::sleep_until((*due).into()).await;
            started = *due;
            *due += *pause;
        }
        let mut request = Request::post("/v1/traces").header("host", host);
        request = request.header("content-type", "application/x-protobuf");
        if let Some(experiment) = experiment {
            request = request.header("x-mlflow-experiment-id", experiment);
        }
        client.ready().await?;
        let response = client.send_request(request.body(Full::new(Bytes::from(body)))?).await?;
        let status = response.status();
        let answer = response.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&answer));
        times.push(started.elapsed());
    }
    Ok(times)
}
