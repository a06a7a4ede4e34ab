//! A machine whose only network is loopback: all works, and nothing even tries to reach further.

use std::process::Command;

use crate::serve::binary;

/// Runs in a network namespace of its own: starts the server under `strace`, sends a span, reads it and the page, and stops it.
/// `$1` is the binary, `$2` a folder, `$3` the client.
const SCRIPT: &str = r#"
set -eu
ip link set lo up
cat /proc/net/dev > "$2/interfaces"
if command -v strace > /dev/null; then
    trace="strace -f -qq -e trace=connect,sendto,sendmsg,sendmmsg -o $2/calls"
else
    trace=""
fi
mkfifo "$2/ready"
TRACELOUPE_CONFIG=/dev/null $trace "$1" serve --data-dir "$2/data" > "$2/ready" 2> "$2/log" &
server=$!
read -r line < "$2/ready"
python3 -c "$3" "$line"
cat /proc/net/tcp /proc/net/udp /proc/net/tcp6 /proc/net/udp6 > "$2/sockets"
kill -TERM $(pgrep -P $server || echo $server)
wait $server
"#;

const CLIENT: &str = r#"
import json, sys, urllib.request
base = "http://" + json.loads(sys.argv[1])["http"]
open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
span = {"traceId": "01" * 16, "spanId": "02" * 8, "name": "alone", "startTimeUnixNano": "1", "endTimeUnixNano": "2"}
body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
request = urllib.request.Request(base + "/v1/traces", body, {"content-type": "application/json"})
assert open_url(request).read() == b"{}"
trace = json.load(open_url(base + "/traceloupe/v1/traces/" + "01" * 16))
assert trace["summary"]["name"] == "alone", trace
page = open_url(base + "/")
assert page.status == 200 and b"<html" in page.read().lower()
status = json.load(open_url(base + "/traceloupe/v1/status"))
assert status["n_spans"] == 1, status
"#;

#[test]
fn it_works_without_a_network_and_reaches_for_none() {
    let namespace = |command: &mut Command| {
        command.args(["--map-root-user", "--net", "--"]);
    };
    let mut probe = Command::new("unshare");
    namespace(&mut probe);
    if !probe.args(["ip", "link", "set", "lo", "up"]).output().is_ok_and(|output| output.status.success()) {
        println!("skipped: no network namespace can be made here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut run = Command::new("unshare");
    namespace(&mut run);
    let ran = run.args(["sh", "-c", SCRIPT, "sh"]).arg(binary()).arg(folder.path()).arg(CLIENT).output();
    let ran = ran.expect("unshare runs");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    assert!(ran.status.success(), "{}\n{}", String::from_utf8_lossy(&ran.stderr), read("log"));
    let interfaces = read("interfaces");
    let names: Vec<&str> =
        interfaces.lines().filter_map(|line| Some(line.split_once(':')?.0.trim())).collect();
    assert_eq!(names, ["lo"], "the test itself is cut off");
    for socket in
        read("sockets").lines().filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    {
        let local = socket.split_whitespace().nth(1).unwrap_or_default();
        // 127.0.0.1 and ::1, as Linux writes them.
        let is_loopback =
            local.starts_with("0100007F:") || local.starts_with("00000000000000000000000001000000:");
        assert!(is_loopback, "{socket}");
    }
    if !folder.path().join("calls").exists() {
        println!("skipped: attempts to connect are seen with strace only");
        return;
    }
    for call in read("calls").lines() {
        assert!(!call.contains("AF_INET"), "it tried to reach something: {call}");
    }
}
