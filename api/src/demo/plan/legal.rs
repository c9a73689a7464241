//! Legal pages of the demo tenants: short, and plainly marked as samples.

use serde_json::{Value, json};

use super::TenantPlan;

/// Names of the pages.
pub const PAGES: [&str; 4] = ["terms", "privacy", "imprint", "accessibility"];

/// Returns the legal pages of a tenant in the shape of `tenant_settings.legal`.
pub fn legal(tenant: &TenantPlan) -> Value {
    let name = tenant.name;
    let imprint = tenant.imprint;
    json!({
        "terms": {
            "en": format!("*Sample text of the demonstration.*\n\n{name} sells tickets for its own events. The contract is made when we confirm the order. Prices include taxes and fees. What is promised about refunds stands on each event's page before you buy.\n\nTickets admit once. Keep the code private: whoever shows it first is admitted."),
            "nb": format!("*Eksempeltekst for demonstrasjonen.*\n\n{name} selger billetter til egne arrangementer. Avtalen er inngått når vi bekrefter bestillingen. Prisene inkluderer avgifter og gebyrer. Retten til refusjon står på siden til hvert arrangement før du kjøper.\n\nEn billett gir adgang én gang. Hold koden for deg selv: den som viser den først, slipper inn."),
        },
        "privacy": {
            "en": format!("*Sample text of the demonstration.*\n\n{name} needs your name and mail address to send the tickets, and keeps the order as long as the law on accounting demands. We do not track you and give nothing to third parties. This site sets no cookie unless you choose a language or log in."),
            "nb": format!("*Eksempeltekst for demonstrasjonen.*\n\n{name} trenger navn og e-postadresse for å sende billettene, og oppbevarer bestillingen så lenge bokføringsloven krever. Vi sporer deg ikke og gir ingenting videre til andre. Nettstedet setter ingen informasjonskapsler før du velger språk eller logger inn."),
        },
        "imprint": {
            "en": format!("{imprint}\n\nThis is a demonstration: the events are made up and no money moves."),
            "nb": format!("{imprint}\n\nDette er en demonstrasjon: arrangementene er oppdiktet, og ingen penger flyttes."),
        },
        "accessibility": {
            "en": "*Sample text of the demonstration.*\n\nThese pages work by keyboard, with screen readers, without scripts and with enlarged text. Something does not? Please write to us: the address stands at the foot of each page.",
            "nb": "*Eksempeltekst for demonstrasjonen.*\n\nSidene fungerer med tastatur, skjermleser, uten skript og med forstørret tekst. Er det noe som ikke virker? Skriv til oss: adressen står nederst på hver side.",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_exists_in_both_languages() {
        let legal = legal(&super::super::NORDLYS);
        for page in PAGES {
            for locale in ["en", "nb"] {
                assert!(
                    legal[page][locale].as_str().is_some_and(|text| text.len() > 40),
                    "{page} {locale}"
                );
            }
        }
    }
}
