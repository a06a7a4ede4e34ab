//! How many true partners are found: runs of a simulated agent, of which each span knows what it is.

use std::collections::HashMap;

use model::{AnyValue, Attribute, Span, StatusCode};
use testkit::load::Random;
use testkit::{span_id, trace_id};

use super::drawn::Trace;
use crate::compare::{Options, align};

/// What was changed between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    /// The agent takes a step more, somewhere.
    MoreRounds,
    /// One of the parallel searches is not made.
    FewerSearches,
    /// A middleware around everything below the root.
    Wrapped,
    /// The level around retrieval is gone.
    Unwrapped,
    /// A step is called otherwise.
    Renamed,
    /// Another system prompt: every call says something else.
    Prompt,
    /// A tool fails once and is called again.
    Retried,
    /// Searches begin in another order, and their words differ a little.
    Shuffled,
    /// Another model.
    Model,
}

const EDITS: [Edit; 9] = [
    Edit::MoreRounds,
    Edit::FewerSearches,
    Edit::Wrapped,
    Edit::Unwrapped,
    Edit::Renamed,
    Edit::Prompt,
    Edit::Retried,
    Edit::Shuffled,
    Edit::Model,
];

const TOPICS: [&str; 8] = [
    "green lamps for the kitchen",
    "trains from Porto to Braga",
    "delivery of a broken chair",
    "opening hours on sunday",
    "refund of two orders",
    "size of the oak table",
    "weather in the mountains",
    "address of the warehouse",
];

const TOOLS: [&str; 3] = ["search_orders", "lookup_customer", "track_parcel"];

/// A run that is being written: spans with what they are.
struct Run {
    random: Random,
    spans: Vec<(Span, String)>,
    is: HashMap<u64, String>,
    now: u64,
}

impl Run {
    fn chance(&mut self, n: u64) -> u64 {
        self.random.next_u64() % n
    }

    /// Starts a span; `is` tells what it is, the same in every run.
    fn start(&mut self, parent: u64, name: &str, is: &str, input: Option<&str>) -> u64 {
        let number = self.spans.len() as u64 + 1;
        let mut span = Span::new(trace_id(1), span_id(number), name);
        span.parent_span_id = (parent > 0).then(|| span_id(parent));
        span.start_time_unix_nano = self.now;
        if let Some(input) = input {
            let input = AnyValue::String(input.to_owned());
            span.attributes.push(Attribute::new("gen_ai.input.messages", input));
        }
        self.is.insert(number, is.to_owned());
        self.spans.push((span, "agent".to_owned()));
        number
    }

    fn end(&mut self, number: u64) {
        self.now += 1_000_000 + self.random.next_u64() % 4_000_000;
        self.spans[usize::try_from(number - 1).unwrap()].0.end_time_unix_nano = self.now;
    }

    fn leaf(&mut self, parent: u64, name: &str, is: &str, input: Option<&str>) -> u64 {
        let number = self.start(parent, name, is, input);
        self.end(number);
        number
    }

    fn set(&mut self, number: u64, key: &str, value: &str) {
        let value = AnyValue::String(value.to_owned());
        self.spans[usize::try_from(number - 1).unwrap()].0.attributes.push(Attribute::new(key, value));
    }
}

/// Plays a run: the same `plan` is the same task, `noise` is what differs from run to run.
fn run(plan: u64, noise: u64, edits: &[Edit]) -> Run {
    let has = |edit: Edit| edits.contains(&edit);
    let mut plan = Random::new(plan);
    let mut run =
        Run { random: Random::new(noise), spans: Vec::new(), is: HashMap::new(), now: 1_000_000_000 };
    let root = run.start(0, "POST /ask", "root", Some("where is my order"));
    let below = if has(Edit::Wrapped) { run.start(root, "middleware", "middleware", None) } else { root };
    run.leaf(below, "auth", "auth", None);
    retrieve(&mut run, below, &mut plan, edits);
    let agent = run.start(below, "agent", "agent", None);
    let n_rounds = 3 + plan.next_u64() % 5;
    let more_at = run.chance(n_rounds);
    let (mut said, mut round) = (String::new(), 0);
    let mut last = "nothing".to_owned();
    while round <= n_rounds {
        let prompt =
            if has(Edit::Prompt) { "you help customers, briefly" } else { "answer as a clerk would" };
        let model = if has(Edit::Model) { "gpt-5" } else { "gpt-4o" };
        let input = format!("{prompt}. where is my order? {said}");
        let chat = run.start(agent, &format!("chat {model}"), &format!("chat after {last}"), Some(&input));
        run.set(chat, "gen_ai.request.model", model);
        run.set(chat, "gen_ai.operation.name", "chat");
        run.leaf(chat, "POST", &format!("post after {last}"), None);
        run.end(chat);
        if round == n_rounds {
            break;
        }
        let is_more = has(Edit::MoreRounds) && round == more_at && !last.starts_with("more");
        let draw = if is_more { run.chance(1_000) } else { plan.next_u64() };
        let (tool, topic) = (TOOLS[(draw % 3) as usize], TOPICS[(draw / 3 % 8) as usize]);
        last = if is_more { "more".to_owned() } else { format!("round {round}") };
        let arguments = format!("{topic} {}", if is_more { "please" } else { "" });
        if has(Edit::Retried) && round == 1 && !is_more {
            let failed = run.leaf(agent, tool, "failed attempt", Some(&arguments));
            run.spans[usize::try_from(failed - 1).unwrap()].0.status.code = StatusCode::ERROR;
        }
        let call = run.start(agent, tool, &format!("tool of {last}"), Some(&arguments));
        run.leaf(call, "db.query", &format!("query of {last}"), None);
        run.end(call);
        said = format!("{said} {topic} has {} results, ", draw % 50);
        round += u64::from(!is_more);
    }
    run.end(agent);
    run.leaf(below, "log", "log", None);
    run.end(root);
    run
}

