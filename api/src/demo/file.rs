//! `demo.json`: where the demo is and how to log in, for people and for programs that test it.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::Context as _;
use bilten_kernel::Slug;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{people, shops::Shop};
use crate::{compose::DatabaseUrls, http::AppState};

/// What a session of `psql` begins with.
const OWNER: &str = "-c role=bilten_owner -c search_path=bilten,platform";

/// Everything that one needs to try the demo.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemoFile {
    /// Address of the public listener.
    pub base_url: String,
    /// Address of the database for `psql`, in the owner's role; none when no role that migrates was given.
    pub database_url: Option<String>,
    /// Address of the figures.
    pub metrics_url: String,
    /// The development mailbox of all shops.
    pub mail_url: String,
    /// The operator.
    pub platform: PlatformLogin,
    /// The shops.
    pub tenants: Vec<TenantEntry>,
}

/// A log-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Login {
    /// Mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// The operator's log-in and where it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlatformLogin {
    /// Host with port.
    pub host: String,
    #[serde(flatten)]
    login: Login,
}

/// A shop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TenantEntry {
    slug: String,
    name: String,
    /// Host with port.
    pub host: String,
    api_key: String,
    /// Provisioning by a directory, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scim: Option<ScimEntry>,
    staff: Vec<StaffEntry>,
    events: Vec<EventEntry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ScimEntry {
    base_url: String,
    token: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct StaffEntry {
    #[serde(flatten)]
    login: Login,
    role: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct EventEntry {
    id: String,
    slug: String,
    name: String,
    ticket_types: Vec<TypeEntry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct TypeEntry {
    id: String,
    name: String,
    price_minor: i64,
    currency: String,
}

impl DemoFile {
    /// Describes the demo as it was just made.
    pub(super) fn new(state: &AppState, urls: &DatabaseUrls, operator: Login, shops: &[Shop]) -> Self {
        let file = Self {
            base_url: String::new(),
            database_url: None,
            metrics_url: String::new(),
            mail_url: String::new(),
            platform: PlatformLogin {
                host: String::new(),
                login: operator,
            },
            tenants: shops.iter().map(|shop| entry(state, shop)).collect(),
        };
        file.moved_to(state, urls)
    }

    /// Tells of the directory of a shop; its address follows with the others.
    pub(super) fn with_directory(mut self, slug: &str, token: String) -> Self {
        if let Some(tenant) = self.tenants.iter_mut().find(|tenant| tenant.slug == slug) {
            tenant.scim = Some(ScimEntry {
                base_url: String::new(),
                token,
            });
        }
        self
    }

    /// The same demo at the addresses that this process listens on.
    #[must_use]
    pub(super) fn moved_to(mut self, state: &AppState, urls: &DatabaseUrls) -> Self {
        let http = &state.config.http;
        let authority = |origin: String| {
            origin
                .split_once("://")
                .map_or(origin.clone(), |(_, host)| host.to_owned())
        };
        self.base_url = format!("http://{}", http.listen);
        self.metrics_url = format!("http://{}/metrics", http.metrics_listen);
        let has_mailbox = state.mailbox.is_some() && http.is_private();
        self.mail_url = if has_mailbox {
            format!("{}/dev/mail", http.origin(&http.platform_host()))
        } else {
            String::new()
        };
        self.platform.host = authority(http.origin(&http.platform_host()));
        self.database_url = urls.admin.as_ref().map(|url| for_psql(url.expose()));
        for tenant in &mut self.tenants {
            if let Ok(slug) = tenant.slug.parse::<Slug>() {
                let origin = http.origin(&http.tenant_host(&slug));
                if let Some(scim) = &mut tenant.scim {
                    scim.base_url = format!("{origin}{}", crate::scim::ROOT);
                }
                tenant.host = authority(origin);
            }
        }
        self
    }

    /// What is said to whoever started the demo.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![String::new(), "The demo:".to_owned()];
        for tenant in &self.tenants {
            lines.push(format!(
                "  {}  http://{}/  console http://{}/manage",
                tenant.name, tenant.host, tenant.host
            ));
            for staff in &tenant.staff {
                lines.push(format!(
                    "      {:<14} {}  {}",
                    staff.role, staff.login.email, staff.login.password
                ));
            }
            lines.push(format!("      {:<14} {}", "API key", tenant.api_key));
        }
        let platform = &self.platform;
        lines.push(format!("  Operator  http://{}/", platform.host));
        lines.push(format!(
            "      {:<14} {}  {}",
            "operator", platform.login.email, platform.login.password
        ));
        if !self.mail_url.is_empty() {
            lines.push(format!("  Mails     {}", self.mail_url));
        }
        lines
    }
}

/// Takes the role of the owner and its search path, so that `\dt` shows the tables and every row is told as it is.
fn for_psql(admin: &str) -> String {
    let Ok(mut url) = Url::parse(admin) else {
        return admin.to_owned();
    };
    let given: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let (options, others): (Vec<_>, Vec<_>) = given.into_iter().partition(|(name, _)| name == "options");
    let mut settings: Vec<String> = options.into_iter().map(|(_, value)| value).collect();
    settings.push(OWNER.to_owned());
    url.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair("options", &settings.join(" "));
    // libpq reads a plus as itself.
    url.as_str().replace('+', "%20")
}

fn entry(state: &AppState, shop: &Shop) -> TenantEntry {
    let staff = people::STAFF.iter().map(|(role, word, _)| StaffEntry {
        login: people::login(&state.master_key, shop.plan.slug, word),
        role: role.name().to_owned(),
    });
    let types = |detail: &bilten_core::catalog::EventDetail| {
        let entry = |t: &bilten_core::catalog::TicketType| TypeEntry {
            id: t.id.to_string(),
            name: t.terms.name.to_string(),
            price_minor: t.display_price_of_rest().minor,
            currency: t.price.currency.code().to_owned(),
        };
        detail.ticket_types.iter().map(entry).collect()
    };
    let events = shop.events.iter().map(|detail| EventEntry {
        id: detail.event.id.to_string(),
        slug: detail.event.slug.to_string(),
        name: detail.event.name.to_string(),
        ticket_types: types(detail),
    });
    TenantEntry {
        slug: shop.plan.slug.to_owned(),
        name: shop.plan.name.to_owned(),
        host: String::new(),
        api_key: shop.api_key.clone(),
        scim: None,
        staff: staff.collect(),
        events: events.collect(),
    }
}

/// Reads the file; `None` when there is none, or an older version wrote it.
pub(super) fn read(path: &Path) -> anyhow::Result<Option<DemoFile>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(serde_json::from_str(&text).ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes the file, readable by its owner only, whole or not at all.
pub(super) fn write(path: &Path, file: &DemoFile) -> anyhow::Result<()> {
    let draft = path.with_extension("json.new");
    let write = || -> io::Result<()> {
        let _ = fs::remove_file(&draft);
        let mut open = fs::OpenOptions::new();
        let mut target = open.write(true).create_new(true).mode(0o600).open(&draft)?;
        target.write_all(serde_json::to_string_pretty(file)?.as_bytes())?;
        target.sync_all()?;
        fs::rename(&draft, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn psql_becomes_the_owner_whatever_the_address_says_already() {
        let owner = "options=-c%20role%3Dbilten_owner%20-c%20search_path%3Dbilten%2Cplatform";
        assert_eq!(
            for_psql("postgres://postgres@localhost/bilten?host=%2Ftmp%2Frun"),
            format!("postgres://postgres@localhost/bilten?host=%2Ftmp%2Frun&{owner}")
        );
        assert_eq!(
            for_psql("postgres://admin:a%20b@db.example:5433/shop"),
            format!("postgres://admin:a%20b@db.example:5433/shop?{owner}")
        );
        let both = for_psql("postgres://admin@db.example/shop?options=-c%20statement_timeout%3D5s");
        assert!(
            both.contains("options=-c%20statement_timeout%3D5s%20-c%20role%3Dbilten_owner"),
            "{both}"
        );
    }
}
