//! Development stand-ins, and where they may not serve: a mailbox that sends nothing, a payment
//! provider that takes no money.
//!
//! On `localhost` they are what one wants. On a real domain a forgotten setting must not lose the
//! buyers' mails or give tickets away, so the process refuses to serve until somebody has decided.

use super::{Config, ConfigErrors};

/// Whether the built-in payment provider, which moves no money, may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxUse {
    /// It takes payments and gives tickets for them.
    Allow,
    /// There is no such provider here.
    Off,
}

impl SandboxUse {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "allow" => Some(Self::Allow),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

impl Config {
    /// Tells whether the sandbox takes payments; on a real domain only when somebody said so.
    pub fn takes_sandbox_payments(&self) -> bool {
        match self.sandbox {
            Some(chosen) => chosen == SandboxUse::Allow,
            None => self.http.is_plain(),
        }
    }

    /// Says how mails are sent, or what to do so that they are.
    ///
    /// # Errors
    /// The site is public and has no mail server.
    pub fn mail_road(&self) -> Result<String, String> {
        match (&self.smtp_url, self.http.is_plain()) {
            (Some(_), _) => Ok("mails go to the server of BILTEN_SMTP_URL".to_owned()),
            (None, true) if self.http.is_private() => {
                Ok("mails stay in the development mailbox at /dev/mail".to_owned())
            }
            (None, true) => Ok(format!(
                "mails stay in {}, shown to nobody because others reach {}; set BILTEN_SMTP_URL",
                self.data_dir.display(),
                self.http.listen
            )),
            (None, false) => Err(format!(
                "BILTEN_SMTP_URL must name a mail server: under {} no mail would reach a buyer",
                self.http.base_domain
            )),
        }
    }

    /// Says how payments are taken, or what to decide.
    ///
    /// # Errors
    /// The site is public and nobody has said what the sandbox may do there.
    pub fn payment_road(&self) -> Result<String, String> {
        let other = match &self.stripe {
            Some(stripe) => stripe.road(),
            None => "no provider: only free tickets can be had".to_owned(),
        };
        match (self.sandbox, self.http.is_plain()) {
            (Some(SandboxUse::Off), _) => Ok(other),
            (None, false) if self.stripe.is_some() => Ok(other),
            (Some(SandboxUse::Allow), _) | (None, true) if self.stripe.is_some() => Ok(format!(
                "{other}; for the others the sandbox gives tickets without taking money"
            )),
            (Some(SandboxUse::Allow), _) | (None, true) => {
                Ok("the sandbox gives tickets without taking money".to_owned())
            }
            (None, false) => Err(format!(
                "BILTEN_SANDBOX must be set: under {} say `off` (only free tickets can be had) or, for a trial, \
                 `allow` (the sandbox gives tickets without taking money)",
                self.http.base_domain
            )),
        }
    }

    /// Checks that no stand-in serves the public unasked.
    ///
    /// # Errors
    /// Names every setting that is missing, with what to do.
    pub fn check_for_serving(&self) -> Result<(), ConfigErrors> {
        let roads = [self.mail_road(), self.payment_road()];
        let faults: Vec<_> = roads.into_iter().filter_map(Result::err).collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(ConfigErrors(faults))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Config {
        let find = |name: &str| {
            let found = settings.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Config::read(find).expect("the settings are usable")
    }

    const PUBLIC: (&str, &str) = ("BILTEN_BASE_DOMAIN", "tickets.example");
    const SMTP: (&str, &str) = ("BILTEN_SMTP_URL", "smtps://u:p@mail.example");

    #[test]
    fn a_public_site_does_not_start_on_stand_ins_by_default() {
        let faults = read(&[PUBLIC]).check_for_serving().unwrap_err().to_string();
        assert!(
            faults.contains("BILTEN_SMTP_URL") && faults.contains("BILTEN_SANDBOX"),
            "{faults}"
        );
        let faults = read(&[PUBLIC, SMTP]).check_for_serving().unwrap_err().to_string();
        assert!(!faults.contains("BILTEN_SMTP_URL"), "{faults}");
        assert!(
            read(&[PUBLIC, ("BILTEN_SANDBOX", "allow")])
                .check_for_serving()
                .is_err()
        );
    }

    #[test]
    fn a_mailbox_that_others_could_reach_is_said_to_be_closed() {
        assert!(read(&[]).mail_road().unwrap().contains("/dev/mail"));
        let open = read(&[("BILTEN_LISTEN", "0.0.0.0:8080")]).mail_road().unwrap();
        assert!(
            open.contains("shown to nobody") && !open.contains("/dev/mail"),
            "{open}"
        );
    }

    #[test]
    fn the_sandbox_takes_payments_on_localhost_or_when_allowed() {
        for (settings, takes) in [
            (&[][..], true),
            (&[("BILTEN_SANDBOX", "off")][..], false),
            (&[PUBLIC, SMTP][..], false),
            (&[PUBLIC, SMTP, ("BILTEN_SANDBOX", "off")][..], false),
            (&[PUBLIC, SMTP, ("BILTEN_SANDBOX", "allow")][..], true),
        ] {
            let config = read(settings);
            assert_eq!(config.takes_sandbox_payments(), takes, "{settings:?}");
            let has_decided = settings.len() != 2;
            assert_eq!(config.check_for_serving().is_ok(), has_decided, "{settings:?}");
        }
    }
}
