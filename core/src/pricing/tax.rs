//! Taxes: rates, where a sale is taxed, and how tax is rounded.

use std::{fmt, str::FromStr};

use bilten_kernel::{ParseError, Timestamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{PricingError, exact::Exact, split::split};

/// Letters of the longest code.
const CODE_LETTERS: usize = 8;
/// Highest rate, in hundredths of a per cent.
pub const MAX_RATE_BP: i32 = 5_000;

/// Short name of a tax of a shop, such as `S` or `R12`: one to eight capitals, digits or `-`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxCode([u8; CODE_LETTERS]);

impl TaxCode {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(CODE_LETTERS);
        self.0
            .get(..end)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

impl FromStr for TaxCode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim().to_ascii_uppercase();
        let is_sound = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
        if !(1..=CODE_LETTERS).contains(&text.len()) || !text.bytes().all(is_sound) {
            return Err(ParseError::new("tax code", "is 1 to 8 letters, digits or -"));
        }
        let mut bytes = [0; CODE_LETTERS];
        for (at, byte) in bytes.iter_mut().zip(text.bytes()) {
            *at = byte;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for TaxCode {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<TaxCode> for String {
    fn from(code: TaxCode) -> Self {
        code.as_str().to_owned()
    }
}

impl fmt::Display for TaxCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TaxCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Country by its two letters of ISO 3166.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// Returns the two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Country {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.trim().to_ascii_uppercase().as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([*a, *b])),
            _ => Err(ParseError::new("country", "is two letters")),
        }
    }
}

impl TryFrom<String> for Country {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How tax is rounded to minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Of each unit by itself.
    Line,
    /// Of the sum of nets of each rate; gross prices may move by some minor units.
    SumByNet,
    /// Of the sum of nets of each rate, while what the buyer pays stays what it was; nets move instead.
    #[default]
    SumByNetKeepGross,
    /// As [`SumByNet`](Self::SumByNet) for businesses, as [`Line`](Self::Line) for everybody else.
    SumByNetOnlyBusiness,
}

impl Rounding {
    /// All ways.
    pub const ALL: [Self; 4] = [
        Self::Line,
        Self::SumByNet,
        Self::SumByNetKeepGross,
        Self::SumByNetOnlyBusiness,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::SumByNet => "sum_by_net",
            Self::SumByNetKeepGross => "sum_by_net_keep_gross",
            Self::SumByNetOnlyBusiness => "sum_by_net_only_business",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rounding| rounding.name() == name)
    }

    /// Tells whether what buyers pay is always what they were shown.
    pub const fn keeps_gross(self) -> bool {
        matches!(self, Self::Line | Self::SumByNetKeepGross)
    }
}

/// Rate of a tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRate {
    /// Name of the tax.
    pub code: TaxCode,
    /// Country whose tax it is.
    pub country: Country,
    /// Rate in hundredths of a per cent.
    pub rate_bp: i32,
    /// Whether list prices contain it; else it is added to them.
    pub is_inclusive: bool,
    /// First day of the events that it is for, in the zone of each event, until another rate of the same name and country begins;
    /// nothing for one that was always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
}

/// The day on which an event is taxed: that of its begin, on the clocks of the place where it is. A sale at any hour, in any zone, is
/// taxed by the day of what is sold.
pub fn day_of(starts_at: Timestamp, zone: &str) -> Option<Date> {
    starts_at.in_tz(zone).ok().map(|at| at.date())
}

impl Attendance {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Physical => "physical",
            Self::Virtual => "virtual",
        }
    }

    /// Reads a name; what is not known is attended.
    pub fn from_name(name: &str) -> Self {
        if name == Self::Virtual.name() {
            Self::Virtual
        } else {
            Self::Physical
        }
    }
}

impl Country {
    /// Member states of the European Union, whose taxes of destination are declared in one place (one-stop shop).
    pub const UNION: [&'static str; 27] = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ];

    /// Tells whether it is a member state of the European Union.
    pub fn is_in_union(&self) -> bool {
        Self::UNION.contains(&self.as_str())
    }
}

impl TaxRate {
    /// Net and tax, in whole minor units, of an amount that contains the tax.
    pub(super) fn take_out(&self, gross: i64) -> Result<(i64, i64), PricingError> {
        let net = Exact::whole(gross).by(self.factor()?)?;
        let tax = Exact::whole(gross).minus(net)?.round()?;
        Ok((gross - tax, tax))
    }

    /// One and the rate.
    pub(super) fn factor(&self) -> Result<Exact, PricingError> {
        Exact::ONE.plus(Exact::basis_points(self.rate_bp))
    }
}

/// How the buyer takes part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// He goes there: taxed where the event is, whoever he is.
    #[default]
    Physical,
    /// He watches from where he is.
    Virtual,
}

