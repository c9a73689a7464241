//! The command line of the program as it is installed.
//!
//! This file also makes cargo build the program with the tests of the workspace, some of which start it.

use std::process::{Command, Output};

fn bilten(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bilten"))
        .args(arguments)
        .env_clear()
        .envs(settings.iter().copied())
        .output()
        .expect("the program can be started")
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn it_tells_its_version_and_its_commands() {
    let version = bilten(&["--version"], &[]);
    assert!(version.status.success());
    assert_eq!(
        said(&version.stdout).trim(),
        concat!("bilten ", env!("CARGO_PKG_VERSION"))
    );
    let help = said(&bilten(&["help"], &[]).stdout);
    for command in ["serve", "worker", "migrate", "demo", "doctor", "tenant"] {
        assert!(help.contains(command), "{help}");
    }
    let unknown = bilten(&["sell"], &[]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn faults_of_the_settings_are_told_at_once_and_no_secret_is_shown() {
    let faulty = [
        ("BILTEN_LISTEN", "somewhere"),
        ("BILTEN_MASTER_KEY", "hunter2"),
        ("DATABASE_URL", "mysql://root:hunter2@host/x"),
    ];
    let refused = bilten(&["serve"], &faulty);
    assert_eq!(refused.status.code(), Some(1));
    let complaint = said(&refused.stderr);
    for (name, _) in faulty {
        assert!(complaint.contains(name), "{complaint}");
    }
    assert!(!complaint.contains("hunter2"), "{complaint}");
}

#[test]
fn an_address_that_cannot_be_had_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    let refused = bilten(&["serve"], &[("BILTEN_LISTEN", &address)]);
    assert_eq!(refused.status.code(), Some(1));
    let complaint = said(&refused.stderr);
    assert!(
        complaint.contains(&format!("cannot listen on {address}")),
        "{complaint}"
    );
}
