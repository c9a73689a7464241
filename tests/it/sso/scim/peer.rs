//! The checks of `scim2-tester`, by others.

use std::process::{Command, Stdio};

use bilten_kernel::{Clock as _, SystemClock};
use bilten_tests::{Served, TestApp, report};

use super::{DOMAIN, Rig};

/// What the script ends with where the checks cannot be had.
const NOT_THERE: i32 = 77;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_every_check_of_scim2_tester_passes() {
    let app = TestApp::start_at(SystemClock.now(), 4).await;
    let (web, served) = Served::with_own_address(&app).await;
    let rig = Rig::on(app, web).await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/scim-tester.sh");
    let port = served.address.port();
    let arguments = [
        script.to_owned(),
        format!("http://127.0.0.1:{port}/scim/v2"),
        rig.token.clone(),
        format!("{}:{port}", rig.shop.host),
        DOMAIN.to_owned(),
    ];
    let ran = tokio::task::spawn_blocking(move || {
        Command::new("bash")
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("bash is there")
    });
    let output = ran.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.code() == Some(NOT_THERE) {
        report(&format!("skipped: {}", said.trim()));
        return;
    }
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    report(&format!("scim2-tester 0.5.2: {}", said.trim()));
}