/// What the tax asks of a buyer; nothing else of him has any influence on a price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BuyerCtx {
    /// Country he lives or is established in, when it is known.
    pub country: Option<Country>,
    /// Whether he buys as a business.
    pub is_business: bool,
    /// Whether the number that he has for value added tax was confirmed.
    pub has_valid_vat_id: bool,
}

/// By which rule a part of a sale is taxed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Where the event takes place.
    #[default]
    Standard,
    /// Where the private buyer of something virtual lives.
    Destination,
    /// Not by the seller: the business that buys owes the tax in its country.
    ReverseCharge,
}

impl Scheme {
    /// All of them, the most special last.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Destination, Self::ReverseCharge];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Destination => "destination",
            Self::ReverseCharge => "reverse_charge",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// Tells whether it is the usual one.
    pub fn is_standard(&self) -> bool {
        *self == Self::Standard
    }
}

/// Where a sale is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// With a rate of this country.
    Taxed(Country),
    /// Not by the seller: the business that buys owes the tax in its country.
    ReverseCharge,
}

/// Says where a sale is taxed. Admission is taxed where the event takes place, for businesses too: a number for value
/// added tax takes no tax off a ticket. Watching from elsewhere is taxed where a private buyer lives; a business of another
/// country owes the tax itself. What is not known of a buyer counts as the place of the event.
pub fn place_of_supply(attendance: Attendance, event: Country, buyer: &BuyerCtx) -> Supply {
    let home = buyer.country.unwrap_or(event);
    match attendance {
        Attendance::Physical => Supply::Taxed(event),
        Attendance::Virtual if home == event => Supply::Taxed(event),
        Attendance::Virtual if buyer.is_business && buyer.has_valid_vat_id => Supply::ReverseCharge,
        Attendance::Virtual => Supply::Taxed(home),
    }
}

/// Amount that is taxed with one rate, before and after rounding, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taxed {
    /// What the buyer pays.
    pub gross: i64,
    /// Without the tax.
    pub net: i64,
}

/// Rounds amounts that are taxed at one rate. They come with the tax rounded each by itself; corrections are one minor
/// unit each, the highest gross first, and what is nought is never touched.
pub(super) fn round(
    amounts: &mut [Taxed],
    rate: &TaxRate,
    mode: Rounding,
    is_business: bool,
) -> Result<(), PricingError> {
    match mode {
        Rounding::Line => Ok(()),
        Rounding::SumByNetOnlyBusiness if !is_business => Ok(()),
        Rounding::SumByNet | Rounding::SumByNetOnlyBusiness => by_net(amounts, rate),
        Rounding::SumByNetKeepGross => keep_gross(amounts, rate),
    }
}

/// Nets stay; the tax is that of their sum, and what differs is added to grosses.
fn by_net(amounts: &mut [Taxed], rate: &TaxRate) -> Result<(), PricingError> {
    let net: i64 = amounts.iter().map(|a| a.net).sum();
    let gross: i64 = amounts.iter().map(|a| a.gross).sum();
    let wanted = Exact::whole(net).times(rate.factor()?)?.round()?;
    spread(amounts, wanted - gross, |amount, off| amount.gross += off)
}

/// Grosses stay; the tax is that in their sum, and what differs is taken from nets.
fn keep_gross(amounts: &mut [Taxed], rate: &TaxRate) -> Result<(), PricingError> {
    let net: i64 = amounts.iter().map(|a| a.net).sum();
    let gross: i64 = amounts.iter().map(|a| a.gross).sum();
    let (wanted, _) = rate.take_out(gross)?;
    spread(amounts, wanted - net, |amount, off| amount.net += off)
}

