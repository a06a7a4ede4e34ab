//! Shapes of traces, and what becomes of each in the candidate.

/// A span to be: number from 1, parent or 0, name, start and duration in microseconds, what went in, type.
pub struct Plan {
    pub number: u32,
    pub parent: u32,
    pub name: String,
    pub start: u64,
    pub duration: u64,
    pub input: Option<String>,
    pub span_type: &'static str,
}

pub type Make = fn(u32, u32) -> Vec<Plan>;
pub type Edit = fn(Vec<Plan>) -> Vec<Plan>;

/// Shapes, each with what becomes of the candidate.
pub const SHAPES: [(&str, Make, Edit); 18] = [
    ("wide, one after another", wide, edited),
    ("wide, at the same time", parallel, edited),
    ("deep", deep, edited),
    ("bushy", bushy, edited),
    ("agent loop", agent, edited),
    ("bushy against itself", bushy, same),
    ("wide, all inputs other", wide_other, same),
    ("wide at the same time, all other", parallel_other, same),
    ("wide, equal twins, one more", twins, same),
    ("bushy, nothing in common", strange, same),
    ("bushy, in another order", bushy, turned),
    ("wide, every name other", every_name, same),
    ("bushy, one name, all inputs other", one_name, same),
    ("25 parents, all inputs other", parents, same),
    ("every leaf wrapped", wrapped, same),
    ("deep, every second level new", deep_wrapped, same),
    ("comb", comb, edited),
    ("few against twice as many", few, same),
];

fn plan(number: u32, parent: u32, name: impl Into<String>, start: u64, duration: u64) -> Plan {
    Plan { number, parent, name: name.into(), start, duration, input: None, span_type: "" }
}

fn wide(n_spans: u32, _side: u32) -> Vec<Plan> {
    let mut plans = vec![plan(1, 0, "import", 0, u64::from(n_spans) * 100)];
    plans.extend((2..=n_spans).map(|number| Plan {
        input: Some(format!("row {number} of the table of customers, region {}", number % 17)),
        ..plan(number, 1, "insert", u64::from(number) * 100, 90)
    }));
    plans
}

fn wide_other(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = wide(n_spans, side);
    for plan in &mut plans[1..] {
        plan.input =
            Some(format!("side {side} row {} {}", plan.number * 7 + side, mixed(plan.number * 2 + side)));
    }
    plans
}

fn parallel(n_spans: u32, _side: u32) -> Vec<Plan> {
    let mut plans = wide(n_spans, 0);
    for plan in &mut plans[1..] {
        (plan.start, plan.duration) =
            (u64::from(mixed(plan.number) % 1_000), 2_000 + u64::from(plan.number % 97));
    }
    plans
}

fn parallel_other(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = wide_other(n_spans, side);
    for plan in &mut plans[1..] {
        (plan.start, plan.duration) =
            (u64::from(mixed(plan.number) % 1_000), 2_000 + u64::from(plan.number % 97));
    }
    plans
}

fn twins(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = parallel(n_spans - 1 + side, side);
    plans.iter_mut().for_each(|plan| plan.input = None);
    plans
}

/// Chains of 5,000 levels.
fn deep(n_spans: u32, _side: u32) -> Vec<Plan> {
    let name =
        |number: u32| format!("layer {}", ["http", "auth", "retry", "cache", "call"][(number % 5) as usize]);
    (1..=n_spans)
        .map(|number| {
            let parent = if number % 5_000 == 1 { 0 } else { number - 1 };
            plan(number, parent, name(number), u64::from(number), u64::from(2 * n_spans - number))
        })
        .collect()
}

/// Eight children each, a dozen names.
fn bushy(n_spans: u32, _side: u32) -> Vec<Plan> {
    (1..=n_spans)
        .map(|number| {
            let input = (number % 3 == 0).then(|| format!("select {} from orders", number % 501));
            Plan {
                input,
                ..plan(
                    number,
                    (number + 6) / 8,
                    format!("step {}", (b'a' + (mixed(number) % 12) as u8) as char),
                    u64::from(number) * 10,
                    9,
                )
            }
        })
        .collect()
}

fn strange(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = bushy(n_spans, side);
    for plan in &mut plans {
        plan.name = plan.name.replace("step", ["step", "phase of"][side as usize]);
        plan.input = None;
    }
    plans
}

