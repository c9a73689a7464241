//! Which tax registers may be asked about numbers for value added tax, and where they are.

use std::sync::Arc;

use bilten_billing::vat::{Brreg, Line, LineConfig, UidRegister, VatIdCheck, Vies};

use super::{Reader, stripe::base_url};

/// Addresses of registers; nothing is asked of those that have none.
#[derive(Debug, Clone, Default)]
pub struct VatSettings {
    /// The European Commission's, for programs.
    pub vies: Option<String>,
    /// Switzerland's, of its public service.
    pub uid: Option<String>,
    /// Norway's.
    pub brreg: Option<String>,
}

impl VatSettings {
    /// Builds what asks them.
    ///
    /// # Errors
    /// A client cannot be built.
    pub fn registers(&self) -> anyhow::Result<Vec<Arc<dyn VatIdCheck>>> {
        let mut registers: Vec<Arc<dyn VatIdCheck>> = Vec::new();
        if let Some(url) = &self.vies {
            registers.push(Arc::new(Vies(Line::try_new(LineConfig::new(url))?)));
        }
        if let Some(url) = &self.uid {
            registers.push(Arc::new(UidRegister(Line::try_new(LineConfig::new(url))?)));
        }
        if let Some(url) = &self.brreg {
            registers.push(Arc::new(Brreg(Line::try_new(LineConfig::new(url))?)));
        }
        Ok(registers)
    }
}

impl<S: Fn(&str) -> Option<String>> Reader<S> {
    /// Reads which registers may be asked; none unless it is said.
    pub(super) fn vat(&mut self) -> VatSettings {
        let mut url = |name: &str| self.parsed(name, "an https address (http on this machine only)", base_url);
        VatSettings {
            vies: url("BILTEN_VAT_VIES_URL"),
            uid: url("BILTEN_VAT_UID_URL"),
            brreg: url("BILTEN_VAT_BRREG_URL"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    fn read(settings: &[(&str, &str)]) -> Result<Config, super::super::ConfigErrors> {
        let find = |name: &str| settings.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Config::read(find)
    }

    #[test]
    fn no_register_is_asked_unless_it_is_said_where_it_is() {
        assert!(read(&[]).unwrap().vat.registers().unwrap().is_empty());
        let one = read(&[("BILTEN_VAT_VIES_URL", "http://127.0.0.1:9/rest-api/")]).unwrap();
        assert_eq!(one.vat.vies.as_deref(), Some("http://127.0.0.1:9/rest-api"));
        assert_eq!(one.vat.registers().unwrap().len(), 1);
        assert!(read(&[("BILTEN_VAT_UID_URL", "http://register.example")]).is_err());
    }
}
