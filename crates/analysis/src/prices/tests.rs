//! Names of models as they are written, prices of the user, and the bundled table.

use super::*;

fn price_of(model: &str, provider: Option<&str>) -> Option<(String, i64, i64)> {
    let (name, price) = Prices::bundled().find(model, provider)?;
    Some((name, price.input, price.output))
}

#[test]
fn names_are_found_with_dates_paths_and_regions() {
    // List prices of the providers: gpt-4o 2.50 and 10 dollars a million, gpt-4o-mini 0.15 and 0.60, claude-sonnet-4-5 3 and 15.
    for (model, provider, expected, input, output) in [
        ("gpt-4o", None, "gpt-4o", 2_500_000, 10_000_000),
        ("GPT-4o-2024-08-06", Some("openai"), "gpt-4o", 2_500_000, 10_000_000),
        // A date of which the table knows nothing.
        ("gpt-4o-2031-01-02", None, "gpt-4o", 2_500_000, 10_000_000),
        ("openai/gpt-4o-mini", None, "gpt-4o-mini", 150_000, 600_000),
        ("claude-sonnet-4-5-20250929", Some("anthropic"), "claude-sonnet-4-5", 3_000_000, 15_000_000),
    ] {
        let (name, got_input, got_output) = price_of(model, provider).unwrap();
        assert_eq!((got_input, got_output), (input, output), "{model}");
        assert!(name.starts_with(expected), "{model} was priced as {name}");
    }
    let path = "projects/p/locations/europe-central2/publishers/google/models/gemini-2.5-flash";
    assert_eq!(price_of(path, None).map(|(name, ..)| name).as_deref(), Some("gemini-2.5-flash"));
    let bedrock = price_of("eu.anthropic.claude-3-5-sonnet-20241022-v2:0", Some("aws.bedrock"));
    assert_eq!(bedrock.map(|(_, input, _)| input), Some(3_000_000));
}

#[test]
fn what_is_no_model_has_no_price() {
    for name in ["gateway:/gpt-4o", "endpoints:/gpt-4o", "no-such-model", "", "/", "-2024-08-06", "é"] {
        assert_eq!(price_of(name, None), None, "{name}");
    }
    assert_eq!(price_of(&"/gpt".repeat(100_000), None), None);
}

#[test]
fn a_cost_is_exact() {
    // Contract d.6, recorded from the real server: gpt-4o-mini, 12 in of which 4 cached, 7 out.
    let tokens = Tokens { input: Some(12), cached_read: Some(4), output: Some(7), ..Tokens::default() };
    let (_, price) = Prices::bundled().find("gpt-4o-mini", None).unwrap();
    let expected = Cost { input: Some(1_500_000), output: Some(4_200_000), total: Some(5_700_000) };
    assert_eq!(price.cost(&tokens), expected);
    // claude-sonnet-4-5: 1000 in, 400 read, 100 written, 100 out → 0.001995 and 0.0015 dollars.
    let tokens = Tokens {
        input: Some(1000),
        cached_read: Some(400),
        cached_write: Some(100),
        output: Some(100),
        ..Tokens::default()
    };
    let (_, price) = Prices::bundled().find("claude-sonnet-4-5", Some("anthropic")).unwrap();
    let cost = price.cost(&tokens);
    assert_eq!((cost.input, cost.output), (Some(1_995_000_000), Some(1_500_000_000)));
}

#[test]
fn absurd_counts_saturate() {
    let tokens = Tokens { input: Some(i64::MAX), output: Some(i64::MAX), ..Tokens::default() };
    let price = Price { input: i64::MAX, output: 1, ..Price::default() };
    assert_eq!(price.cost(&tokens).total, Some(i64::MAX));
}

#[test]
fn the_users_entries_come_first_and_the_rest_stays() {
    let text =
        r#"{"My-Model": {"input": 1, "output": 2, "cached_read": 0.5}, "gpt-4o": {"input": 0, "output": 0}}"#;
    let prices = Prices::with_user_entries(text).unwrap();
    let (_, price) = prices.find("my-model-2026-01-01", None).unwrap();
    assert_eq!((price.input, price.output, price.cached_read), (1_000_000, 2_000_000, Some(500_000)));
    assert_eq!(prices.find("gpt-4o", None).unwrap().1, Price::default());
    assert!(prices.find("gpt-4o-mini", None).is_some());
}

#[test]
fn a_bad_entry_is_named() {
    for (text, word) in [
        ("[]", "JSON object"),
        ("{", "not JSON"),
        (r#"{"m": 1}"#, "entry 'm': it must be an object"),
        (r#"{"m": {"input": 1}}"#, "'output' is missing"),
        (r#"{"m": {"input": -1, "output": 1}}"#, "'input' must be dollars"),
        (r#"{"m": {"input": 1, "output": 1, "cost": 1}}"#, "'cost' is not known"),
    ] {
        let error = Prices::with_user_entries(text).unwrap_err();
        assert!(error.contains(word), "{text}: {error}");
    }
}

#[test]
fn the_bundled_table_says_where_it_comes_from() {
    let source: Vec<&str> = source().collect();
    assert!(source.iter().any(|line| line.contains("20")), "a date");
    assert!(source.iter().any(|line| line.contains("MIT")), "a licence");
    assert!(BUNDLED.len() <= 150_000, "{} bytes", BUNDLED.len());
    assert!(bundled().len() > 1_000);
}
