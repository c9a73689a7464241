//! The shell around every page: brand, language, footer, banner, navigation.

use bilten_kernel::Locale;
use serde::Serialize;

use super::Text;

/// Which audience a page serves; it selects surfaces and navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// Buyers.
    Storefront,
    /// Staff of a tenant.
    Console,
    /// Operators of the platform.
    Platform,
    /// Neutral pages without brand or navigation.
    Plain,
}

/// How the tenant presents itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Brand {
    /// Name of the shop, such as `Operahuset`.
    pub name: String,
    /// Text set in the place of a logo; often the name.
    pub wordmark: String,
    /// Address of the style sheet with the tenant's tokens: `Theme::href()`.
    pub theme_css: Option<String>,
    /// Where buyers ask for help.
    pub support_email: Option<String>,
    /// Legal name and registration, shown in the footer.
    pub imprint: Option<String>,
}

impl Brand {
    /// A brand without theme, for neutral pages.
    pub fn plain(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            wordmark: name.to_owned(),
            theme_css: None,
            support_email: None,
            imprint: None,
        }
    }
}

/// A language the page exists in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocaleLink {
    /// Language tag.
    pub tag: String,
    /// The language's own name.
    pub name: String,
    /// Address that switches to it and comes back.
    pub url: String,
    /// Whether the page is in it now.
    pub current: bool,
}

/// A link of the footer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LegalLink {
    /// Name of the page: `terms`, `privacy`, `imprint`, `accessibility`.
    pub page: String,
    /// Address.
    pub url: String,
}

/// How a message is meant; never shown by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Worth knowing.
    Info,
    /// Went well.
    Positive,
    /// Needs attention.
    Caution,
    /// Went wrong.
    Critical,
}

/// A message at the top of the page about what just happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flash {
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: Text,
}

/// Sections of the console's rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// What needs you now.
    Home,
    /// Events.
    Events,
    /// Orders.
    Orders,
    /// Money.
    Finance,
    /// Gift cards.
    Gifts,
    /// Check-in.
    CheckIn,
    /// Taxes and fees.
    Taxes,
    /// The account that is paid.
    Payees,
    /// The person's own account.
    Account,
    /// Rules for everybody's log-ins.
    Security,
    /// Identity providers of the staff.
    Sso,
    /// Provisioning by a directory.
    Scim,
    /// Team, roles and keys.
    Team,
    /// The record of what happened.
    Audit,
    /// Visits of platform operators.
    Visits,
    /// Tenants (platform).
    Tenants,
    /// Money of all tenants (platform).
    Money,
    /// Development mailbox.
    Mail,
}

/// An entry of the rail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NavItem {
    /// Section it leads to.
    pub section: Section,
    /// Address.
    pub url: String,
}

/// What the consoles add to the shell. Only entries the person may open are listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsoleFrame {
    /// Section shown now.
    pub section: Section,
    /// Entries of the rail.
    pub items: Vec<NavItem>,
    /// Pages of the settings: one entry of the rail, and tabs on each of them.
    pub settings: Vec<NavItem>,
    /// Whether the section shown now is one of the settings.
    pub is_in_settings: bool,
    /// Name or address of who is logged in.
    pub account: String,
    /// Role: name of a built-in role, `staff` or `operator`.
    pub role: String,
    /// Page of the person's own account.
    pub account_url: Option<String>,
    /// What the person must do soon about his log-in.
    pub duty: Option<Text>,
    /// Where he does it.
    pub duty_url: String,
    /// Where logging out is posted to.
    pub logout_action: String,
    /// The shop as buyers see it.
    pub storefront_url: Option<String>,
}

/// The shell of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Audience.
    pub face: Face,
    /// Brand of the tenant.
    pub brand: Brand,
    /// Language of the reader.
    pub locale: Locale,
    /// Path and query of this page.
    pub path: String,
    /// Languages with the addresses that switch to them.
    pub locales: Vec<LocaleLink>,
    /// Token that every form carries as `csrf`.
    pub csrf: Option<String>,
    /// Footer.
    pub legal: Vec<LegalLink>,
    /// Message about what just happened.
    pub flash: Option<Flash>,
    /// Navigation of the consoles.
    pub console: Option<ConsoleFrame>,
    /// Says on every page that an operator of the platform is visiting, to himself.
    pub visit: Option<VisitBanner>,
}

/// What an operator of the platform sees on every page of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VisitBanner {
    /// Name of the operator.
    pub operator: String,
    /// Why he is here.
    pub reason: String,
    /// Minutes that are left, rounded up.
    pub minutes: u32,
    /// What he may do beyond looking around: `persons`, `events`, `orders`.
    pub powers: Vec<&'static str>,
    /// Where leaving is posted to.
    pub leave_action: String,
    /// Token that the form carries as `csrf`, also on pages that have no other form.
    pub csrf: String,
}

impl ConsoleFrame {
    /// Marks the section that is shown now.
    pub fn go_to(&mut self, section: Section) {
        self.section = section;
        self.is_in_settings = self.settings.iter().any(|item| item.section == section);
    }
}

impl Page {
    /// Makes the shell of a page; `path` is the path and query asked for.
    pub fn new(face: Face, brand: Brand, locale: Locale, path: &str) -> Self {
        Self {
            face,
            brand,
            locale,
            path: path.to_owned(),
            locales: Locale::ALL.into_iter().map(|l| locale_link(l, locale, path)).collect(),
            csrf: None,
            legal: Vec::new(),
            flash: None,
            console: None,
            visit: None,
        }
    }

    /// Sets the token that forms carry.
    #[must_use]
    pub fn with_csrf(mut self, token: &str) -> Self {
        self.csrf = Some(token.to_owned());
        self
    }

    /// Sets the links of the footer.
    #[must_use]
    pub fn with_legal(mut self, legal: Vec<LegalLink>) -> Self {
        self.legal = legal;
        self
    }

    /// Shows a message at the top.
    #[must_use]
    pub fn with_flash(mut self, tone: Tone, text: Text) -> Self {
        self.flash = Some(Flash { tone, text });
        self
    }

    /// Says that an operator is visiting.
    #[must_use]
    pub fn with_visit(mut self, visit: VisitBanner) -> Self {
        self.visit = Some(visit);
        self
    }

    /// Adds the navigation of a console.
    #[must_use]
    pub fn with_console(mut self, frame: ConsoleFrame) -> Self {
        self.console = Some(frame);
        self
    }
}

/// Address that switches the language; `path` is percent-encoded as a query value.
fn locale_link(locale: Locale, current: Locale, path: &str) -> LocaleLink {
    let mut to = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => to.push(char::from(byte)),
            _ => {
                to.push('%');
                to.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
            }
        }
    }
    LocaleLink {
        tag: locale.tag().to_owned(),
        name: locale.own_name().to_owned(),
        url: format!("/locale/{}?to={to}", locale.tag()),
        current: locale == current,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_switch_keeps_the_query() {
        let link = locale_link(Locale::Nb, Locale::En, "/?q=a&b");
        assert_eq!(link.url, "/locale/nb?to=/%3Fq%3Da%26b");
        assert!(!link.current);
    }
}
