//! GET requests to a running Traceloupe: plain HTTP/1.1, which is all that it speaks.

use std::time::Duration;

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, HOST};
use hyper_util::rt::TokioIo;
use server::Answer;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A comparison of the largest traces takes seconds; who takes longer than this does not answer.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running Traceloupe.
#[derive(Debug, Clone)]
pub(super) struct Remote {
    /// `host:port`.
    authority: String,
    token: Option<String>,
}

impl Remote {
    /// Reads an address as a person types it: `http://host:port/`, `host:port` or `host`.
    pub(super) fn new(url: &str, token: Option<String>) -> anyhow::Result<Self> {
        anyhow::ensure!(
            !url.starts_with("https://"),
            "{url}: Traceloupe speaks plain HTTP; give the address that stands behind the proxy"
        );
        let authority = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/');
        let is_host = !authority.is_empty() && !authority.contains(['/', '?', '#', '@', ' ']);
        anyhow::ensure!(is_host, "{url:?} is no address of a server: write it as http://127.0.0.1:5000");
        let has_port = authority.rsplit_once(':').is_some_and(|(host, port)| {
            port.parse::<u16>().is_ok() && (!host.contains(':') || host.ends_with(']'))
        });
        let authority = if has_port { authority.to_owned() } else { format!("{authority}:80") };
        Ok(Self { authority, token })
    }

    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        let authority = &self.authority;
        let unreachable = || format!("no Traceloupe answers at http://{authority}/");
        timeout(PATIENCE, self.ask(path)).await.with_context(unreachable)?.with_context(unreachable)
    }

    async fn ask(&self, path: &str) -> anyhow::Result<Answer> {
        let stream = TcpStream::connect(&self.authority).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut request = Request::get(path).header(HOST, &self.authority);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes().to_vec();
        Ok(Answer { status, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_typed() {
        for (typed, expected) in [
            ("http://127.0.0.1:5000/", "127.0.0.1:5000"),
            ("localhost:5000", "localhost:5000"),
            ("http://[::1]:5000", "[::1]:5000"),
            ("http://[::1]", "[::1]:80"),
            ("example.org", "example.org:80"),
        ] {
            assert_eq!(Remote::new(typed, None).unwrap().authority, expected);
        }
        for typed in ["", "https://example.org", "http://a/b", "a b"] {
            assert!(Remote::new(typed, None).is_err(), "{typed}");
        }
    }
}
