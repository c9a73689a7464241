//! Amounts of money as ICU writes them, without decimals where they say nothing.

use std::{cell::RefCell, collections::BTreeMap};

use bilten_kernel::{Currency, Locale, Money};
use fixed_decimal::Decimal;
use icu_decimal::{DecimalFormatter, options::DecimalFormatterOptions};
use icu_experimental::{
    dimension::{
        currency::{CurrencyType, formatter::CurrencyFormatter, options::CurrencyFormatterOptions},
        provider::currency::symbols::CurrencySymbolsV1,
    },
    provider::Baked,
};
use icu_provider::{DataIdentifierBorrowed, DataProvider, DataRequest, DataRequestMetadata};

use super::dates::icu_locale;

type Formatter = CurrencyFormatter<DecimalFormatter>;

/// Formats amounts for one language; formatters are made when a currency is met first.
pub(super) struct MoneyFormat {
    locale: Locale,
    decimal: DecimalFormatter,
    formatters: RefCell<BTreeMap<&'static str, Option<Formatter>>>,
}

impl MoneyFormat {
    pub(super) fn new(locale: Locale) -> Self {
        let options = DecimalFormatterOptions::default();
        let decimal = DecimalFormatter::try_new(icu_locale(locale).into(), options);
        Self {
            locale,
            decimal: decimal.expect("the data of our languages is compiled in"),
            formatters: RefCell::default(),
        }
    }

    pub(super) fn number(&self, number: i64) -> String {
        self.decimal.format(&Decimal::from(number)).to_string()
    }

    /// Hundredths without decimals that say nothing.
    pub(super) fn hundredths(&self, hundredths: i64) -> String {
        let mut decimal = Decimal::from(hundredths);
        decimal.multiply_pow10(-2);
        decimal.absolute.trim_end();
        minus(self.decimal.format(&decimal).to_string())
    }

    pub(super) fn format(&self, amount: Money) -> String {
        let exponent = i16::try_from(amount.currency.exponent()).unwrap_or(2);
        let mut decimal = Decimal::from(amount.minor);
        decimal.multiply_pow10(-exponent);
        let text = minus(self.with_formatter(amount.currency, |formatter| match formatter {
            Some(formatter) => formatter.format_fixed_decimal(&decimal).to_string(),
            None => format!("{decimal} {}", amount.currency),
        }));
        let unit = 10_i64.pow(amount.currency.exponent());
        if amount.minor % unit == 0 {
            whole(&text, amount.currency.exponent())
        } else {
            text
        }
    }

    fn with_formatter<T>(&self, currency: Currency, use_it: impl FnOnce(Option<&Formatter>) -> T) -> T {
        let code = currency.code();
        let mut known = self.formatters.borrow_mut();
        let formatter = known.entry(code).or_insert_with(|| {
            let kind = CurrencyType::try_from_str(&code.to_ascii_lowercase()).ok()?;
            let locale = icu_locale(self.locale);
            let options = CurrencyFormatterOptions::default();
            let made = if has_symbol(&locale, kind) {
                CurrencyFormatter::try_new_symbol(locale.into(), kind, options)
            } else {
                CurrencyFormatter::try_new_code(locale.into(), kind, options)
            };
            made.ok()
        });
        use_it(formatter.as_ref())
    }
}

/// Says whether the language has a symbol for the currency: it writes `kr` in Norway, `NOK` in London.
///
/// The formatter would find out by itself and write the code, but not without a warning to standard error.
fn has_symbol(locale: &icu_locale::Locale, currency: CurrencyType) -> bool {
    let locale = locale.clone().into();
    #[expect(
        clippy::default_trait_access,
        reason = "the type belongs to a crate that nothing else here needs"
    )]
    let mut name = Default::default();
    let name = CurrencySymbolsV1::make_attributes(currency, CurrencySymbolsV1::SHORT, &mut name);
    let mut metadata = DataRequestMetadata::default();
    metadata.silent = true;
    let request = DataRequest {
        id: DataIdentifierBorrowed::for_marker_attributes_and_locale(name, &locale),
        metadata,
    };
    DataProvider::<CurrencySymbolsV1>::load(&Baked, request).is_ok()
}

/// Sets the sign of minus for the hyphen that some languages' data have for it, so that figures stand in line.
fn minus(text: String) -> String {
    match text.find('-') {
        Some(_) => text.replacen('-', "\u{2212}", 1),
        None => text,
    }
}

/// Cuts the zeros that end the digits: `.00` or `,00` where a currency has two decimals.
fn whole(text: &str, exponent: u32) -> String {
    let zeros = "0".repeat(usize::try_from(exponent).unwrap_or(0));
    for separator in [".", ","] {
        if let Some((before, after)) = text.rsplit_once(&format!("{separator}{zeros}"))
            && exponent > 0
            && !after.starts_with(|c: char| c.is_ascii_digit())
        {
            return format!("{before}{after}");
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        let money = |minor, code: &str| Money::new(minor, code.parse().unwrap());
        for (locale, amount, expected) in [
            (Locale::En, money(129_000, "NOK"), "NOK\u{a0}1,290"),
            (Locale::En, money(129_050, "NOK"), "NOK\u{a0}1,290.50"),
            (Locale::En, money(4_900, "EUR"), "€49"),
            (Locale::En, money(1_000_000, "EUR"), "€10,000"),
            (Locale::En, money(100_050, "EUR"), "€1,000.50"),
            (Locale::En, money(12_345, "JPY"), "JP¥12,345"),
            (Locale::En, money(125_000, "SEK"), "SEK\u{a0}1,250"),
            (Locale::Nb, money(129_000, "NOK"), "1\u{a0}290\u{a0}kr"),
            (Locale::Nb, money(125_050, "NOK"), "1\u{a0}250,50\u{a0}kr"),
            (Locale::Nb, money(0, "NOK"), "0\u{a0}kr"),
            (Locale::Nb, money(4_950, "EUR"), "49,50\u{a0}€"),
            (Locale::En, money(-4_950, "EUR"), "\u{2212}€49.50"),
            (Locale::Nb, money(-4_950, "EUR"), "\u{2212}49,50\u{a0}€"),
        ] {
            assert_eq!(MoneyFormat::new(locale).format(amount), expected);
        }
    }

    #[test]
    fn a_symbol_is_asked_for_only_where_the_language_has_one() {
        let kind = |code: &str| CurrencyType::try_from_str(code).unwrap();
        for (locale, code, expected) in [
            (Locale::En, "nok", false),
            (Locale::En, "eur", true),
            (Locale::Nb, "nok", true),
            (Locale::Nb, "eur", true),
        ] {
            assert_eq!(has_symbol(&icu_locale(locale), kind(code)), expected, "{locale} {code}");
        }
    }

    #[test]
    fn shares_have_the_decimals_that_say_something() {
        for (locale, hundredths, expected) in [
            (Locale::En, 2_500, "25"),
            (Locale::En, 1_250, "12.5"),
            (Locale::Nb, 1_250, "12,5"),
            (Locale::Nb, 5, "0,05"),
            (Locale::Nb, 0, "0"),
            (Locale::En, 100_000, "1,000"),
            (Locale::En, -50, "\u{2212}0.5"),
            (Locale::Nb, -50, "\u{2212}0,5"),
        ] {
            assert_eq!(MoneyFormat::new(locale).hundredths(hundredths), expected);
        }
    }

    #[test]
    fn numbers_have_separators() {
        assert_eq!(MoneyFormat::new(Locale::En).number(3_412), "3,412");
        assert_eq!(MoneyFormat::new(Locale::Nb).number(34_120), "34\u{a0}120");
    }
}
