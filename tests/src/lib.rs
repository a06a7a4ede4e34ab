//! A real server for black-box tests: its own data folder, free ports, and a client.

pub mod compared;
pub mod grpc;
pub mod otlp;
pub mod raw;

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use server::{Config, ListenAddress, Running};
use tempfile::TempDir;

/// A server in this process, reached over HTTP like any other.
pub struct TestServer {
    /// Sends requests.
    pub client: Client,
    running: Running,
    _folder: TempDir,
}

impl TestServer {
    /// Starts a server with the defaults, on free ports.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts a server with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let free = ListenAddress::asked(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let mut config = Config::new(folder.path().join("data"));
        config.listen = free;
        config.otlp_http = free;
        config.otlp_grpc = free;
        change(&mut config);
        let running = server::start(config).await.expect("the server starts");
        // Answers come from this machine; a proxy of the environment would only be in the way.
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { client, running, _folder: folder }
    }

    /// Returns the address of a path on the main listener.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.ready().http)
    }

    /// Returns what the ready line says.
    pub fn ready(&self) -> &server::Ready {
        self.running.ready()
    }

    /// Begins a GET request.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    /// Begins a POST request.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.url(path))
    }

    /// Sends spans as OTLP/JSON.
    pub async fn export_json(&self, body: &Value) -> Response {
        self.post_json("/v1/traces", body).await
    }

    /// Sends a JSON document.
    pub async fn post_json(&self, path: &str, body: &Value) -> Response {
        let request = self.post(path).header("content-type", "application/json").body(body.to_string());
        request.send().await.expect("an answer")
    }

    /// Sends spans as OTLP protobuf.
    pub async fn export_protobuf(&self, body: Vec<u8>) -> Response {
        let request = self.post("/v1/traces").header("content-type", "application/x-protobuf").body(body);
        request.send().await.expect("an answer")
    }

    /// Gets a JSON document that must be there.
    pub async fn json(&self, path: &str) -> Value {
        let response = self.get(path).send().await.expect("an answer");
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.expect("JSON")
    }

    /// Stops the server; what it acknowledged is stored and nothing is left waiting.
    pub async fn stop(self) {
        self.running.stop().await.expect("a clean stop");
    }
}
