//! The OpenAPI document that is committed is the one that the server makes.

#[test]
fn the_committed_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/openapi.json");
    let committed = std::fs::read_to_string(path).expect("ui/openapi.json");
    assert!(committed == server::openapi_json(), "ui/openapi.json is stale: run `cargo xtask codegen`");
}