/// An embedding, then searches at the same time.
fn retrieve(run: &mut Run, below: u64, plan: &mut Random, edits: &[Edit]) {
    let has = |edit: Edit| edits.contains(&edit);
    let retrieve = if has(Edit::Unwrapped) { below } else { run.start(below, "retrieve", "retrieve", None) };
    run.leaf(
        retrieve,
        if has(Edit::Renamed) { "vectorise" } else { "embed" },
        "embed",
        Some("where is my order"),
    );
    let n_searches = 2 + plan.next_u64() % 4;
    let mut searches: Vec<(u64, &str)> =
        (0..n_searches).map(|at| (at, TOPICS[((plan.next_u64() % 2 + at * 2) % 8) as usize])).collect();
    if has(Edit::FewerSearches) {
        let at = run.chance(n_searches);
        searches.remove(usize::try_from(at).unwrap());
    }
    if has(Edit::Shuffled) {
        searches.reverse();
    }
    let started: Vec<u64> = searches
        .iter()
        .map(|(at, topic)| {
            let words = if has(Edit::Shuffled) { format!("{topic} today") } else { (*topic).to_owned() };
            run.start(retrieve, "search", &format!("search {at}"), Some(&words))
        })
        .collect();
    started.into_iter().for_each(|search| run.end(search));
    if retrieve != below {
        run.end(retrieve);
    }
}

/// Returns how many true partners were found, how many there are, and what was paired wrongly.
fn judged(baseline: Run, candidate: Run) -> (usize, usize, Vec<String>) {
    let (is, other_is) = (baseline.is, candidate.is);
    let n_true = is.values().filter(|what| other_is.values().any(|other| other == *what)).count();
    let (baseline, candidate) = (Trace::of(baseline.spans), Trace::of(candidate.spans));
    let alignment = align(baseline.side(), candidate.side(), &Options::default());
    let (mut n_found, mut wrong) = (0, Vec::new());
    for row in &alignment.rows {
        let (Some(one), Some(other)) = (row.baseline, row.candidate) else { continue };
        let (one, other) = (&is[&baseline.number(one)], &other_is[&candidate.number(other)]);
        if one == other {
            n_found += 1;
        } else {
            wrong.push(format!("{one} = {other}"));
        }
    }
    (n_found, n_true, wrong)
}

/// The bounds are those of a tool that a person trusts: one span in two hundred may be missed, and one in two hundred may be wrong.
/// Not reachable is all: where the prompt and the rounds change at once, or two searches are the same, nothing tells calls apart.
#[test]
fn true_partners_are_found() {
    let (mut n_found, mut n_true, mut wrong) = (0, 0, Vec::new());
    for edits in EDITS.iter().flat_map(|one| EDITS.iter().map(move |other| [*one, *other])) {
        for plan in 0..8 {
            let (found, is_true, wrongly) = judged(run(plan, 1, &[]), run(plan, plan + 2, &edits));
            (n_found, n_true) = (n_found + found, n_true + is_true);
            wrong.extend(wrongly.into_iter().map(|wrong| format!("{edits:?}: {wrong}")));
        }
    }
    assert!(n_true > 10_000);
    assert!(n_found * 200 >= n_true * 199, "{n_found} of {n_true}");
    assert!(wrong.len() * 200 <= n_true, "of {n_true}: {wrong:#?}");
}
