//! Looks at what arrives while it arrives, as a window and an MLflow client do: the list, the newest trace, a search.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

/// Pause between two rounds of looks.
const PAUSE: Duration = Duration::from_millis(100);

/// One thing that was looked at again and again.
pub struct Look {
    /// What it was.
    pub what: &'static str,
    /// How long each look took, sorted.
    pub times: Vec<Duration>,
}

/// Looks until the time is over.
pub async fn look(url: &str, duration: Duration) -> Result<Vec<Look>> {
    let client = Client::new();
    let names = ["list of traces", "newest trace", "its spans", "search by status", "search by name of span"];
    let mut looks = names.map(|what| Look { what, times: Vec::new() });
    let started = Instant::now();
    while started.elapsed() < duration {
        let (list, time) = ask(client.get(format!("{url}/traceloupe/v1/traces?limit=100"))).await?;
        looks[0].times.push(time);
        let list: Value = serde_json::from_slice(&list)?;
        let newest = list["traces"][0]["trace_id"].as_str().context("the list has a trace")?;
        let asked = [
            client.get(format!("{url}/traceloupe/v1/traces/{newest}")),
            client.get(format!("{url}/traceloupe/v1/traces/{newest}/spans")),
            search(&client, url, "attributes.status = 'ERROR'"),
            search(&client, url, "span.name = 'rerank'"),
        ];
        for (look, request) in looks[1..].iter_mut().zip(asked) {
            look.times.push(ask(request).await?.1);
        }
        tokio::time::sleep(PAUSE).await;
    }
    looks.iter_mut().for_each(|look| look.times.sort_unstable());
    Ok(looks.into())
}

/// A page of MLflow's search over the default experiment.
fn search(client: &Client, url: &str, filter: &str) -> RequestBuilder {
    let place = json!({"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}});
    let body = json!({"locations": [place], "filter": filter, "max_results": 100});
    client.post(format!("{url}/api/3.0/mlflow/traces/search")).json(&body)
}

async fn ask(request: RequestBuilder) -> Result<(Vec<u8>, Duration)> {
    let started = Instant::now();
    let answer = request.send().await?;
    let status = answer.status();
    let body = answer.bytes().await?.to_vec();
    ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
    Ok((body, started.elapsed()))
}