fn spread(amounts: &mut [Taxed], off: i64, mut add: impl FnMut(&mut Taxed, i64)) -> Result<(), PricingError> {
    let mut order: Vec<usize> = (0..amounts.len()).filter(|at| amounts[*at].gross != 0).collect();
    order.sort_by_key(|at| (-amounts[*at].gross, *at));
    // More than one unit each is only needed where single amounts were rounded by other rules.
    let parts = split(off, &vec![1; order.len()])?;
    for (at, part) in order.into_iter().zip(parts) {
        add(&mut amounts[at], part);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{
        Attendance::{Physical, Virtual},
        *,
    };

    fn rate(bp: i32) -> TaxRate {
        TaxRate {
            code: "S".parse().unwrap(),
            country: "DE".parse().unwrap(),
            rate_bp: bp,
            is_inclusive: true,
            from: None,
        }
    }

    /// Five tickets of 100.00 with 19 % in it: sums of gross, net and tax.
    fn five(mode: Rounding, is_business: bool) -> (i64, i64, i64) {
        let (net, _) = rate(1_900).take_out(10_000).unwrap();
        let mut amounts = vec![Taxed { gross: 10_000, net }; 5];
        round(&mut amounts, &rate(1_900), mode, is_business).unwrap();
        let gross = amounts.iter().map(|a| a.gross).sum::<i64>();
        let net = amounts.iter().map(|a| a.net).sum::<i64>();
        (gross, net, gross - net)
    }

    #[test]
    fn the_four_ways_to_round_give_the_known_values() {
        assert_eq!(five(Rounding::Line, false), (50_000, 42_015, 7_985));
        assert_eq!(five(Rounding::SumByNet, false), (49_998, 42_015, 7_983));
        assert_eq!(five(Rounding::SumByNetKeepGross, false), (50_000, 42_017, 7_983));
        assert_eq!(five(Rounding::SumByNetOnlyBusiness, false), five(Rounding::Line, false));
        assert_eq!(
            five(Rounding::SumByNetOnlyBusiness, true),
            five(Rounding::SumByNet, true)
        );
    }

    #[test]
    fn corrections_go_to_the_highest_first_and_never_to_what_is_free() {
        let mut amounts: Vec<Taxed> = [0, 9_999, 10_000, 0, 333]
            .map(|gross| Taxed {
                gross,
                net: rate(1_900).take_out(gross).unwrap().0,
            })
            .to_vec();
        let before = amounts.clone();
        round(&mut amounts, &rate(1_900), Rounding::SumByNet, true).unwrap();
        assert_eq!((amounts[0], amounts[3]), (before[0], before[3]));
        assert!(
            amounts
                .iter()
                .zip(&before)
                .all(|(now, then)| (now.gross - then.gross).abs() <= 1)
        );
    }

    #[test]
    fn tickets_are_taxed_where_the_event_is_and_watching_where_the_buyer_is() {
        let (de, no): (Country, Country) = ("DE".parse().unwrap(), "NO".parse().unwrap());
        let buyer = |country, is_business, has_valid_vat_id| BuyerCtx {
            country,
            is_business,
            has_valid_vat_id,
        };
        for (attendance, buyer, supply) in [
            (Physical, buyer(Some(no), true, true), Supply::Taxed(de)),
            (Physical, buyer(None, false, false), Supply::Taxed(de)),
            (Virtual, buyer(Some(no), false, false), Supply::Taxed(no)),
            (Virtual, buyer(Some(no), true, false), Supply::Taxed(no)),
            (Virtual, buyer(Some(no), true, true), Supply::ReverseCharge),
            (Virtual, buyer(Some(de), true, true), Supply::Taxed(de)),
            (Virtual, buyer(None, false, false), Supply::Taxed(de)),
        ] {
            assert_eq!(
                place_of_supply(attendance, de, &buyer),
                supply,
                "{attendance:?} {buyer:?}"
            );
        }
    }

    #[test]
    fn the_day_of_an_event_is_that_of_its_place() {
        for (at, zone, day) in [
            ("2030-12-31T22:59:59Z", "Europe/Oslo", "2030-12-31"),
            ("2030-12-31T23:00:00Z", "Europe/Oslo", "2031-01-01"),
            ("2030-12-31T23:00:00Z", "Europe/London", "2030-12-31"),
            // The clocks go forward at two, and back at three.
            ("2031-03-29T23:30:00Z", "Europe/Oslo", "2031-03-30"),
            ("2031-03-30T21:59:00Z", "Europe/Oslo", "2031-03-30"),
            ("2031-10-25T22:30:00Z", "Europe/Oslo", "2031-10-26"),
            ("2031-10-26T22:59:00Z", "Europe/Oslo", "2031-10-26"),
            ("2031-06-30T09:59:00Z", "Pacific/Kiritimati", "2031-06-30"),
            ("2031-06-30T10:00:00Z", "Pacific/Kiritimati", "2031-07-01"),
        ] {
            assert_eq!(day_of(at.parse().unwrap(), zone), day.parse().ok(), "{at} {zone}");
        }
        assert_eq!(day_of(Timestamp::UNIX_EPOCH, "Nowhere/Else"), None);
    }

    #[test]
    fn codes_are_short_and_in_capitals() {
        assert_eq!("r12".parse::<TaxCode>().unwrap().as_str(), "R12");
        assert_eq!("STANDARD".parse::<TaxCode>().unwrap().to_string(), "STANDARD");
        for text in ["", "STANDARDS", "a b", "ä", "<b>"] {
            assert!(text.parse::<TaxCode>().is_err(), "{text}");
        }
        assert!("no".parse::<Country>().is_ok() && "NOR".parse::<Country>().is_err());
    }
}
