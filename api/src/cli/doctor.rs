//! `bilten doctor`: says what works and what does not, and how to mend it.

use std::process::ExitCode;

use bilten_kernel::{Clock as _, SystemClock};
use bilten_tenancy::{Db, DbConfig, PlatformDb, migrate};

use super::output::say;
use crate::{
    compose::{self, DatabaseUrls},
    config::Config,
    postgres::{Account, Binaries},
};

pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    report.note(
        "settings",
        Ok(format!("tenants live under {}", config.http.base_domain)),
    );
    report.note("mail", config.mail_road());
    report.note("payments", config.payment_road());
    report.note(
        "pages",
        if bilten_branding::assets::is_built() {
            Ok("the style sheets and scripts are built".to_owned())
        } else {
            Err("web/dist is empty: run `npm ci && npm run build` in web/".to_owned())
        },
    );
    if config.database.admin_url.is_none() && config.database.app_url.is_none() {
        check_private_server(&mut report);
    }
    let secrets = compose::secrets(&config)?;
    report.note("data folder", Ok(config.data_dir.display().to_string()));
    match compose::database(&config, &secrets).await {
        Ok(database) => {
            report.note("server", Ok("it answers".to_owned()));
            check_database(&mut report, &database.urls).await;
        }
        Err(error) => report.note("server", Err(format!("{error:#}"))),
    }
    Ok(if report.has_faults {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn check_private_server(report: &mut Report) {
    report.note(
        "programs",
        Binaries::find()
            .map(|found| found.dir.display().to_string())
            .map_err(|e| e.to_string()),
    );
    report.note(
        "user",
        Account::to_run_as()
            .map(|_| "a user other than root runs it".to_owned())
            .map_err(|e| e.to_string()),
    );
}

async fn check_database(report: &mut Report, urls: &DatabaseUrls) {
    let platform = PlatformDb::connect(&DbConfig {
        url: urls.platform.clone(),
        max_connections: 1,
        statement_timeout: DbConfig::STATEMENT_TIMEOUT,
    })
    .await;
    report.note(
        "role bilten_platform",
        platform.map(|_| "it serves".to_owned()).map_err(|e| mend_role(&e)),
    );
    let app = match Db::connect(&DbConfig {
        url: urls.app.clone(),
        max_connections: 1,
        statement_timeout: DbConfig::STATEMENT_TIMEOUT,
    })
    .await
    {
        Ok(app) => app,
        Err(error) => return report.note("role bilten_app", Err(mend_role(&error))),
    };
    report.note("role bilten_app", Ok("it serves, and row security binds it".to_owned()));
    let skew = app.clock_skew(SystemClock.now()).await;
    report.note(
        "clock",
        match skew {
            Ok(skew) if skew.abs().as_secs() < 1 => Ok("it agrees with the database's".to_owned()),
            Ok(skew) => Err(format!("it differs from the database's by {skew:#}: set up NTP")),
            Err(error) => Err(error.to_string()),
        },
    );
    let version = app.schema_version().await.unwrap_or(0);
    report.note(
        "migrations",
        if version >= migrate::latest_version() {
            Ok(format!("current at {version}"))
        } else {
            Err(format!(
                "at {version}, this build needs {}: run `bilten migrate`",
                migrate::latest_version()
            ))
        },
    );
}

fn mend_role(error: &bilten_tenancy::DbError) -> String {
    format!("{error}; run `bilten migrate`, and see that the role is an ordinary one")
}

#[derive(Default)]
struct Report {
    has_faults: bool,
}

impl Report {
    fn note(&mut self, what: &str, found: Result<String, String>) {
        self.has_faults |= found.is_err();
        match found {
            Ok(text) => say(&format!("ok      {what}: {text}")),
            Err(text) => say(&format!("FAULT   {what}: {text}")),
        }
    }
}