/// A model call with a growing conversation, then three tools with a call each.
fn agent(n_spans: u32, _side: u32) -> Vec<Plan> {
    let mut plans = vec![plan(1, 0, "agent", 0, u64::from(n_spans) * 1_000)];
    let mut number = 2;
    while number <= n_spans {
        let round = number / 7;
        let start = u64::from(number) * 1_000;
        plans.push(Plan {
            input: Some(format!(
                "you are helpful. question {} then answers {} and {}",
                round / 9,
                round,
                mixed(round)
            )),
            span_type: "CHAT_MODEL",
            ..plan(number, 1, "chat", start, 900)
        });
        for tool in 0..3 {
            let call = number + 1 + tool * 2;
            let name = ["search", "lookup", "track"][((round + tool) % 3) as usize];
            let start = start + 1_000 + u64::from(tool) * 1_000;
            plans.push(Plan { input: Some(format!("{name} {round}")), ..plan(call, 1, name, start, 900) });
            plans.push(plan(call + 1, call, "GET", start + 10, 800));
        }
        number += 7;
    }
    plans.retain(|plan| plan.number <= n_spans);
    plans
}

fn every_name(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = wide(n_spans, side);
    for plan in &mut plans[1..] {
        let bits = mixed(plan.number * 2 + side);
        plan.name = (0..6).map(|at| char::from(b'a' + (bits >> (at * 4)).to_le_bytes()[0] % 16)).collect();
        plan.input = None;
    }
    plans
}

fn one_name(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = bushy(n_spans, side);
    for plan in &mut plans {
        plan.name = "visit".to_owned();
        plan.input =
            Some(format!("node {} of {}", mixed(plan.number * 2 + side), mixed(plan.number * 3 + side)));
    }
    plans
}

fn parents(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = wide_other(n_spans, side);
    for plan in &mut plans[1..] {
        plan.parent = if plan.number <= 26 { 1 } else { 2 + plan.number % 25 };
        if plan.number <= 26 {
            plan.input = None;
        }
    }
    plans
}

fn wrapped(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = wide(n_spans / 2, side);
    if side == 1 {
        for number in 2..=n_spans / 2 {
            let at = (number - 1) as usize;
            let (start, duration) = (plans[at].start, plans[at].duration);
            plans[at].parent = number + 1_000_000;
            plans.push(plan(number + 1_000_000, 1, "wrapper", start, duration));
        }
    }
    plans
}

fn deep_wrapped(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = deep(n_spans, 0);
    if side == 1 {
        for plan in &mut plans {
            if plan.number % 2 == 0 {
                plan.name = "between".to_owned();
            }
        }
    }
    plans
}

fn comb(n_spans: u32, _side: u32) -> Vec<Plan> {
    (1..=n_spans)
        .map(|number| {
            let spine = (number - 1) / 10 * 10 + 1;
            let parent = if number == spine { number.saturating_sub(10) } else { spine };
            plan(
                number,
                parent,
                format!("step {}", (b'a' + (number % 10) as u8) as char),
                u64::from(number),
                u64::from(2 * n_spans - number),
            )
        })
        .collect()
}

fn few(n_spans: u32, side: u32) -> Vec<Plan> {
    let mut plans = wide(n_spans * 2, 0);
    if side == 0 {
        plans.retain(|plan| plan.number == 1 || plan.number % (n_spans / 50) == 0);
    }
    plans
}

fn same(plans: Vec<Plan>) -> Vec<Plan> {
    plans
}

/// Each hundredth is left out, each hundredth comes in, each fiftieth has other inputs, each tenth takes longer.
fn edited(mut plans: Vec<Plan>) -> Vec<Plan> {
    let n_spans = plans.len();
    let mut added = Vec::new();
    for plan in &mut plans {
        match plan.number % 100 {
            33 => added.push(Plan {
                number: plan.number + 10_000_000,
                parent: plan.number,
                name: "new".to_owned(),
                input: None,
                ..*plan
            }),
            50 | 0 => plan.input = plan.input.take().map(|input| input + " please"),
            _ if plan.number % 10 == 7 => plan.duration += 20_000,
            _ => {}
        }
    }
    // Only leaves, or whole subtrees would go.
    let parents: std::collections::HashSet<u32> = plans.iter().map(|plan| plan.parent).collect();
    plans.retain(|plan| plan.number % 100 != 77 || parents.contains(&plan.number));
    plans.extend(added);
    debug_assert!(plans.len() + 600 >= n_spans);
    plans
}

/// Siblings come the other way round.
fn turned(mut plans: Vec<Plan>) -> Vec<Plan> {
    let last = plans.iter().map(|plan| plan.start).max().unwrap_or(0);
    plans.iter_mut().skip(1).for_each(|plan| plan.start = last - plan.start);
    plans
}

fn mixed(number: u32) -> u32 {
    number.wrapping_mul(0x9E37_79B9).rotate_left(13).wrapping_mul(0x85EB_CA6B) >> 8
}
