//! Who may ask, on every route: Host, Origin, token.

use reqwest::Method;
use tests::TestServer;
use tests::grpc::{GrpcConnection, frame};

#[tokio::test]
async fn a_foreign_host_is_refused_everywhere_but_on_probes() {
    let server =
        TestServer::start_with(|config| config.allow_hosts.push("host.docker.internal:5000".into())).await;
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
        // An empty one, as of a variable that nobody set, protects nothing.
        config.token = Some(String::new());
        (config.otlp_http, config.otlp_grpc) = (free, free);
        let running = server::start(config).await.unwrap();
        let token = running.token().expect("a token is wanted").to_owned();
        let notices = running.ready().notices.join("\n");
        assert!(notices.contains(&token), "it is printed: {notices}");
        let port = running.ready().http.rsplit_once(':').unwrap().1.to_owned();
        // Browsers open no 0.0.0.0.
        assert!(notices.contains(&format!("http://localhost:{port}/?token={token}")), "{notices}");
        assert_eq!(running.http_url(), format!("http://localhost:{port}/"));
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
async fn refused_exports_are_told_why_in_their_own_dialect() {
    let server = TestServer::start_with(|config| config.token = Some("secret".into())).await;
    let message = frame(false, b"");
    let mut connection = GrpcConnection::open(&server.ready().otlp_grpc).await;
    // https://grpc.io/docs/guides/status-codes/: UNAUTHENTICATED, PERMISSION_DENIED. A client shows this text and no other.
    for (metadata, status, says) in [
        (vec![], "16", "token"),
        (vec![("authorization", "Bearer wrong")], "16", "token"),
        (vec![("authorization", "Bearer secret"), ("origin", "https://a.example")], "7", "origin"),
        (vec![("authorization", "Bearer secret")], "0", ""),
    ] {
        let answer = connection.export_with(&metadata, "", message.clone()).await.unwrap();
        assert_eq!(answer.status(), status, "{metadata:?}: {}", answer.message());
        assert!(answer.message().contains(says), "{}", answer.message());
    }
    connection.close().await;
    let export = |content_type: &'static str| {
        let post = server.post("/v1/traces").header("content-type", content_type);
        post.body("{}").send()
    };
    let refused = export("application/json").await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["www-authenticate"]),
        (401, &"Bearer".parse().unwrap())
    );
    let status: serde_json::Value = refused.json().await.unwrap();
    assert!(status["message"].as_str().unwrap().contains("MLFLOW_TRACKING_TOKEN"), "{status}");
    let refused = export("application/x-protobuf").await.unwrap();
    assert_eq!(refused.headers()["content-type"], "application/x-protobuf");
    assert!(String::from_utf8_lossy(&refused.bytes().await.unwrap()).contains("MLFLOW_TRACKING_TOKEN"));
    let list = server.get("/traceloupe/v1/rejected").bearer_auth("secret").send().await.unwrap();
    let list: serde_json::Value = list.json().await.unwrap();
    let count = |transport: &str| {
        list["groups"].as_array().unwrap().iter().filter(|group| group["transport"] == transport).count()
    };
    assert_eq!((count("grpc"), count("http")), (2, 1), "{list}");
    server.stop().await;
}

#[tokio::test]
async fn a_browser_without_the_token_is_asked_for_it_and_led_on() {
    let server = TestServer::start_with(|config| config.token = Some("s3cret/+=".into())).await;
    let client =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let open = |path: &str| client.get(server.url(path)).header("accept", "text/html,*/*;q=0.8").send();
    let asked = open("/traces/abc?filter=a%3D1").await.unwrap();
    assert_eq!(asked.status(), 401);
    let policy = asked.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
    let page = asked.text().await.unwrap();
    assert!(page.contains("name=\"token\"") && page.contains("name=\"filter\" value=\"a=1\""), "{page}");
    assert!(open("/?token=wrong").await.unwrap().text().await.unwrap().contains("not its token"));
    // As a form sends it, and as a person types it.
    for given in ["s3cret%2F%2B%3D", "s3cret/+="] {
        let led_on = open(&format!("/traces/abc?token={given}&filter=a%3D1")).await.unwrap();
        assert_eq!(led_on.status(), 303, "{given}");
        assert_eq!(led_on.headers()["location"], "/traces/abc?filter=a%3D1");
        let cookie = led_on.headers()["set-cookie"].to_str().unwrap();
        let cookie = format!("traceloupe_token=of-another-port; {}", cookie.split(';').next().unwrap());
        let page =
            client.get(server.url("/traceloupe/v1/status")).header("cookie", cookie).send().await.unwrap();
        assert_eq!(page.status(), 200);
    }
    server.stop().await;
}

#[tokio::test]
async fn an_origin_that_can_never_match_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = server::Config::new(folder.path().to_owned());
    config.allow_origins = vec!["https://app.example/".to_owned(), "app.example".to_owned()];
    let error = server::start(config).await.err().expect("no origin").to_string();
    assert!(error.contains("'app.example' is no origin") && error.contains("https://"), "{error}");
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
