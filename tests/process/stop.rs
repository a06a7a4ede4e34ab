//! SIGTERM under load: what is under way is answered and stored, or refused; nothing in between.

use std::time::Duration;

use crate::load::{Load, verify};
use crate::serve::{Served, client};

#[tokio::test(flavor = "multi_thread")]
async fn stopped_under_load_it_answers_what_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..3 {
        let server = Served::start(folder.path(), &[]);
        let load = Load::start(&server, 100 + round);
        while load.n_acknowledged() < 20 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.signal("TERM");
        let status = tokio::task::spawn_blocking(move || server.wait()).await.unwrap();
        assert_eq!(status.code(), Some(0));
        let sent = load.sent().await;
        let again = Served::start(folder.path(), &[]);
        let n_found = verify(&again, &client(), &sent).await;
        let n_acknowledged = sent.iter().filter(|sent| sent.is_acknowledged).count();
        assert_eq!(n_found, n_acknowledged, "what is stored was said to be: no answer was cut off");
        again.kill();
    }
}
