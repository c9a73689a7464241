//! Countries in the order in which people look for them: by their names in each language.
//!
//! The names are messages, `country-` and the two letters of ISO 3166.

use bilten_kernel::Locale;

/// In the order of their English names.
const EN: &str = "\
AF AX AL DZ AS AD AO AI AG AR AM AW AU AT AZ BS BH BD BB BY BE BZ BJ BM BT BO BA BW BR VG BN BG BF BI KH CM \
CA CV BQ KY CF TD CL CN CX CC CO KM CG CD CK CR CI HR CU CW CY CZ DK DJ DM DO EC EG SV GQ ER EE SZ ET FK FO \
FJ FI FR GF PF GA GM GE DE GH GI GR GL GD GP GU GT GG GN GW GY HT HN HK HU IS IN ID IR IQ IE IM IL IT JM JP \
JE JO KZ KE KI KW KG LA LV LB LS LR LY LI LT LU MO MG MW MY MV ML MT MH MQ MR MU YT MX FM MD MC MN ME MS MA \
MZ MM NA NR NP NL NC NZ NI NE NG NU NF KP MK MP NO OM PK PW PS PA PG PY PE PH PL PT PR QA RE RO RU RW WS SM \
ST SA SN RS SC SL SG SX SK SI SB SO ZA KR SS ES LK BL SH KN LC MF PM VC SD SR SJ SE CH SY TW TJ TZ TH TL TG \
TK TO TT TN TR TM TC TV VI UG UA AE GB US UY UZ VU VA VE VN WF EH YE ZM ZW";

/// In the order of their Norwegian names.
const NB: &str = "\
AF AL DZ AS AD AO AI AG AR AM AW AZ AU BS BH BD BB BY BE BZ BJ BM BT BO BA BW BR BN BG BF BI CA KY CL CX CO \
CK CR CU CW DK VI VG AE DO CF PS DJ DM EC EG GQ SV CI ER EE SZ ET FK FJ PH FI FR GF PF FO GA GM GE GH GI GD \
GL GP GU GT GG GN GW GY HT GR HN HK IN ID IQ IR IE IS IL IT JM JP YE JE JO KH CM CV BQ KZ KE CN KG KI CC KM \
CD CG HR KW CY LA LV LS LB LR LY LI LT LU MO MG MW MY MV ML MT IM MA MH MQ MR MU YT MX FM MD MC MN ME MS MZ \
MM NA NR NL NP NZ NI NE NG NU KP MK MP NF NO NC OM PK PW PA PG PY PE PL PT PR QA RE RO RU RW KN BL MF PM SB \
WS SM ST SA SN RS SC SL SG SX SK SI SO ES LK SH LC VC GB SD SR SJ CH SE SY ZA KR SS TJ TW TZ TH TG TK TO TT \
TD CZ TN TM TC TV TR DE UG UA HU UY US UZ VU VA VE EH VN WF ZM ZW TL AT AX";

/// Lists the countries of the world in the order of their names.
pub fn countries(locale: Locale) -> impl Iterator<Item = &'static str> {
    let all = match locale {
        Locale::En => EN,
        Locale::Nb => NB,
    };
    all.split(' ')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_language_has_the_same_countries() {
        let all = |locale| countries(locale).collect::<BTreeSet<_>>();
        assert_eq!(all(Locale::En), all(Locale::Nb));
        assert_eq!((all(Locale::En).len(), countries(Locale::Nb).count()), (241, 241));
        assert_eq!(countries(Locale::Nb).last(), Some("AX"));
    }
}
