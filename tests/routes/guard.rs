//! Who may ask, on every route: Host, Origin, token.

use reqwest::Method;
use tests::TestServer;

#[tokio::test]
async fn a_foreign_host_is_refused_everywhere_but_on_probes() {
    let server =
        TestServer::start_with(|config| config.allow_hosts.push("host.docker.internal".into())).await;
    let ask = async |path: &str, host: &str| {
        server.get(path).header("host", host).send().await.unwrap().status().as_u16()
    };
    for path in ["/", "/traceloupe/v1/status", "/api/2.0/mlflow/experiments/get?experiment_id=0"] {
        assert_eq!(ask(path, "evil.example").await, 403, "{path}");
        assert_ne!(ask(path, "host.docker.internal:5000").await, 403, "{path}");
        assert_ne!(ask(path, "localhost").await, 403, "{path}");
    }
    for path in ["/health", "/version"] {
        assert_eq!(ask(path, "evil.example").await, 200, "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_foreign_page_may_not_change_anything() {
    let server = TestServer::start().await;
    let ask = |method: Method, path: &str, origin: &str| {
        server.client.request(method, server.url(path)).header("origin", origin).send()
    };
    for path in ["/v1/traces", "/traceloupe/v1/test-trace", "/api/2.0/mlflow/experiments/create"] {
        for origin in ["https://evil.example", "null"] {
            assert_eq!(ask(Method::POST, path, origin).await.unwrap().status(), 403, "{path} {origin}");
        }
        assert_ne!(ask(Method::POST, path, "http://localhost:3000").await.unwrap().status(), 403, "{path}");
    }
    let read = ask(Method::GET, "/traceloupe/v1/status", "https://evil.example").await.unwrap();
    assert_eq!(read.status(), 200);
    assert!(!read.headers().contains_key("access-control-allow-origin"), "its page cannot read the answer");
    let local = ask(Method::GET, "/traceloupe/v1/status", "http://127.0.0.1:3000").await.unwrap();
    assert_eq!(local.headers()["access-control-allow-origin"], "http://127.0.0.1:3000");
    server.stop().await;
}

#[tokio::test]
async fn preflights_are_answered_as_mlflow_does() {
    let server = TestServer::start().await;
    let preflight = |origin: &'static str| {
        server
            .client
            .request(Method::OPTIONS, server.url("/v1/traces"))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,x-mlflow-experiment-id")
            .send()
    };
    let local = preflight("http://localhost:3000").await.unwrap();
    assert_eq!(local.status(), 200);
    assert_eq!(local.headers()["access-control-allow-origin"], "http://localhost:3000");
    assert_eq!(local.headers()["access-control-allow-headers"], "content-type,x-mlflow-experiment-id");
    assert_eq!(preflight("https://evil.example").await.unwrap().status(), 400);
    server.stop().await;
}

#[tokio::test]
async fn a_token_is_wanted_on_every_route_once_there_is_one() {
    let server = TestServer::start_with(|config| config.token = Some("secret".into())).await;
    for path in ["/", "/traceloupe/v1/status", "/api/2.0/mlflow/experiments/get?experiment_id=0"] {
        assert_eq!(server.get(path).send().await.unwrap().status(), 401, "{path}");
        assert_ne!(server.get(path).bearer_auth("secret").send().await.unwrap().status(), 401, "{path}");
    }
    assert_eq!(server.post("/v1/traces").send().await.unwrap().status(), 401);
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_other_machines_can_reach_makes_a_token_and_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let free = server::ListenAddress::asked("127.0.0.1:0".parse().unwrap());
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let mut config = server::Config::new(folder.path().to_owned());
        config.listen = server::ListenAddress::asked("0.0.0.0:0".parse().unwrap());
        (config.otlp_http, config.otlp_grpc) = (free, free);
        let running = server::start(config).await.unwrap();
        let token = running.token().expect("a token is wanted").to_owned();
        let notices = running.ready().notices.join("\n");
        assert!(notices.contains(&token), "it is printed: {notices}");
        // Ingest on a loopback listener wants it too: the token is the server's.
        let url = format!("http://{}/v1/traces", running.ready().otlp_http);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        assert_eq!(client.post(&url).send().await.unwrap().status(), 401);
        assert_ne!(client.post(&url).bearer_auth(&token).send().await.unwrap().status(), 401);
        drop(client);
        running.stop().await.unwrap();
        tokens.push(token);
    }
    assert_eq!(tokens[0], tokens[1], "clients keep working after a restart");
}

#[tokio::test]
async fn pages_come_with_a_strict_policy() {
    let server = TestServer::start().await;
    let page = server.get("/").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    server.stop().await;
}
