//! The page that asks a browser for the token, and the address that carries it once.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What the page may do: send its form here, and nothing else. It runs no script.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Returns the token that a query names, read as a form writes it, and the query without it.
pub(crate) fn token_of(query: &str) -> (Option<String>, String) {
    let is_token = |pair: &&str| pair.starts_with("token=");
    let pairs = || query.split('&').filter(|pair| !pair.is_empty());
    let token = pairs().find(is_token).map(|pair| {
        // Who writes the address by hand writes the token as it is: a plus sign stays one, for no token has a blank.
        let pair = pair.replace('+', "%2B");
        form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(_, token)| token.into_owned())
            .unwrap_or_default()
    });
    (token, pairs().filter(|pair| !is_token(pair)).collect::<Vec<_>>().join("&"))
}

/// Whether whoever asks wants a page to look at, as browsers do.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Asks for the token. The form leads back to the address that was asked for, with the rest of its query.
pub(crate) fn ask(is_wrong: bool, rest: &str) -> Response {
    let hidden: String = form_urlencoded::parse(rest.as_bytes())
        .map(|(name, value)| {
            format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(&name), escaped(&value))
        })
        .collect();
    let complaint = if is_wrong { "<p role=\"alert\">This is not its token</p>" } else { "" };
    let page = PAGE.replace("{hidden}", &hidden).replace("{complaint}", complaint);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::WWW_AUTHENTICATE, "Bearer"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (StatusCode::UNAUTHORIZED, headers, page).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Traceloupe wants its token</title>
<style>
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f6f6f4, #0d1015); color: light-dark(#191d23, #e7eaf0); }
main { width: min(26rem, 90vw); }
h1 { font-size: 1.3rem; margin: 0 0 .5rem; }
p { margin: .5rem 0; color: light-dark(#4d5661, #a3adbb); }
p[role=alert] { color: light-dark(#c02a35, #ff7a7a); }
form { display: flex; gap: .5rem; margin: 1rem 0; }
input { flex: 1; min-width: 0; font: 13px/1.5 ui-monospace, monospace; padding: .4rem .6rem; border: 1px solid light-dark(#d3d3cd, #2f3846); border-radius: 6px; background: light-dark(#fff, #181d26); color: inherit; }
button { font: inherit; padding: .4rem 1rem; border: 0; border-radius: 6px; background: light-dark(#2c62d3, #6ea0ff); color: light-dark(#fff, #0d1015); }
:focus-visible { outline: 2px solid light-dark(#2c62d3, #8bb3ff); outline-offset: 2px; }
code { font: 12px/1.5 ui-monospace, monospace; }
</style>
<main>
<h1>Traceloupe wants its token</h1>
<p>This server lets in who has its token: the one that was chosen with <code>--token</code>, or else the one that was printed when it started and is in the file <code>token</code> of its data folder.</p>
{complaint}
<form method="get">
<input type="password" name="token" aria-label="Token" autocomplete="current-password" spellcheck="false" required autofocus>
{hidden}<button>Open</button>
</form>
<p>Programs send <code>Authorization: Bearer &lt;token&gt;</code></p>
</main>
</html>
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_taken_out_of_the_query() {
        for (query, token, rest) in [
            ("", None, ""),
            ("a=1&b", None, "a=1&b"),
            ("token=s3cret", Some("s3cret"), ""),
            ("a=%20&token=x%2Fy%3D&b=2", Some("x/y="), "a=%20&b=2"),
            ("token=a+b/==", Some("a+b/=="), ""),
            ("token=a%2Bb", Some("a+b"), ""),
            ("mytoken=x", None, "mytoken=x"),
            ("token=", Some(""), ""),
        ] {
            assert_eq!(token_of(query), (token.map(str::to_owned), rest.to_owned()), "{query}");
        }
    }

    #[tokio::test]
    async fn what_the_address_holds_is_only_ever_text_in_the_page() {
        let page = ask(true, "q=%22%3E%3Cscript%3E1%3C/script%3E&x=1&y=2");
        assert_eq!(page.status(), StatusCode::UNAUTHORIZED);
        let body = axum::body::to_bytes(page.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(!text.contains("<script>") && text.contains("&lt;script&gt;"), "{text}");
        assert!(text.contains("name=\"y\" value=\"2\"") && text.contains("not its token"), "{text}");
    }
}
