//! Which source wins, and what bad values say.

use std::fs;

use super::*;

fn resolve_with(arguments: &ServeArgs, variables: &[(&str, &str)]) -> anyhow::Result<Resolved> {
    resolve_all(arguments, &|name| {
        variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
    })
}

fn source_of<'a>(resolved: &'a Resolved, name: &str) -> &'a Source {
    &resolved.shown.iter().find(|shown| shown.name == name).unwrap().source
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    fs::write(&file, "listen = \"127.0.0.1:1\"\notlp_http = \"127.0.0.1:2\"\nlog = \"debug\"\n").unwrap();
    let arguments = ServeArgs {
        config: Some(file.clone()),
        listen: Some("127.0.0.1:9".parse().unwrap()),
        data_dir: Some(folder.path().to_owned()),
        ..ServeArgs::default()
    };
    let variables = [("TRACELOUPE_LISTEN", "127.0.0.1:8"), ("TRACELOUPE_OTLP_HTTP", "127.0.0.1:7")];
    let resolved = resolve_with(&arguments, &variables).unwrap();
    assert_eq!(resolved.config.listen.address.port(), 9);
    assert!(!resolved.config.listen.is_default);
    assert_eq!(resolved.config.otlp_http.address.port(), 7);
    assert_eq!(resolved.log, "debug");
    assert_eq!(resolved.config.otlp_grpc, ListenAddress::default_port(4317));
    assert_eq!(source_of(&resolved, "listen"), &Source::Flag);
    assert_eq!(source_of(&resolved, "otlp_http"), &Source::Environment("TRACELOUPE_OTLP_HTTP"));
    assert_eq!(source_of(&resolved, "log"), &Source::File(file));
    assert_eq!(source_of(&resolved, "otlp_grpc"), &Source::Default);
}

#[test]
fn bad_values_name_their_source() {
    let arguments = ServeArgs { data_dir: Some(PathBuf::from("/tmp")), ..ServeArgs::default() };
    let error = resolve_with(&arguments, &[("TRACELOUPE_MAX_BODY_BYTES", "many")]).unwrap_err();
    assert!(format!("{error:#}").contains("TRACELOUPE_MAX_BODY_BYTES"), "{error:#}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    fs::write(&file, "lisen = \"127.0.0.1:1\"\n").unwrap();
    let arguments = ServeArgs { config: Some(file), ..arguments };
    let error = format!("{:#}", resolve_with(&arguments, &[]).unwrap_err());
    assert!(error.contains("c.toml") && error.contains("lisen"), "{error}");

    let arguments = ServeArgs { config: Some(folder.path().join("missing.toml")), ..ServeArgs::default() };
    assert!(resolve_with(&arguments, &[]).is_err(), "a file that was named must exist");
}

#[test]
fn a_token_is_not_printed() {
    let arguments = ServeArgs {
        data_dir: Some(PathBuf::from("/tmp")),
        token: Some("hunter2".to_owned()),
        ..ServeArgs::default()
    };
    let resolved = resolve_with(&arguments, &[]).unwrap();
    assert_eq!(resolved.config.token.as_deref(), Some("hunter2"));
    assert!(resolved.shown.iter().all(|shown| !shown.value.contains("hunter2")));
}

#[test]
fn an_empty_token_opens_no_door() {
    let with = |flag: Option<&str>, variable: &str| {
        let arguments = ServeArgs {
            data_dir: Some(PathBuf::from("/tmp")),
            token: flag.map(str::to_owned),
            ..ServeArgs::default()
        };
        resolve_with(&arguments, &[("TRACELOUPE_TOKEN", variable)]).map(|resolved| resolved.config.token)
    };
    // As in a file for containers that passes on a variable which nobody set: then one is made where it is needed.
    assert_eq!(with(None, "").unwrap(), None);
    assert_eq!(with(None, "correct-horse.battery_staple~9+/=").unwrap().unwrap().len(), 33);
    for unusable in ["", " ", "two words", "a;b", "a,b", "a\"b", "a\\b", "é", "line\n"] {
        let error = format!("{:#}", with(Some(unusable), "").unwrap_err());
        assert!(error.contains("the token (flag)") && !error.contains("two words"), "{error}");
    }
}
